// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names of backing files, in every syntax that both programs follow.

use super::{assert_agreed, assert_agreed_but, assert_refused, qemu_chain};
use crate::TOOL;
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::chain::{overlay, raw, unrecorded};
use diskprobe_test_support::oracle::QEMU_IMG;
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;
use serde_json::Value;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

pub(super) fn trials() -> Vec<Trial> {
    trials![[QEMU_IMG];
        relative_and_absolute_names_are_followed,
        a_chain_in_another_directory_is_followed,
        symbolic_links_are_followed,
        a_slice_of_a_file_is_followed,
        a_driver_in_a_location_sets_the_format,
        a_name_that_is_not_utf8_is_followed,
    ]
}

fn relative_and_absolute_names_are_followed() {
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

fn a_chain_in_another_directory_is_followed() {
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

fn symbolic_links_are_followed() {
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
    // A name is relative to the directory of the link, not of its target.
    symlink("../a/mid.qcow2", images.path("b/link")).expect("a link");
    assert!(qemu_chain(&images, "b/link").is_none());
    assert_refused(&images, "b/link", "not-found", 2);
}

fn a_slice_of_a_file_is_followed() {
    let images = Images::new();
    raw(&images, "base.raw");
    let absolute = images.path("base.raw");
    let slice = format!(
        r#"json:{{"driver":"raw","offset":512,"size":1024,"file":{{"driver":"file","filename":"{}"}}}}"#,
        absolute.display()
    );
    overlay(&images, "top.qcow2", &slice, "raw");
    // qemu-img prints the options as the name, and the allocated size of the whole file.
    let chain = assert_agreed_but(&images, &[], "top.qcow2", &["filename", "actual-size"]);
    assert_eq!(chain[1]["virtual-size"], 1024);
}

/// A driver in a location can mean raw if no format is recorded.
fn a_driver_in_a_location_sets_the_format() {
    let images = Images::new();
    Qcow2::new(MIB).write(images.path("base.qcow2"));
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
    // qemu-img reports bytes without a format as `file`.
    unrecorded(&images, "top.qcow2", &format!("json:{file}"));
    let theirs = qemu_chain(&images, "top.qcow2").expect("followed");
    assert_eq!(theirs[1]["format"], "file");
    let ours = assert_agreed_but(&images, &[], "top.qcow2", &["format"]);
    assert_eq!(ours[1]["format"], "raw");
}

fn a_name_that_is_not_utf8_is_followed() {
    let images = Images::new();
    let name = OsStr::from_bytes(b"line\nend\xff\x1b[31m");
    images.write(name, [0; 512]);
    let top = Qcow2::new(512).backing(name.as_bytes(), "raw");
    top.write(images.path("top.qcow2"));
    let chain = assert_agreed(&images, &[], "top.qcow2");
    assert_eq!(chain[1]["filename"], "line\nend\u{fffd}\u{1b}[31m");
    let hex = "6c696e650a656e64ff1b5b33316d";
    assert_eq!(chain[1]["filename-hex"], hex);
    assert_eq!(chain[0]["backing-filename-hex"], hex);
    let human = TOOL.run(
        images.directory(),
        &["info", "--backing-chain", "top.qcow2"],
    );
    let expected = "top.qcow2: qcow2 (probed), 512 bytes\n\
                    └─ line\\nend\\xff\\x1b[31m: raw (recorded), 512 bytes\n";
    assert_eq!(human.text(), expected);
    assert_eq!(chain[1].get("error"), None::<&Value>);
}
