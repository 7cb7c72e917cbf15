// SPDX-License-Identifier: MIT OR Apache-2.0
//! VDI: each judged field on both sides of its limits, beside what qemu-img says.

mod common;

use common::{assert_agreed, assert_all_agreed, assert_all_refused, assert_cut_is_refused};
use common::{patched, probe, Images};
use diskprobe::ErrorKind::{self, InvalidImage, UnsupportedFeature};
use diskprobe::Format;

/// As many blocks as the longest table that qemu-img reads has entries.
const MOST_BLOCKS: u32 = 0x1fff_ff80;
const LARGEST_SIZE: u64 = (MOST_BLOCKS as u64) << 20;

const STORED: &[u8; 16] = b"\xc3\x0e\xed\x83\xc8\x24\xa6\x49\xa9\x59\x5e\x4b\xf1\x28\x8b\xfb";
const AS_WRITTEN: &[u8; 16] = b"\x83\xed\x0e\xc3\x24\xc8\x49\xa6\xa9\x59\x5e\x4b\xf1\x28\x8b\xfb";

fn le4(value: u32) -> [u8; 4] {
    value.to_le_bytes()
}

fn le8(value: u64) -> [u8; 8] {
    value.to_le_bytes()
}

/// 64 MiB in 64 blocks.
fn base(images: &Images) -> Vec<u8> {
    images.create(&["-f", "vdi", "NAME", "64M"])
}

#[test]
fn what_qemu_opens_has_the_same_facts() {
    let images = Images::new();
    let base = base(&images);
    assert_all_agreed(
        &images,
        Format::Vdi,
        &base,
        &[
            ("plain", &[]),
            ("size 0", &[(368, &le8(0))]),
            ("size 1", &[(368, &le8(1))]),
            ("size not whole sectors", &[(368, &le8(67_108_764))]),
            ("a block more", &[(384, &le4(65))]),
            ("block map at 0", &[(340, &le4(0))]),
            ("block map behind the end", &[(340, &le4(0xffff_fe00))]),
            ("data at 512", &[(344, &le4(512))]),
            ("data behind the end", &[(344, &le4(0xffff_fe00))]),
            ("type 0", &[(76, &le4(0))]),
            ("type 4", &[(76, &le4(4))]),
            ("type 9", &[(76, &le4(9))]),
            ("uuid of the last snapshot", &[(408, STORED)]),
            (
                "fields that say nothing",
                &[
                    (72, &[0xff; 4]),
                    (80, &[0xff; 4]),
                    (380, &[0xff; 4]),
                    (388, &[0xff; 4]),
                ],
            ),
            ("qcow2 at 0", &[(0, b"QFI\xfb\0\0\0\x03")]),
            ("qcow at 0", &[(0, b"QFI\xfb\0\0\0\x01")]),
            ("LUKS at 0", &[(0, b"LUKS\xba\xbe\0\x01")]),
            (
                "bochs at 0, whose version is the signature",
                &[
                    (0, b"Bochs Virtual HD Image\0"),
                    (32, b"Redolog\0"),
                    (48, b"Growing\0"),
                ],
            ),
        ],
    );
    let two = probe(&patched(&base, &[(0, b"QFI\xfb\0\0\0\x03")])).unwrap();
    assert_eq!(two.also_matches().collect::<Vec<_>>(), [Format::Qcow2]);
    let odd = probe(&patched(&base, &[(368, &le8(67_108_764))])).unwrap();
    let sizes = (odd.virtual_size(), odd.recorded_size());
    assert_eq!(sizes, (Some(64 << 20), Some(67_108_764)));
    let fixed = images.create(&["-f", "vdi", "-o", "static=on", "NAME", "1M"]);
    let fixed = assert_agreed(&images, "static", &fixed);
    assert_eq!(fixed.subformat(), Some("fixed"));
}

