// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow, version 1: each judged field on both sides of its limits, beside what qemu-img says.

mod common;

use common::{assert_agreed, assert_all_agreed, assert_all_refused, assert_cut_is_refused};
use common::{patched, probe, Images};
use diskprobe::ErrorKind::{InvalidImage, Truncated, UnsupportedFeature};
use diskprobe::{EncryptionFormat, Format};

/// The longest table that qemu-img reads has so many entries.
const MOST_L1_ENTRIES: u64 = 268_435_392;
/// The end of the largest file that qemu-img knows.
const FILE_END: u64 = 0x7fff_ffff_c000_0000;

fn be4(value: u32) -> [u8; 4] {
    value.to_be_bytes()
}

fn be8(value: u64) -> [u8; 8] {
    value.to_be_bytes()
}

/// 64 MiB in clusters of 4 KiB, 2 MiB to each of the 32 entries of the L1 table; and room.
fn base(images: &Images) -> Vec<u8> {
    let mut bytes = images.create(&["-f", "qcow", "NAME", "64M"]);
    bytes.resize(0x12000, 0);
    bytes
}

#[test]
fn what_qemu_opens_has_the_same_facts() {
    let images = Images::new();
    let base = base(&images);
    assert_all_agreed(
        &images,
        Format::Qcow,
        &base,
        &[
            ("plain", &[]),
            ("size not whole sectors", &[(24, &be8(67_108_764))]),
            ("size 2", &[(24, &be8(2))]),
            ("cluster_bits 9", &[(32, &[9])]),
            ("cluster_bits 16", &[(32, &[16])]),
            ("l2_bits 6", &[(33, &[6])]),
            ("l2_bits 13", &[(33, &[13])]),
            ("aes", &[(36, &be4(1))]),
            ("table at 0", &[(40, &be8(0))]),
            ("table at an odd place", &[(40, &be8(49))]),
            (
                "table at the end of the largest file",
                &[(40, &be8(FILE_END - 32 * 8))],
            ),
            ("name", &[(8, &be8(600)), (16, &be4(5)), (600, b"x.img")]),
            (
                "name beyond the first read",
                &[(8, &be8(0x11ffb)), (16, &be4(5)), (0x11ffb, b"x.img")],
            ),
            (
                "name of 1023 bytes",
                &[(8, &be8(600)), (16, &be4(1023)), (600, &[b'A'; 1023])],
            ),
            (
                "name with NUL",
                &[(8, &be8(600)), (16, &be4(9)), (600, b"x\0yyyyyyy")],
            ),
            ("name empty", &[(8, &be8(600))]),
            ("name of NUL", &[(8, &be8(4)), (16, &be4(5))]),
            ("name without place", &[(16, &be4(5000))]),
        ],
    );
    let plain = probe(&base).unwrap();
    assert_eq!(plain.encryption().map(|it| it.format), None);
    let aes = probe(&patched(&base, &[(36, &be4(1))])).unwrap();
    assert_eq!(aes.encryption().unwrap().format, EncryptionFormat::Aes);
    let odd = probe(&patched(&base, &[(24, &be8(67_108_764))])).unwrap();
    let sizes = (odd.virtual_size(), odd.recorded_size());
    assert_eq!(sizes, (Some(67_108_352), Some(67_108_764)));
}

#[test]
fn the_images_that_qemu_makes() {
    let images = Images::new();
    images.qemu_img(&["create", "-q", "-f", "raw", "raw.img", "64M"]);
    let made = images.create(&["-f", "qcow", "-b", "raw.img", "-F", "raw", "NAME"]);
    let image = assert_agreed(&images, "backing", &made);
    let backing = image.backing().unwrap();
    assert_eq!(backing.location, b"raw.img");
    assert!(backing.format.is_none(), "the format has no place for it");
    let secret = ["--object", "secret,id=s0,data=abc"];
    let options = ["-o", "encrypt.format=aes,encrypt.key-secret=s0"];
    let aes = [&secret[..], &["-f", "qcow"], &options, &["NAME", "1000003"]].concat();
    let image = assert_agreed(&images, "aes", &images.create(&aes));
    assert_eq!(image.virtual_size(), Some(1_000_448));
}

