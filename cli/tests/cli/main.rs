// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line tool: what it prints, how it fails, with which exit code. No test here needs
//! another program; `cli/tests/agreement` compares it with others.

mod chain;
mod check;
mod errors;
mod findings;
mod info;
mod location;
mod names;
mod reads;
#[cfg(target_os = "linux")]
mod sandbox;
mod scan;
mod threats;

use diskprobe_test_support::tool::Tool;

/// The tool that cargo built for this test.
pub(crate) const TOOL: Tool = Tool(env!("CARGO_BIN_EXE_diskprobe"));
