// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names of backing files, in every way that both follow.

use crate::common::Images;
use crate::made::{overlay, raw, unrecorded};
use crate::tool;
use crate::{assert_agreed, assert_agreed_but, assert_refused, qemu_chain};
use serde_json::Value;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::Command;

#[test]
fn relative_absolute_and_with_a_protocol() {
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    raw(&images, "base.raw");
    raw(&images, "sub/base.raw");
    raw(&images, "a:b");
    let directory = images.directory().to_str().expect("UTF-8");
    let absolute = format!("{directory}/base.raw");
    for backing in [
        "base.raw",
        "./base.raw",
        "sub/base.raw",
        "sub/../base.raw",
        "sub//base.raw",
        "./a:b",
        &absolute,
        &format!("{directory}/sub/..//base.raw"),
        &format!("file:{absolute}"),
        &format!(r#"json:{{"file":{{"driver":"file","filename":"{absolute}"}}}}"#),
        &format!(r#"json:{{"file.driver":"file","file.filename":"{absolute}"}}"#),
        &format!(r#"json:{{"driver":"raw","file":{{"driver":"file","filename":"{absolute}"}}}}"#),
    ] {
        overlay(&images, "top.qcow2", backing, "raw");
        for top in ["top.qcow2", "./top.qcow2", "sub/../top.qcow2"] {
            assert_agreed(&images, &[], top);
        }
        assert_agreed(&images, &[], &format!("{directory}/top.qcow2"));
    }
}

#[test]
fn from_another_directory() {
    let images = Images::new();
    std::fs::create_dir_all(images.path("a/b")).expect("a directory");
    raw(&images, "base.raw");
    overlay(&images, "a/mid.qcow2", "../base.raw", "raw");
    overlay(&images, "a/b/top.qcow2", "../mid.qcow2", "qcow2");
    assert_agreed(&images, &[], "a/b/top.qcow2");
    assert_agreed(
        &images,
        &[],
        &format!("{}/a/b/top.qcow2", images.directory().display()),
    );
}

#[test]
fn symbolic_links() {
    let images = Images::new();
    for folder in ["a", "b"] {
        std::fs::create_dir(images.path(folder)).expect("a directory");
    }
    raw(&images, "a/base.raw");
    overlay(&images, "a/mid.qcow2", "base.raw", "raw");
    symlink("mid.qcow2", images.path("a/link")).expect("a link");
    symlink("a", images.path("folder")).expect("a link");
    overlay(&images, "top.qcow2", "a/link", "qcow2");
    assert_eq!(assert_agreed(&images, &[], "top.qcow2").len(), 3);
    assert_eq!(assert_agreed(&images, &[], "folder/link").len(), 2);
    overlay(&images, "top.qcow2", "folder/../a/link", "qcow2");
    assert_eq!(assert_agreed(&images, &[], "top.qcow2").len(), 3);
    // A name is looked up beside the link, not beside what it leads to.
    symlink("../a/mid.qcow2", images.path("b/link")).expect("a link");
    assert!(qemu_chain(&images, "b/link").is_none());
    assert_refused(&images, "b/link", "not-found", 2);
}

#[test]
fn a_part_of_a_file() {
    let images = Images::new();
    raw(&images, "base.raw");
    let absolute = images.path("base.raw");
    let slice = format!(
        r#"json:{{"driver":"raw","offset":512,"size":1024,"file":{{"driver":"file","filename":"{}"}}}}"#,
        absolute.display()
    );
    overlay(&images, "top.qcow2", &slice, "raw");
    // qemu-img calls it by its options, and says what the whole file occupies.
    let chain = assert_agreed_but(&images, &[], "top.qcow2", &["filename", "actual-size"]);
    assert_eq!(chain[1]["virtual-size"], 1024);
}

/// Where no format is recorded, a location may say raw.
#[test]
fn drivers_in_locations() {
    let images = Images::new();
    images.qemu_img(&["create", "-q", "-f", "qcow2", "base.qcow2", "1M"]);
    let base = images.path("base.qcow2");
    let file = format!(r#"{{"driver":"file","filename":"{}"}}"#, base.display());
    for (backing, format) in [
        (format!(r#"json:{{"driver":"raw","file":{file}}}"#), "raw"),
        (format!(r#"json:{{"file":{file}}}"#), "qcow2"),
        (format!("file:{}", base.display()), "qcow2"),
    ] {
        unrecorded(&images, "top.qcow2", &backing);
        let chain = assert_agreed(&images, &["--unrecorded-format=probe"], "top.qcow2");
        assert_eq!(chain[1]["format"], format, "{backing}");
    }
    // qemu-img has a name of its own for bytes that no format is laid over.
    unrecorded(&images, "top.qcow2", &format!("json:{file}"));
    let theirs = qemu_chain(&images, "top.qcow2").expect("followed");
    assert_eq!(theirs[1]["format"], "file");
    let ours = assert_agreed_but(&images, &[], "top.qcow2", &["format"]);
    assert_eq!(ours[1]["format"], "raw");
}

#[test]
fn lines_and_bytes_that_are_not_utf8() {
    let images = Images::new();
    let name = OsStr::from_bytes(b"line\nend\xff\x1b[31m");
    std::fs::write(images.directory().join(name), [0; 512]).expect("a file");
    let create = ["create", "-q", "-f", "qcow2", "-F", "raw", "-b"].map(OsStr::new);
    let status = Command::new("qemu-img")
        .args(create)
        .args([name, OsStr::new("top.qcow2")])
        .current_dir(images.directory())
        .status();
    assert!(status.expect("qemu-img is installed").success());
    let chain = assert_agreed(&images, &[], "top.qcow2");
    assert_eq!(chain[1]["filename"], "line\nend\u{fffd}\u{1b}[31m");
    let hex = "6c696e650a656e64ff1b5b33316d";
    assert_eq!(chain[1]["filename-hex"], hex);
    assert_eq!(chain[0]["backing-filename-hex"], hex);
    let human = tool::run(
        images.directory(),
        &["info", "--backing-chain", "top.qcow2"],
    );
    let expected = "top.qcow2: qcow2 (probed), 512 bytes\n\
                    └─ line\\nend\\xff\\x1b[31m: raw (recorded), 512 bytes\n";
    assert_eq!(human.text(), expected);
    assert_eq!(chain[1].get("error"), None::<&Value>);
}
