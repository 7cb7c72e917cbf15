// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attacks by disk image, each made from the description of its public advisory and named after
//! that: the answer of every way to probe, and what it costs.

mod bases;
mod costs;
mod every_way;
mod names;
mod references;
