// SPDX-License-Identifier: MIT OR Apache-2.0
//! Conditions of classes that are long or shared.

use super::pair::{Difference, Pair};
use diskprobe::Format;
use serde_json::Value;

/// The number of bytes that libvirt reads of an image.
const WINDOW: u64 = 0x8200;
/// The offset of the descriptor in a VMDK, and the size that QEMU reads.
const DESCRIPTOR: (usize, usize) = (0x200, 10240);
/// The formats that libvirt knows by name.
const NAMES: [&str; 15] = [
    "raw", "dir", "bochs", "cloop", "dmg", "iso", "vpc", "vdi", "fat", "vhd", "ploop", "cow",
    "qcow", "qcow2", "qed",
];

/// Returns whether we detect this format and libvirt treats the image as raw, because of `why`.
pub(crate) fn raw_there(d: &Difference<'_>, format: Format, why: fn(&Pair) -> bool) -> bool {
    let raw = d.pair.theirs("format") == Some("raw")
        && d.pair.theirs("capacity") == d.pair.theirs("physical");
    let fact = ["format", "capacity", "backing", "backing-format"].contains(&d.fact);
    raw && fact && d.pair.format() == Some(format) && why(d.pair)
}

/// Returns whether libvirt detects one of these formats and we treat the image as raw, because of
/// `why`.
pub(crate) fn raw_here(d: &Difference<'_>, formats: &[&str], why: fn(&Pair) -> bool) -> bool {
    let theirs = d.pair.theirs("format").unwrap_or_default();
    let always = ["format", "capacity", "backing", "backing-format"].contains(&d.fact);
    let of_qcow2 = ["compat", "cluster-size"].contains(&d.fact) && d.ours.is_none();
    let fact = match d.fact {
        "capacity" if theirs == "ploop" => false,
        _ => always || of_qcow2,
    };
    formats.contains(&theirs) && fact && d.pair.format() == Some(Format::Raw) && why(d.pair)
}

/// Returns whether the sizes differ only by rounding. QEMU rounds to sectors of 512 bytes; libvirt
/// reports the recorded size, or the length.
pub(crate) fn rounded(d: &Difference<'_>) -> bool {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<u64>().ok());
    let (Some(ours), Some(theirs)) = (number(d.ours), number(d.theirs)) else {
        return false;
    };
    let Some(image) = d.pair.image() else {
        return false;
    };
    let payload = image
        .encryption()
        .and_then(|encryption| encryption.payload_offset);
    let data = image
        .physical_size()
        .and_then(|size| size.checked_sub(payload.unwrap_or(0)));
    let exact = [image.recorded_size(), data].contains(&Some(theirs));
    let sectors = ours % 512 == 0 && ours.abs_diff(theirs) < 512;
    d.fact == "capacity" && sectors && exact
}

/// Returns whether the recorded backing format is unknown to libvirt.
pub(crate) fn foreign_format_name(pair: &Pair) -> bool {
    let format = pair.image().and_then(|image| image.backing()?.format);
    let known = |name| name == b"vmdk" || NAMES.iter().any(|known| known.as_bytes() == name);
    format.is_some_and(|format| !known(format.name()))
}

/// Returns whether the backing name is at an offset that libvirt does not read.
pub(crate) fn far_name(pair: &Pair) -> bool {
    let references = pair.image().map(|image| image.references());
    let mut references = references.into_iter().flatten();
    references.any(|reference| reference.origin.offset + reference.origin.length > WINDOW)
}

/// Returns whether libvirt parsed the location and reports the file in it.
pub(crate) fn parsed(d: &Difference<'_>) -> bool {
    let (Some(ours), Some(theirs)) = (d.ours, d.theirs) else {
        return false;
    };
    let file = |json: &Value| json["file"]["filename"] == *theirs || json["filename"] == *theirs;
    let json = ours
        .strip_prefix("json:")
        .and_then(|json| serde_json::from_str(json).ok());
    let within = json.as_ref().is_some_and(file) || ours.strip_prefix("fat:") == d.theirs;
    d.fact == "backing" && within
}

/// Returns whether the parent hint has blanks, or is after the part that QEMU reads.
pub(crate) fn hint(d: &Difference<'_>) -> bool {
    const HINT: &[u8] = b"parentFileNameHint";
    let (start, length) = DESCRIPTOR;
    let text = d.pair.bytes.get(start..).unwrap_or_default();
    let hint = text.windows(HINT.len()).position(|bytes| bytes == HINT);
    let blanks = hint.is_some_and(|offset| text.get(offset + HINT.len()) == Some(&b' '));
    let far = hint.is_some_and(|offset| offset >= length);
    let vmdk = d.pair.format() == Some(Format::Vmdk) && d.pair.bytes.starts_with(b"KDMV");
    vmdk && ["backing", "backing-format"].contains(&d.fact) && (blanks || far)
}

/// Returns whether the image has the signature of VDI and that of a format that QEMU detects first.
pub(crate) fn other_than_vdi(pair: &Pair) -> bool {
    let before: [&[u8]; 5] = [
        b"QED\0",
        b"KDMV",
        b"vhdxfile",
        b"WithouFreSpacExt",
        b"version=1\n",
    ];
    let vdi = pair.at(64, 4) == [0x7f, 0x10, 0xda, 0xbe];
    vdi && before
        .iter()
        .any(|signature| pair.bytes.starts_with(signature))
}
