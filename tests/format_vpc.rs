// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHD: the rule for the size, and each judged field on both sides of its limits, beside what
//! qemu-img says. Fixed images: `format_vpc_fixed.rs`.

mod common;

use common::{assert_agreed, assert_both_refuse, patched, probe, vhd_sealed, Changes, Images};
use diskprobe::ErrorKind::{InvalidImage, Truncated};
use diskprobe::Options;

/// Where qemu-img puts the dynamic disk header, and the table behind it.
const HEADER: usize = 512;
const TABLE: usize = 1536;
/// 2040 GiB.
const LARGEST_SIZE: u64 = 0xff00_0000 * 512;

fn be4(value: u32) -> [u8; 4] {
    value.to_be_bytes()
}

fn be8(value: u64) -> [u8; 8] {
    value.to_be_bytes()
}

fn geometry(cylinders: u16, heads: u8, sectors: u8) -> [u8; 4] {
    let [high, low] = cylinders.to_be_bytes();
    [high, low, heads, sectors]
}

/// 67125248 bytes by geometry, and 32 MiB by the size that is recorded, which counts. The table
/// has 33 entries for blocks of 2 MiB: enough for both.
fn base(images: &Images) -> Vec<u8> {
    let made = images.create(&["-f", "vpc", "NAME", "64M"]);
    sealed(&made, &[(28, b"qem2"), (48, &be8(32 << 20))])
}

fn sealed(base: &[u8], changes: Changes<'_>) -> Vec<u8> {
    vhd_sealed(patched(base, changes), 0)
}

/// The same, with room for a table of 4096 entries without a block.
fn roomy(images: &Images) -> Vec<u8> {
    let mut bytes = base(images);
    bytes.truncate(TABLE);
    bytes.resize(TABLE + 4 * 4096, 0xff);
    bytes
}

#[test]
fn the_creator_decides_how_the_size_is_read() {
    let images = Images::new();
    let base = base(&images);
    let (by_geometry, recorded) = (67_125_248, 32 << 20);
    for (creator, size) in [
        (b"vpc ", by_geometry),
        (b"qemu", by_geometry),
        (b"qem2", recorded),
        (b"win ", recorded),
        (b"d2v ", recorded),
        (b"tap\0", recorded),
        (b"CTXS", recorded),
        (b"wa\0\0", recorded),
        (b"vs  ", recorded),
        (b"vbox", recorded),
        (b"VPC ", recorded),
        (b"vpc\0", recorded),
        (b"\0\0\0\0", recorded),
    ] {
        let image = assert_agreed(&images, "creator", &sealed(&base, &[(28, creator)]));
        assert_eq!(image.virtual_size(), Some(size), "{creator:?}");
        assert_eq!(image.recorded_size(), Some(recorded), "{creator:?}");
    }
}

#[test]
fn the_largest_geometry_leaves_the_size_to_the_record() {
    let images = Images::new();
    let base = roomy(&images);
    let size = |cylinders, heads, sectors| {
        let geometry = geometry(cylinders, heads, sectors);
        let changes: Changes<'_> = &[
            (28, b"vpc "),
            (56, &geometry),
            (HEADER + 28, &be4(4096)),
            (HEADER + 32, &be4(1 << 30)),
        ];
        let image = assert_agreed(&images, "geometry", &sealed(&base, changes));
        image.virtual_size().unwrap()
    };
    let recorded = 32 << 20;
    assert_eq!(size(65535, 16, 255), recorded);
    // As many sectors, otherwise arranged.
    assert_eq!(size(65535, 255, 16), recorded);
    assert_eq!(size(65535, 240, 17), recorded);
    assert_eq!(size(52428, 20, 255), recorded);
    assert_eq!(size(65535, 15, 255), 65535 * 15 * 255 * 512);
    assert_eq!(size(65535, 17, 255), 65535 * 17 * 255 * 512);
    assert_eq!(size(65535, 255, 255), 65535 * 255 * 255 * 512);
    assert_eq!(size(0, 0, 0), 0);
    assert_eq!(size(1, 1, 1), 512);
}

