// SPDX-License-Identifier: MIT OR Apache-2.0
//! `--sandbox`: the same output, and no system call that docs/sandbox.md does not list.
#![cfg(target_os = "linux")]

use crate::DISKPROBE;
use diskprobe_test_support::build::{Build, Qcow2, SparseFile, Vdi, Vhdx, Vmdk, Vpc, MIB};
use diskprobe_test_support::recipes::shell;
use diskprobe_test_support::Images;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

/// The names of the images that [`files`] builds.
const BUILT: [&str; 7] = [
    "base.raw",
    "middle.qcow2",
    "top.qcow2",
    "disk.vmdk",
    "disk.vhdx",
    "disk.vhd",
    "disk.vdi",
];

/// Builds images of several formats, a chain, and files that are not images. Returns their names.
fn files(images: &Images) -> Vec<&'static str> {
    let size = 64 * MIB;
    let middle = Qcow2::new(size).backing("base.raw", "raw");
    let top = Qcow2::new(size).backing("middle.qcow2", "qcow2");
    let all: [(&str, &dyn Build); 6] = [
        ("middle.qcow2", &middle),
        ("top.qcow2", &top),
        ("disk.vmdk", &Vmdk::new(size).named("disk.vmdk")),
        ("disk.vhdx", &Vhdx::new(size)),
        ("disk.vhd", &Vpc::new(size)),
        ("disk.vdi", &Vdi::new(size)),
    ];
    SparseFile::zeros(size).write(&images.path("base.raw"));
    for (name, image) in all {
        image.file().write(&images.path(name));
    }
    std::os::unix::fs::symlink("top.qcow2", images.path("link")).expect("a link");
    fs::write(images.path("cut.qcow2"), b"QFI\xfb\0\0\0\x03").expect("a file");
    fs::create_dir(images.path("directory")).expect("a directory");
    shell(images, "mkfifo fifo");
    let others = [
        "link",
        "cut.qcow2",
        "directory",
        "fifo",
        "absent",
        "/dev/null",
    ];
    BUILT.into_iter().chain(others).collect()
}

/// The arguments before the files.
const WAYS: [&[&str]; 4] = [
    &["info"],
    &["info", "--output=json"],
    &["info", "--output=json", "--backing-chain"],
    &["info", "-f", "raw"],
];

#[test]
fn output_is_the_same() {
    let images = Images::new();
    let files = files(&images);
    let run = |arguments: &[&str]| DISKPROBE.run(images.directory(), arguments);
    let chains = files
        .iter()
        .map(|file| vec!["info", "--backing-chain", file]);
    let ways = WAYS.map(|way| [way, &files].concat());
    let location = vec!["location", "--relative-to=a/b", "c", "nbd://h/e", "json:{"];
    for arguments in ways.into_iter().chain(chains).chain([location]) {
        let plain = run(&arguments);
        let behind = run(&[&["--sandbox"], &arguments[..]].concat());
        assert_eq!(behind.code, plain.code, "{arguments:?}: {}", behind.err);
        assert_eq!(behind.text(), plain.text(), "{arguments:?}");
        assert_eq!(behind.err, plain.err, "{arguments:?}");
    }
}

/// Returns the system calls of a run after it installs the filter.
fn traced(images: &Images, arguments: &[&str]) -> Vec<String> {
    let trace = images.path("trace");
    let mut strace = Command::new("strace");
    strace.arg("-f").arg("-o").arg(&trace).arg(DISKPROBE.0);
    strace
        .arg("--sandbox")
        .args(arguments)
        .current_dir(images.directory());
    let output = strace.output().expect("strace is installed");
    assert!(output.status.code().is_some(), "{output:?}");
    let trace = fs::read_to_string(trace).expect("a trace");
    let (_, after) = trace.split_once("seccomp(").expect("a filter");
    let lines = after.lines().skip(1);
    let calls = lines.filter_map(|line| Some(line.split_once(' ')?.1.trim_start().to_owned()));
    calls.filter(|call| call.contains('(')).collect()
}

#[test]
fn every_call_is_documented() {
    let document = include_str!("../../../docs/sandbox.md");
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
    let listed: BTreeSet<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    let source = include_str!("../../src/sandbox.rs");
    let allowed = source.split("libc::SYS_").skip(1);
    let allowed: BTreeSet<&str> = allowed
        .filter_map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
        })
        .collect();
    assert_eq!(listed, allowed, "docs/sandbox.md and the filter");

    let images = Images::new();
    let files = files(&images);
    let mut used = BTreeSet::new();
    for way in WAYS {
        let calls = traced(&images, &[way, &files].concat());
        used.extend(
            calls
                .iter()
                .filter_map(|call| Some(call.split_once('(')?.0.to_owned())),
        );
    }
    println!("{used:?}");
    assert!(used.contains("pread64") && used.contains("openat"));
    let unlisted: Vec<_> = used
        .iter()
        .filter(|call| !listed.contains(call.as_str()))
        .collect();
    assert!(unlisted.is_empty(), "{unlisted:?}");
}

/// Only the given file is opened: once, with a few reads, and then closed.
#[test]
fn only_the_given_file_is_opened() {
    let images = Images::new();
    for file in files(&images) {
        let calls = traced(&images, &["info", "--output=json", file]);
        let opened = calls.iter().filter(|call| call.starts_with("open"));
        let opened: Vec<_> = opened.filter_map(|call| call.split('"').nth(1)).collect();
        assert!(
            opened.iter().all(|name| *name == file),
            "{file}: {opened:?}"
        );
        let until = calls.iter().take_while(|call| !call.starts_with("write("));
        let about: Vec<_> = until.filter(|call| !call.starts_with("fcntl(")).collect();
        let reads = about
            .iter()
            .filter(|call| call.starts_with("pread64("))
            .count();
        assert!(about.len() - reads <= 3, "{file}: {about:?}");
        // The structures of VHDX are far from each other.
        let most = if file.ends_with(".vhdx") { 8 } else { 3 };
        assert!(reads <= most, "{file}: {about:?}");
    }
}
