// SPDX-License-Identifier: MIT OR Apache-2.0
//! Unusual and hostile names of files.

use crate::TOOL;
use diskprobe_test_support::tool::with_backing;
use diskprobe_test_support::Images;
use serde_json::json;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

#[test]
fn a_name_may_start_with_a_dash() {
    let images = Images::new();
    images.write("-U", [0; 512]);
    let info = TOOL.info(images.directory(), &["-U", "--", "-U"]);
    assert_eq!(
        (&info["filename"], &info["virtual-size"]),
        (&json!("-U"), &json!(512))
    );
}

#[test]
fn a_name_that_is_not_utf8_is_also_printed_in_hex() {
    let images = Images::new();
    let name = OsStr::from_bytes(b"d\xe9/i\xff.qcow2");
    std::fs::create_dir(images.directory().join(OsStr::from_bytes(b"d\xe9"))).expect("a directory");
    with_backing(&images, name, b"b\xfe.img");
    let one = TOOL.info(images.directory(), &[name]);
    assert_eq!(one["filename"], "d\u{fffd}/i\u{fffd}.qcow2");
    assert_eq!(one["filename-hex"], "64e92f69ff2e71636f7732");
    assert_eq!(one["backing-filename"], "b\u{fffd}.img");
    assert_eq!(one["backing-filename-hex"], "62fe2e696d67");
    assert_eq!(one["full-backing-filename"], "d\u{fffd}/b\u{fffd}.img");
    assert_eq!(one["full-backing-filename-hex"], "64e92f62fe2e696d67");

    let missing = OsStr::from_bytes(b"\xff");
    let run = TOOL.run(
        images.directory(),
        &["info".as_ref(), "--output=json".as_ref(), missing, name],
    );
    assert_eq!(run.code, Some(1));
    assert_eq!(run.json_lines()[0]["filename-hex"], "ff");
    assert!(
        run.err.starts_with("diskprobe: \\xff: cannot open"),
        "{}",
        run.err
    );
    let human = TOOL.run(images.directory(), &["info".as_ref(), name]);
    let row = "backing file:        b\\xfe.img (actual path: d\\xe9/b\\xfe.img)\n";
    assert!(human.text().contains(row), "{}", human.text());
}

/// Returns whether the text has characters that a terminal interprets.
fn has_hidden(text: &str) -> bool {
    let acts = |c: char| c != '\n' && (c.is_control() || ('\u{200e}'..'\u{2070}').contains(&c));
    text.chars().any(acts)
}

#[test]
fn a_hostile_name_is_escaped() {
    let images = Images::new();
    let hostile = "x\x1b]0;owned\x07\nencryption: none\r\u{9b}31m\u{202e}gmi.\u{2066}\x7f\\n";
    with_backing(&images, "a.qcow2", hostile.as_bytes());
    let run = TOOL.run(images.directory(), &["info", "a.qcow2"]);
    let row = "backing file:        x\\x1b]0;owned\\x07\\nencryption: none\\r\\u{9b}31m\
               \\u{202e}gmi.\\u{2066}\\x7f\\\\n\n";
    assert!(run.text().contains(row), "{}", run.text());
    assert!(!has_hidden(run.text()), "{:?}", run.text());

    let pretty = TOOL.run(images.directory(), &["info", "--output=json", "a.qcow2"]);
    assert_eq!(pretty.json()["backing-filename"], hostile);
    assert!(!has_hidden(pretty.text()), "{:?}", pretty.text());
    let lines = TOOL.run(
        images.directory(),
        &["info", "--output=json", "a.qcow2", hostile],
    );
    assert_eq!(lines.code, Some(1));
    assert_eq!(lines.json_lines()[1]["filename"], hostile);
    assert!(!has_hidden(lines.text()), "{:?}", lines.text());
    assert_eq!(lines.err.lines().count(), 1, "{:?}", lines.err);
    assert!(!has_hidden(&lines.err), "{:?}", lines.err);
}

#[test]
fn a_hostile_option_is_escaped() {
    let images = Images::new();
    for hostile in ["-\x07", "--\x1b[31m\x07\u{9b}", "--output=\u{202e}\x08"] {
        let run = TOOL.run(images.directory(), &["info", hostile]);
        assert_eq!((run.code, run.text()), (Some(2), ""));
        assert!(!has_hidden(&run.err), "{:?}", run.err);
    }
}

/// QEMU also detects dmg by the end of the file name.
#[test]
fn a_name_ending_in_dmg_selects_dmg_if_there_is_a_trailer() {
    let images = Images::new();
    let mut udif = vec![0; 1024 + 512];
    udif[1024..1028].copy_from_slice(b"koly");
    // A property list of one byte, and two sectors.
    udif[1024 + 231] = 1;
    udif[1024 + 499] = 2;
    for (name, bytes, format) in [
        ("disk.dmg", &udif[..], "dmg"),
        ("disk.img", &udif[..], "raw"),
        ("zeros.dmg", &[0; 1024][..], "raw"),
    ] {
        images.write(name, bytes);
        assert_eq!(TOOL.info(images.directory(), &[name])["format"], format);
    }
}
