// SPDX-License-Identifier: MIT OR Apache-2.0
//! The binary headers: each field at its limits.

use crate::common::{assert_refused, patched, probe, Images};
use crate::{assert_agreed, assert_both_refuse, crafted, images_and_base};
use diskprobe::ErrorKind::{self, InvalidImage, NeedMoreData, Truncated, UnsupportedFeature};
use diskprobe::Options;

type Changes = Vec<(usize, Vec<u8>)>;

fn changed(base: &[u8], changes: &Changes) -> Vec<u8> {
    let changes: Vec<(usize, &[u8])> = changes.iter().map(|(at, new)| (*at, &new[..])).collect();
    patched(base, &changes)
}

fn le4(value: u32) -> Vec<u8> {
    value.to_le_bytes().to_vec()
}

fn le8(value: u64) -> Vec<u8> {
    value.to_le_bytes().to_vec()
}

/// Most sectors that an image may have.
const MOST: u64 = 0x7fff_ffff_c000_0000 / 512;

fn agreed(images: &Images, base: &[u8], cases: &[(&str, Changes)]) {
    for (name, changes) in cases {
        assert_agreed(images, name, &changed(base, changes));
    }
}

fn refused(images: &Images, base: &[u8], cases: &[(&str, ErrorKind, u64, Changes)]) {
    for (words, kind, offset, changes) in cases {
        assert_both_refuse(images, &changed(base, changes), *kind, *offset, words);
    }
}

#[test]
fn sparse_headers() {
    let (images, base) = images_and_base();
    let end = (base.len() / 512) as u64;
    let value = base
        .windows(17)
        .position(|part| part == b"monolithicSparse\"");
    let create_type = value.expect("a createType") as u64;
    let ones = || vec![(20, le8(1)), (44, le4(1))];
    let and = |mut changes: Changes, more: Changes| {
        changes.extend(more);
        changes
    };
    agreed(
        &images,
        &base,
        &[
            ("plain", vec![]),
            ("version 0", vec![(4, le4(0))]),
            ("version 3", vec![(4, le4(3))]),
            ("all flags", vec![(8, le4(u32::MAX))]),
            ("capacity 0", vec![(12, le8(0)), (28, le8(0))]),
            ("capacity 1", vec![(12, le8(1))]),
            ("grain 3", vec![(20, le8(3))]),
            ("largest grain", vec![(20, le8(0x20_0000)), (44, le4(512))]),
            (
                "largest capacity",
                vec![(12, le8(MOST)), (20, le8(0x20_0000)), (44, le4(512))],
            ),
            ("largest table", and(ones(), vec![(12, le8(32 << 20))])),
            ("table of 2^32", and(ones(), vec![(12, le8(1 << 32))])),
            (
                "table of 2^32 + 2^25",
                and(ones(), vec![(12, le8((1 << 32) + (32 << 20)))]),
            ),
            ("descriptor elsewhere", vec![(28, le8(0))]),
            ("descriptor far away", vec![(28, le8(u64::MAX))]),
            ("directory behind the end", vec![(56, le8(end + 1))]),
            ("last directory", vec![(56, le8(MOST - 1))]),
            (
                "redundant directory without flag",
                vec![(8, le4(1)), (48, le8(u64::MAX))],
            ),
            ("data starts at the end", vec![(64, le8(end))]),
            ("newline test", vec![(73, vec![0; 4])]),
            ("compressed", vec![(77, vec![1, 0])]),
            ("another compression", vec![(77, vec![2, 0])]),
            ("compression 257", vec![(77, vec![1, 1])]),
        ],
    );
    refused(
        &images,
        &base,
        &[
            ("version is 4", UnsupportedFeature, 4, vec![(4, le4(4))]),
            (
                "version is 4294967295",
                UnsupportedFeature,
                4,
                vec![(4, le4(u32::MAX))],
            ),
            ("numGTEsPerGT is 0 ", InvalidImage, 44, vec![(44, le4(0))]),
            (
                "numGTEsPerGT is 513",
                InvalidImage,
                44,
                vec![(44, le4(513))],
            ),
            ("grainSize is 0 ", InvalidImage, 20, vec![(20, le8(0))]),
            (
                "grainSize is 2097153",
                InvalidImage,
                20,
                vec![(20, le8(0x20_0001))],
            ),
            (
                "grainSize is 4294967297",
                InvalidImage,
                20,
                vec![(20, le8((1 << 32) + 1))],
            ),
            (
                "capacity is 33554433 (offset 12), must be at most 33554432",
                InvalidImage,
                12,
                and(ones(), vec![(12, le8((32 << 20) + 1))]),
            ),
            (
                "capacity is 18014398507384833",
                InvalidImage,
                12,
                vec![(12, le8(MOST + 1)), (20, le8(0x20_0000)), (44, le4(512))],
            ),
            (
                "capacity is 18446744073709551615",
                InvalidImage,
                12,
                vec![(12, le8(u64::MAX))],
            ),
            (
                "overHead is 129",
                InvalidImage,
                64,
                vec![(64, le8(end + 1))],
            ),
            (
                "overHead is 18446744073709551615",
                InvalidImage,
                64,
                vec![(64, le8(u64::MAX))],
            ),
            (
                "gdOffset is 18014398507384832",
                InvalidImage,
                56,
                vec![(56, le8(MOST))],
            ),
            (
                "gdOffset is 18446744073709551614",
                InvalidImage,
                56,
                vec![(56, le8(u64::MAX - 1))],
            ),
            (
                "rgdOffset is 18014398507384832",
                InvalidImage,
                48,
                vec![(48, le8(MOST))],
            ),
            (
                "vmdk descriptor: needs",
                Truncated,
                1 << 30,
                vec![(12, le8(0)), (28, le8(1 << 21))],
            ),
            (
                "createType is none of",
                UnsupportedFeature,
                create_type,
                vec![(12, le8(0))],
            ),
        ],
    );
    // QEMU shifts these out of their 64 bits, to 0.
    for (words, at) in [("gdOffset is", 56), ("rgdOffset is", 48)] {
        let bytes = changed(&base, &vec![(at, le8(1 << 55))]);
        assert_refused(&bytes, InvalidImage, Some(at as u64), words);
        assert!(images.qemu_info_of(&bytes).is_some());
    }
}