#[test]
fn the_type_is_the_subformat() {
    let base = base(&Images::new());
    let subformat = |kind: u32| {
        let image = probe(&patched(&base, &[(76, &le4(kind))]));
        image.unwrap().subformat()
    };
    let dynamic_fixed_undo = [1, 2, 3].map(subformat);
    assert_eq!(
        dynamic_fixed_undo,
        [Some("dynamic"), Some("fixed"), Some("undo")]
    );
    assert_eq!([4, 5, 0].map(subformat), [Some("differencing"), None, None]);
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
            ("version is 65536", 68, &[(68, &le4(0x0001_0000))]),
            ("version is 65538", 68, &[(68, &le4(0x0001_0002))]),
            ("version is 131073", 68, &[(68, &le4(0x0002_0001))]),
            ("version is 0", 68, &[(68, &le4(0))]),
        ],
    );
    assert_all_refused(
        &images,
        &base,
        InvalidImage,
        &[
            ("offset_bmap is 513", 340, &[(340, &le4(513))]),
            ("offset_bmap is 4294967295", 340, &[(340, &le4(u32::MAX))]),
            ("offset_data is 511", 344, &[(344, &le4(511))]),
            ("offset_data is 1025", 344, &[(344, &le4(1025))]),
            ("sector_size is 0", 360, &[(360, &le4(0))]),
            ("sector_size is 511", 360, &[(360, &le4(511))]),
            ("sector_size is 4096", 360, &[(360, &le4(4096))]),
            ("block_size is 0", 376, &[(376, &le4(0))]),
            ("block_size is 1048575", 376, &[(376, &le4(1_048_575))]),
            ("block_size is 1048577", 376, &[(376, &le4(1_048_577))]),
            ("block_size is 2097152", 376, &[(376, &le4(2 << 20))]),
            (
                "blocks_in_image is 536870785",
                384,
                &[(384, &le4(MOST_BLOCKS + 1))],
            ),
            ("disk_size is 67108864", 368, &[(384, &le4(63))]),
            ("disk_size is 67108865", 368, &[(368, &le8(67_108_865))]),
            (
                "disk_size is 562949819203585",
                368,
                &[(368, &le8(LARGEST_SIZE + 1)), (384, &le4(MOST_BLOCKS))],
            ),
            (
                "disk_size is 18446744073709551615",
                368,
                &[(368, &[0xff; 8])],
            ),
        ],
    );
}

/// qemu-img opens these too, but reads a table of 2 GiB to do so: too much for a test.
#[test]
fn the_largest_sizes() {
    let base = base(&Images::new());
    for size in [64 << 20, LARGEST_SIZE - 1, LARGEST_SIZE] {
        let changes: common::Changes<'_> = &[(368, &le8(size)), (384, &le4(MOST_BLOCKS))];
        let image = probe(&patched(&base, changes)).unwrap();
        assert_eq!(image.recorded_size(), Some(size));
        assert_eq!(image.virtual_size(), Some(size.next_multiple_of(512)));
    }
}

#[test]
fn the_formats_that_qemu_asks_first() {
    let images = Images::new();
    let base = base(&images);
    for (other, format) in [
        (&b"QED\0"[..], Format::Qed),
        (b"KDMV\x01\0\0\0", Format::Vmdk),
        (b"vhdxfile", Format::Vhdx),
        (b"conectix", Format::Vpc),
        (b"WithouFreSpacExt\x02\0\0\0", Format::Parallels),
        (b"version=1\n", Format::Vmdk),
    ] {
        let bytes = patched(&base, &[(0, other)]);
        let error = probe(&bytes).unwrap_err();
        assert_ne!(error.kind(), ErrorKind::WrongFormat);
        let message = error.to_string();
        assert!(message.contains(format.as_str()), "{format}: {message}");
        let qemu = images.qemu_info_of(&bytes);
        assert!(qemu.is_none(), "qemu-img opens {format}");
    }
}

#[test]
fn a_cut_header_is_truncated_never_raw() {
    assert_cut_is_refused(&base(&Images::new()), 68, 512);
}

#[test]
fn an_identity_is_in_the_order_of_its_text() {
    let base = base(&Images::new());
    let image = probe(&patched(&base, &[(392, STORED)])).unwrap();
    assert_eq!(image.uuid(), Some(*AS_WRITTEN));
    assert!(image.parent().is_none());
    let image = probe(&patched(&base, &[(392, &[0; 16])])).unwrap();
    assert_eq!(image.uuid(), None);
}

/// QEMU refuses a VDI with a parent; VirtualBox follows it. So the image is named, and the parent
/// is a fact that a caller sees.
#[test]
fn a_parent_is_a_fact_though_qemu_refuses_it() {
    let images = Images::new();
    let base = base(&images);
    for (offset, uuid) in [(424, Some(*AS_WRITTEN)), (440, None)] {
        let child = patched(&base, &[(76, &[4]), (offset, STORED)]);
        assert!(images.qemu_info_of(&child).is_none());
        let image = probe(&child).unwrap();
        assert_eq!(image.format(), Format::Vdi);
        assert_eq!(image.virtual_size(), Some(64 << 20));
        assert_eq!(image.subformat(), Some("differencing"));
        let parent = image.parent().unwrap();
        assert_eq!((parent.uuid, parent.location), (uuid, None));
        assert!(image.backing().is_none());
    }
}
