// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line tool: what it prints, where, and with which exit code.

mod chain;
mod check;
mod errors;
mod findings;
mod info;
mod location;
mod names;
mod reads;
mod sandbox;
mod scan;
mod threats;

use diskprobe_test_support::tool::Tool;

/// The tool that was built with the tests.
const DISKPROBE: Tool = Tool(env!("CARGO_BIN_EXE_diskprobe"));
