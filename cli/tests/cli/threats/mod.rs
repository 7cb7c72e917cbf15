// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attacks by disk image that have a public advisory, each made from its description and named
//! after it, and images of other kinds that need other files: the answer of every way to probe,
//! and its cost.

mod costs;
mod every_way;
mod names;
mod references;

use diskprobe_test_support::build::{Build, Parallels, Qcow, Vpc, MIB};

fn qcow() -> Vec<u8> {
    Qcow::new(64 * MIB).bytes()
}

fn vpc() -> Vec<u8> {
    Vpc::new(64 * MIB).bytes()
}

fn parallels() -> Vec<u8> {
    Parallels::new(64 * MIB).bytes()
}
