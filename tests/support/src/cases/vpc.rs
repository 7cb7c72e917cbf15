// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHD: the rules for the size, dynamic and fixed images.

use crate::build::{vhd_checksum, Build, Vpc, MIB};
use crate::case::{Case, Qemu};
use crate::qemu_versions::VPC_CREATORS;
use crate::{patched, Changes};
use diskprobe::ErrorKind::{InvalidImage, Truncated, WrongFormat};
use diskprobe::Format;

/// The offset of the dynamic disk header.
pub const HEADER: usize = 512;
/// The offset of the block allocation table.
pub const TABLE: usize = 1536;
/// 2040 GiB.
pub const LARGEST_SIZE: u64 = 0xff00_0000 * 512;

const BE4: fn(u32) -> [u8; 4] = u32::to_be_bytes;
const BE8: fn(u64) -> [u8; 8] = u64::to_be_bytes;

/// 67,125,248 bytes by geometry, and 32 MiB by the recorded size, which counts. The table has 33
/// entries for blocks of 2 MiB: enough for both.
pub fn base() -> Vec<u8> {
    changed(
        &Vpc::new(64 * MIB).bytes(),
        &[(28, b"qem2"), (48, &BE8(32 << 20))],
    )
}

/// Returns `base` with some bytes replaced, and then a right checksum of the first footer.
pub fn changed(base: &[u8], changes: Changes<'_>) -> Vec<u8> {
    vhd_checksum(patched(base, changes), 0)
}

/// The base with space for a table of 4096 entries, none of them a block.
fn roomy() -> Vec<u8> {
    let mut bytes = base();
    bytes.truncate(TABLE);
    bytes.resize(TABLE + 4 * 4096, 0xff);
    bytes
}

/// All cases.
pub fn all() -> Vec<Case> {
    [creators(), geometries(), dynamic(), cut(), fixed()].concat()
}

/// The creator decides which field is the size.
fn creators() -> Vec<Case> {
    let base = base();
    let case = |creator: &[u8; 4], size: u64| {
        let name = format!("creator {}", creator.escape_ascii());
        let facts = format!("vpc {size} cluster 2097152");
        Case::accepted(name, changed(&base, &[(28, creator)]), facts)
    };
    let (by_geometry, recorded) = (67_125_248, 32 << 20);
    let mut all = vec![case(b"vpc ", by_geometry), case(b"qemu", by_geometry)];
    let known = [b"qem2", b"win ", b"d2v ", b"tap\0", b"CTXS"];
    all.extend(known.map(|creator| case(creator, recorded)));
    let others = [b"wa\0\0", b"vs  ", b"vbox", b"VPC ", b"vpc\0", b"\0\0\0\0"];
    all.extend(others.map(|creator| case(creator, recorded).needs(&VPC_CREATORS)));
    all
}

/// The largest geometry leaves the size to the record.
fn geometries() -> Vec<Case> {
    let base = roomy();
    let case = |(cylinders, heads, sectors, size): (u16, u8, u8, u64)| {
        let [high, low] = cylinders.to_be_bytes();
        let changes: Changes<'_> = &[
            (28, b"vpc "),
            (56, &[high, low, heads, sectors]),
            (HEADER + 28, &BE4(4096)),
            (HEADER + 32, &BE4(1 << 30)),
        ];
        let name = format!("geometry {cylinders}/{heads}/{sectors}");
        let facts = format!("vpc {size} cluster 1073741824");
        Case::accepted(name, changed(&base, changes), facts)
    };
    let recorded = 32 << 20;
    let all = [
        (65535, 16, 255, recorded),
        // As many sectors, otherwise arranged.
        (65535, 255, 16, recorded),
        (65535, 240, 17, recorded),
        (52428, 20, 255, recorded),
        (65535, 15, 255, 65535 * 15 * 255 * 512),
        (65535, 17, 255, 65535 * 17 * 255 * 512),
        (65535, 255, 255, 65535 * 255 * 255 * 512),
        (0, 0, 0, 0),
        (1, 1, 1, 512),
    ];
    all.into_iter().map(case).collect()
}

