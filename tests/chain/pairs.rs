// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recorded formats, and the drivers and slices of the locations that they are recorded for.

use crate::policy::{size, TOP};
use diskprobe::chain::UnrecordedFormat;
use diskprobe::ErrorKind;
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::chain::{
    assert_broken, assert_whole, options, overlay, raw, unrecorded, with_policy,
};
use diskprobe_test_support::Images;

const NOT_ITS_DRIVER: &str = "location: the recorded driver is not that of the location (offset 0)";
const NOT_ITS_FORMAT: &str = "location: the recorded format is not that of the driver (offset 0)";
const NO_FORMAT_DRIVER: &str = "location: a format is recorded, but the location has no format \
                                driver and no \"file\" (offset 0)";
const NOT_RAW: &str = "location: a slice next to \"file\", but the recorded format is not raw \
                       (offset 0)";

/// Two files, `base.qcow2` and `base.raw`, and their absolute names.
fn bases() -> (Images, String, String) {
    let images = Images::new();
    Qcow2::new(MIB).write(images.path("base.qcow2"));
    raw(&images, "base.raw");
    let name = |name| images.path(name).to_str().expect("UTF-8").to_owned();
    let (qcow2, raw) = (name("base.qcow2"), name("base.raw"));
    (images, qcow2, raw)
}

#[track_caller]
fn assert_refused(images: &Images, words: &str) {
    let broken = diskprobe_test_support::chain::open(images, "top.qcow2", &options());
    let broken = broken.expect_err(words);
    assert_eq!(broken.error().kind(), ErrorKind::InvalidLocation, "{words}");
    assert_eq!(broken.error().to_string(), words);
    let element = &broken.partial_chain().elements()[1];
    assert!(element.image().is_none() && element.location().is_some());
    assert_eq!(element.format_source().as_str(), "unknown");
}

