// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains that are refused: loops, missing files, files that are not images.

use super::{assert_agreed, assert_refused, qemu_chain};
use crate::TOOL;
use diskprobe_test_support::chain::{overlay, raw};
use diskprobe_test_support::oracle::QEMU_IMG;
use diskprobe_test_support::tool::{unprivileged, Run};
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;
use serde_json::Value;
use std::os::unix::fs::{symlink, PermissionsExt};
use std::process::Command;
use std::time::{Duration, Instant};

pub(super) fn trials() -> Vec<Trial> {
    trials![[QEMU_IMG];
        a_loop_is_refused,
        a_missing_image_is_refused,
        a_file_that_is_not_an_image_is_refused_without_blocking,
        an_unreadable_file_is_refused,
    ]
}

fn a_loop_is_refused() {
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
    // qemu-img detects a loop only if the names repeat.
    for top in ["1.qcow2", "2a.qcow2", "3a.qcow2", "into.qcow2"] {
        assert!(qemu_chain(&images, top).is_none(), "{top}");
    }
}

fn a_missing_image_is_refused() {
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

fn a_file_that_is_not_an_image_is_refused_without_blocking() {
    let images = Images::new();
    let made = Command::new("mkfifo").arg(images.path("fifo")).status();
    assert!(made.expect("mkfifo starts").success());
    std::fs::create_dir(images.path("folder")).expect("a directory");
    let begun = Instant::now();
    for name in ["fifo", "folder", "/dev/zero", "/dev/tty"] {
        overlay(&images, "top.qcow2", name, "raw");
        let chain = assert_refused(&images, "top.qcow2", "unsupported-file", 2);
        assert_eq!(chain[1]["filename"], name);
        assert_refused(&images, name, "unsupported-file", 1);
    }
    // Opening a FIFO would block until a writer opens it.
    assert!(begun.elapsed() < Duration::from_secs(60));
    overlay(&images, "top.qcow2", "folder", "raw");
    assert!(qemu_chain(&images, "top.qcow2").is_none());
}

/// Root can read every file, so the test runs the tool as another user.
fn an_unreadable_file_is_refused() {
    let images = Images::new();
    let mode = |name: &str, mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(images.path(name), permissions).expect("our own file");
    };
    raw(&images, "base.raw");
    overlay(&images, "mid.qcow2", "base.raw", "raw");
    overlay(&images, "top.qcow2", "mid.qcow2", "qcow2");
    mode("", 0o755);
    let run = || {
        let mut command = TOOL.unprivileged(&images);
        command.args([
            "info",
            "--backing-chain",
            "-U",
            "--output=json",
            "top.qcow2",
        ]);
        Run::of(&mut command)
    };
    for (unreadable, reached) in [("base.raw", 3), ("mid.qcow2", 2), ("top.qcow2", 1)] {
        mode("mid.qcow2", 0o644);
        mode(unreadable, 0o000);
        let run = run();
        let array: Vec<Value> = serde_json::from_slice(&run.out).expect("an array");
        assert_eq!(run.code, Some(1), "{unreadable}");
        assert_eq!(array.len(), reached, "{unreadable}: {array:?}");
        let (last, others) = array.split_last().expect("an element");
        assert_eq!(last["error"]["code"], "permission-denied", "{unreadable}");
        assert!(others.iter().all(|element| element.get("error").is_none()));
        assert!(!qemu_img_as_the_same_user(&images), "{unreadable}");
    }
    let (directory, closed) = ("closed", "closed/base.raw");
    std::fs::create_dir(images.path(directory)).expect("a directory");
    raw(&images, closed);
    mode("top.qcow2", 0o644);
    overlay(&images, "top.qcow2", closed, "raw");
    mode(directory, 0o000);
    let denied = run();
    mode(directory, 0o755);
    let array: Vec<Value> = serde_json::from_slice(&denied.out).expect("an array");
    assert_eq!(array[1]["error"]["code"], "permission-denied");
    // With read permission the chain is followed, so the permissions were the cause.
    mode(closed, 0o644);
    assert_eq!(run().code, Some(0));
}

/// Returns whether `qemu-img` follows the chain as the same user.
fn qemu_img_as_the_same_user(images: &Images) -> bool {
    let mut command = unprivileged("qemu-img", images);
    command.args(["info", "--backing-chain", "-U", "top.qcow2"]);
    command.output().expect("qemu-img starts").status.success()
}
