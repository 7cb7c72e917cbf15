// SPDX-License-Identifier: MIT OR Apache-2.0
//! What other programs say of the same images.

mod builders;
mod cases;
mod compared;

use diskprobe_test_support::oracle;
use std::process::ExitCode;

fn main() -> ExitCode {
    oracle::main(
        [builders::trials(), cases::trials()]
            .into_iter()
            .flatten()
            .collect(),
    )
}
