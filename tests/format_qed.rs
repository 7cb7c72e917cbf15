// SPDX-License-Identifier: MIT OR Apache-2.0
//! QED: each judged field on both sides of its limits, beside what qemu-img says.

mod common;

use common::{assert_agreed, assert_all_agreed, assert_all_refused, assert_cut_is_refused};
use common::{patched, probe, qemu_info, Changes, Images};
use diskprobe::ErrorKind::{InvalidImage, UnsupportedFeature};
use diskprobe::{Format, Options};
use std::fs::File;
use std::os::unix::fs::FileExt;

const BACKING_FILE: [u8; 8] = le8(1);
const LARGEST_SIZE: u64 = 0x7fff_ffff_c000_0000;

const fn le4(value: u32) -> [u8; 4] {
    value.to_le_bytes()
}

const fn le8(value: u64) -> [u8; 8] {
    value.to_le_bytes()
}

/// 64 MiB in clusters of 64 KiB: one for the header, four for the first table.
fn base(images: &Images) -> Vec<u8> {
    images.create(&["-f", "qed", "NAME", "64M"])
}

#[test]
fn what_qemu_opens_has_the_same_facts() {
    let images = Images::new();
    let base = base(&images);
    let long = [b'A'; 4095];
    assert_all_agreed(
        &images,
        Format::Qed,
        &base,
        &[
            ("plain", &[]),
            ("unknown compatible feature", &[(24, &[0xff; 8])]),
            ("unknown autoclear feature", &[(32, &[0xff; 8])]),
            ("cluster_size 4096", &[(4, &le4(4096))]),
            ("table_size 2", &[(8, &le4(2))]),
            ("header_size 0", &[(12, &le4(0)), (40, &le8(0))]),
            ("image_size 0", &[(48, &le8(0))]),
            ("largest image_size", &[(48, &le8(1 << 46))]),
            (
                "largest image_size of small tables",
                &[(4, &le4(4096)), (8, &le4(2)), (48, &le8(1 << 32))],
            ),
            (
                "name",
                &[
                    (16, &BACKING_FILE),
                    (56, &le4(1000)),
                    (60, &le4(5)),
                    (1000, b"x.img"),
                ],
            ),
            (
                "name of a raw file",
                &[
                    (16, &le8(5)),
                    (56, &le4(1000)),
                    (60, &le4(5)),
                    (1000, b"x.img"),
                ],
            ),
            (
                "name far away",
                &[
                    (16, &BACKING_FILE),
                    (56, &le4(0xc000)),
                    (60, &le4(5)),
                    (0xc000, b"x.img"),
                ],
            ),
            (
                "name at the end of the header",
                &[
                    (16, &BACKING_FILE),
                    (56, &le4(65531)),
                    (60, &le4(5)),
                    (65531, b"x.img"),
                ],
            ),
            (
                "name of 4095 bytes",
                &[
                    (16, &BACKING_FILE),
                    (56, &le4(1000)),
                    (60, &le4(4095)),
                    (1000, &long),
                ],
            ),
            (
                "empty name at the end of the header",
                &[(16, &BACKING_FILE), (56, &le4(65536))],
            ),
            ("raw flag without name", &[(16, &le8(4)), (60, &le4(5000))]),
            ("name without flag", &[(56, &le4(1000)), (60, &le4(5000))]),
        ],
    );
    let raw: Changes<'_> = &[
        (16, &le8(5)),
        (56, &le4(1000)),
        (60, &le4(5)),
        (1000, b"x.img"),
    ];
    let raw = probe(&patched(&base, raw)).unwrap();
    let format = raw.backing().unwrap().format.unwrap();
    assert_eq!((format.format, format.name), (Some(Format::Raw), None));
}

/// qemu-img clears its copy of the flag before it shows it; the bit on disk is what counts.
#[test]
fn an_image_that_needs_a_check_is_dirty() {
    let images = Images::new();
    let base = base(&images);
    let dirty = assert_agreed(&images, "check", &patched(&base, &[(16, &le8(2))]));
    assert_eq!(dirty.dirty(), Some(true));
    assert_eq!(probe(&base).unwrap().dirty(), Some(false));
}

