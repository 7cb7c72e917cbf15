// SPDX-License-Identifier: MIT OR Apache-2.0
//! Each field at its limits, on both sides of them.

use crate::common::{assert_agreed, assert_refused, patched, probe, Images};
use crate::craft::*;
use diskprobe::ErrorKind::{self, InvalidImage, Truncated, UnsupportedFeature};

const LE2: fn(u16) -> [u8; 2] = u16::to_le_bytes;
const LE4: fn(u32) -> [u8; 4] = u32::to_le_bytes;
const LE8: fn(u64) -> [u8; 8] = u64::to_le_bytes;
/// QEMU's largest file.
const MAX_FILE: u64 = 0x7fff_ffff_c000_0000;
/// So many blocks of 8 MiB and bitmap blocks between them fill a BAT of 1 MiB.
const MAX_BLOCKS: u64 = 130_817;

/// The log, 1 MiB long and in use, is somewhere else.
fn log_in_use_at(base: &[u8], offset: u64) -> Vec<u8> {
    in_headers(&in_headers(base, 48, &[1]), 72, &LE8(offset))
}

fn bat(base: &[u8], offset: u64, length: u32) -> Vec<u8> {
    let place = [&LE8(offset)[..], &LE4(length)].concat();
    crafted(base, &[(BAT_ENTRY + 16, &place)])
}

fn block_size(base: &[u8], size: u32) -> Vec<u8> {
    patched(base, &[(FILE_PARAMETERS, &LE4(size))])
}

fn disk_size(base: &[u8], size: u64) -> Vec<u8> {
    patched(base, &[(DISK_SIZE, &LE8(size))])
}

#[test]
#[rustfmt::skip] // One line for each case.
fn what_qemu_opens_has_the_same_facts() {
    let images = Images::new();
    let base = &base(&images);
    let [first, second] = HEADERS;
    let header = &base[first..first + 4096];
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("plain", base.clone()),
        ("first header's checksum wrong", patched(base, &[(first + 4095, &[1])])),
        ("second header's checksum wrong", patched(base, &[(second + 4, &[0; 4])])),
        ("first header without signature", crafted(base, &[(first, b"Head")])),
        ("second header of version 2", crafted(base, &[(second + 66, &[2])])),
        ("first header the later one", crafted(base, &[(first + 8, &[0xff; 8]), (second + 64, &[1])])),
        ("identical headers", patched(base, &[(second, header)])),
        ("log of no length", in_headers(base, 68, &LE4(0))),
        ("log of odd length, not in use", in_headers(base, 68, &LE4(1))),
        ("log up to the BAT", in_headers(base, 68, &LE4(1 << 20))),
        ("log far away", in_headers(base, 72, &LE8(1 << 62))),
        ("log in use up to the end of the largest file", log_in_use_at(base, MAX_FILE - MIB)),
        ("BAT that just suffices", bat(base, 2 * MIB, 64)),
        ("BAT of odd length", bat(base, 2 * MIB, 65)),
        ("BAT that starts anywhere", bat(base, 2 * MIB + 1, 4096)),
        ("BAT behind the end of the file", bat(base, 1 << 40, 1 << 20)),
        ("BAT up to the end of the largest file", bat(base, MAX_FILE - MIB, 1 << 20)),
        ("metadata region of no length", crafted(base, &[(METADATA_ENTRY + 24, &LE4(0))])),
        ("unknown region", with_region(base, &UNKNOWN, 9 * MIB, 4096, 0)),
        ("unknown region with an unknown bit", with_region(base, &UNKNOWN, 9 * MIB, 4096, 2)),
        ("region behind another", with_region(base, &UNKNOWN, 4 * MIB, 1, 0)),
        ("region in front of the log", with_region(base, &UNKNOWN, MIB - 1, 1, 0)),
        ("empty region where another begins", with_region(base, &UNKNOWN, 2 * MIB, 0, 0)),
        ("region table full", crafted(base, &[(REGION_TABLE + 8, &LE4(2047))])),
        ("copy of the region table wrong", patched(base, &[(0x40000, &[0; 32])])),
        ("metadata table full", patched(base, &[(METADATA + 10, &LE2(2047))])),
        ("unknown item", with_item(base, &UNKNOWN, 0x10040, 8, 3)),
        ("unknown item, far away", with_item(base, &UNKNOWN, u32::MAX, u32::MAX, 0)),
        ("item's flags", patched(base, &[(item(1) + 24, &LE4(0))])),
        ("item's length", patched(base, &[(item(1) + 20, &LE4(0))])),
        ("item inside the table", moved(base, 1, 0x8000)),
        ("items apart", moved(&moved(base, 0, 0x9000), 1, 0xb000)),
        ("page 83 data nowhere", patched(base, &[(item(2) + 16, &LE4(u32::MAX))])),
        ("physical sector size nowhere", patched(base, &[(item(4) + 16, &LE4(u32::MAX))])),
        ("physical sector size 0", patched(base, &[(PHYSICAL_SECTOR_SIZE, &LE4(0))])),
        ("nothing behind the last item read", base[..SECTOR_SIZE + 4].to_vec()),
        ("size 1", disk_size(base, 1)),
        ("size 511", disk_size(base, 511)),
        ("size 512", disk_size(base, 512)),
        ("size not whole sectors", disk_size(base, 64 * MIB + 100)),
        ("as many blocks as the BAT lists", disk_size(base, MAX_BLOCKS * 8 * MIB)),
        ("blocks of 1 MiB", block_size(base, 1 << 20)),
        ("blocks of 256 MiB", block_size(base, 1 << 28)),
        ("fixed", patched(base, &[(FILE_PARAMETERS + 4, &[1])])),
        ("unknown parameter bit", patched(base, &[(FILE_PARAMETERS + 4, &[4])])),
    ];
    for (name, bytes) in &cases {
        let image = assert_agreed(&images, name, bytes);
        assert!(image.parent().is_none(), "{name}");
    }
    println!("{} images agree", cases.len());
}

