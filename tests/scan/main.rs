// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a scan finds, in which order, by how many threads, and how it ends.

mod errors;
mod found;
mod order;
mod pool;
mod stop;
