// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHDX.

use crate::build::{Build, Vhdx, GIB, MIB, TIB};
use crate::case::{Case, Qemu};
use crate::patched;
use crate::vhdx::*;
use diskprobe::ErrorKind::{InvalidImage, Truncated};

const LE2: fn(u16) -> [u8; 2] = u16::to_le_bytes;
const LE4: fn(u32) -> [u8; 4] = u32::to_le_bytes;
const LE8: fn(u64) -> [u8; 8] = u64::to_le_bytes;
/// The largest file of QEMU.
const MAX_FILE: u64 = 0x7fff_ffff_c000_0000;
/// This many blocks of 8 MiB, and bitmap blocks between them, fill a BAT of 1 MiB.
const MAX_BLOCKS: u64 = 130_817;

/// The log, 1 MiB long and in use, at another offset.
fn log_in_use_at(base: &[u8], offset: u64) -> Vec<u8> {
    in_headers(&in_headers(base, 48, &[1]), 72, &LE8(offset))
}

/// Another range for the BAT.
pub fn bat(base: &[u8], offset: u64, length: u32) -> Vec<u8> {
    let range = [&LE8(offset)[..], &LE4(length)].concat();
    changed(base, &[(BAT_ENTRY + 16, &range)])
}

/// Another size of the blocks.
pub fn block_size(base: &[u8], size: u32) -> Vec<u8> {
    patched(base, &[(FILE_PARAMETERS, &LE4(size))])
}

/// Another virtual size.
pub fn disk_size(base: &[u8], size: u64) -> Vec<u8> {
    patched(base, &[(DISK_SIZE, &LE8(size))])
}

/// All cases.
pub fn all() -> Vec<Case> {
    let base = base();
    [
        made(),
        structures(&base),
        sizes(&base),
        cut(&base),
        rejected(&base),
    ]
    .concat()
}

/// Images as they are made.
fn made() -> Vec<Case> {
    let case = |(vhdx, facts): (Vhdx, &str)| Case::accepted(facts, vhdx.bytes(), facts);
    let all = [
        (Vhdx::new(512), "vhdx 512 cluster 8388608"),
        (Vhdx::new(1_000_003), "vhdx 1000448 cluster 8388608"),
        (Vhdx::new(5 * TIB), "vhdx 5497558138880 cluster 33554432"),
        (Vhdx::new(64 * TIB), "vhdx 70368744177664 cluster 67108864"),
        (
            Vhdx::new(64 * MIB).block_size(MIB),
            "vhdx 67108864 cluster 1048576",
        ),
        (
            Vhdx::new(10 * GIB).block_size(MIB),
            "vhdx 10737418240 cluster 1048576",
        ),
        (
            Vhdx::new(TIB).block_size(2 * MIB),
            "vhdx 1099511627776 cluster 2097152",
        ),
        (
            Vhdx::new(64 * TIB).block_size(256 * MIB),
            "vhdx 70368744177664 cluster 268435456",
        ),
        (
            Vhdx::new(64 * MIB).log_size(3 * MIB),
            "vhdx 67108864 cluster 8388608",
        ),
        (
            Vhdx::new(64 * MIB).not_zero(),
            "vhdx 67108864 cluster 8388608",
        ),
        (Vhdx::new(8 * MIB).fixed(), "vhdx 8388608 cluster 8388608"),
        (
            Vhdx::new(3_000_000).fixed().block_size(MIB),
            "vhdx 3000320 cluster 1048576",
        ),
    ];
    all.into_iter().map(case).collect()
}

