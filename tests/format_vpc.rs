// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHD: the rule for the size, the fields at their limits, and fixed images that are asked for.

mod common;

use common::{assert_agreed, assert_both_refuse, patched, probe, probe_with, qemu_info_with};
use common::{Changes, Images};
use diskprobe::ErrorKind::{InvalidImage, Truncated, WrongFormat};
use diskprobe::{Format, Options};

/// `base` with changes, and the checksum of the footer at `footer` made right again.
fn fixed_up(base: &[u8], changes: Changes<'_>, footer: usize) -> Vec<u8> {
    let mut bytes = patched(base, changes);
    bytes[footer + 64..footer + 68].fill(0);
    let end = bytes.len().min(footer + 512);
    let sum: u32 = bytes[footer..end].iter().map(|byte| u32::from(*byte)).sum();
    bytes[footer + 64..footer + 68].copy_from_slice(&(!sum).to_be_bytes());
    bytes
}

fn geometry(cylinders: u16, heads: u8, sectors: u8) -> [u8; 4] {
    let [high, low] = cylinders.to_be_bytes();
    [high, low, heads, sectors]
}

/// 67125248 bytes by geometry, and half of 64 MiB by the size that is recorded.
fn base(images: &Images) -> Vec<u8> {
    let made = images.create(&["-f", "vpc", "NAME", "64M"]);
    fixed_up(&made, &[(48, &(32u64 << 20).to_be_bytes())], 0)
}

#[test]
fn the_creator_decides_how_the_size_is_read() {
    let images = Images::new();
    let base = base(&images);
    let half = 32 << 20;
    for (creator, size) in [
        (b"vpc ", 67_125_248),
        (b"qemu", 67_125_248),
        (b"qem2", half),
        (b"win ", half),
        (b"d2v ", half),
        (b"tap\0", half),
        (b"CTXS", half),
        (b"wa\0\0", half),
        (b"vs  ", half),
        (b"vbox", half),
        (b"VPC ", half),
        (b"\0\0\0\0", half),
    ] {
        let bytes = fixed_up(&base, &[(28, creator)], 0);
        let image = assert_agreed(&images, "creator", &bytes);
        assert_eq!(image.virtual_size(), Some(size), "{creator:?}");
        assert_eq!(image.recorded_size(), Some(half), "{creator:?}");
    }
    let largest = geometry(65535, 16, 255);
    let bytes = fixed_up(&base, &[(28, b"vpc "), (56, &largest)], 0);
    assert_eq!(
        assert_agreed(&images, "largest geometry", &bytes).virtual_size(),
        Some(half)
    );
    let bytes = fixed_up(&base, &[(28, b"vpc "), (56, &[0; 4])], 0);
    assert_eq!(
        assert_agreed(&images, "no geometry", &bytes).virtual_size(),
        Some(0)
    );
}

#[test]
fn what_qemu_opens_has_the_same_facts() {
    let images = Images::new();
    let base = fixed_up(&base(&images), &[(28, b"qem2")], 0);
    for (name, changes) in [
        ("plain", &[][..]),
        ("another version", &[(12, &[0, 2][..])]),
        ("original size", &[(40, &(1u64 << 20).to_be_bytes()[..])]),
        (
            "size not whole sectors",
            &[(48, &((32u64 << 20) + 100).to_be_bytes()[..])],
        ),
        ("fixed, but dynamic", &[(60, &2u32.to_be_bytes()[..])]),
        ("differencing", &[(60, &4u32.to_be_bytes()[..])]),
        ("checksum of the dynamic header", &[(512 + 36, &[0; 4][..])]),
        ("version of the dynamic header", &[(512 + 24, &[0; 4][..])]),
        (
            "block size 1 MiB",
            &[(512 + 32, &(1u32 << 20).to_be_bytes()[..])],
        ),
    ] {
        assert_agreed(&images, name, &fixed_up(&base, changes, 0));
    }
}

