// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs the tool with a terminal as its standard error, which `script` provides.

use crate::TOOL;
use diskprobe_test_support::oracle::Need;
use diskprobe_test_support::tool::overlay;
use diskprobe_test_support::trials;
use libtest_mimic::Trial;
use std::process::{Command, Stdio};

const SCRIPT: Need = Need::Program("script", "bsdutils");

pub(crate) fn trials() -> Vec<Trial> {
    trials![[SCRIPT]; a_scan_shows_its_progress_on_a_terminal]
}

fn a_scan_shows_its_progress_on_a_terminal() {
    let images = overlay();
    let command = format!("'{}' scan . >out", TOOL.0);
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "typescript"])
        .current_dir(images.directory())
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .output();
    let output = output.expect("script starts");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("probed"), "{shown:?}");
    let table = String::from_utf8(images.read("out")).expect("UTF-8");
    assert!(table.starts_with("NAME"), "{table:?}");
    assert!(!table.contains('\x1b'), "{table:?}");
}