#[test]
fn cut_sparse_files() {
    let (images, base) = images_and_base();
    for length in 4..79 {
        assert_refused(
            &base[..length],
            Truncated,
            Some(0),
            "vmdk header: needs 79 bytes",
        );
    }
    for length in [79, 511, 512, 1000, base.len() - 512] {
        let cut = &base[..length];
        assert_both_refuse(&images, cut, InvalidImage, 64, "overHead is 128");
    }
    assert_agreed(&images, "the last sector is cut", &base[..base.len() - 511]);
    let no_data = patched(&base, &[(64, &[0; 8])]);
    let words = "vmdk descriptor: needs";
    assert_both_refuse(&images, &no_data[..511], Truncated, 512, words);
    assert_both_refuse(&images, &no_data[..512], Truncated, 512, words);
    let words = "there is no CID";
    assert_both_refuse(&images, &no_data[..513], InvalidImage, 512, words);
    assert_both_refuse(
        &images,
        &no_data[..550],
        InvalidImage,
        512,
        "there is no parentCID",
    );
    assert_agreed(&images, "cut text", &no_data[..600]);
}

/// A file that was written from the start to the end, with its directory behind the data.
fn stream(base: &[u8], footer: &Changes) -> Vec<u8> {
    let mut bytes = patched(base, &[(56, &[0xff; 8])]);
    let header = patched(
        &base[..512],
        &[(12, &(2u64 << 17).to_le_bytes()), (77, &[1, 0])],
    );
    let mut end = [&[0; 12][..], &[3, 0, 0, 0], &[0; 496], &header, &[0; 512]].concat();
    end = changed(&end, footer);
    bytes.append(&mut end);
    bytes
}