#[test]
fn what_qemu_opens_has_the_same_facts() {
    let images = Images::new();
    let base = roomy(&images);
    let cases: &[(&str, Changes<'_>)] = &[
        ("plain", &[]),
        ("another version", &[(12, &[0, 2])]),
        ("original size", &[(40, &be8(1 << 20))]),
        ("size 0", &[(48, &be8(0))]),
        ("size not whole sectors", &[(48, &be8((32 << 20) + 100))]),
        (
            "largest size",
            &[
                (48, &be8(LARGEST_SIZE)),
                (HEADER + 28, &be4(2040)),
                (HEADER + 32, &be4(1 << 30)),
            ],
        ),
        (
            "largest size and a part of a sector",
            &[
                (48, &be8(LARGEST_SIZE + 511)),
                (HEADER + 28, &be4(2040)),
                (HEADER + 32, &be4(1 << 30)),
            ],
        ),
        ("saved state", &[(84, &[1])]),
        ("type 0", &[(60, &be4(0))]),
        ("fixed, but dynamic", &[(60, &be4(2))]),
        ("differencing", &[(60, &be4(4))]),
        ("checksum of the dynamic header", &[(HEADER + 36, &[0; 4])]),
        ("version of the dynamic header", &[(HEADER + 24, &[0; 4])]),
        ("next of the dynamic header", &[(HEADER + 8, &[0; 8])]),
        ("block_size 1 MiB", &[(HEADER + 32, &be4(1 << 20))]),
        (
            "block_size 512",
            &[
                (48, &be8(4096 * 512)),
                (HEADER + 28, &be4(4096)),
                (HEADER + 32, &be4(512)),
            ],
        ),
        ("block_size 2 GiB", &[(HEADER + 32, &be4(1 << 31))]),
        ("as many entries as needed", &[(HEADER + 28, &be4(16))]),
        ("table at the end of the file", &[(HEADER + 28, &be4(4096))]),
        ("table at an odd place", &[(HEADER + 16, &be8(1537))]),
    ];
    for (name, changes) in cases {
        assert_agreed(&images, name, &sealed(&base, changes));
    }
    let end_of_table = TABLE + 33 * 4;
    assert_agreed(&images, "no footer at the end", &base[..end_of_table]);
}

#[test]
fn what_the_footer_says_beside_the_size() {
    let images = Images::new();
    let base = base(&images);
    let image = assert_agreed(&images, "plain", &base);
    assert_eq!(image.uuid().unwrap(), base[68..84]);
    assert_eq!(image.creator(), Some(&b"qem2"[..]));
    assert_eq!(image.cluster_size(), Some(2 << 20));
    assert!(image.parent().is_none());
    let subformat = |kind| {
        let image = probe(&sealed(&base, &[(60, &be4(kind))]));
        image.unwrap().subformat()
    };
    let known = [2, 3, 4].map(subformat);
    assert_eq!(
        known,
        [Some("fixed"), Some("dynamic"), Some("differencing")]
    );
    assert_eq!([0, 1, 5, 6].map(subformat), [None; 4]);
    let unnamed = sealed(&base, &[(28, b"wa\0\0"), (68, &[0; 16])]);
    let unnamed = assert_agreed(&images, "no uuid", &unnamed);
    assert_eq!(unnamed.creator(), Some(&b"wa"[..]));
    assert_eq!(unnamed.uuid(), None);
}

#[test]
fn what_qemu_refuses_is_refused_and_the_field_is_named() {
    let images = Images::new();
    let base = roomy(&images);
    let cases: &[(&str, u64, Changes<'_>)] = &[
        (
            "current_size is 2190433321472",
            48,
            &[(48, &be8(LARGEST_SIZE + 512))],
        ),
        ("current_size is", 48, &[(48, &[0xff; 8])]),
        ("no signature", 512, &[(HEADER, b"cxspars_")]),
        ("no signature", 0, &[(16, &be8(0))]),
        ("block_size is 0", 544, &[(HEADER + 32, &be4(0))]),
        ("block_size is 256", 544, &[(HEADER + 32, &be4(256))]),
        (
            "block_size is 3145728",
            544,
            &[(HEADER + 32, &be4(3 << 20))],
        ),
        (
            "block_size is 4294967295",
            544,
            &[(HEADER + 32, &be4(u32::MAX))],
        ),
        ("max_table_entries is 15", 540, &[(HEADER + 28, &be4(15))]),
        (
            "max_table_entries is 33",
            540,
            &[(28, b"vpc "), (56, &geometry(65535, 255, 255))],
        ),
        (
            "max_table_entries is 536870785",
            540,
            &[(HEADER + 28, &be4(0x1fff_ff81))],
        ),
        (
            "max_table_entries is",
            540,
            &[(HEADER + 28, &be4(u32::MAX))],
        ),
        ("table_offset is 1536", 528, &[(HEADER + 28, &be4(4097))]),
        (
            "table_offset is 1537",
            528,
            &[(HEADER + 16, &be8(1537)), (HEADER + 28, &be4(4096))],
        ),
        ("table_offset is", 528, &[(HEADER + 16, &be8(1 << 62))]),
        ("table_offset is", 528, &[(HEADER + 16, &be8(1 << 63))]),
        ("table_offset is", 528, &[(HEADER + 16, &[0xff; 8])]),
    ];
    for (words, offset, changes) in cases {
        let bytes = sealed(&base, changes);
        assert_both_refuse(&images, &bytes, InvalidImage, *offset, words);
    }
    for (words, changes) in [
        ("checksum is 0", &[(64, &[0; 4][..])]),
        ("checksum is", &[(511, &[1][..])]),
    ] {
        let bytes = patched(&base, changes);
        assert_both_refuse(&images, &bytes, InvalidImage, 64, words);
    }
    for data_offset in [u64::MAX, 1 << 62, 1 << 20] {
        let bytes = sealed(&base, &[(16, &be8(data_offset))]);
        let words = "dynamic disk header";
        assert_both_refuse(&images, &bytes, Truncated, data_offset, words);
    }
}

#[test]
fn the_longest_table() {
    let base = base(&Images::new());
    let probe = |entries: u32| {
        let changes: Changes<'_> = &[(HEADER + 28, &be4(entries))];
        let length = Some(TABLE as u64 + 4 * u64::from(entries));
        diskprobe::probe_buffer(&sealed(&base, changes), length, &Options::new())
    };
    // qemu-img opens it too, but reads 2 GiB to do so: too much for a test.
    assert_eq!(probe(0x1fff_ff80).unwrap().virtual_size(), Some(32 << 20));
    assert_eq!(probe(0x1fff_ff81).unwrap_err().offset(), Some(540));
}

#[test]
fn a_cut_image_is_refused() {
    let images = Images::new();
    let base = base(&images);
    for cut in 8..1536 {
        let error = probe(&base[..cut]).unwrap_err();
        assert_eq!(error.kind(), Truncated, "{cut} bytes: {error}");
    }
    let end = 1536 + 33 * 4;
    for cut in [1536, 1537, end - 1] {
        let words = "table_offset is 1536";
        assert_both_refuse(&images, &base[..cut], InvalidImage, 528, words);
    }
    assert_agreed(&images, "the table is whole", &base[..end]);
}

/// The table is not read, so a block of the guest's data that is gone with the end of the file is
/// not missed: that depends on as many bytes as the image likes, and no fact does.
#[test]
fn a_block_behind_the_end_is_not_looked_for() {
    let images = Images::new();
    let bytes = patched(&base(&images), &[(TABLE, &be4(1000))]);
    assert!(images.qemu_info_of(&bytes).is_none());
    assert_eq!(probe(&bytes).unwrap().virtual_size(), Some(32 << 20));
}

#[test]
fn the_length_of_a_dynamic_image_may_be_unknown() {
    let base = base(&Images::new());
    let probe = |bytes: &[u8]| diskprobe::probe_buffer(bytes, None, &Options::new());
    let image = probe(&base).unwrap();
    assert_eq!(image.virtual_size(), Some(32 << 20));
    assert_eq!(image.subformat(), Some("dynamic"));
    let bytes = sealed(&base, &[(HEADER + 16, &be8(1 << 63))]);
    assert_eq!(probe(&bytes).unwrap_err().offset(), Some(528));
}