#[test]
fn a_recorded_format_goes_with_the_driver_of_the_location() {
    let (images, qcow2, raw) = bases();
    let file = |name: &str| format!(r#"{{"driver":"file","filename":"{name}"}}"#);
    let bytes = size(&images, "base.qcow2");
    for (location, format, expected) in [
        // The format driver is that of the recorded format.
        (
            format!(r#"json:{{"driver":"qcow2","file":{}}}"#, file(&qcow2)),
            "qcow2",
            Ok("qcow2"),
        ),
        (
            format!(r#"json:{{"driver":"raw","file":{}}}"#, file(&raw)),
            "raw",
            Ok("raw"),
        ),
        (
            format!(r#"json:{{"file":{}}}"#, file(&qcow2)),
            "qcow2",
            Ok("qcow2"),
        ),
        (
            format!(r#"json:{{"file":{}}}"#, file(&raw)),
            "raw",
            Ok("raw"),
        ),
        (
            format!(r#"json:{{"driver":"qcow2","file":{}}}"#, file(&qcow2)),
            "raw",
            Err(NOT_ITS_FORMAT),
        ),
        (
            format!(r#"json:{{"driver":"raw","file":{}}}"#, file(&qcow2)),
            "qcow2",
            Ok("qcow2"),
        ),
        (
            format!(r#"json:{{"driver":"qed","file":{}}}"#, file(&qcow2)),
            "qcow2",
            Err(NOT_ITS_FORMAT),
        ),
        // A format needs a node below it.
        (
            format!("json:{}", file(&qcow2)),
            "qcow2",
            Err(NO_FORMAT_DRIVER),
        ),
        (format!("json:{}", file(&raw)), "raw", Err(NO_FORMAT_DRIVER)),
        (
            r#"json:{"driver":"nbd","path":"/s"}"#.into(),
            "raw",
            Err(NO_FORMAT_DRIVER),
        ),
        // A protocol driver opens what is its own.
        (raw.clone(), "file", Ok("raw")),
        (format!("file:{raw}"), "file", Ok("raw")),
        (format!("json:{}", file(&raw)), "file", Ok("raw")),
        (
            format!(r#"json:{{"file":{}}}"#, file(&raw)),
            "file",
            Err(NOT_ITS_DRIVER),
        ),
        (
            format!(r#"json:{{"driver":"raw","file":{}}}"#, file(&raw)),
            "file",
            Err(NOT_ITS_DRIVER),
        ),
        (raw.clone(), "nbd", Err(NOT_ITS_DRIVER)),
        (raw.clone(), "rbd", Err(NOT_ITS_DRIVER)),
        (raw.clone(), "https", Err(NOT_ITS_DRIVER)),
        (format!("file:{raw}"), "host_device", Err(NOT_ITS_DRIVER)),
        (format!("json:{}", file(&raw)), "nbd", Err(NOT_ITS_DRIVER)),
        ("nbd://h/x".into(), "nbd", Ok("raw")),
        ("nbd:unix:/s".into(), "nbd", Ok("raw")),
        (
            r#"json:{"driver":"nbd","path":"/s"}"#.into(),
            "nbd",
            Ok("raw"),
        ),
        ("rbd:p/i".into(), "rbd", Ok("raw")),
        ("https://h/x".into(), "https", Ok("raw")),
        ("https://h/x".into(), "http", Err(NOT_ITS_DRIVER)),
        ("nbd://h/x".into(), "file", Err(NOT_ITS_DRIVER)),
        ("rbd:p/i".into(), "nbd", Err(NOT_ITS_DRIVER)),
        ("fat:/d".into(), "file", Err(NOT_ITS_DRIVER)),
    ] {
        overlay(&images, "top.qcow2", &location, format);
        match expected {
            Err(words) => assert_refused(&images, words),
            Ok(found) => {
                let opened = match found {
                    _ if !location.contains("/base.") => "-".to_owned(),
                    "raw" if location.contains(&qcow2) => bytes.to_string(),
                    _ => "1048576".to_owned(),
                };
                let name = match (location.contains("/base."), found) {
                    (false, _) => location.clone(),
                    (true, "raw") => "base.raw".to_owned(),
                    (true, _) => "base.qcow2".to_owned(),
                };
                let whole = format!("{TOP} | backing {name} {found} recorded {opened}");
                assert_whole(&images, "top.qcow2", &options(), &whole);
            }
        }
    }
}

#[test]
fn the_drivers_of_files_and_devices_open_nothing_else() {
    let (images, _, raw) = bases();
    let words =
        "backing file at depth 1: a regular file, which the driver host_device does not open";
    for (location, format) in [
        (raw.clone(), "host_device"),
        (raw.clone(), "host_cdrom"),
        (
            format!(r#"json:{{"file":{{"driver":"host_device","filename":"{raw}"}}}}"#),
            "raw",
        ),
        (
            format!(r#"json:{{"driver":"host_device","filename":"{raw}"}}"#),
            "host_device",
        ),
    ] {
        overlay(&images, "top.qcow2", &location, format);
        let broken = format!("{TOP} | backing base.raw raw recorded -");
        let expected = (ErrorKind::UnsupportedFile, words, &*broken);
        assert_broken(&images, "top.qcow2", &options(), expected);
    }
}

#[test]
fn a_slice_next_to_file_belongs_to_the_format_raw() {
    let (images, qcow2, raw) = bases();
    let sliced = |name: &str, slice: &str| {
        format!(r#"json:{{{slice},"file":{{"driver":"file","filename":"{name}"}}}}"#)
    };
    for slice in [
        r#""offset":512"#,
        r#""size":"1024""#,
        r#""offset":"0","size":512"#,
    ] {
        overlay(&images, "top.qcow2", &sliced(&qcow2, slice), "qcow2");
        assert_refused(&images, NOT_RAW);
        unrecorded(&images, "top.qcow2", &sliced(&raw, slice));
        for policy in [
            UnrecordedFormat::Refuse,
            UnrecordedFormat::Probe,
            UnrecordedFormat::Raw,
        ] {
            let broken = format!("{TOP} | backing base.raw ? unknown -");
            let words = format!("backing file at depth 1: {NOT_RAW}");
            let expected = (ErrorKind::InvalidLocation, &*words, &*broken);
            assert_broken(&images, "top.qcow2", &with_policy(policy), expected);
        }
    }
    for (slice, size) in [
        (r#""offset":512"#, MIB - 512),
        (r#""size":"1024""#, 1024),
        (r#""offset":"1024","size":"512""#, 512),
        (r#""offset":1"#, MIB),
    ] {
        overlay(&images, "top.qcow2", &sliced(&raw, slice), "raw");
        let whole = format!("{TOP} | backing base.raw raw recorded {size}");
        assert_whole(&images, "top.qcow2", &options(), &whole);
    }
}

#[test]
fn a_slice_without_a_size_ends_where_the_guest_sees_the_end() {
    let images = Images::new();
    std::fs::write(images.path("odd.raw"), [0; 1000]).expect("a file");
    let name = images.path("odd.raw");
    let sliced = |offset: u32| {
        let name = name.display();
        format!(r#"json:{{"driver":"raw","offset":{offset},"file":{{"filename":"{name}"}}}}"#)
    };
    overlay(&images, "top.qcow2", &sliced(512), "raw");
    let whole = format!("{TOP} | backing odd.raw raw recorded 512");
    assert_whole(&images, "top.qcow2", &options(), &whole);
    overlay(&images, "top.qcow2", &sliced(500), "raw");
    let words = "backing file at depth 1: json: neither the offset of the slice nor the length of \
                 the file is a multiple of 512 (offset 0)";
    let broken = format!("{TOP} | backing odd.raw raw recorded -");
    let expected = (ErrorKind::InvalidLocation, words, &*broken);
    assert_broken(&images, "top.qcow2", &options(), expected);
}

#[test]
fn libvirts_rule_accepts_a_format_over_a_protocol_driver_and_ignores_its_name() {
    let (images, qcow2, raw) = bases();
    let file = |name: &str| format!(r#"{{"driver":"file","filename":"{name}"}}"#);
    let libvirt = with_policy(UnrecordedFormat::Libvirt);
    for (location, format, expected) in [
        (format!("json:{}", file(&qcow2)), "qcow2", "qcow2"),
        (format!("json:{}", file(&raw)), "raw", "raw"),
        (format!(r#"json:{{"file":{}}}"#, file(&raw)), "file", "raw"),
        (raw.clone(), "host_device", "raw"),
        (raw.clone(), "nbd", "raw"),
    ] {
        overlay(&images, "top.qcow2", &location, format);
        let chain = diskprobe_test_support::chain::open(&images, "top.qcow2", &libvirt);
        let chain = chain.unwrap_or_else(|broken| panic!("{location}, {format}: {broken}"));
        let found = chain.elements()[1].format().map(|format| format.as_str());
        assert_eq!(found, Some(expected), "{location}, {format}");
    }
}
