// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tables on signatures and on limits.

use diskprobe::{limits, Error, ErrorKind, Format, Options};
use diskprobe_test_support::document::{assert_parts, table};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::probe_with;

#[test]
fn the_tables_of_signatures_and_limits_are_up_to_date() {
    let parts = [("signatures", signatures()), ("limits", limits())];
    assert_parts(
        "docs/formats.md",
        &parts.map(|(name, part)| (name.to_owned(), part)),
    );
}

/// Bytes at offsets of a sector of zeros.
type Pieces = &'static [(usize, &'static [u8])];

/// First sectors that have the signature of a format.
const HEADS: [(Format, Pieces); 17] = [
    (Format::Parallels, &[(0, b"WithoutFreeSpace\x02")]),
    (Format::Parallels, &[(0, b"WithouFreSpacExt\x02")]),
    (Format::Qed, &[(0, b"QED")]),
    (Format::Dmg, &[]),
    (
        Format::Bochs,
        &[
            (0, b"Bochs Virtual HD Image"),
            (32, b"Redolog"),
            (48, b"Growing"),
            (66, b"\x01"),
        ],
    ),
    (
        Format::Cloop,
        &[(
            0,
            b"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n",
        )],
    ),
    (Format::Vpc, &[(0, b"conectix")]),
    (Format::Vmdk, &[(0, b"KDMV")]),
    (Format::Vmdk, &[(0, b"COWD")]),
    (Format::Vmdk, &[(0, b"version=1\n")]),
    (Format::Vhdx, &[(0, b"vhdxfile")]),
    (Format::Vdi, &[(64, b"\x7f\x10\xda\xbe")]),
    (Format::Qcow, &[(0, b"QFI\xfb\0\0\0\x01")]),
    (Format::Qcow2, &[(0, b"QFI\xfb\0\0\0\x02")]),
    (Format::Luks, &[(0, b"LUKS\xba\xbe\0\x01")]),
    (Format::Luks, &[(0, b"LUKS\xba\xbe\0\x02")]),
    (Format::Cow, &[(0, b"OOOM\0\0\0\x02")]),
];

/// Finds by trial which bytes of the first sector are a signature, and which values they can have.
fn signatures() -> String {
    let mut rows = Vec::new();
    for format in order() {
        let heads = HEADS.iter().filter(|(of, _)| *of == format);
        for (_, pieces) in heads {
            let head = patched(&[0; 512], pieces);
            let detected = is_detected(&head);
            let missing = missing(&[b'x'; 512], format).expect("not a signature");
            let signature = match pieces.is_empty() {
                true => String::new(),
                false => signature(&head, format),
            };
            let by = if detected { "yes" } else { "no" };
            rows.push(vec![format.to_string(), signature, by.to_owned(), missing]);
        }
    }
    assert_eq!(rows.len(), HEADS.len(), "a format is missing");
    let columns = [
        "format",
        "signature",
        "detected",
        "asked for, and not there",
    ];
    table(&columns, &rows)
}

/// Returns the formats in the order of detection.
fn order() -> Vec<Format> {
    let source = include_str!("../../src/formats.rs");
    let (_, drivers) = source.split_once("const DRIVERS: ").expect("the table");
    let (drivers, _) = drivers.split_once("\n];").expect("its end");
    let names = drivers.split("Format::").skip(1);
    let names = names.map(|text| text.split(|c: char| !c.is_alphanumeric()).next());
    let format = |name: Option<&str>| {
        let name = name.expect("a name").to_lowercase();
        name.parse::<Format>().ok().expect("a format")
    };
    names
        .map(format)
        .filter(|format| *format != Format::Raw)
        .collect()
}

fn is_detected(head: &[u8]) -> bool {
    !matches!(probe_with(head, &Options::new()), Ok(image) if image.format() == Format::Raw)
}