#[rustfmt::skip] // One line for each case.
fn structures(base: &[u8]) -> Vec<Case> {
    let [first, second] = HEADERS;
    let header = &base[first..first + 4096];
    let facts = "vhdx 67108864 cluster 8388608";
    let all: Vec<(&str, Vec<u8>)> = vec![
        ("plain", base.to_vec()),
        ("first header's checksum wrong", patched(base, &[(first + 4095, &[1])])),
        ("second header's checksum wrong", patched(base, &[(second + 4, &[0; 4])])),
        ("first header without signature", changed(base, &[(first, b"Head")])),
        ("second header of version 2", changed(base, &[(second + 66, &[2])])),
        ("first header later", changed(base, &[(first + 8, &[0xff; 8]), (second + 64, &[1])])),
        ("identical headers", patched(base, &[(second, header)])),
        ("log of no length", in_headers(base, 68, &LE4(0))),
        ("log of no length, in use", in_headers(&in_headers(base, 48, &[1]), 68, &LE4(0))),
        ("log of odd length, not in use", in_headers(base, 68, &LE4(1))),
        ("log up to the BAT", in_headers(base, 68, &LE4(1 << 20))),
        ("log far away", in_headers(base, 72, &LE8(1 << 62))),
        ("BAT that just suffices", bat(base, 2 * MIB, 64)),
        ("BAT of odd length", bat(base, 2 * MIB, 65)),
        ("BAT that starts anywhere", bat(base, 2 * MIB + 1, 4096)),
        ("BAT after the end of the file", bat(base, 1 << 40, 1 << 20)),
        ("BAT up to the end of the largest file", bat(base, MAX_FILE - MIB, 1 << 20)),
        ("metadata region of no length", changed(base, &[(METADATA_ENTRY + 24, &LE4(0))])),
        ("unknown region", with_region(base, &UNKNOWN, 9 * MIB, 4096, 0)),
        ("unknown region with an unknown bit", with_region(base, &UNKNOWN, 9 * MIB, 4096, 2)),
        ("region after another", with_region(base, &UNKNOWN, 4 * MIB, 1, 0)),
        ("region before the log", with_region(base, &UNKNOWN, MIB - 1, 1, 0)),
        ("empty region where another begins", with_region(base, &UNKNOWN, 2 * MIB, 0, 0)),
        ("region table full", changed(base, &[(REGION_TABLE + 8, &LE4(2047))])),
        ("end of the region table not zero", changed(base, &[(REGION_TABLE + 65535, &[1])])),
        ("copy of the region table wrong", patched(base, &[(0x4_0000, &[0; 32])])),
        ("metadata table full", patched(base, &[(METADATA + 10, &LE2(2047))])),
        ("unknown item", with_item(base, &UNKNOWN, 0x1_0040, 8, 3)),
        ("unknown item, far away", with_item(base, &UNKNOWN, u32::MAX, u32::MAX, 0)),
        ("item's flags", patched(base, &[(item(1) + 24, &LE4(0))])),
        ("item's length", patched(base, &[(item(1) + 20, &LE4(0))])),
        ("item inside the table", moved(base, 1, 0x8000)),
        ("items apart", moved(&moved(base, 0, 0x9000), 1, 0xb000)),
        ("page 83 data nowhere", patched(base, &[(item(2) + 16, &LE4(u32::MAX))])),
        ("physical sector size nowhere", patched(base, &[(item(4) + 16, &LE4(u32::MAX))])),
        ("physical sector size 0", patched(base, &[(PHYSICAL_SECTOR_SIZE, &LE4(0))])),
        ("physical sector size 1024", patched(base, &[(PHYSICAL_SECTOR_SIZE, &LE4(1024))])),
        ("physical sector size 4096", patched(base, &[(PHYSICAL_SECTOR_SIZE, &LE4(4096))])),
        ("nothing after the last item read", base[..SECTOR_SIZE + 4].to_vec()),
        ("fixed", patched(base, &[(FILE_PARAMETERS + 4, &[1])])),
        ("unknown parameter bit", patched(base, &[(FILE_PARAMETERS + 4, &[4])])),
    ];
    let case = |(name, bytes): (&str, Vec<u8>)| Case::accepted(name, bytes, facts);
    let mut all: Vec<Case> = all.into_iter().map(case).collect();
    // QEMU looks into the log, in which nothing is valid; the headers say that it is in use.
    for (name, bytes) in [
        ("log in use", in_headers(base, 48, &[1])),
        ("log in use up to the end of the largest file", log_in_use_at(base, MAX_FILE - MIB)),
    ] {
        let case = Case::accepted(name, bytes, "vhdx 67108864 cluster 8388608 dirty");
        all.push(case.qemu(Qemu::Facts("vhdx 67108864")));
    }
    // QEMU reads the BAT, and refuses a block in the last mebibyte that a file can have.
    let astray = [6, 0, 0xf0, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let bytes = patched(base, &[(0x20_0000, &astray)]);
    all.push(Case::accepted("BAT entry astray", bytes, facts).qemu(Qemu::Refuses("")));
    // The checksum is right if the rest of the table is zeros, so that the rest is not read.
    let bytes = patched(base, &[(REGION_TABLE + 65535, &[1])]);
    let case = Case::accepted("end of the region table not zero, checksum old", bytes, facts);
    all.push(case.qemu(Qemu::Refuses("")));
    all
}

fn sizes(base: &[u8]) -> Vec<Case> {
    let mut all: Vec<Case> = [
        ("size 1", disk_size(base, 1), "vhdx 0 cluster 8388608"),
        ("size 511", disk_size(base, 511), "vhdx 0 cluster 8388608"),
        ("size 512", disk_size(base, 512), "vhdx 512 cluster 8388608"),
        (
            "size not whole sectors",
            disk_size(base, 64 * MIB + 100),
            "vhdx 67108864 cluster 8388608",
        ),
        (
            "as many blocks as the BAT lists",
            disk_size(base, MAX_BLOCKS * 8 * MIB),
            "vhdx 1097372532736 cluster 8388608",
        ),
        (
            "blocks of 1 MiB",
            block_size(base, 1 << 20),
            "vhdx 67108864 cluster 1048576",
        ),
        (
            "blocks of 256 MiB",
            block_size(base, 1 << 28),
            "vhdx 67108864 cluster 268435456",
        ),
    ]
    .into_iter()
    .map(|(name, bytes, facts)| Case::accepted(name, bytes, facts))
    .collect();
    // A BAT of just below 2 GiB.
    let largest = Case::accepted(
        "largest BAT",
        bat(base, 9 * MIB, 0x7fff_fe00),
        "vhdx 67108864 cluster 8388608",
    );
    all.push(largest.qemu(Qemu::Unasked("it takes 2 GiB of memory")));
    all
}

/// Images that end early. Those of fewer than eight bytes are raw.
fn cut(base: &[u8]) -> Vec<Case> {
    let [first, second] = HEADERS;
    let table_end = item(5);
    let asked = [
        8,
        520,
        second,
        REGION_TABLE + 65536,
        METADATA + 32,
        table_end,
    ];
    let all = [
        8,
        511,
        512,
        519,
        520,
        first,
        first + 4095,
        first + 4096,
        second,
        second + 4095,
        second + 4096,
        REGION_TABLE,
        REGION_TABLE + 65535,
        REGION_TABLE + 65536,
        METADATA,
        METADATA + 31,
        METADATA + 32,
        table_end - 1,
        table_end,
        FILE_PARAMETERS,
        DISK_SIZE,
        SECTOR_SIZE,
        SECTOR_SIZE + 3,
    ];
    let case = |length: usize| {
        let case = Case::refused(
            format!("{length} bytes"),
            base[..length].to_vec(),
            "",
            "needs ",
        );
        match asked.contains(&length) {
            true => case,
            false => case.qemu(Qemu::Unasked("it reads zeros after the end")),
        }
    };
    all.into_iter().map(case).collect()
}

/// What the limits of single fields do not say.
fn rejected(base: &[u8]) -> Vec<Case> {
    let second = HEADERS[1];
    let log_in_a_region = with_region(base, &UNKNOWN, 0, 1 << 20 | 1, 0);
    let too_many = disk_size(base, MAX_BLOCKS * 8 * MIB + 1);
    let size_nowhere = patched(base, &[(item(1) + 16, &LE4(0xffff_fff0))]);
    let mut all: Vec<Case> = [
        (
            "LogOffset is 1048576",
            InvalidImage,
            second as u64 + 72,
            log_in_a_region,
        ),
        (
            "must be 1048584 to",
            InvalidImage,
            BAT_ENTRY as u64 + 24,
            too_many,
        ),
        (
            "virtual disk size",
            Truncated,
            METADATA as u64 + 0xffff_fff0,
            size_nowhere,
        ),
    ]
    .into_iter()
    .map(|(words, kind, offset, bytes)| Case::rejected(words, kind, offset, bytes))
    .collect();
    all.extend(what_only_we_reject(base));
    all
}

fn what_only_we_reject(base: &[u8]) -> Vec<Case> {
    let in_table = moved(&moved(&moved(base, 0, 0x8000), 1, 0x8020), 3, 0x8040);
    let in_table = &in_table[..METADATA + 0x8048];
    let cases = [
        // QEMU lets the region's end wrap round to an offset before all others.
        (
            "FileOffset is",
            InvalidImage,
            METADATA_ENTRY + 48,
            with_region(base, &UNKNOWN, u64::MAX - 4095, 8192, 0),
        ),
        // QEMU counts blocks in 32 bits, so that 2^32 + 8 blocks are 8 to it.
        (
            "at most what a BAT of 2 GiB can map",
            InvalidImage,
            DISK_SIZE,
            disk_size(base, (8 << 20) * (0x1_0000_0000 + 8)),
        ),
        // QEMU treats missing entries as zeros, and so as optional items.
        (
            "metadata table",
            Truncated,
            METADATA + 32,
            patched(in_table, &[(METADATA + 10, &LE2(2047))]),
        ),
        // Of these four bytes the last two are zeros anyway.
        (
            "metadata items",
            Truncated,
            FILE_PARAMETERS,
            base[..SECTOR_SIZE + 2].to_vec(),
        ),
    ];
    let case = |(words, kind, offset, bytes): (&str, _, usize, _)| {
        Case::rejected(words, kind, offset as u64, bytes).qemu(Qemu::Opens)
    };
    let mut all: Vec<Case> = cases.into_iter().map(case).collect();
    // QEMU refuses an image with a parent.
    let linkage = ("parent_linkage", "{83ed0ec3-24c8-49a6-a959-5e4bf1288bfb}");
    let child = with_locator(
        base,
        0x1_0040,
        &locator(&[linkage, ("relative_path", "p.vhdx")]),
    );
    let case = Case::accepted("parent", child, "vhdx 67108864 cluster 8388608");
    all.push(case.qemu(Qemu::Refuses("")));
    all
}
