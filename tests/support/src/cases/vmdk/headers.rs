// SPDX-License-Identifier: MIT OR Apache-2.0
//! The binary headers.

use super::base;
use crate::build::cowd;
use crate::bytes::position;
use crate::case::{accepted, rejected, Case, Qemu};
use crate::{patched, Changes};
use diskprobe::ErrorKind::{InvalidImage, Truncated, UnsupportedFeature};

const LE4: fn(u32) -> [u8; 4] = u32::to_le_bytes;
const LE8: fn(u64) -> [u8; 8] = u64::to_le_bytes;
/// Most sectors that an image may have.
const MOST: u64 = 0x7fff_ffff_c000_0000 / 512;
/// Sectors of the largest grain.
const GRAIN: u64 = 0x20_0000;

pub(super) fn all() -> Vec<Case> {
    [
        sparse(),
        impossible(),
        cut(),
        footers(),
        wrong_footers(),
        of_esx(),
    ]
    .concat()
}

fn sparse() -> Vec<Case> {
    let base = base();
    let end = (base.len() / 512) as u64;
    accepted(
        &base,
        &[
            (
                "plain",
                &[],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "version 0",
                &[(4, &LE4(0))],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "version 3",
                &[(4, &LE4(3))],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "all flags",
                &[(8, &LE4(u32::MAX))],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "capacity 0",
                &[(12, &LE8(0)), (28, &LE8(0))],
                "vmdk 0 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "capacity 1",
                &[(12, &LE8(1))],
                "vmdk 512 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "grain 3",
                &[(20, &LE8(3))],
                "vmdk 67108864 cluster 1536 cid 12345678 type monolithicSparse",
            ),
            (
                "largest grain",
                &[(20, &LE8(GRAIN)), (44, &LE4(512))],
                "vmdk 67108864 cluster 1073741824 cid 12345678 type monolithicSparse",
            ),
            (
                "largest capacity",
                &[(12, &LE8(MOST)), (20, &LE8(GRAIN)), (44, &LE4(512))],
                "vmdk 9223372035781033984 cluster 1073741824 cid 12345678 type monolithicSparse",
            ),
            (
                "largest table",
                &[(20, &LE8(1)), (44, &LE4(1)), (12, &LE8(32 << 20))],
                "vmdk 17179869184 cluster 512 cid 12345678 type monolithicSparse",
            ),
            (
                "table of 2^32",
                &[(20, &LE8(1)), (44, &LE4(1)), (12, &LE8(1 << 32))],
                "vmdk 2199023255552 cluster 512 cid 12345678 type monolithicSparse",
            ),
            (
                "table of 2^32 + 2^25",
                &[
                    (20, &LE8(1)),
                    (44, &LE4(1)),
                    (12, &LE8((1 << 32) + (32 << 20))),
                ],
                "vmdk 2216203124736 cluster 512 cid 12345678 type monolithicSparse",
            ),
            (
                "descriptor elsewhere",
                &[(28, &LE8(0))],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "descriptor far away",
                &[(28, &LE8(u64::MAX))],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "directory after the end",
                &[(56, &LE8(end + 1))],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "last directory",
                &[(56, &LE8(MOST - 1))],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "directory at 0, as QEMU drops a bit",
                &[(56, &LE8(1 << 55))],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "redundant directory at 0, as QEMU drops a bit",
                &[(48, &LE8(1 << 63))],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "redundant directory without flag",
                &[(8, &LE4(1)), (48, &LE8(u64::MAX))],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "data starts at the end",
                &[(64, &LE8(end))],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "newline test",
                &[(73, &[0; 4])],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "compressed",
                &[(77, &[1, 0])],
                "vmdk 67108864 cluster 65536 cid 12345678 type streamOptimized",
            ),
            (
                "another compression",
                &[(77, &[2, 0])],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
            (
                "compression 257",
                &[(77, &[1, 1])],
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
        ],
    )
}

/// What the limits of single fields do not say.
fn impossible() -> Vec<Case> {
    let base = base();
    let create_type = position(&base, b"monolithicSparse\"") as u64;
    let far_text: Changes<'_> = &[(12, &LE8(0)), (28, &LE8(1 << 21))];
    let case = |words: &str, kind, offset, changes: Changes<'_>| {
        Case::rejected(words, kind, offset, patched(&base, changes))
    };
    vec![
        case("vmdk descriptor: needs", Truncated, 1 << 30, far_text),
        case(
            "createType is \"",
            UnsupportedFeature,
            create_type,
            &[(12, &LE8(0))],
        ),
        case("gdOffset is", InvalidImage, 56, &[(56, &LE8(1 << 54))]),
        case("gdOffset is", InvalidImage, 56, &[(56, &LE8(3 << 54))]),
        case("rgdOffset is", InvalidImage, 48, &[(48, &LE8(1 << 54))]),
    ]
}

fn cut() -> Vec<Case> {
    let base = base();
    let mut all = Vec::new();
    for length in [79, 511, 512, 1000, base.len() - 512] {
        let bytes = base[..length].to_vec();
        all.push(Case::rejected("overHead is 128", InvalidImage, 64, bytes));
    }
    let begun = base[..base.len() - 511].to_vec();
    all.push(Case::accepted(
        "the last sector is cut",
        begun,
        "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
    ));
    let no_data = patched(&base, &[(64, &[0; 8])]);
    for (length, kind, words) in [
        (511, Truncated, "vmdk descriptor: needs"),
        (512, Truncated, "vmdk descriptor: needs"),
        (513, InvalidImage, "CID is missing or empty"),
        (550, InvalidImage, "parentCID is missing or empty"),
    ] {
        all.push(Case::rejected(words, kind, 512, no_data[..length].to_vec()));
    }
    all.push(Case::accepted(
        "cut text",
        no_data[..600].to_vec(),
        "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
    ));
    for magic in ["KDMV", "COWD"] {
        all.push(Case::rejected("needs", Truncated, 0, magic.into()));
    }
    for almost in ["KDMW", "DMV", "kdmv", "COWd", "VMDK"] {
        let bytes = patched(&base, &[(0, almost.as_bytes())]);
        all.push(Case::accepted(almost, bytes, "raw 65536"));
    }
    all
}

/// Bytes to put into the footer of a stream, and the markers around it.
pub type Footer<'a> = Changes<'a>;

/// A file that was written from the start to the end, with its directory after the data.
pub fn stream(base: &[u8], footer: Footer<'_>) -> Vec<u8> {
    let start = patched(base, &[(56, &[0xff; 8])]);
    let header = patched(&base[..512], &[(12, &LE8(2 << 17)), (77, &[1, 0])]);
    let end = [&[0; 12][..], &[3, 0, 0, 0], &[0; 496], &header, &[0; 512]].concat();
    [start, patched(&end, footer)].concat()
}

fn footers() -> Vec<Case> {
    let base = base();
    let facts = |size: u64, subformat: &str| {
        format!("vmdk {size} cluster 65536 cid 12345678 type {subformat}")
    };
    let (twice, kind) = (128 << 20, "streamOptimized");
    let table: [(&str, Footer<'_>, u64, &str); 7] = [
        ("plain", &[], twice, kind),
        ("marker's value", &[(0, &[9])], twice, kind),
        (
            "padding",
            &[(16, &[9; 496]), (1040, &[9; 496])],
            twice,
            kind,
        ),
        ("version 3", &[(516, &LE4(3))], twice, kind),
        (
            "not compressed",
            &[(512 + 77, &[0])],
            twice,
            "monolithicSparse",
        ),
        ("capacity 0", &[(512 + 12, &[0; 8])], 0, kind),
        (
            "capacity 0, no text",
            &[(512 + 12, &[0; 8]), (512 + 28, &[0; 8])],
            0,
            kind,
        ),
    ];
    let case = |(name, footer, size, kind): &(&str, Footer<'_>, u64, &str)| {
        let bytes = stream(&base, footer);
        Case::accepted(format!("footer: {name}"), bytes, facts(*size, kind))
    };
    let mut all: Vec<Case> = table.iter().map(case).collect();
    let nines: Changes<'_> = &[
        (4, &[9]),
        (12, &[9; 8]),
        (20, &[9; 8]),
        (44, &[9; 4]),
        (64, &[9; 8]),
    ];
    let wrong = patched(&stream(&base, &[]), nines);
    all.push(Case::accepted(
        "only gdOffset of the first counts",
        wrong,
        facts(twice, kind),
    ));
    let whole = stream(&base, &[]);
    for missing in [1, 511 - 15] {
        let cut = whole[..whole.len() - missing].to_vec();
        all.push(Case::accepted("end cut short", cut, facts(twice, kind)));
    }
    all
}

fn wrong_footers() -> Vec<Case> {
    let base = base();
    let start = base.len() as u64;
    let end = "missing from the last 1536 bytes, but gdOffset is -1";
    let mut all = Vec::new();
    let markers: [Footer<'_>; 7] = [
        &[(8, &[1])],
        &[(12, &[0])],
        &[(12, &[3, 1])],
        &[(512, b"COWD")],
        &[(1024, &[1])],
        &[(1032, &[1])],
        &[(1036, &[1])],
    ];
    for footer in markers {
        all.push(Case::rejected(
            end,
            InvalidImage,
            start,
            stream(&base, footer),
        ));
    }
    let fields: [(&str, _, u64, Footer<'_>); 3] = [
        (
            "vmdk footer: version is 4",
            UnsupportedFeature,
            516,
            &[(516, &[4])],
        ),
        (
            "vmdk footer: grainSize is 0 ",
            InvalidImage,
            532,
            &[(532, &[0; 8])],
        ),
        (
            "vmdk footer: gdOffset is",
            InvalidImage,
            568,
            &[(568, &[0xff; 8])],
        ),
    ];
    for (words, kind, offset, footer) in fields {
        all.push(Case::rejected(
            words,
            kind,
            start + offset,
            stream(&base, footer),
        ));
    }
    let whole = stream(&base, &[]);
    let without = whole[..base.len()].to_vec();
    all.push(Case::rejected(end, InvalidImage, start - 1536, without));
    let needs = "vmdk footer: needs 1040 bytes";
    all.push(Case::rejected(needs, Truncated, 0, whole[..1000].to_vec()));
    // Not all fields of the last marker are in the file; QEMU treats them as zeros.
    let cut = whole[..whole.len() - 497].to_vec();
    all.push(Case::rejected(needs, Truncated, start, cut).qemu(Qemu::Opens));
    all
}

/// COWD files.
fn of_esx() -> Vec<Case> {
    let base = cowd();
    let mut all = accepted(
        &base,
        &[
            (
                "COWD",
                &[],
                "vmdk 1048576 cluster 512 backing p as vmdk cid 7 parent-cid 8",
            ),
            (
                "COWD, any version and flags",
                &[(4, &[0xff; 8])],
                "vmdk 1048576 cluster 512 backing p as vmdk cid 7 parent-cid 8",
            ),
            (
                "COWD, no sectors",
                &[(12, &LE4(0))],
                "vmdk 0 cluster 512 backing p as vmdk cid 7 parent-cid 8",
            ),
            (
                "COWD, most sectors",
                &[(12, &LE4(u32::MAX))],
                "vmdk 2199023255040 cluster 512 backing p as vmdk cid 7 parent-cid 8",
            ),
            (
                "COWD, grain 0",
                &[(16, &LE4(0))],
                "vmdk 1048576 backing p as vmdk cid 7 parent-cid 8",
            ),
            (
                "COWD, largest grain",
                &[(16, &LE4(0x20_0000))],
                "vmdk 1048576 cluster 1073741824 backing p as vmdk cid 7 parent-cid 8",
            ),
            (
                "COWD, directory far away",
                &[(20, &LE4(u32::MAX))],
                "vmdk 1048576 cluster 512 backing p as vmdk cid 7 parent-cid 8",
            ),
            (
                "COWD, largest directory",
                &[(24, &LE4(32 << 20))],
                "vmdk 1048576 cluster 512 backing p as vmdk cid 7 parent-cid 8",
            ),
            (
                "COWD, everything else",
                &[(28, &[0xff; 400])],
                "vmdk 1048576 cluster 512 backing p as vmdk cid 7 parent-cid 8",
            ),
        ],
    );
    all.extend(rejected(
        &base,
        InvalidImage,
        &[("CID is missing or empty", 512, &[(512, &[0])])],
    ));
    all
}
