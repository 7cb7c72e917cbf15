// SPDX-License-Identifier: MIT OR Apache-2.0
//! Storage and other processes that act against a probe: names that are exchanged, and a file system
//! that lies.

mod child;
#[cfg(target_os = "linux")]
mod lies;
mod process;
mod races;
mod within;

use diskprobe_test_support::oracle;
use std::process::ExitCode;

fn main() -> ExitCode {
    if child::is_requested() {
        return child::run();
    }
    let mut trials = races::trials();
    trials.extend(process::trials());
    #[cfg(target_os = "linux")]
    trials.extend(lies::trials());
    oracle::main(trials)
}
