// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs the command line tool that was built with the tests.
#![allow(dead_code, unreachable_pub)] // Each test program uses a part.

use serde_json::Value;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// What came of one run.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

/// The tool, about to run in `directory`.
pub fn diskprobe(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_diskprobe"));
    command.current_dir(directory).stdin(Stdio::null());
    command
}

/// Runs the tool in `directory`.
pub fn run<A: AsRef<OsStr>>(directory: &Path, arguments: &[A]) -> Run {
    let output = diskprobe(directory).args(arguments).output();
    let output = output.expect("the tool starts");
    Run {
        code: output.status.code(),
        out: output.stdout,
        err: String::from_utf8(output.stderr).expect("UTF-8 on the standard error"),
    }
}

impl Run {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.out).expect("UTF-8 on the standard output")
    }

    /// The one object that was printed.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The objects that were printed one on each line.
    pub fn json_lines(&self) -> Vec<Value> {
        let lines = self.text().lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
            .collect()
    }
}

/// The facts of one image as JSON; it must be probed without complaint.
pub fn info<A: AsRef<OsStr>>(directory: &Path, arguments: &[A]) -> Value {
    let mut all = vec![OsStr::new("info"), OsStr::new("--output=json")];
    all.extend(arguments.iter().map(AsRef::as_ref));
    let run = run(directory, &all);
    assert_eq!((run.code, &*run.err), (Some(0), ""), "{all:?}");
    run.json()
}
