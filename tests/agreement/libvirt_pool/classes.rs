// SPDX-License-Identifier: MIT OR Apache-2.0
//! The classes of differences, named after libvirt's behaviour. docs/differences/libvirt.md
//! explains them.
//!
//! Only values and bytes determine the class of a difference, never the name of the image.

use super::pair::Difference;
use super::predicates::*;
use diskprobe::ErrorKind::{InvalidImage, Truncated, UnsupportedFeature, UnsupportedFile};
use diskprobe::Format;
use diskprobe_test_support::qemu_img;
use diskprobe_test_support::qemu_versions::VDI_AFTER_VMDK;

/// Returns whether a difference has the class.
type Fits = fn(&Difference<'_>) -> bool;

pub(crate) const CLASSES: &[(&str, Fits)] = &[
    // Names of formats.
    ("parallels has the name ploop", |d| {
        d.is("format", "parallels", "ploop")
    }),
    ("AES has the name qcow", |d| {
        d.is("encryption", "aes", "qcow")
    }),
    ("LUKS is encryption of raw", |d| {
        d.is("format", "luks", "raw") && d.pair.theirs("encryption") == Some("luks")
    }),
    ("LUKS2 is not reported", |d| {
        d.fact == "encryption" && d.ours == Some("luks2") && d.theirs.is_none()
    }),
    // Formats that libvirt treats as raw.
    ("vhdx is raw", |d| raw_there(d, Format::Vhdx, |_| true)),
    ("bochs is raw", |d| raw_there(d, Format::Bochs, |_| true)),
    ("cloop is raw", |d| raw_there(d, Format::Cloop, |_| true)),
    ("a vmdk descriptor is raw", |d| {
        raw_there(d, Format::Vmdk, |pair| {
            !pair.bytes.starts_with(b"KDMV") && !pair.bytes.starts_with(b"COWD")
        })
    }),
    ("vmdk COWD is raw", |d| {
        raw_there(d, Format::Vmdk, |pair| pair.bytes.starts_with(b"COWD"))
    }),
    ("vmdk version 0 is raw", |d| {
        raw_there(d, Format::Vmdk, |pair| {
            pair.bytes.starts_with(b"KDMV\0\0\0\0")
        })
    }),
    ("parallels with the old signature is raw", |d| {
        raw_there(d, Format::Parallels, |pair| {
            pair.bytes.starts_with(b"WithoutFreeSpace")
        })
    }),
    ("vpc with another version is raw", |d| {
        raw_there(d, Format::Vpc, |pair| pair.at(12, 4) != [0, 1, 0, 0])
    }),
    // Images that diskprobe treats as raw.
    ("the fourth signature byte is ignored", |d| {
        raw_here(d, &["qcow", "qcow2"], |pair| pair.at(3, 1) != [0xfb])
            || raw_here(d, &["qed"], |pair| pair.at(3, 1) != [0])
    }),
    ("the ploop version is ignored", |d| {
        raw_here(d, &["ploop"], |pair| pair.at(16, 4) != [2, 0, 0, 0])
    }),
    ("cow is detected", |d| raw_here(d, &["cow"], |_| true)),
    ("an ISO image is a format", |d| d.is("format", "raw", "iso")),
    ("ISO has priority over a signature at offset 0", |d| {
        d.pair
            .image()
            .is_some_and(|image| image.format() != Format::Raw)
            && d.pair.theirs("format") == Some("iso")
            && ["format", "capacity", "compat"].contains(&d.fact)
    }),
    // Sizes.
    ("sizes are not rounded to sectors", rounded),
    ("size 0 is replaced by the length", |d| {
        d.fact == "capacity"
            && d.ours == Some("0")
            && d.theirs.is_some()
            && d.theirs == d.pair.theirs("physical")
    }),
    ("the length of an empty file is absent", |d| {
        d.fact == "physical" && d.ours == Some("0") && d.theirs.is_none()
    }),
    ("the size of ploop is the length of the file", |d| {
        d.fact == "capacity"
            && d.pair.theirs("format") == Some("ploop")
            && d.pair.format() == Some(Format::Parallels)
            && d.theirs == d.pair.theirs("physical")
    }),
    ("the size of vpc is the original size", |d| {
        d.fact == "capacity"
            && d.pair.format() == Some(Format::Vpc)
            && d.theirs == Some(&*d.pair.be64(40).to_string())
    }),
    ("the vmdk footer is ignored", |d| {
        d.fact == "capacity"
            && d.pair.format() == Some(Format::Vmdk)
            && d.pair.at(56, 8) == [0xff; 8]
    }),
    ("cluster size is reported only for qcow2", |d| {
        d.fact == "cluster-size"
            && d.ours.is_some()
            && d.theirs.is_none()
            && d.pair.theirs("format") != Some("qcow2")
    }),
    // Facts of qcow2.
    ("compat 0.10 is not reported", |d| {
        d.fact == "compat" && d.ours == Some("0.10") && d.theirs.is_none()
    }),
    ("the data file is not reported", |d| {
        d.fact == "data-file" && d.ours.is_some() && d.theirs.is_none()
    }),
    ("a foreign backing format is replaced", |d| {
        foreign_format_name(d.pair) && d.fact == "backing-format" && d.theirs.is_some()
    }),
    ("a backing name at a high offset is not read", |d| {
        far_name(d.pair) && ["backing", "backing-format"].contains(&d.fact) && d.theirs.is_none()
    }),
    ("compat is lost with the backing store", |d| {
        (far_name(d.pair) || foreign_format_name(d.pair))
            && d.fact == "compat"
            && d.ours == Some("1.1")
            && d.theirs.is_none()
    }),
    ("an empty backing name is the directory", |d| {
        ["backing", "backing-format"].contains(&d.fact)
            && d.ours.is_none()
            && d.pair
                .theirs("backing")
                .is_some_and(|name| name.ends_with('/'))
    }),
    ("a repeated backing format", |d| {
        d.fact == "backing-format"
            && d.pair
                .bytes
                .windows(4)
                .filter(|bytes| *bytes == [0xe2, 0x79, 0x2a, 0xca])
                .count()
                == 2
    }),
    // Backing stores.
    ("an unrecorded backing format is probed", |d| {
        d.fact == "backing-format"
            && d.ours.is_none()
            && d.theirs.is_some()
            && d.pair
                .image()
                .is_some_and(|image| image.backing().is_some())
    }),
    ("a backing location is parsed", parsed),
    ("a remote backing store is raw", |d| {
        d.fact == "backing-format"
            && d.ours.is_some()
            && d.theirs == Some("raw")
            && d.pair
                .theirs("backing")
                .is_some_and(|name| name.starts_with("json:"))
    }),
    ("vmdk hints are read differently", hint),
    // One program gives no answer.
    ("impossible fields are accepted", |d| {
        d.fact == "answer"
            && d.theirs.is_some()
            && d.pair.error_is(&[InvalidImage, UnsupportedFeature])
            && !other_than_vdi(d.pair)
            && !d.pair.qemu_opens()
    }),
    ("a truncated header is accepted", |d| {
        d.fact == "answer" && d.pair.error_is(&[Truncated]) && !other_than_vdi(d.pair)
    }),
    ("VDI has priority over a signature at offset 0", |d| {
        d.fact == "answer"
            && d.pair.theirs("format") == Some("vdi")
            && other_than_vdi(d.pair)
            && (!d.pair.qemu_opens() || !qemu_img::has(&VDI_AFTER_VMDK))
    }),
    ("qed without a backing format has no answer", |d| {
        d.fact == "answer"
            && d.theirs.is_none()
            && d.pair.image().is_some_and(|image| {
                image.format() == Format::Qed
                    && image
                        .backing()
                        .is_some_and(|backing| backing.format.is_none())
            })
    }),
    ("a long backing name has no answer", |d| {
        d.fact == "answer"
            && d.theirs.is_none()
            && d.pair
                .image()
                .and_then(|image| image.backing())
                .is_some_and(|backing| backing.location.len() > 255)
    }),
    ("a directory is a format", |d| {
        d.fact == "answer"
            && d.pair.error_is(&[UnsupportedFile])
            && d.pair.theirs("format") == Some("dir")
    }),
];
