// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares the output of the command line tool with that of other programs. Tests that need
//! another program are here too.
//!
//! If a program is missing or too old, the test is ignored with the reason. With
//! `DISKPROBE_REQUIRE_ORACLES`, a missing program is a failure.

mod chains;
mod images;
mod locations;
mod mounts;
mod opens;
mod readers;
mod receipts;
mod sandbox;
mod terminal;

use diskprobe_test_support::oracle;
use diskprobe_test_support::tool::Tool;
use std::process::ExitCode;

/// The tool that cargo built for these tests.
pub(crate) const TOOL: Tool = Tool(env!("CARGO_BIN_EXE_diskprobe"));

fn main() -> ExitCode {
    let groups = [
        chains::trials(),
        images::trials(),
        locations::trials(),
        mounts::trials(),
        opens::trials(),
        readers::trials(),
        receipts::trials(),
        sandbox::trials(),
        terminal::trials(),
    ];
    oracle::main(groups.into_iter().flatten().collect())
}
