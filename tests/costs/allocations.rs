// SPDX-License-Identifier: MIT OR Apache-2.0
//! The number of allocations of a probe. A typical image needs one for the answer and one for its
//! texts; a failure needs none. The tests also limit memory if an image could request more than its
//! own size.
//!
//! `ffi-tests/allocations.c` counts the C interface, which adds the handle.

use crate::heap::used;
use diskprobe::location::Location;
use diskprobe::{Error, ErrorKind, Format, Options};
use diskprobe_test_support::build::{Build, Qcow2, GIB};
use diskprobe_test_support::Images;
use std::path::PathBuf;

/// The maximum number of extents that blank lines add: `MAX_VMDK_REPEATS` in `src/base/limits.rs`.
const MAX_VMDK_REPEATS: usize = 64;

/// The maximum size of a location: `MAX_LOCATION` in `src/base/limits.rs`.
const MAX_LOCATION: usize = 4096;

/// Makes a qcow2 image with a backing file, as most guests have.
fn overlay(images: &Images) -> PathBuf {
    let path = images.path("top.qcow2");
    let overlay = Qcow2::new(GIB).backing("base.qcow2", "qcow2");
    overlay.write(&path);
    path
}

#[test]
fn a_probe_allocates_only_its_answer_and_the_texts() {
    let images = Images::new();
    let path = overlay(&images);
    let options = Options::default();
    let (probe, image) = used(|| diskprobe::probe_path(&path, &options));
    assert!(image.expect("an answer").backing().is_some());
    assert_eq!(probe.count, 2);
    let raw = options.format(Some(Format::Raw));
    let (probe, image) = used(|| diskprobe::probe_path(&path, &raw));
    assert_eq!((probe.count, image.is_ok()), (1, true));
}

#[test]
fn a_failure_allocates_nothing() {
    let images = Images::new();
    let options = Options::default().format(Some(Format::Luks));
    let path = overlay(&images);
    let (probe, image) = used(|| diskprobe::probe_path(&path, &options));
    assert_eq!((probe.count, image.is_err()), (0, true));
}

#[test]
fn an_error_with_a_static_message_allocates_nothing() {
    let (made, error) = used(|| Error::new(ErrorKind::PermissionDenied, "not in the pool"));
    assert_eq!(made.count, 0);
    assert_eq!(error.to_string(), "not in the pool");
    let (cloned, _) = used(|| error.clone());
    assert_eq!(cloned.count, 0);
    let (made, _) = used(|| Error::from(std::io::Error::from_raw_os_error(2)));
    assert_eq!(made.count, 0);
}

/// For each blank line QEMU lists the next extent once more, with its name.
#[test]
fn memory_for_blank_lines_of_a_descriptor_is_limited() {
    let name = "n".repeat(511);
    let repeated = |blanks: usize| {
        let head = "version=1\nCID=1\nparentCID=ffffffff\ncreateType=\"vmfs\"\n";
        let text = format!("{head}{}RW 1 VMFS \"{name}\"\n", "\n".repeat(blanks));
        let length = Some(text.len() as u64);
        let options = Options::default();
        let (probe, result) = used(|| diskprobe::probe_buffer(text.as_bytes(), length, &options));
        (probe.bytes, result.is_ok())
    };
    for blanks in [0, MAX_VMDK_REPEATS, MAX_VMDK_REPEATS + 1, 60_000] {
        let (bytes, accepted) = repeated(blanks);
        println!("{blanks} blank lines: {bytes} bytes");
        assert_eq!(accepted, blanks <= MAX_VMDK_REPEATS);
        assert!(bytes < 128 * 1024, "{blanks} blank lines: {bytes} bytes");
    }
}

/// All locations have the maximum size.
#[test]
fn memory_for_a_location_is_proportional_to_its_length() {
    let filled = |start: &str, item: &str, end: &str| {
        let space = MAX_LOCATION - start.len() - end.len();
        [start, &item.repeat(space / item.len()), end].concat()
    };
    let driver = r#"json:{"driver":"x","#;
    let servers = r#"json:{"driver":"gluster","volume":"v","path":"p","server":["#;
    let options = |prefix: &str, count: usize, end: &str| {
        let all: String = (0..count).map(|i| format!("\"{i}\":1,")).collect();
        format!("{prefix}{}{end}", all.trim_end_matches(','))
    };
    let nested = format!("{driver}\"{}\":{{", "n".repeat(120));
    for (what, input) in [
        ("a path", filled("/", "x", "")),
        ("escapes in a URI", filled("http://h/", "%20", "")),
        (
            "cookies",
            [
                r#"json:{"driver":"http","url":"http://h","cookie":"a="#,
                &";=".repeat(255),
                "\"}",
            ]
            .concat(),
        ),
        (
            "escapes in a string",
            filled(
                "json:{\"driver\":\"file\",\"filename\":\"",
                "\\u00e9",
                "\"}",
            ),
        ),
        (
            "options of rbd",
            ["rbd:p/i", &":rbd_cache=".repeat(256)].concat(),
        ),
        ("options", options(driver, 255, "}")),
        ("options with a long name", options(&nested, 255, "}}")),
        (
            "hosts",
            servers.to_owned() + &[r#"{"type":"unix","path":"/s"}"#; 32].join(",") + "]}",
        ),
        (
            "lists in lists",
            driver.to_owned() + "\"a\":" + &"[".repeat(15) + &"]".repeat(15) + "}",
        ),
    ] {
        let (parse, parsed) = used(|| Location::parse(input.as_bytes()));
        let (length, count, bytes) = (input.len(), parse.count, parse.bytes);
        println!("{what}: {length} bytes: {count} allocations, {bytes} bytes");
        assert!(parsed.is_ok(), "{what}: {parsed:?}");
        assert!(bytes < 32 * MAX_LOCATION, "{what}: {bytes} bytes");
    }
}