#[test]
fn what_qemu_refuses_is_refused_and_the_field_is_named() {
    let images = Images::new();
    let base = fixed_up(&base(&images), &[(28, b"qem2")], 0);
    let header = 512;
    let be4 = |value: u32| value.to_be_bytes();
    let be8 = |value: u64| value.to_be_bytes();
    let cases: &[(&str, u64, Changes<'_>)] = &[
        (
            "current_size is",
            48,
            &[(48, &be8(0xff00_0000 * 512 + 512))],
        ),
        ("current_size is", 48, &[(48, &[0xff; 8])]),
        ("no signature", 512, &[(header, b"cxspars_")]),
        ("block_size is 0", 544, &[(header + 32, &be4(0))]),
        ("block_size is 256", 544, &[(header + 32, &be4(256))]),
        (
            "block_size is 3145728",
            544,
            &[(header + 32, &be4(3 << 20))],
        ),
        ("max_table_entries is 15", 540, &[(header + 28, &be4(15))]),
        (
            "max_table_entries is 536870912",
            540,
            &[(header + 28, &be4(1 << 29))],
        ),
        ("table_offset is 4096", 528, &[(header + 16, &be8(4096))]),
        ("table_offset is", 528, &[(header + 16, &be8(1 << 63))]),
    ];
    for (words, offset, changes) in cases {
        let bytes = fixed_up(&base, changes, 0);
        assert_both_refuse(&images, &bytes, InvalidImage, *offset, words);
    }
    let bytes = patched(&base, &[(64, &[0; 4])]);
    assert_both_refuse(&images, &bytes, InvalidImage, 64, "checksum is 0");
    for data_offset in [u64::MAX, 1 << 62, 1 << 20] {
        let bytes = fixed_up(&base, &[(16, &be8(data_offset))], 0);
        assert_both_refuse(
            &images,
            &bytes,
            Truncated,
            data_offset,
            "dynamic disk header",
        );
    }
    for cut in [8, 85, 511, 512, 1000, 1535] {
        assert_eq!(
            probe(&base[..cut]).unwrap_err().kind(),
            Truncated,
            "{cut} bytes"
        );
    }
}

#[test]
fn a_parent_is_a_fact() {
    let images = Images::new();
    let name: Vec<u8> = "bäse.vhd"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let changes: Changes<'_> = &[
        (60, &4u32.to_be_bytes()),
        (512 + 40, &[7; 16]),
        (512 + 64, &name),
    ];
    let image = assert_agreed(&images, "child", &fixed_up(&base(&images), changes, 0));
    assert_eq!(image.subformat(), Some("differencing"));
    assert!(image.backing().is_none());
    let parent = image.parent().unwrap();
    assert_eq!(parent.uuid, Some([7; 16]));
    assert_eq!(parent.location, Some("bäse.vhd".as_bytes()));
    let reference = image.references().next().unwrap();
    assert_eq!(
        (reference.origin.offset, reference.origin.length),
        (512 + 64, 16)
    );
}

#[test]
fn a_fixed_image_is_raw_unless_it_is_asked_for() {
    let images = Images::new();
    let asked = Options::new().format(Some(Format::Vpc));
    let options = "subformat=fixed,force_size=on";
    let made = images.create(&["-f", "vpc", "-o", options, "NAME", "1M"]);
    let footer = made.len() - 512;
    let short = fixed_up(&made[..made.len() - 1], &[], footer);
    for bytes in [&made, &short] {
        assert_agreed(&images, "detected", bytes);
        assert_eq!(probe(bytes).unwrap().format(), Format::Raw);
        let image = probe_with(bytes, &asked).unwrap();
        let info = qemu_info_with(&images.path("asked.img"), &["-f", "vpc"]).unwrap();
        assert_eq!(info["virtual-size"].as_u64(), image.virtual_size());
        assert_eq!(image.virtual_size(), Some(1 << 20));
        assert_eq!(image.subformat(), Some("fixed"));
    }
    let dynamic = fixed_up(&made, &[(footer + 60, &3u32.to_be_bytes())], footer);
    let damaged = patched(&made, &[(footer + 64, &[0; 4])]);
    let shorter = &made[..made.len() - 2];
    for (bytes, kind) in [
        (&dynamic[..], WrongFormat),
        (&damaged[..], InvalidImage),
        (shorter, WrongFormat),
        (&made[..footer], WrongFormat),
        (&[][..], WrongFormat),
    ] {
        assert_eq!(probe_with(bytes, &asked).unwrap_err().kind(), kind);
    }
}
