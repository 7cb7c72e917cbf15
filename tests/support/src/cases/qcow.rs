// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow, version 1.

use crate::build::{Build, Qcow, MIB};
use crate::case::{accepted, Case, Qemu};
use crate::patched;
use diskprobe::ErrorKind::{InvalidImage, Truncated};

/// Number of entries of the longest table that QEMU reads.
const MOST_L1_ENTRIES: u64 = 268_435_392;
/// The end of the largest file of QEMU.
const FILE_END: u64 = 0x7fff_ffff_c000_0000;

const BE4: fn(u32) -> [u8; 4] = u32::to_be_bytes;
const BE8: fn(u64) -> [u8; 8] = u64::to_be_bytes;

/// 64 MiB in clusters of 4 KiB, 2 MiB for each of the 32 entries of the L1 table; and space.
pub fn base() -> Vec<u8> {
    let mut bytes = Qcow::new(64 * MIB).bytes();
    bytes.resize(0x12000, 0);
    bytes
}

/// All cases.
pub fn all() -> Vec<Case> {
    let base = base();
    let mut all = accepted(
        &base,
        &[
            ("plain", &[], "qcow 67108864 cluster 4096"),
            (
                "size not whole sectors",
                &[(24, &BE8(67_108_764))],
                "qcow 67108352 cluster 4096",
            ),
            ("size 2", &[(24, &BE8(2))], "qcow 0 cluster 4096"),
            ("cluster_bits 9", &[(32, &[9])], "qcow 67108864 cluster 512"),
            (
                "cluster_bits 16",
                &[(32, &[16])],
                "qcow 67108864 cluster 65536",
            ),
            ("l2_bits 6", &[(33, &[6])], "qcow 67108864 cluster 4096"),
            ("l2_bits 13", &[(33, &[13])], "qcow 67108864 cluster 4096"),
            (
                "aes",
                &[(36, &BE4(1))],
                "qcow 67108864 cluster 4096 encrypted",
            ),
            ("table at 0", &[(40, &BE8(0))], "qcow 67108864 cluster 4096"),
            (
                "table at an odd offset",
                &[(40, &BE8(49))],
                "qcow 67108864 cluster 4096",
            ),
            (
                "table at the end of the largest file",
                &[(40, &BE8(FILE_END - 32 * 8))],
                "qcow 67108864 cluster 4096",
            ),
            (
                "name",
                &[(8, &BE8(600)), (16, &BE4(5)), (600, b"x.img")],
                "qcow 67108864 cluster 4096 backing x.img",
            ),
            (
                "name after the first read",
                &[(8, &BE8(0x11ffb)), (16, &BE4(5)), (0x11ffb, b"x.img")],
                "qcow 67108864 cluster 4096 backing x.img",
            ),
            (
                "name with NUL",
                &[(8, &BE8(600)), (16, &BE4(9)), (600, b"x\0yyyyyyy")],
                "qcow 67108864 cluster 4096 backing x",
            ),
            (
                "name empty",
                &[(8, &BE8(600))],
                "qcow 67108864 cluster 4096",
            ),
            (
                "name empty, after the end of the file",
                &[(8, &BE8(1 << 62))],
                "qcow 67108864 cluster 4096",
            ),
            (
                "name empty, at the end of the largest file",
                &[(8, &BE8(FILE_END))],
                "qcow 67108864 cluster 4096",
            ),
            (
                "name of NUL",
                &[(8, &BE8(4)), (16, &BE4(5))],
                "qcow 67108864 cluster 4096",
            ),
            (
                "name without offset",
                &[(16, &BE4(5000))],
                "qcow 67108864 cluster 4096",
            ),
        ],
    );
    let longest = [(8, &BE8(600)[..]), (16, &BE4(1023)), (600, &[b'A'; 1023])];
    let facts = format!("qcow 67108864 cluster 4096 backing {}", "A".repeat(1023));
    all.push(Case::accepted(
        "name of 1023 bytes",
        patched(&base, &longest),
        facts,
    ));
    all.extend(largest_sizes(&base));
    // QEMU reads zeros after the end of the file, and so a part of the name or none; a fact never
    // comes from bytes that do not exist.
    for offset in [0x11ffc, 0x12000, 1 << 62] {
        let bytes = patched(&base, &[(8, &BE8(offset)), (16, &BE4(5))]);
        let case = Case::rejected("backing file name", Truncated, offset, bytes);
        all.push(case.qemu(Qemu::Opens));
    }
    let far = patched(&base, &[(8, &BE8(FILE_END + 1))]);
    all.push(Case::rejected("backing_file_offset", InvalidImage, 8, far));
    let far = patched(&base, &[(8, &BE8(1 << 63)), (16, &BE4(5))]);
    all.push(Case::rejected("backing file name", Truncated, 1 << 63, far));
    all.push(Case::accepted(
        "version 0",
        patched(&base, &[(4, &BE4(0))]),
        "raw 73728",
    ));
    all
}

/// The largest size for each combination of cluster and L2 table.
fn largest_sizes(base: &[u8]) -> Vec<Case> {
    let case = |(l1_entry_bits, bits, cluster): (u32, &[u8], u32)| {
        let size = MOST_L1_ENTRIES << l1_entry_bits;
        let bytes = patched(base, &[(24, &BE8(size)), (32, bits)]);
        let facts = format!("qcow {size} cluster {cluster}");
        let case = Case::accepted(format!("largest size with {bits:?}"), bytes, facts);
        case.qemu(Qemu::Unasked("it reads a table of 2 GiB"))
    };
    let all: [(u32, &[u8], u32); 3] = [
        (15, &[9, 6], 512),
        (21, &[12, 9], 4096),
        (29, &[16, 13], 65536),
    ];
    all.into_iter().map(case).collect()
}
