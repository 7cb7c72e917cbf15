// SPDX-License-Identifier: MIT OR Apache-2.0
//! What other programs say of the same images.

mod builders;
mod cases;
mod compared;
mod damaged;
mod verdicts;

use diskprobe_test_support::oracle;
use std::process::ExitCode;

fn main() -> ExitCode {
    let groups = [
        builders::trials(),
        cases::trials(),
        damaged::trials(),
        verdicts::trials(),
    ];
    oracle::main(groups.into_iter().flatten().collect())
}