fn dynamic() -> Vec<Case> {
    let base = roomy();
    let largest: Changes<'_> = &[
        (48, &BE8(LARGEST_SIZE)),
        (HEADER + 28, &BE4(2040)),
        (HEADER + 32, &BE4(1 << 30)),
    ];
    let and_a_part = BE8(LARGEST_SIZE + 511);
    let and_a_part = [&[(48, &and_a_part[..])], &largest[1..]].concat();
    let small_blocks: Changes<'_> = &[
        (48, &BE8(4096 * 512)),
        (HEADER + 28, &BE4(4096)),
        (HEADER + 32, &BE4(512)),
    ];
    let table: [(&str, Changes<'_>, &str); 20] = [
        ("plain", &[], "vpc 33554432 cluster 2097152"),
        (
            "another version",
            &[(12, &[0, 2])],
            "vpc 33554432 cluster 2097152",
        ),
        (
            "original size",
            &[(40, &BE8(1 << 20))],
            "vpc 33554432 cluster 2097152",
        ),
        ("size 0", &[(48, &BE8(0))], "vpc 0 cluster 2097152"),
        (
            "size not whole sectors",
            &[(48, &BE8((32 << 20) + 100))],
            "vpc 33554432 cluster 2097152",
        ),
        (
            "largest size",
            largest,
            "vpc 2190433320960 cluster 1073741824",
        ),
        (
            "largest size and a part of a sector",
            &and_a_part,
            "vpc 2190433320960 cluster 1073741824",
        ),
        ("saved state", &[(84, &[1])], "vpc 33554432 cluster 2097152"),
        ("type 0", &[(60, &BE4(0))], "vpc 33554432 cluster 2097152"),
        ("fixed, but dynamic", &[(60, &BE4(2))], "vpc 33554432"),
        (
            "differencing",
            &[(60, &BE4(4))],
            "vpc 33554432 cluster 2097152",
        ),
        (
            "checksum of the dynamic header",
            &[(HEADER + 36, &[0; 4])],
            "vpc 33554432 cluster 2097152",
        ),
        (
            "version of the dynamic header",
            &[(HEADER + 24, &[0; 4])],
            "vpc 33554432 cluster 2097152",
        ),
        (
            "next of the dynamic header",
            &[(HEADER + 8, &[0; 8])],
            "vpc 33554432 cluster 2097152",
        ),
        (
            "block_size 1 MiB",
            &[(HEADER + 32, &BE4(1 << 20))],
            "vpc 33554432 cluster 1048576",
        ),
        ("block_size 512", small_blocks, "vpc 2097152 cluster 512"),
        (
            "as many entries as needed",
            &[(HEADER + 28, &BE4(16))],
            "vpc 33554432 cluster 2097152",
        ),
        (
            "table at the end of the file",
            &[(HEADER + 28, &BE4(4096))],
            "vpc 33554432 cluster 2097152",
        ),
        (
            "table at an odd offset",
            &[(HEADER + 16, &BE8(1537))],
            "vpc 33554432 cluster 2097152",
        ),
        ("no uuid", &[(68, &[0; 16])], "vpc 33554432 cluster 2097152"),
    ];
    let case = |(name, changes, facts): &(&str, Changes<'_>, &str)| {
        Case::accepted(*name, changed(&base, changes), *facts)
    };
    let mut all: Vec<Case> = table.iter().map(case).collect();
    // QEMU prints this block size as a signed number.
    let block = changed(&base, &[(HEADER + 32, &BE4(1 << 31))]);
    all.push(
        Case::accepted("block_size 2 GiB", block, "vpc 33554432 cluster 2147483648")
            .qemu(Qemu::Facts("vpc 33554432")),
    );
    let more = changed(&base, &[(28, b"vpc "), (56, &[0xff, 0xff, 255, 255])]);
    all.push(Case::rejected(
        "max_table_entries is 33",
        InvalidImage,
        540,
        more,
    ));
    for data_offset in [u64::MAX, 1 << 62, 1 << 20] {
        let bytes = changed(&base, &[(16, &BE8(data_offset))]);
        all.push(Case::rejected(
            "dynamic disk header",
            Truncated,
            data_offset,
            bytes,
        ));
    }
    all
}

