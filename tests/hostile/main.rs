// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes of hostile storage: a path whose file is replaced concurrently, and a file system that
//! returns false answers. Also the conditions in the process that calls the library.

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
