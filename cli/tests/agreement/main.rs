// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the command line tool prints, and what other programs say of the same images; and tests
//! that need another program. A test is ignored, with the reason, if its program is missing or too
//! old; with `DISKPROBE_REQUIRE_ORACLES`, a missing program is a failure.

mod chains;
mod images;
mod locations;
mod mounts;
mod opens;
mod readers;
mod sandbox;
mod terminal;

use diskprobe_test_support::oracle;
use diskprobe_test_support::tool::Tool;
use std::process::ExitCode;

/// The tool that cargo built for this test.
pub(crate) const TOOL: Tool = Tool(env!("CARGO_BIN_EXE_diskprobe"));

fn main() -> ExitCode {
    let groups = [
        chains::trials(),
        images::trials(),
        locations::trials(),
        mounts::trials(),
        opens::trials(),
        readers::trials(),
        sandbox::trials(),
        terminal::trials(),
    ];
    oracle::main(groups.into_iter().flatten().collect())
}
