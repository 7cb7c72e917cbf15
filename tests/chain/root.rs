// SPDX-License-Identifier: MIT OR Apache-2.0
//! A root directory that confines a chain.
#![cfg(target_os = "linux")]

use diskprobe::chain::{Chain, ChainError, LocalFiles};
use diskprobe::location::Location;
use diskprobe::ErrorKind;
use diskprobe_test_support::chain::{line, options, overlay, raw, with_data_file};
use diskprobe_test_support::Images;
use std::os::unix::fs::symlink;
use std::process::Command;

/// Makes the root `pool`, and `secret.raw` outside of it.
fn pool() -> Images {
    let images = Images::new();
    std::fs::create_dir_all(images.path("pool/sub")).unwrap();
    raw(&images, "secret.raw");
    raw(&images, "pool/base.raw");
    images
}

fn walk(images: &Images, top: &str) -> Result<Chain, ChainError> {
    let path = images.path(top);
    let top = Location::from_path(&path);
    let mut opener = LocalFiles::beneath(images.path("pool")).expect("a directory");
    Chain::open(top, &mut opener, &options())
}

#[track_caller]
fn assert_inside(images: &Images, backing: &str) {
    overlay(images, "pool/top.qcow2", backing, "raw");
    let chain =
        walk(images, "pool/top.qcow2").unwrap_or_else(|broken| panic!("{backing}: {broken}"));
    assert_eq!(chain.elements().len(), 2, "{}", line(images, &chain));
}

#[track_caller]
fn assert_outside(images: &Images, backing: &str) {
    overlay(images, "pool/top.qcow2", backing, "raw");
    let broken = walk(images, "pool/top.qcow2").expect_err(backing);
    assert_eq!(
        broken.error().kind(),
        ErrorKind::OutsideRoot,
        "{backing}: {broken}"
    );
    assert_eq!(broken.partial_chain().elements().len(), 2);
    // Without the root the name is followed, so the root was the cause.
    let all = Chain::open_path(images.path("pool/top.qcow2"), &options());
    assert!(all.is_ok(), "{backing}: {all:?}");
}

#[test]
fn files_inside_the_root_are_followed() {
    let images = pool();
    raw(&images, "pool/sub/deep.raw");
    symlink("base.raw", images.path("pool/link")).unwrap();
    symlink("../base.raw", images.path("pool/sub/up")).unwrap();
    let absolute = images.path("pool/base.raw");
    let json = format!(
        "json:{{\"file\":{{\"driver\":\"file\",\"filename\":\"{}\"}}}}",
        absolute.display()
    );
    for backing in [
        "base.raw",
        "./base.raw",
        "sub/deep.raw",
        "sub/../base.raw",
        "link",
        "sub/up",
        absolute.to_str().unwrap(),
        &json,
    ] {
        assert_inside(&images, backing);
    }
}

#[test]
fn names_that_lead_outside_the_root_are_refused() {
    let images = pool();
    let secret = images.path("secret.raw");
    symlink(&secret, images.path("pool/absolute")).unwrap();
    symlink("../secret.raw", images.path("pool/relative")).unwrap();
    symlink("..", images.path("pool/folder")).unwrap();
    symlink("/proc/self/root", images.path("pool/magic")).unwrap();
    let json = format!(
        "json:{{\"file\":{{\"driver\":\"file\",\"filename\":\"{}\"}}}}",
        secret.display()
    );
    let sibling = images.path("poolside");
    std::fs::copy(&secret, &sibling).unwrap();
    for backing in [
        secret.to_str().unwrap(),
        &json,
        &format!("file:{}", secret.display()),
        "../secret.raw",
        "sub/../../secret.raw",
        "../pool/../secret.raw",
        "absolute",
        "relative",
        "folder/secret.raw",
        sibling.to_str().unwrap(),
    ] {
        assert_outside(&images, backing);
    }
    // Without the root, it is refused too.
    let magic = format!("magic{}", secret.display());
    overlay(&images, "pool/top.qcow2", &magic, "raw");
    let broken = walk(&images, "pool/top.qcow2").expect_err(&magic);
    assert_eq!(broken.error().kind(), ErrorKind::OutsideRoot);
}

#[test]
fn the_top_and_data_files_must_be_inside_the_root() {
    let images = pool();
    overlay(&images, "top.qcow2", "pool/base.raw", "raw");
    let broken = walk(&images, "top.qcow2").unwrap_err();
    assert_eq!(broken.error().kind(), ErrorKind::OutsideRoot);
    let data_file = images.path("secret.raw");
    with_data_file(&images, "pool/d.qcow2", data_file.to_str().unwrap());
    let broken = walk(&images, "pool/d.qcow2").unwrap_err();
    assert_eq!(broken.error().kind(), ErrorKind::OutsideRoot);
    assert_eq!(broken.to_string(), "data file at depth 0");
}

#[test]
fn a_special_file_in_the_root_is_refused_before_it_is_opened() {
    let images = pool();
    let made = Command::new("mkfifo")
        .arg(images.path("pool/fifo"))
        .status();
    assert!(made.expect("mkfifo is installed").success());
    for (backing, kind, words) in [
        (
            "fifo",
            ErrorKind::UnsupportedFile,
            "a FIFO, not a disk image",
        ),
        (
            "sub",
            ErrorKind::UnsupportedFile,
            "a directory, not a disk image",
        ),
        (
            ".",
            ErrorKind::UnsupportedFile,
            "a directory, not a disk image",
        ),
        (
            "absent",
            ErrorKind::NotFound,
            "cannot open: No such file or directory",
        ),
    ] {
        overlay(&images, "pool/top.qcow2", backing, "raw");
        let broken = walk(&images, "pool/top.qcow2").expect_err(backing);
        assert_eq!(broken.error().kind(), kind, "{backing}");
        assert_eq!(broken.error().to_string(), words, "{backing}");
    }
}

#[test]
fn a_root_must_be_a_directory() {
    let images = pool();
    for (root, kind) in [
        ("absent", ErrorKind::NotFound),
        ("secret.raw", ErrorKind::Io),
    ] {
        let error = LocalFiles::beneath(images.path(root)).expect_err(root);
        assert_eq!(error.kind(), kind, "{error}");
    }
}