#[test]
fn the_footer_of_a_stream_wins() {
    let (images, base) = images_and_base();
    for (name, footer) in [
        ("plain", vec![]),
        ("marker's value", vec![(0, vec![9])]),
        ("padding", vec![(16, vec![9; 496]), (1040, vec![9; 496])]),
        ("version 3", vec![(516, le4(3))]),
        ("not compressed", vec![(512 + 77, vec![0])]),
        ("capacity 0", vec![(512 + 12, le8(0))]),
        (
            "capacity 0 and no descriptor",
            vec![(512 + 12, le8(0)), (512 + 28, le8(0))],
        ),
    ] {
        let bytes = stream(&base, &footer);
        let (_, image) = assert_agreed(&images, name, &bytes);
        let capacity = if name.starts_with("capacity 0") {
            0
        } else {
            128 << 20
        };
        assert_eq!(image.virtual_size(), Some(capacity), "{name}");
    }
    let first_is_wrong = patched(
        &stream(&base, &vec![]),
        &[
            (4, &[9]),
            (12, &[9; 8]),
            (20, &[9; 8]),
            (44, &[9; 4]),
            (64, &[9; 8]),
        ],
    );
    assert_agreed(
        &images,
        "only gdOffset of the first counts",
        &first_is_wrong,
    );

    let start = base.len() as u64;
    let end = "the last three sectors are not a footer";
    for (words, kind, offset, footer) in [
        (end, InvalidImage, 0, vec![(8, vec![1])]),
        (end, InvalidImage, 0, vec![(12, vec![0])]),
        (end, InvalidImage, 0, vec![(12, vec![3, 1])]),
        (end, InvalidImage, 0, vec![(512, b"COWD".to_vec())]),
        (end, InvalidImage, 0, vec![(1024, vec![1])]),
        (end, InvalidImage, 0, vec![(1032, vec![1])]),
        (end, InvalidImage, 0, vec![(1036, vec![1])]),
        (
            "vmdk footer: version is 4",
            UnsupportedFeature,
            516,
            vec![(516, le4(4))],
        ),
        (
            "vmdk footer: grainSize is 0 ",
            InvalidImage,
            532,
            vec![(532, le8(0))],
        ),
        (
            "vmdk footer: gdOffset is",
            InvalidImage,
            568,
            vec![(568, vec![0xff; 8])],
        ),
    ] {
        assert_both_refuse(
            &images,
            &stream(&base, &footer),
            kind,
            start + offset,
            words,
        );
    }
    let bytes = stream(&base, &vec![]);
    let without = &bytes[..base.len()];
    assert_both_refuse(&images, without, InvalidImage, start - 1536, end);
    assert_both_refuse(
        &images,
        &bytes[..1000],
        Truncated,
        0,
        "vmdk footer: needs 1040 bytes",
    );
    for missing in [1, 511 - 15] {
        assert_agreed(&images, "end cut short", &bytes[..bytes.len() - missing]);
    }
    // Of the fields of the last marker, not all are there; QEMU takes them for zeros.
    let cut = &bytes[..bytes.len() - 497];
    assert_refused(cut, Truncated, Some(start), "vmdk footer: needs 1040 bytes");
    assert!(images.qemu_info_of(cut).is_some());

    let error = diskprobe::probe_buffer(&bytes, None, &Options::default()).unwrap_err();
    assert_eq!(error.kind(), NeedMoreData, "{error}");
}

fn cowd(changes: &Changes) -> Vec<u8> {
    changed(&crafted::cowd(), changes)
}

#[test]
fn cowd_headers() {
    let (images, _) = images_and_base();
    for (name, changes) in [
        ("plain", vec![]),
        ("any version and flags", vec![(4, vec![0xff; 8])]),
        ("no sectors", vec![(12, le4(0))]),
        ("most sectors", vec![(12, le4(u32::MAX))]),
        ("grain 0", vec![(16, le4(0))]),
        ("largest grain", vec![(16, le4(0x20_0000))]),
        ("directory far away", vec![(20, le4(u32::MAX))]),
        ("largest directory", vec![(24, le4(32 << 20))]),
        ("everything else", vec![(28, vec![0xff; 400])]),
    ] {
        assert_agreed(&images, name, &cowd(&changes));
    }
    for (words, offset, changes) in [
        ("grainSize is 2097153", 16, vec![(16, le4(0x20_0001))]),
        (
            "numGDEntries is 33554433",
            24,
            vec![(24, le4((32 << 20) + 1))],
        ),
        ("there is no CID", 512, vec![(512, vec![0])]),
    ] {
        assert_both_refuse(&images, &cowd(&changes), InvalidImage, offset, words);
    }
    for length in 4..44 {
        let cut = &cowd(&vec![])[..length];
        assert_refused(cut, Truncated, Some(0), "vmdk COWD header: needs 44 bytes");
    }
    assert_eq!(
        probe(&cowd(&vec![(16, le4(0))])).unwrap().cluster_size(),
        None
    );
}
