// SPDX-License-Identifier: MIT OR Apache-2.0
//! A scan of storage on which every call takes two milliseconds, as on a network: a FUSE file
//! system answers each request after that time, even if others are under way.

#[cfg(target_os = "linux")]
mod gain;
#[cfg(target_os = "linux")]
mod slow;

use diskprobe_test_support::oracle;
use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    let trials = gain::trials();
    #[cfg(not(target_os = "linux"))]
    let trials = Vec::new();
    oracle::main(trials)
}
