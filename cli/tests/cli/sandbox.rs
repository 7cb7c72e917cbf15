// SPDX-License-Identifier: MIT OR Apache-2.0
//! `--sandbox`. `cli/tests/agreement` traces the system calls.

use crate::TOOL;
use diskprobe_test_support::sandbox::{files, WAYS};
use diskprobe_test_support::Images;
use std::collections::BTreeSet;

#[test]
fn the_sandbox_does_not_change_the_output() {
    let images = Images::new();
    let files = files(&images);
    let run = |arguments: &[&str]| TOOL.run(images.directory(), arguments);
    let chains = files
        .iter()
        .map(|file| vec!["info", "--backing-chain", file]);
    let ways = WAYS.map(|way| [way, &files].concat());
    // The policy compares absolute paths.
    let check = vec!["check", "--allow-backing-under", "."];
    let check = [check, files.clone()].concat();
    let location = vec!["location", "--relative-to=a/b", "c", "nbd://h/e", "json:{"];
    for arguments in ways.into_iter().chain(chains).chain([check, location]) {
        let outside = run(&arguments);
        let inside = run(&[&["--sandbox"], &arguments[..]].concat());
        assert_eq!(inside.code, outside.code, "{arguments:?}: {}", inside.err);
        assert_eq!(inside.text(), outside.text(), "{arguments:?}");
        assert_eq!(inside.err, outside.err, "{arguments:?}");
    }
}

#[test]
fn document_lists_each_system_call_of_the_filter() {
    let document = include_str!("../../../docs/sandbox.md");
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
    let listed: BTreeSet<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    let source = include_str!("../../src/sandbox.rs");
    let allowed = source.split("libc::SYS_").skip(1);
    let is_end = |c: char| !c.is_alphanumeric() && c != '_';
    let allowed = allowed.filter_map(|rest| rest.split(is_end).next());
    assert_eq!(listed, allowed.collect(), "docs/sandbox.md and the filter");
}
