// SPDX-License-Identifier: MIT OR Apache-2.0
//! What other programs say of the same images, and what the tool prints of them.

mod chain;
mod info;
mod location;
mod readers;

use diskprobe_test_support::oracle;
use diskprobe_test_support::tool::Tool;
use std::process::ExitCode;

/// The tool that was built with the tests.
const DISKPROBE: Tool = Tool(env!("CARGO_BIN_EXE_diskprobe"));

fn main() -> ExitCode {
    let groups = [
        chain::trials(),
        info::trials(),
        location::trials(),
        readers::trials(),
    ];
    oracle::main(groups.into_iter().flatten().collect())
}
