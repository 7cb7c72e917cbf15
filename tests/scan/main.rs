// SPDX-License-Identifier: MIT OR Apache-2.0
//! Scans: results, order, threads and cancellation.

mod errors;
mod found;
mod graph;
mod order;
mod pool;
mod stop;