#[test]
fn what_qemu_refuses_is_refused_and_the_field_is_named() {
    let images = Images::new();
    let base = base(&images);
    assert_all_refused(
        &images,
        &base,
        InvalidImage,
        &[
            ("size is 0", 24, &[(24, &be8(0))]),
            ("size is 1", 24, &[(24, &be8(1))]),
            ("size is 18446744073709551615", 24, &[(24, &[0xff; 8])]),
            (
                "size is 562949819203585",
                24,
                &[(24, &be8((MOST_L1_ENTRIES << 21) + 1))],
            ),
            (
                "size is 8796090925057",
                24,
                &[(24, &be8((MOST_L1_ENTRIES << 15) + 1)), (32, &[9, 6])],
            ),
            (
                "size is 144115153716117505",
                24,
                &[(24, &be8((MOST_L1_ENTRIES << 29) + 1)), (32, &[16, 13])],
            ),
            ("cluster_bits is 8", 32, &[(32, &[8])]),
            ("cluster_bits is 17", 32, &[(32, &[17])]),
            ("cluster_bits is 255", 32, &[(32, &[255])]),
            ("l2_bits is 5", 33, &[(33, &[5])]),
            ("l2_bits is 14", 33, &[(33, &[14])]),
            ("l2_bits is 255", 33, &[(33, &[255])]),
            (
                "l1_table_offset is 9223372035781033729",
                40,
                &[(40, &be8(FILE_END - 32 * 8 + 1))],
            ),
            ("l1_table_offset is", 40, &[(40, &[0xff; 8])]),
            (
                "backing_file_size is 1024",
                16,
                &[(8, &be8(600)), (16, &be4(1024))],
            ),
        ],
    );
    assert_all_refused(
        &images,
        &base,
        UnsupportedFeature,
        &[("crypt_method is 2", 36, &[(36, &be4(2))])],
    );
    assert_all_refused(
        &images,
        &base,
        Truncated,
        &[(
            "backing file name",
            1 << 63,
            &[(8, &be8(1 << 63)), (16, &be4(5))],
        )],
    );
}

/// qemu-img opens these too, but reads a table of 2 GiB to do so: too much for a test.
#[test]
fn the_largest_sizes() {
    let base = base(&Images::new());
    let size = |entry_bits: u32, bits: &[u8]| {
        let size = be8(MOST_L1_ENTRIES << entry_bits);
        let image = probe(&patched(&base, &[(24, &size), (32, bits)]));
        image.unwrap().virtual_size()
    };
    assert_eq!(size(15, &[9, 6]), Some(8_796_090_925_056));
    assert_eq!(size(21, &[12, 9]), Some(562_949_819_203_584));
    assert_eq!(size(29, &[16, 13]), Some(144_115_153_716_117_504));
}

/// qemu-img reads zeros behind the end of the file, and so a part of the name or none; a fact
/// never comes from bytes that are not there.
#[test]
fn a_name_behind_the_end_is_not_taken_for_none() {
    let images = Images::new();
    let base = base(&images);
    for offset in [0x11ffc, 0x12000, 1 << 62] {
        let bytes = patched(&base, &[(8, &be8(offset)), (16, &be4(5))]);
        common::assert_refused(&bytes, Truncated, Some(offset), "backing file name");
        assert!(images.qemu_info_of(&bytes).is_some());
    }
}

#[test]
fn a_cut_header_is_truncated_never_raw() {
    let images = Images::new();
    let base = base(&images);
    assert_cut_is_refused(&base, 8, 48);
    let version = patched(&base, &[(4, &be4(0))]);
    assert_eq!(probe(&version).unwrap().format(), Format::Raw);
    assert_eq!(images.qemu_info_of(&version).unwrap()["format"], "raw");
}
