// SPDX-License-Identifier: MIT OR Apache-2.0
//! The system calls of the sandboxed tool, as `strace` lists them.

use crate::TOOL;
use diskprobe_test_support::oracle::{program, Need};
use diskprobe_test_support::sandbox::{files, WAYS};
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;
use std::collections::BTreeSet;

const STRACE: Need = Need::Program("strace", "strace");

pub(crate) fn trials() -> Vec<Trial> {
    match cfg!(target_os = "linux") {
        true => trials![[STRACE];
            document_lists_each_system_call,
            only_the_given_file_is_opened_with_few_reads,
        ],
        false => Vec::new(),
    }
}

/// Returns the system calls of a run after it installed the filter.
fn traced(images: &Images, arguments: &[&str]) -> Vec<String> {
    let mut strace = program("strace");
    strace.args(["-f", "-o", "trace", TOOL.0, "--sandbox"]);
    let output = strace
        .args(arguments)
        .current_dir(images.directory())
        .output();
    let output = output.expect("strace starts");
    assert!(output.status.code().is_some(), "{output:?}");
    let trace = String::from_utf8(images.read("trace")).expect("UTF-8");
    let (_, after) = trace.rsplit_once("seccomp(").expect("a filter");
    let lines = after.lines().skip(1);
    let calls = lines.filter_map(|line| Some(line.split_once(' ')?.1.trim_start().to_owned()));
    calls.filter(|call| call.contains('(')).collect()
}

fn document_lists_each_system_call() {
    let document = include_str!("../../../docs/sandbox.md");
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
    let listed: BTreeSet<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    let images = Images::new();
    let files = files(&images);
    let mut used = BTreeSet::new();
    for way in WAYS {
        let calls = traced(&images, &[way, &files].concat());
        let names = calls.iter().filter_map(|call| call.split_once('('));
        used.extend(names.map(|(name, _)| name.to_owned()));
    }
    println!("{used:?}");
    assert!(used.contains("pread64") && used.contains("openat"));
    let unlisted = used.iter().filter(|call| !listed.contains(call.as_str()));
    let unlisted: Vec<_> = unlisted.collect();
    assert!(unlisted.is_empty(), "{unlisted:?}");
}

/// The tool reads the attributes of the file, opens it once, compares the attributes of the open
/// file, reads parts of it, and closes it.
fn only_the_given_file_is_opened_with_few_reads() {
    let images = Images::new();
    for file in files(&images) {
        let calls = traced(&images, &["info", "--output=json", file]);
        let opened = calls.iter().filter(|call| call.starts_with("open"));
        let opened: Vec<_> = opened.filter_map(|call| call.split('"').nth(1)).collect();
        let is_given = opened.iter().all(|name| *name == file);
        assert!(is_given, "{file}: {opened:?}");
        let before = calls.iter().take_while(|call| !call.starts_with("write("));
        let before: Vec<_> = before.filter(|call| !call.starts_with("fcntl(")).collect();
        let reads = before.iter().filter(|call| call.starts_with("pread64("));
        let reads = reads.count();
        assert!(before.len() - reads <= 4, "{file}: {before:?}");
        // The structures of VHDX are far apart.
        let most = if file.ends_with(".vhdx") { 8 } else { 3 };
        assert!(reads <= most, "{file}: {before:?}");
    }
}
