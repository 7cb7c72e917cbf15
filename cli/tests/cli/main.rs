// SPDX-License-Identifier: MIT OR Apache-2.0
//! The output, errors and exit codes of the command line tool. No test here needs another program;
//! `cli/tests/agreement` compares the tool with other programs.

mod chain;
mod check;
mod errors;
mod findings;
mod info;
mod location;
mod names;
mod reads;
mod receipts;
#[cfg(target_os = "linux")]
mod sandbox;
mod scan;
mod schema;
mod threats;

use diskprobe_test_support::tool::Tool;

/// The tool that cargo built for these tests.
pub(crate) const TOOL: Tool = Tool(env!("CARGO_BIN_EXE_diskprobe"));
