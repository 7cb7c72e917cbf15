// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is refused: loops, what is not there, what is no image.

use crate::common::Images;
use crate::made::{overlay, raw};
use crate::{assert_agreed, assert_refused, qemu_chain};
use serde_json::Value;
use std::os::unix::fs::{symlink, MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::{Duration, Instant};

/// A user who owns nothing (`nobody`).
const NOBODY: u32 = 65534;

#[test]
fn loops() {
    let images = Images::new();
    overlay(&images, "1.qcow2", "1.qcow2", "qcow2");
    overlay(&images, "2a.qcow2", "2b.qcow2", "qcow2");
    overlay(&images, "2b.qcow2", "2a.qcow2", "qcow2");
    overlay(&images, "3a.qcow2", "3b.qcow2", "qcow2");
    overlay(&images, "3b.qcow2", "3c.qcow2", "qcow2");
    overlay(&images, "3c.qcow2", "3a.qcow2", "qcow2");
    symlink("soft.qcow2", images.path("link")).expect("a link");
    overlay(&images, "soft.qcow2", "link", "qcow2");
    overlay(&images, "into.qcow2", "1.qcow2", "qcow2");
    for (top, reached) in [
        ("1.qcow2", 2),
        ("2a.qcow2", 3),
        ("3a.qcow2", 4),
        ("soft.qcow2", 2),
        ("into.qcow2", 3),
    ] {
        assert_refused(&images, top, "loop", reached);
    }
    // By the same name each time, qemu-img tells it as well.
    for top in ["1.qcow2", "2a.qcow2", "3a.qcow2", "into.qcow2"] {
        assert!(qemu_chain(&images, top).is_none(), "{top}");
    }
}

#[test]
fn what_is_missing_in_the_middle() {
    let images = Images::new();
    raw(&images, "base.raw");
    overlay(&images, "mid.qcow2", "base.raw", "raw");
    overlay(&images, "top.qcow2", "mid.qcow2", "qcow2");
    assert_eq!(assert_agreed(&images, &[], "top.qcow2").len(), 3);
    std::fs::remove_file(images.path("mid.qcow2")).expect("a file");
    let chain = assert_refused(&images, "top.qcow2", "not-found", 2);
    assert_eq!(chain[0]["format"], "qcow2");
    assert_eq!(chain[1]["filename"], "mid.qcow2");
    assert_eq!(chain[1]["format"], "qcow2");
    assert!(qemu_chain(&images, "top.qcow2").is_none());
}

#[test]
fn what_is_no_image() {
    let images = Images::new();
    let made = Command::new("mkfifo").arg(images.path("fifo")).status();
    assert!(made.expect("mkfifo is installed").success());
    std::fs::create_dir(images.path("folder")).expect("a directory");
    let begun = Instant::now();
    for name in ["fifo", "folder", "/dev/zero", "/dev/tty"] {
        overlay(&images, "top.qcow2", name, "raw");
        let chain = assert_refused(&images, "top.qcow2", "unsupported-file", 2);
        assert_eq!(chain[1]["filename"], name);
        assert_refused(&images, name, "unsupported-file", 1);
    }
    // To open a FIFO would wait for who writes to it.
    assert!(begun.elapsed() < Duration::from_secs(60));
    overlay(&images, "top.qcow2", "folder", "raw");
    assert!(qemu_chain(&images, "top.qcow2").is_none());
}

/// Files that this user may not read; root may, and so becomes another user first.
#[test]
fn what_may_not_be_read() {
    let images = Images::new();
    let mode = |name: &str, mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(images.path(name), permissions).expect("our own file");
    };
    raw(&images, "base.raw");
    overlay(&images, "mid.qcow2", "base.raw", "raw");
    overlay(&images, "top.qcow2", "mid.qcow2", "qcow2");
    mode("", 0o755);
    mode("top.qcow2", 0o644);
    // Nobody may be kept from where the tool is.
    let tool = images.path("tool");
    std::fs::copy(env!("CARGO_BIN_EXE_diskprobe"), &tool).expect("the tool");
    let is_root = std::fs::metadata(&tool).expect("a file").uid() == 0;
    let run = |program: &std::ffi::OsStr| {
        let mut command = Command::new(program);
        command
            .args([
                "info",
                "--backing-chain",
                "-U",
                "--output=json",
                "top.qcow2",
            ])
            .current_dir(images.directory());
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output().expect("it starts")
    };
    for (unreadable, reached) in [("base.raw", 3), ("mid.qcow2", 2), ("top.qcow2", 1)] {
        mode("mid.qcow2", 0o644);
        mode(unreadable, 0o000);
        let output = run(tool.as_os_str());
        let array: Vec<Value> = serde_json::from_slice(&output.stdout).expect("an array");
        assert_eq!(output.status.code(), Some(1), "{unreadable}");
        assert_eq!(array.len(), reached, "{unreadable}: {array:?}");
        let error = &array[reached - 1]["error"];
        assert_eq!(error["code"], "permission-denied", "{unreadable}");
        assert!(array[..reached - 1]
            .iter()
            .all(|e| e.get("error").is_none()));
        assert!(!run("qemu-img".as_ref()).status.success(), "{unreadable}");
    }
    let (directory, closed) = ("closed", "closed/base.raw");
    std::fs::create_dir(images.path(directory)).expect("a directory");
    raw(&images, closed);
    mode("top.qcow2", 0o644);
    overlay(&images, "top.qcow2", closed, "raw");
    mode(directory, 0o000);
    let output = run(tool.as_os_str());
    mode(directory, 0o755);
    let array: Vec<Value> = serde_json::from_slice(&output.stdout).expect("an array");
    assert_eq!(array[1]["error"]["code"], "permission-denied");
    // So that it is the permissions that it was refused for.
    mode(closed, 0o644);
    assert!(run(tool.as_os_str()).status.success());
}
