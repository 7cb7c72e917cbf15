// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rows of the table: an image of each format and its facts.

/// An image and its facts.
pub(crate) struct Row {
    pub(crate) label: &'static str,
    pub(crate) file: &'static str,
    /// The format to request, if a program does not detect it.
    pub(crate) asked: &'static str,
    /// The names of the format in all programs.
    pub(crate) names: &'static [&'static str],
    /// The other facts.
    pub(crate) facts: &'static [(&'static str, &'static str)],
}

const SIZE: (&str, &str) = ("size", "8388608");
const BASE: (&str, &str) = ("backing", "base.img");
/// The programs name encryption differently, so any value is accepted.
const ENCRYPTED: (&str, &str) = ("encryption", "");

const fn row(
    label: &'static str,
    file: &'static str,
    names: &'static [&'static str],
    facts: &'static [(&'static str, &'static str)],
) -> Row {
    Row {
        label,
        file,
        asked: names[0],
        names,
        facts,
    }
}

pub(crate) const ROWS: [Row; 25] = [
    row("raw", "raw.img", &["raw"], &[SIZE]),
    row("qcow", "qcow.img", &["qcow", "qcow2"], &[SIZE, ENCRYPTED]),
    row(
        "qcow with a backing store",
        "qcow-b.img",
        &["qcow", "qcow2"],
        &[SIZE, BASE],
    ),
    row("qcow2", "qcow2.img", &["qcow2"], &[SIZE, BASE, ENCRYPTED]),
    row(
        "qcow2 with a data file",
        "qcow2-data.img",
        &["qcow2"],
        &[SIZE, ("data file", "data.raw")],
    ),
    row("qed", "qed.img", &["qed"], &[SIZE, BASE]),
    row(
        "vmdk",
        "vmdk.img",
        &["vmdk"],
        &[SIZE, ("backing", "vmdk-base.img")],
    ),
    row(
        "vmdk, streamOptimized",
        "vmdk-stream.img",
        &["vmdk"],
        &[SIZE],
    ),
    row(
        "vmdk, descriptor",
        "vmdk-flat.img",
        &["vmdk"],
        &[SIZE, ("extents", "vmdk-flat-flat.img")],
    ),
    row("vmdk, COWD", "vmdk-cowd.img", &["vmdk"], &[SIZE]),
    row("vdi", "vdi.img", &["vdi"], &[SIZE]),
    row("vpc, dynamic", "vpc.img", &["vpc", "vhd"], &[SIZE]),
    row("vpc, fixed", "vpc-fixed.img", &["vpc", "vhd"], &[SIZE]),
    row("vhdx", "vhdx.img", &["vhdx"], &[SIZE]),
    row(
        "parallels",
        "parallels.img",
        &["parallels", "ploop"],
        &[SIZE],
    ),
    row("bochs", "bochs.img", &["bochs"], &[SIZE]),
    row("cloop", "cloop.img", &["cloop"], &[("size", "65536")]),
    row("dmg", "dmg.img", &["dmg"], &[SIZE]),
    row(
        "LUKS1",
        "luks.img",
        &["luks", "crypto_LUKS"],
        &[SIZE, ENCRYPTED],
    ),
    row(
        "LUKS2",
        "luks2.img",
        &["luks", "luks2", "crypto_LUKS"],
        &[("size", "16777216"), ENCRYPTED],
    ),
    row("cow", "cow.img", &["cow"], &[SIZE, BASE]),
    row(
        "ISO 9660",
        "iso.img",
        &["iso", "iso9660"],
        &[("size", "8744960")],
    ),
    row("GPT", "gpt.img", &["gpt"], &[SIZE]),
    row("MBR", "mbr.img", &["mbr", "dos", "gpt"], &[SIZE]),
    row("ext4", "ext4.img", &["ext", "ext4"], &[SIZE]),
];
