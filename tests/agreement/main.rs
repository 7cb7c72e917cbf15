// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares our answers with those of other programs for the same images.
//!
//! If a program is missing or too old, the test is ignored with the reason. With
//! `DISKPROBE_REQUIRE_ORACLES`, a missing program is a failure.

mod builders;
mod cases;
mod chain_vectors;
mod compared;
mod corpus;
mod cryptsetup;
mod damaged;
mod detection;
mod field_limits;
mod foreign;
mod libvirt_pool;
mod location;
mod verdicts;

use diskprobe_test_support::oracle;
use std::process::ExitCode;

fn main() -> ExitCode {
    let groups = [
        builders::trials(),
        cases::trials(),
        chain_vectors::trials(),
        corpus::trials(),
        cryptsetup::trials(),
        damaged::trials(),
        detection::trials(),
        field_limits::trials(),
        foreign::trials(),
        libvirt_pool::trials(),
        location::trials(),
        verdicts::trials(),
    ];
    oracle::main(groups.into_iter().flatten().collect())
}