#[test]
#[rustfmt::skip] // One line for each case.
fn what_qemu_refuses_is_refused_and_the_field_is_named() {
    let images = Images::new();
    let base = &base(&images);
    let [first, second] = HEADERS;
    let extra = METADATA_ENTRY + 32;
    let one_more = |offset, length, bits| with_region(base, &UNKNOWN, offset, length, bits);
    let log = |length: u32| in_headers(&in_headers(base, 48, &[1]), 68, &LE4(length));
    let log_at = |offset: u64| in_headers(base, 72, &LE8(offset));
    let regions = |count: u32| crafted(base, &[(REGION_TABLE + 8, &LE4(count))]);
    let metadata = |offset: usize| crafted(base, &[(METADATA_ENTRY + 16, &LE8(offset as u64))]);
    let sector_size = |size: u32| patched(base, &[(SECTOR_SIZE, &LE4(size))]);
    let without = |number| patched(base, &[(item(number), &UNKNOWN), (item(number) + 24, &[0])]);
    let second_bat = with_region(base, &base[BAT_ENTRY..BAT_ENTRY + 16], 9 * MIB, 4096, 1);
    let second_size = with_item(base, &base[item(1)..item(1) + 16], 0x10008, 8, 4);
    let size_nowhere = patched(base, &[(item(1) + 16, &LE4(0xffff_fff0))]);
    let both_wrong = patched(base, &[(first + 100, &[1]), (second + 100, &[1])]);
    let sequence = &base[first + 8..first + 16];
    let same_sequence = crafted(base, &[(second + 8, sequence), (second + 100, &[1])]);
    let has_parent = patched(base, &[(FILE_PARAMETERS + 4, &[2])]);
    let locator = with_item(base, &PARENT_LOCATOR, 0x10040, 20, 4);
    let cases: Vec<(&str, ErrorKind, usize, Vec<u8>)> = vec![
        ("vhdx header: Checksum is ", InvalidImage, first + 4, both_wrong),
        ("no signature", InvalidImage, first, in_headers(base, 0, b"H")),
        ("Version is 0", UnsupportedFeature, first + 66, in_headers(base, 66, &LE2(0))),
        ("Version is 2", UnsupportedFeature, first + 66, in_headers(base, 66, &LE2(2))),
        ("SequenceNumber is", InvalidImage, second + 8, same_sequence),
        ("LogVersion is 1", UnsupportedFeature, second + 64, in_headers(base, 64, &LE2(1))),
        ("LogOffset is 0", InvalidImage, second + 72, log_at(0)),
        ("LogOffset is 524288", InvalidImage, second + 72, log_at(MIB / 2)),
        ("LogOffset is 1048577", InvalidImage, second + 72, log_at(MIB + 1)),
        ("LogLength is 1 ", InvalidImage, second + 68, log(1)),
        ("LogLength is 524288", InvalidImage, second + 68, log(1 << 19)),
        ("LogOffset is 9223372035781033984", InvalidImage, second + 72, log_in_use_at(base, MAX_FILE)),
        ("FileOffset is 2097152", InvalidImage, BAT_ENTRY + 16, in_headers(base, 68, &LE4(1 << 20 | 1))),
        ("LogOffset is 1048576", InvalidImage, second + 72, one_more(0, 1 << 20 | 1, 0)),
        ("vhdx region table: Checksum is ", InvalidImage, REGION_TABLE + 4, patched(base, &[(REGION_TABLE + 1023, &[1])])),
        ("no signature", InvalidImage, REGION_TABLE, crafted(base, &[(REGION_TABLE, b"R")])),
        ("EntryCount is 2048", InvalidImage, REGION_TABLE + 8, regions(2048)),
        ("EntryCount is 4294967295", InvalidImage, REGION_TABLE + 8, regions(u32::MAX)),
        ("lists no metadata region", InvalidImage, REGION_TABLE, regions(1)),
        ("lists no BAT region", InvalidImage, REGION_TABLE, crafted(base, &[(BAT_ENTRY, &[0; 32])])),
        ("lists a region twice", InvalidImage, extra, second_bat),
        ("requires a region of unknown kind", UnsupportedFeature, extra, one_more(9 * MIB, 4096, 1)),
        ("FileOffset is 4194303", InvalidImage, extra + 16, one_more(4 * MIB - 1, 1, 0)),
        ("FileOffset is 3145729", InvalidImage, extra + 16, one_more(3 * MIB + 1, 0, 0)),
        ("Length of the BAT is 0", InvalidImage, BAT_ENTRY + 24, bat(base, 2 * MIB, 0)),
        ("Length of the BAT is 63", InvalidImage, BAT_ENTRY + 24, bat(base, 2 * MIB, 63)),
        ("must be 1048584 to", InvalidImage, BAT_ENTRY + 24, disk_size(base, MAX_BLOCKS * 8 * MIB + 1)),
        // QEMU opens 2147483136, with 2 GiB of memory: the other side of this limit is below.
        ("Length of the BAT is 2147483137", InvalidImage, BAT_ENTRY + 24, bat(base, 9 * MIB, 0x7fff_fe01)),
        ("FileOffset is 922337203577998540", InvalidImage, BAT_ENTRY + 16, bat(base, MAX_FILE - MIB + 1, 1 << 20)),
        ("FileOffset is 9223372036854775808", InvalidImage, BAT_ENTRY + 16, bat(base, 1 << 63, 1 << 20)),
        ("vhdx metadata table", Truncated, 1 << 62, metadata(1 << 62)),
        ("no signature", InvalidImage, FILE_PARAMETERS, metadata(FILE_PARAMETERS)),
        ("EntryCount is 2048", InvalidImage, METADATA + 10, patched(base, &[(METADATA + 10, &LE2(2048))])),
        ("lists no file parameters", InvalidImage, METADATA, without(0)),
        ("lists no virtual disk size", InvalidImage, METADATA, without(1)),
        ("lists no page 83 data", InvalidImage, METADATA, without(2)),
        ("lists no logical sector size", InvalidImage, METADATA, without(3)),
        ("lists no physical sector size", InvalidImage, METADATA, without(4)),
        ("lists an item twice", InvalidImage, item(5), second_size),
        ("requires an item of unknown kind", UnsupportedFeature, item(5), with_item(base, &UNKNOWN, 0x10040, 8, 4)),
        ("virtual disk size", Truncated, METADATA + 0xffff_fff0, size_nowhere),
        ("BlockSize is 0", InvalidImage, FILE_PARAMETERS, block_size(base, 0)),
        ("BlockSize is 524288", InvalidImage, FILE_PARAMETERS, block_size(base, 1 << 19)),
        ("BlockSize is 3145728", InvalidImage, FILE_PARAMETERS, block_size(base, 3 << 20)),
        ("BlockSize is 536870912", InvalidImage, FILE_PARAMETERS, block_size(base, 1 << 29)),
        ("LogicalSectorSize is 0", UnsupportedFeature, SECTOR_SIZE, sector_size(0)),
        ("LogicalSectorSize is 513", UnsupportedFeature, SECTOR_SIZE, sector_size(513)),
        ("LogicalSectorSize is 4096", UnsupportedFeature, SECTOR_SIZE, sector_size(4096)),
        ("VirtualDiskSize is 0", InvalidImage, DISK_SIZE, disk_size(base, 0)),
        ("VirtualDiskSize is 18446744073709551615", InvalidImage, DISK_SIZE, disk_size(base, u64::MAX)),
        ("lists no parent locator", InvalidImage, item(0), has_parent),
        ("lists a parent locator", InvalidImage, item(5), locator),
    ];
    for (words, kind, offset, bytes) in &cases {
        assert_refused(bytes, *kind, Some(*offset as u64), words);
        assert!(images.qemu_info_of(bytes).is_none(), "qemu-img opens: {words}");
    }
    println!("{} images refused by both", cases.len());
}