/// Images that end early.
fn cut() -> Vec<Case> {
    let base = base();
    let end = TABLE + 33 * 4;
    let mut all = vec![Case::accepted(
        "no footer at the end",
        base[..end].to_vec(),
        "vpc 33554432 cluster 2097152",
    )];
    for cut in [TABLE, TABLE + 1, end - 1] {
        let bytes = base[..cut].to_vec();
        all.push(Case::rejected(
            "table_offset is 1536",
            InvalidImage,
            528,
            bytes,
        ));
    }
    // The table is not read, so that a block after the end of the file is not missed.
    let far_block = patched(&base, &[(TABLE, &BE4(1000))]);
    all.push(
        Case::accepted(
            "block after the end",
            far_block,
            "vpc 33554432 cluster 2097152",
        )
        .qemu(Qemu::Refuses("")),
    );
    all
}

/// The offset of the footer of [`fixed_base`].
pub const FOOTER: usize = 1 << 20;

/// A fixed image of 1 MiB.
pub fn fixed_base() -> Vec<u8> {
    Vpc::new(MIB).fixed().force_size().bytes()
}

/// Fixed images, which are raw unless the format is given.
fn fixed() -> Vec<Case> {
    let base = fixed_base();
    let sealed = |changes: Changes<'_>| {
        let changes: Vec<_> = changes
            .iter()
            .map(|(at, new)| (FOOTER + at, *new))
            .collect();
        vhd_checksum(patched(&base, &changes), FOOTER)
    };
    let mut all = Vec::new();
    let mut accept = |name: &str, bytes: &[u8], size: u64| {
        let case = Case::accepted(name, bytes.to_vec(), format!("vpc {size}"));
        all.push(case.asked(Format::Vpc));
        let length = (bytes.len() as u64).next_multiple_of(512);
        all.push(Case::accepted(
            name,
            bytes.to_vec(),
            format!("raw {length}"),
        ));
    };
    accept("fixed", &base, MIB);
    let size = |size: u64| sealed(&[(48, &BE8(size))]);
    accept("fixed, not whole sectors", &size(MIB + 100), MIB);
    accept("fixed, more than the file", &size(2 << 30), 2 << 30);
    accept("fixed, largest", &size(LARGEST_SIZE + 511), LARGEST_SIZE);
    accept("fixed, data offset", &sealed(&[(16, &BE8(5))]), MIB);
    accept("fixed, original size", &sealed(&[(40, &BE8(5))]), MIB);
    let by_geometry = sealed(&[(28, b"vpc "), (56, &[0, 10, 4, 17])]);
    accept("fixed, geometry", &by_geometry, 10 * 4 * 17 * 512);
    accept("footer of 511 bytes", &base[..base.len() - 1], MIB);

    let end = FOOTER as u64;
    let mut reject = |words: &str, kind, offset, bytes: &[u8], qemu| {
        let case = Case::rejected(words, kind, offset, bytes.to_vec());
        all.push(case.asked(Format::Vpc).qemu(qemu));
    };
    let refuses = Qemu::Refuses("");
    // The byte that is missing does not count in the sum.
    let counted = sealed(&[(511, &[0xaa])]);
    reject(
        "checksum is",
        InvalidImage,
        end + 64,
        &counted[..counted.len() - 1],
        refuses,
    );
    // QEMU reads zeros instead of the missing bytes, and most of a footer is zeros.
    for length in [510, 100, 84] {
        reject(
            "footer",
            Truncated,
            end,
            &base[..FOOTER + length],
            Qemu::Opens,
        );
    }
    reject(
        "footer: needs 511 bytes",
        Truncated,
        end,
        &base[..FOOTER + 9],
        refuses,
    );
    let words = "current_size is 2190433321472";
    reject(
        words,
        InvalidImage,
        end + 48,
        &size(LARGEST_SIZE + 512),
        refuses,
    );
    let none = "and no footer of a fixed image at the end";
    for kind in [0u32, 1, 3, 4, 5] {
        reject(none, WrongFormat, 0, &sealed(&[(60, &BE4(kind))]), refuses);
    }
    let longer = [&base[..], &[0]].concat();
    let headless = patched(&Vpc::new(64 * MIB).bytes(), &[(0, &[0; 512])]);
    for bytes in [
        &longer,
        &headless,
        &base[..FOOTER],
        &base[..FOOTER + 7],
        &[0; 512],
        b"x",
        &[],
    ] {
        reject(none, WrongFormat, 0, bytes, refuses);
    }
    // A footer alone is at the start as well, as that of a dynamic image.
    reject(
        "dynamic disk header",
        Truncated,
        u64::MAX,
        &base[FOOTER..],
        refuses,
    );
    all
}
