// SPDX-License-Identifier: MIT OR Apache-2.0
//! Scans storage with a latency of two milliseconds per call, like a network. A FUSE file system
//! answers each request after that time, even if other requests are pending.

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
