// SPDX-License-Identifier: MIT OR Apache-2.0
//! Truncated images: no panic, no fact from missing bytes, and no image with a signature reported
//! as raw.

use crate::everything;
use diskprobe::{probe_buffer, ErrorKind, Format, Options};
use std::collections::BTreeSet;

/// Offsets at which a structure of some format starts or ends.
const BOUNDARIES: [usize; 17] = [
    1536,
    2048,
    4096,
    8192,
    10240 + 512,
    0x8000,
    0x8800,
    0x1_0000,
    0x1_1000,
    0x2_0000,
    0x2_1000,
    0x3_0000,
    0x3_0400,
    0x4_0000,
    0x20_0000,
    0x30_0000,
    0x31_0000,
];

#[test]
fn a_cut_image_gives_no_fact_from_missing_bytes() {
    let (images, members) = everything();
    let (mut probes, mut answers) = (0, 0);
    // One image in five is enough, because neighbours in the list are similar.
    for member in members.iter().step_by(5) {
        let metadata = std::fs::metadata(images.path(&member.name));
        if metadata.expect("the image").len() > 8 << 20 {
            continue;
        }
        let bytes = images.read(&member.name);
        let options = Options::new().format(member.asked);
        let whole = probe_buffer(&bytes, Some(bytes.len() as u64), &options);
        let around = BOUNDARIES.iter().flat_map(|at| [at - 1, *at, at + 1]);
        let lengths: BTreeSet<usize> = (0..=1024).chain(around).collect();
        for length in lengths.into_iter().filter(|length| *length < bytes.len()) {
            let cut = &bytes[..length];
            let answer = probe_buffer(cut, Some(length as u64), &options);
            probes += 1;
            let what = || format!("{} cut to {length}: {answer:?}", member.name);
            match &answer {
                Ok(image) => {
                    answers += 1;
                    for reference in image.references() {
                        let end = reference.origin.offset + reference.origin.length;
                        assert!(end <= length as u64, "{}", what());
                    }
                    // Detection must not find another format in the truncated image.
                    if let (None, Ok(whole), 512..) = (member.asked, &whole, length) {
                        assert_eq!(image.format(), whole.format(), "{}", what());
                    }
                    assert_eq!(image.physical_size(), Some(length as u64), "{}", what());
                }
                Err(error) => {
                    let internal = error.kind() == ErrorKind::Internal;
                    assert!(!internal, "{}", what());
                }
            }
        }
    }
    println!("{probes} cuts, {answers} of them with an answer");
    assert!(probes > 40_000, "{probes}");
}

/// The test truncates images to every length from the signature alone to 1024 bytes.
#[test]
fn an_image_with_a_signature_is_never_raw() {
    let signatures: [(usize, &[u8], Format); 13] = [
        (0, b"QFI\xfb\0\0\0\x01", Format::Qcow),
        (0, b"QFI\xfb\0\0\0\x02", Format::Qcow2),
        (0, b"QFI\xfb\0\0\0\x03", Format::Qcow2),
        (0, b"QFI\xfb\xff\xff\xff\xff", Format::Qcow2),
        (0, b"QED\0", Format::Qed),
        (0, b"KDMV", Format::Vmdk),
        (0, b"COWD", Format::Vmdk),
        (0, b"version=1\n", Format::Vmdk),
        (64, b"\x7f\x10\xda\xbe", Format::Vdi),
        (0, b"conectix", Format::Vpc),
        (0, b"vhdxfile", Format::Vhdx),
        (0, b"WithouFreSpacExt\x02", Format::Parallels),
        (0, b"LUKS\xba\xbe\0\x01", Format::Luks),
    ];
    for (at, magic, format) in signatures {
        for length in at + magic.len()..=1024 {
            let mut bytes = vec![0; length];
            bytes[at..at + magic.len()].copy_from_slice(magic);
            let answer = probe_buffer(&bytes, Some(length as u64), &Options::new());
            let found = answer.map(|image| image.format());
            assert!(
                found.as_ref().map_or(true, |found| *found == format),
                "{format}, {length}: {found:?}"
            );
        }
    }
}