#[test]
fn what_qemu_refuses_is_refused_and_the_field_is_named() {
    let images = Images::new();
    let base = base(&images);
    assert_all_refused(
        &images,
        &base,
        UnsupportedFeature,
        &[
            ("features has unknown bits 0x8 ", 16, &[(16, &le8(0xf))]),
            (
                "features has unknown bits 0x8000000000000000 ",
                16,
                &[(16, &le8(1 << 63))],
            ),
        ],
    );
    assert_all_refused(
        &images,
        &base,
        InvalidImage,
        &[
            ("cluster_size is 0", 4, &[(4, &le4(0))]),
            ("cluster_size is 2048", 4, &[(4, &le4(2048))]),
            ("cluster_size is 12288", 4, &[(4, &le4(12288))]),
            ("cluster_size is 134217728", 4, &[(4, &le4(128 << 20))]),
            ("table_size is 0", 8, &[(8, &le4(0))]),
            ("table_size is 3", 8, &[(8, &le4(3))]),
            ("table_size is 32", 8, &[(8, &le4(32))]),
            ("header_size is 65536", 12, &[(12, &le4(65536))]),
            ("image_size is 67108865", 48, &[(48, &le8(67_108_865))]),
            (
                "image_size is 70368744178176",
                48,
                &[(48, &le8((1 << 46) + 512))],
            ),
            (
                "image_size is 4294967808",
                48,
                &[(4, &le4(4096)), (8, &le4(2)), (48, &le8((1 << 32) + 512))],
            ),
            ("l1_table_offset is 65537", 40, &[(40, &le8(65537))]),
            ("l1_table_offset is 0", 40, &[(40, &le8(0))]),
            ("l1_table_offset is 65536", 40, &[(12, &le4(2))]),
            ("l1_table_offset is 65536", 40, &[(12, &le4(65535))]),
            ("l1_table_offset is 131072", 40, &[(40, &le8(131_072))]),
            ("l1_table_offset is", 40, &[(40, &le8(1 << 62))]),
            (
                "l1_table_offset is 18446744073709486080",
                40,
                &[(40, &le8(u64::MAX - 65535))],
            ),
            (
                "backing_filename_size is 4096",
                60,
                &[(16, &BACKING_FILE), (56, &le4(1000)), (60, &le4(4096))],
            ),
            (
                "backing_filename_size is 6",
                60,
                &[(16, &BACKING_FILE), (56, &le4(65531)), (60, &le4(6))],
            ),
            (
                "backing_filename_offset is 65537",
                56,
                &[(16, &BACKING_FILE), (56, &le4(65537))],
            ),
            (
                "backing_filename_offset is 4294967295",
                56,
                &[(16, &BACKING_FILE), (56, &le4(u32::MAX)), (60, &le4(2))],
            ),
        ],
    );
}

/// The specification allows it, and qemu-img makes it; but nothing opens it.
#[test]
fn a_table_of_one_cluster_is_refused() {
    let images = Images::new();
    let options = "cluster_size=4096,table_size=1";
    let made = images.create(&["-f", "qed", "-o", options, "NAME", "1M"]);
    let refused: &[common::Wrong<'_>] = &[("table_size is 1", 8, &[])];
    assert_all_refused(&images, &made, InvalidImage, refused);
}

/// A file of that length with a header of one cluster, and what both say its size is.
fn sizes(images: &Images, cluster: u32, table: u32, image: u64) -> (Option<u64>, Option<u64>) {
    let path = images.path("sparse.img");
    let header: Changes<'_> = &[
        (4, &le4(cluster)),
        (8, &le4(table)),
        (12, &le4(1)),
        (40, &le8(u64::from(cluster))),
        (48, &le8(image)),
    ];
    let file = File::create(&path).unwrap();
    let header = patched(&base(images)[..64], header);
    file.write_all_at(&header, 0).unwrap();
    file.set_len(u64::from(cluster) * u64::from(1 + table))
        .unwrap();
    let ours = diskprobe::probe_path(&path, &Options::new());
    if let Err(error) = &ours {
        assert_eq!((error.kind(), error.offset()), (InvalidImage, Some(48)));
        assert!(error.to_string().contains("image_size is"), "{error}");
    }
    let qemu = qemu_info(&path).map(|info| info["virtual-size"].as_u64().unwrap());
    (qemu, ours.ok().map(|image| image.virtual_size().unwrap()))
}

#[test]
fn the_largest_tables() {
    const MIB: u32 = 1 << 20;
    let images = Images::new();
    for (cluster, table, image) in [
        (MIB, 16, 1 << 62),
        (2 * MIB, 8, LARGEST_SIZE),
        // Tables that could cover 2^64 bytes, and those that could cover more.
        (4 * MIB, 4, 0),
        (2 * MIB, 16, 0),
        (8 * MIB, 2, 0),
    ] {
        let agreed = (Some(image), Some(image));
        assert_eq!(sizes(&images, cluster, table, image), agreed, "{cluster}");
        let more = image + 512;
        let refused = (None, None);
        assert_eq!(sizes(&images, cluster, table, more), refused, "{cluster}");
    }
    // No file has this length, and qemu-img shows 0 for it.
    let (_, ours) = sizes(&images, 2 * MIB, 8, 1 << 63);
    assert_eq!(ours, None);
}

#[test]
fn a_cut_image_is_refused() {
    let images = Images::new();
    let base = base(&images);
    assert_cut_is_refused(&base, 4, 64);
    // The last cluster of the table counts where its last sector has begun.
    let begun = base.len() - 511;
    assert_agreed(&images, "cut in the last sector", &base[..begun]);
    for cut in [64, 4096, begun - 1] {
        let refused: &[common::Wrong<'_>] = &[("l1_table_offset is 65536", 40, &[])];
        assert_all_refused(&images, &base[..cut], InvalidImage, refused);
    }
}

#[test]
fn the_length_may_be_unknown() {
    let base = base(&Images::new());
    let image = diskprobe::probe_buffer(&base[..4096], None, &Options::new()).unwrap();
    assert_eq!(image.virtual_size(), Some(64 << 20));
    assert_eq!(image.physical_size(), None);
}

#[test]
fn a_fourth_byte_that_is_not_zero_is_raw() {
    let images = Images::new();
    let fourth = patched(&base(&images), &[(3, b"x")]);
    assert_eq!(probe(&fourth).unwrap().format(), Format::Raw);
    assert_eq!(images.qemu_info_of(&fourth).unwrap()["format"], "raw");
}
