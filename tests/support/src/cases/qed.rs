// SPDX-License-Identifier: MIT OR Apache-2.0
//! QED.

use crate::build::{Build, Qed, MIB};
use crate::case::{accepted, rejected, Case, Qemu};
use crate::patched;
use diskprobe::ErrorKind::InvalidImage;

const BACKING_FILE: [u8; 8] = 1u64.to_le_bytes();
const NEED_CHECK: [u8; 8] = 2u64.to_le_bytes();
const RAW_BACKING_FILE: [u8; 8] = 5u64.to_le_bytes();

const LE4: fn(u32) -> [u8; 4] = u32::to_le_bytes;
const LE8: fn(u64) -> [u8; 8] = u64::to_le_bytes;

/// 64 MiB in clusters of 64 KiB: one for the header, four for the first table.
pub fn base() -> Vec<u8> {
    Qed::new(64 * MIB).bytes()
}

/// All cases.
pub fn all() -> Vec<Case> {
    let base = base();
    let mut all = accepted(
        &base,
        &[
            ("plain", &[], "qed 67108864 cluster 65536"),
            (
                "unknown compatible feature",
                &[(24, &[0xff; 8])],
                "qed 67108864 cluster 65536",
            ),
            (
                "unknown autoclear feature",
                &[(32, &[0xff; 8])],
                "qed 67108864 cluster 65536",
            ),
            (
                "cluster_size 4096",
                &[(4, &LE4(4096))],
                "qed 67108864 cluster 4096",
            ),
            (
                "table_size 2",
                &[(8, &LE4(2))],
                "qed 67108864 cluster 65536",
            ),
            (
                "header_size 0",
                &[(12, &LE4(0)), (40, &LE8(0))],
                "qed 67108864 cluster 65536",
            ),
            ("image_size 0", &[(48, &LE8(0))], "qed 0 cluster 65536"),
            (
                "largest image_size",
                &[(48, &LE8(1 << 46))],
                "qed 70368744177664 cluster 65536",
            ),
            (
                "largest image_size of small tables",
                &[(4, &LE4(4096)), (8, &LE4(2)), (48, &LE8(1 << 32))],
                "qed 4294967296 cluster 4096",
            ),
            (
                "name",
                &[
                    (16, &BACKING_FILE),
                    (56, &LE4(1000)),
                    (60, &LE4(5)),
                    (1000, b"x.img"),
                ],
                "qed 67108864 cluster 65536 backing x.img",
            ),
            (
                "name of a raw file",
                &[
                    (16, &RAW_BACKING_FILE),
                    (56, &LE4(1000)),
                    (60, &LE4(5)),
                    (1000, b"x.img"),
                ],
                "qed 67108864 cluster 65536 backing x.img as raw",
            ),
            (
                "name far away",
                &[
                    (16, &BACKING_FILE),
                    (56, &LE4(0xc000)),
                    (60, &LE4(5)),
                    (0xc000, b"x.img"),
                ],
                "qed 67108864 cluster 65536 backing x.img",
            ),
            (
                "name at the end of the header",
                &[
                    (16, &BACKING_FILE),
                    (56, &LE4(65531)),
                    (60, &LE4(5)),
                    (65531, b"x.img"),
                ],
                "qed 67108864 cluster 65536 backing x.img",
            ),
            (
                "empty name at the end of the header",
                &[(16, &BACKING_FILE), (56, &LE4(65536))],
                "qed 67108864 cluster 65536",
            ),
            (
                "raw flag without name",
                &[(16, &LE8(4)), (60, &LE4(5000))],
                "qed 67108864 cluster 65536",
            ),
            (
                "name without flag",
                &[(56, &LE4(1000)), (60, &LE4(5000))],
                "qed 67108864 cluster 65536",
            ),
            ("fourth byte not zero", &[(3, b"x")], "raw 327680"),
        ],
    );
    let longest = [
        (16, &BACKING_FILE[..]),
        (56, &LE4(1000)),
        (60, &LE4(4095)),
        (1000, &[b'A'; 4095]),
    ];
    let facts = format!("qed 67108864 cluster 65536 backing {}", "A".repeat(4095));
    all.push(Case::accepted(
        "name of 4095 bytes",
        patched(&base, &longest),
        facts,
    ));
    // QEMU clears its copy of the flag before it shows it; the bit on disk is what counts.
    let check = Case::accepted(
        "check",
        patched(&base, &[(16, &NEED_CHECK)]),
        "qed 67108864 cluster 65536 dirty",
    );
    all.push(check.qemu(Qemu::Facts("qed 67108864")));
    all.extend(rejected(
        &base,
        InvalidImage,
        &[
            ("l1_table_offset is 65536", 40, &[(12, &LE4(2))]),
            (
                "l1_table_offset is 18446744073709486080",
                40,
                &[(40, &LE8(u64::MAX - 65535))],
            ),
            (
                "backing_filename_size is 6",
                60,
                &[(16, &BACKING_FILE), (56, &LE4(65531)), (60, &LE4(6))],
            ),
            (
                "backing_filename_offset is 4294967295",
                56,
                &[(16, &BACKING_FILE), (56, &LE4(u32::MAX)), (60, &LE4(2))],
            ),
        ],
    ));
    // The specification allows it, and qemu-img makes it; but nothing opens it.
    let one_cluster = Qed::new(MIB).cluster_size(4096).table_size(1).bytes();
    all.push(Case::rejected(
        "table_size is 1",
        InvalidImage,
        8,
        one_cluster,
    ));
    // The last cluster of the table counts if its last sector has begun.
    let begun = base.len() - 511;
    all.push(Case::accepted(
        "cut in the last sector",
        base[..begun].to_vec(),
        "qed 67108864 cluster 65536",
    ));
    for cut in [64, 4096, begun - 1] {
        let bytes = base[..cut].to_vec();
        all.push(Case::rejected(
            "l1_table_offset is 65536",
            InvalidImage,
            40,
            bytes,
        ));
    }
    all.extend(largest_tables());
    all
}

/// The largest images for tables of several sizes, and one sector more.
fn largest_tables() -> Vec<Case> {
    const LARGEST: u64 = 0x7fff_ffff_c000_0000;
    let mib = 1 << 20;
    let mut all = Vec::new();
    for (cluster, table, size) in [
        (mib, 16, 1 << 62),
        (2 * mib, 8, LARGEST),
        // Tables that could cover 2^64 bytes, and those that could cover more.
        (4 * mib, 4, 0),
        (2 * mib, 16, 0),
        (8 * mib, 2, 0),
        // No file has this length, and qemu-img shows 0 for it.
        (2 * mib, 8, 1 << 63),
    ] {
        let with_size = |size: u64| {
            let base = Qed::new(0).cluster_size(cluster).table_size(table).bytes();
            patched(&base, &[(48, &LE8(size))])
        };
        let name = format!("size {size} of {table} clusters of {cluster}");
        if size <= LARGEST {
            let facts = format!("qed {size} cluster {cluster}");
            all.push(Case::accepted(name, with_size(size), facts));
            all.push(Case::rejected(
                "image_size is",
                InvalidImage,
                48,
                with_size(size + 512),
            ));
        } else {
            let case = Case::rejected("image_size is", InvalidImage, 48, with_size(size));
            all.push(case.qemu(Qemu::Opens));
        }
    }
    all
}
