// SPDX-License-Identifier: MIT OR Apache-2.0
//! The classes of differences: each says of one differing fact whether it is of that class, by the
//! values and the bytes, never by the image's name. docs/differences/libvirt.md explains them.

use crate::pair::Difference;
use crate::predicates::*;
use diskprobe::ErrorKind::{InvalidImage, Truncated, UnsupportedFeature, UnsupportedFile};
use diskprobe::Format;

/// Whether a difference is of the class.
type Fits = fn(&Difference<'_>) -> bool;

pub(crate) const CLASSES: &[(&str, Fits)] = &[
    // Names
    ("parallels is called ploop", |d| {
        d.is("format", "parallels", "ploop")
    }),
    ("AES is called qcow", |d| d.is("encryption", "aes", "qcow")),
    ("LUKS is an encryption of raw", |d| {
        d.is("format", "luks", "raw") && d.pair.theirs("encryption") == Some("luks")
    }),
    ("LUKS2 is not told", |d| {
        d.fact == "encryption" && d.ours == Some("luks2") && d.theirs.is_none()
    }),
    // Formats that are raw there
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
    ("parallels of the first form is raw", |d| {
        raw_there(d, Format::Parallels, |pair| {
            pair.bytes.starts_with(b"WithoutFreeSpace")
        })
    }),
    ("vpc of another version is raw", |d| {
        raw_there(d, Format::Vpc, |pair| pair.at(12, 4) != [0, 1, 0, 0])
    }),
    // Bytes that are raw here
    ("the fourth byte of the signature counts", |d| {
        raw_here(d, &["qcow", "qcow2"], |pair| pair.at(3, 1) != [0xfb])
            || raw_here(d, &["qed"], |pair| pair.at(3, 1) != [0])
    }),
    ("the version of ploop counts", |d| {
        raw_here(d, &["ploop"], |pair| pair.at(16, 4) != [2, 0, 0, 0])
    }),
    ("cow is read where it is asked for", |d| {
        raw_here(d, &["cow"], |_| true)
    }),
    ("an ISO is raw", |d| d.is("format", "raw", "iso")),
    ("a signature at the start goes before ISO's", |d| {
        d.pair
            .image()
            .is_some_and(|image| image.format() != Format::Raw)
            && d.pair.theirs("format") == Some("iso")
            && ["format", "capacity", "compat"].contains(&d.fact)
    }),
    // Sizes
    ("sizes are rounded to sectors", rounded),
    ("a size of 0 is 0", |d| {
        d.fact == "capacity"
            && d.ours == Some("0")
            && d.theirs.is_some()
            && d.theirs == d.pair.theirs("physical")
    }),
    ("the length of an empty file is 0", |d| {
        d.fact == "physical" && d.ours == Some("0") && d.theirs.is_none()
    }),
    ("the size of ploop is that of its header", |d| {
        d.fact == "capacity"
            && d.pair.theirs("format") == Some("ploop")
            && d.pair.format() == Some(Format::Parallels)
            && d.theirs == d.pair.theirs("physical")
    }),
    ("the size of vpc is QEMU's", |d| {
        d.fact == "capacity"
            && d.pair.format() == Some(Format::Vpc)
            && d.theirs == Some(&*d.pair.be64(40).to_string())
    }),
    ("the footer of a vmdk goes before its header", |d| {
        d.fact == "capacity"
            && d.pair.format() == Some(Format::Vmdk)
            && d.pair.at(56, 8) == [0xff; 8]
    }),
    ("cluster sizes of every format", |d| {
        d.fact == "cluster-size"
            && d.ours.is_some()
            && d.theirs.is_none()
            && d.pair.theirs("format") != Some("qcow2")
    }),
    // qcow2
    ("compat 0.10 is told", |d| {
        d.fact == "compat" && d.ours == Some("0.10") && d.theirs.is_none()
    }),
    ("the data file is told", |d| {
        d.fact == "data-file" && d.ours.is_some() && d.theirs.is_none()
    }),
    ("names of backing formats are kept", |d| {
        foreign_format_name(d.pair) && d.fact == "backing-format" && d.theirs.is_some()
    }),
    ("backing names are read wherever they are", |d| {
        far_name(d.pair) && ["backing", "backing-format"].contains(&d.fact) && d.theirs.is_none()
    }),
    ("compat is told whatever the backing store", |d| {
        (far_name(d.pair) || foreign_format_name(d.pair))
            && d.fact == "compat"
            && d.ours == Some("1.1")
            && d.theirs.is_none()
    }),
    ("an empty backing name is none", |d| {
        ["backing", "backing-format"].contains(&d.fact)
            && d.ours.is_none()
            && d.pair
                .theirs("backing")
                .is_some_and(|name| name.ends_with('/'))
    }),
    ("the last of several backing formats counts", |d| {
        d.fact == "backing-format"
            && d.pair
                .bytes
                .windows(4)
                .filter(|bytes| *bytes == [0xe2, 0x79, 0x2a, 0xca])
                .count()
                == 2
    }),
    // Backing stores
    ("a backing format that is not recorded is not given", |d| {
        d.fact == "backing-format"
            && d.ours.is_none()
            && d.theirs.is_some()
            && d.pair
                .image()
                .is_some_and(|image| image.backing().is_some())
    }),
    ("backing locations are given as recorded", taken_apart),
    ("what is recorded of a remote backing store is kept", |d| {
        d.fact == "backing-format"
            && d.ours.is_some()
            && d.theirs == Some("raw")
            && d.pair
                .theirs("backing")
                .is_some_and(|name| name.starts_with("json:"))
    }),
    ("vmdk hints are read as QEMU does", hint),
    // Whether there is an answer
    ("impossible fields are errors", |d| {
        d.fact == "answer"
            && d.theirs.is_some()
            && d.pair.error_is(&[InvalidImage, UnsupportedFeature])
            && !other_than_vdi(d.pair)
            && !d.pair.qemu_opens()
    }),
    ("files that end within their header are errors", |d| {
        d.fact == "answer" && d.pair.error_is(&[Truncated]) && !other_than_vdi(d.pair)
    }),
    ("a signature at the start goes before VDI's", |d| {
        d.fact == "answer"
            && d.pair.theirs("format") == Some("vdi")
            && other_than_vdi(d.pair)
            && !d.pair.qemu_opens()
    }),
    (
        "qed whose backing format is not recorded has an answer",
        |d| {
            d.fact == "answer"
                && d.theirs.is_none()
                && d.pair.image().is_some_and(|image| {
                    image.format() == Format::Qed
                        && image
                            .backing()
                            .is_some_and(|backing| backing.format.is_none())
                })
        },
    ),
    ("long backing names have an answer", |d| {
        d.fact == "answer"
            && d.theirs.is_none()
            && d.pair
                .image()
                .and_then(|image| image.backing())
                .is_some_and(|backing| backing.location.len() > 255)
    }),
    ("a directory is answered where it is asked for", |d| {
        d.fact == "answer"
            && d.pair.error_is(&[UnsupportedFile])
            && d.pair.theirs("format") == Some("dir")
    }),
];