/// Returns what is missing, by the error, in an image that is asked for.
fn missing(head: &[u8], format: Format) -> Option<String> {
    let asked = Options::new().format(Some(format));
    let error = probe_with(head, &asked).err();
    let error = error.filter(|error: &Error| error.kind() == ErrorKind::WrongFormat)?;
    let message = error.to_string();
    let (_, missing) = message.split_once(" image: ")?;
    let (missing, _) = missing.split_once(" (offset")?;
    Some(missing.to_owned())
}

/// Returns the bytes that have only one value, and those that can have some others.
fn signature(head: &[u8], format: Format) -> String {
    let detected = is_detected(head);
    let with = |offset: usize, value: u8| {
        let changed = patched(head, &[(offset, &[value])]);
        missing(&changed, format).is_none() && is_detected(&changed) == detected
    };
    let mut fixed: Vec<(usize, Vec<u8>)> = Vec::new();
    let mut others = Vec::new();
    for (offset, byte) in head.iter().enumerate() {
        assert!(with(offset, *byte), "{format}");
        // Few bytes matter. These values show which.
        let tried = [0, 1, byte ^ 1, byte ^ 0x80, byte ^ 0xff];
        if tried.iter().all(|value| with(offset, *value)) {
            continue;
        }
        let values: Vec<u8> = (0..=255).filter(|value| with(offset, *value)).collect();
        match (values.len(), fixed.last_mut()) {
            (1, Some((start, bytes))) if *start + bytes.len() == offset => bytes.push(values[0]),
            (1, _) => fixed.push((offset, values)),
            _ => others.push(format!("{} at {offset}", range(&values))),
        }
    }
    let text = |(offset, bytes): &(usize, Vec<u8>)| format!("`{}` at {offset}", shown(bytes));
    let fixed = fixed.iter().map(text);
    fixed.chain(others).collect::<Vec<_>>().join("; ")
}

fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string().replace("\\x00", "\\0")
}

fn range(values: &[u8]) -> String {
    let (first, last) = (values[0], values[values.len() - 1]);
    assert_eq!(usize::from(last - first) + 1, values.len(), "{values:?}");
    format!("`{}` to `{}`", shown(&[first]), shown(&[last]))
}

/// Limits with their values, which only the compiler knows.
macro_rules! values {
    ($($name:ident),* $(,)?) => {
        [$((stringify!($name), limits::$name as u64)),*]
    };
}

fn limits() -> String {
    let values = values![
        MAX_READS,
        MAX_BYTES,
        FIRST_READ,
        LATER_READ,
        MAX_OBJECT,
        DETECTION_HEAD,
        MAX_VIRTUAL_SIZE,
        MAX_DATA_FILE_NAME,
        MAX_VMDK_DESCRIPTOR,
        MAX_VMDK_REPEATS,
        MAX_VPC_PARENT_LOCATOR,
        MAX_VHDX_PARENT_LOCATOR,
        MAX_LUKS2_JSON,
        MAX_JSON_DEPTH,
        MAX_LOCATION,
        MAX_LOCATION_OPTIONS,
        MAX_LOCATION_OPTION_NAME,
        MAX_LOCATION_HOSTS,
        MAX_CHAIN_IMAGES,
        MAX_SCAN_JOBS,
        MAX_SCAN_DEPTH,
        SCAN_LISTING,
    ];
    let source = include_str!("../../src/base/limits.rs");
    let mut rows = Vec::new();
    let mut comment = Vec::new();
    for line in source.lines() {
        if let Some(text) = line.strip_prefix("/// ") {
            comment.push(text);
        } else if let Some(constant) = line.strip_prefix("pub const ") {
            let (name, _) = constant.split_once(':').expect("a type");
            let known = values.iter().find(|(known, _)| *known == name);
            let (_, value) = known.unwrap_or_else(|| panic!("{name} is not listed here"));
            let text = comment.join(" ");
            let (ours, qemu) = text.split_once(" QEMU: ").unwrap_or((&text, ""));
            rows.push(
                [&format!("`{name}`"), &value.to_string(), ours, qemu]
                    .map(str::to_owned)
                    .to_vec(),
            );
        } else {
            comment.clear();
        }
    }
    assert_eq!(rows.len(), values.len());
    table(&["limit", "value", "why", "QEMU's"], &rows)
}