#[test]
fn the_largest_bat_is_read_by_neither_of_us_here() {
    let base = base(&Images::new());
    // QEMU opens it, too, and takes 2 GiB of memory to do so.
    let bat_entries = 0x7fff_fe00 / 8;
    let largest = bat(&base, 9 * MIB, bat_entries * 8);
    let image = probe(&largest).expect("a BAT of just below 2 GiB");
    assert_eq!(image.virtual_size(), Some(64 * MIB));

    // A run of blocks of 1 MiB between two bitmaps is 4096 long.
    let blocks = u64::from(bat_entries) * 4096 / 4097;
    let wide = |blocks: u64| disk_size(&block_size(&largest, 1 << 20), blocks * MIB);
    let most = (blocks..).find(|blocks| probe(&wide(blocks + 1)).is_err());
    let most = most.expect("a limit");
    assert_eq!(most + (most - 1) / 4096, u64::from(bat_entries));
    assert_refused(
        &wide(most + 1),
        InvalidImage,
        Some(DISK_SIZE as u64),
        "at most what a BAT of 2 GiB can list",
    );
}

/// Where our answer is an error, and QEMU has one.
#[test]
fn what_only_we_refuse() {
    let images = Images::new();
    let base = base(&images);
    let end = u64::MAX - 4095;
    let items_in_table = moved(&moved(&moved(&base, 0, 0x8000), 1, 0x8020), 3, 0x8040);
    let items_in_table = &items_in_table[..METADATA + 0x8048];
    let cases = [
        // QEMU lets the region's end wrap round to a place in front of all others.
        (
            "FileOffset is",
            InvalidImage,
            METADATA_ENTRY + 48,
            with_region(&base, &UNKNOWN, end, 8192, 0),
        ),
        // QEMU counts blocks in 32 bits, of which 2^32 + 8 need no more room than 8.
        (
            "at most what a BAT of 2 GiB can list",
            InvalidImage,
            DISK_SIZE,
            disk_size(&base, (8 << 20) * (0x1_0000_0000 + 8)),
        ),
        // QEMU takes entries that the file does not have for zeros, and so for optional items.
        (
            "metadata table",
            Truncated,
            METADATA + 32,
            patched(items_in_table, &[(METADATA + 10, &LE2(2047))]),
        ),
        // Of these four bytes the last two are zeros anyway.
        (
            "metadata items",
            Truncated,
            FILE_PARAMETERS,
            base[..SECTOR_SIZE + 2].to_vec(),
        ),
    ];
    for (words, kind, offset, bytes) in &cases {
        assert_refused(bytes, *kind, Some(*offset as u64), words);
        assert!(images.qemu_info_of(bytes).is_some(), "{words}");
    }
}
