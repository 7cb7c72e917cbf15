// SPDX-License-Identifier: MIT OR Apache-2.0
//! Descriptors: how they are detected, which lines count as extents, and the kinds of disks.

use crate::case::{Case, Qemu};
use diskprobe::ErrorKind::{InvalidImage, UnsupportedFeature};

/// A descriptor with these lines for the extents.
pub fn descriptor(extents: &str) -> Vec<u8> {
    with_type("monolithicFlat", extents)
}

/// The same, with another `createType`.
pub fn with_type(create_type: &str, extents: &str) -> Vec<u8> {
    let header = "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n";
    format!("{header}createType=\"{create_type}\"\n{extents}\nddb.x = \"ide\"\n").into_bytes()
}

/// The offset of the value of `createType`.
pub const BEFORE_TYPE: u64 = 76;

pub(super) fn all() -> Vec<Case> {
    [
        extents(),
        wrong_extents(),
        kinds(),
        wrong_kinds(),
        long(),
        esx(),
    ]
    .concat()
}

/// Texts, and whether each is detected as VMDK.
pub fn detection() -> Vec<(bool, String)> {
    let comment = |length: usize| format!("#{}\n", "x".repeat(length - 2));
    vec![
        (true, "version=1\n".into()),
        (true, "version=2\n".into()),
        (true, "version=3\r\n".into()),
        (true, "#\n#\r\n  \r\n \nversion=3\r\n".into()),
        (true, " \nversion=1\n".into()),
        (true, format!("{}version=1\n", comment(502))),
        (true, format!("{}version=1\r\n", comment(501))),
        (true, format!("{}version=1\nCID", comment(502))),
        (false, "version=0\n".into()),
        (false, "version=4\n".into()),
        (false, "version=11\n".into()),
        (false, "version=1 \n".into()),
        (false, "version=1\r".into()),
        (false, "version=1".into()),
        (false, "version=1\r\r\n".into()),
        (false, "Version=1\n".into()),
        (false, " version=1\n".into()),
        (false, " #\nversion=1\n".into()),
        (false, "\nversion=1\n".into()),
        (false, "\r\nversion=1\n".into()),
        (false, "\tversion=1\n".into()),
        (false, " \t\nversion=1\n".into()),
        (false, " \r\r\nversion=1\n".into()),
        (false, "CID=1\nversion=1\n".into()),
        (false, format!("{}version=1\n", comment(503))),
        (false, format!("{}version=1\r\n", comment(502))),
        (false, format!("{}version=1\n", comment(600))),
        (false, "# only a comment".into()),
        (false, "# only comments\n".into()),
        (false, "#\0version=1\n".into()),
        (true, "#\0\nversion=1\n".into()),
        (false, " \0\nversion=1\n".into()),
        (false, " ".into()),
    ]
}

/// An accepted descriptor: its facts after the identifiers.
fn case(lines: &str, extents: &str, sectors: u64) -> Case {
    let size = sectors * 512;
    let facts = format!("vmdk {size} cid 12345678 type monolithicFlat extent {extents}");
    Case::accepted(lines, descriptor(lines), facts)
}

fn extents() -> Vec<Case> {
    let long = "n".repeat(255);
    let named = format!("RW 2048 FLAT \"{long}\" 0");
    let flat = "FLAT f 1048576";
    let mut all: Vec<Case> = [
        (2048, flat, "RW 2048 FLAT \"f\" 0"),
        (2048, flat, "RW 2048 FLAT \"f\" 0\r"),
        (2048, flat, "  RW\t2048  FLAT  \"f\"  0  and more"),
        (2048, flat, "\x0b\x0cRW 2048 FLAT \"f\" 0"),
        (2048, flat, "RW +2048 FLAT \"f\" +0"),
        (2048, flat, "RW 2048 FLAT \"f\" 1"),
        (2048, flat, "RW 2048 FLAT \"f\"0"),
        (2048, flat, "RW 2048 FLAT \"f\" 0x10"),
        (2048, flat, "RW 2048FLAT \"f\" 0"),
        (2048, flat, "RW 2048 FLAT\"f\" 0\nRW 2048 FLAT \"f\" 0"),
        (4096, "FLAT f 2097152", "RW 4096 FLAT \"f\" 0"),
        (2048, "VMFS f 1048576", "RW 2048 VMFS \"f\""),
        (2048, "VMFS f 1048576", "RW 2048 VMFS \"f"),
        (2048, "VMFS f 1048576", "RW 2048 VMFS \"f\" x"),
        (2048, "VMFS f 1048576", "RW 2048 VMFS \"f\"\"g\" 0"),
        (
            131_072,
            "SPARSE sparse 67108864",
            "RW 131072 SPARSE \"sparse\"",
        ),
        (
            131_072,
            "VMFSSPARSE sparse 67108864",
            "RW 131072 VMFSSPARSE \"sparse\"",
        ),
        (
            131_072,
            "VMFSSPARSE sparse 67108864",
            "RW 131072 VMFSSPARSE\"sparse\"",
        ),
        (2048, "VMFS f 1048576", "RW 2048 VMFS \n \"f\"\nx"),
        (2048, flat, "RW\n2048\n\nFLAT\n\"f\"\n0"),
        (2048, flat, "RW 2048 FLAT \"f\"\n0"),
        (
            3,
            "FLAT f 512 extent VMFS g 1024",
            "RW 1 FLAT \"f\" 0\nRW 2 VMFS \"g\"",
        ),
        (2048, &format!("FLAT {long} 1048576"), &named),
    ]
    .into_iter()
    .map(|(sectors, extents, lines)| case(lines, extents, sectors))
    .collect();
    // A blank line repeats what follows it.
    all.extend(
        [
            (2, "\nRW 2 FLAT \"f\" 0"),
            (5, "\n \n\r\n\t\nRW 2 FLAT \"f\" 0"),
            (3, "RW 2 FLAT \"f\" 0\n\nRW 2 FLAT \"f\" 0"),
            (1, "\n# comment\nRW 2 FLAT \"f\" 0\n\n"),
        ]
        .map(|(times, lines)| {
            case(
                lines,
                &vec!["FLAT f 1024"; times].join(" extent "),
                2 * times as u64,
            )
        }),
    );
    let passed_over = [
        "RW 2048 ZERO",
        "RDONLY 4096 FLAT \"f\" 0",
        "NOACCESS 4096 FLAT \"f\" 0",
        "rw 4096 FLAT \"f\" 0",
        "RWRWRWRWRWRW 4096 FLAT \"f\" 0",
        "RW 0 FLAT \"f\" 0",
        "RW -5 FLAT \"f\" 0",
        "RW - 5 FLAT \"f\" 0",
        "RW 4096 FLAT f 0",
        "RW 4096 FLAT \"\" 0",
        "RW 0x1000 FLAT \"f\" 0",
        "RW many FLAT \"f\" 0",
        "RW 5 VMFSRDM \"f\"",
        "RW 5 vmfs \"f\"",
        "RW 5 VMFSSPARSEX \"f\"",
        "# RW 5 FLAT \"f\" 0",
        "\0RW 2 FLAT \"f\" 0",
    ];
    all.extend(
        passed_over.map(|line| case(&format!("RW 2 FLAT \"f\" 0\n{line}"), "FLAT f 1024", 2)),
    );
    let largest = "RW 18014398507384832 FLAT \"f\" 0";
    all.push(case(
        largest,
        "FLAT f 9223372035781033984",
        18_014_398_507_384_832,
    ));
    // If an extent says its size itself, QEMU shows that; the descriptor's is ours.
    let own_size = case(
        "RW 262144 SPARSE \"sparse\"",
        "SPARSE sparse 134217728",
        262_144,
    );
    all.push(own_size.qemu(Qemu::Facts("vmdk 67108864")));
    // Of a longer name, QEMU takes the beginning; no file can be called so.
    let longest = format!("VMFS {} 512", "n".repeat(511));
    let too_long = case(&format!("RW 1 VMFS \"{}\"", "n".repeat(512)), &longest, 1);
    all.push(too_long.qemu(Qemu::Refuses("")));
    all
}

fn wrong_extents() -> Vec<Case> {
    let start = BEFORE_TYPE + 16;
    let longest = format!("RW 2048 FLAT \"{}\"", "n".repeat(511));
    let flat = "the offset of a FLAT extent is missing or negative";
    let other = "an extent has an offset, but its type is not FLAT";
    let none = "no extent with access RW";
    let size = "extent size is 9223372036854775807";
    let mut all: Vec<Case> = [
        (flat, start + 8, "RW 2048 FLAT \"f\""),
        (flat, start + 8, "RW 2048 FLAT \"f\" -1"),
        (flat, start + 8, "RW 2048 FLAT \"f\" x"),
        (flat, start + 8, "RW 2048 FLAT \"f 0"),
        (flat, start + 5, "RW 0 FLAT \"f\""),
        (flat, start + 8, &longest),
        (other, start + 8, "RW 2048 VMFS \"f\" 0"),
        (other, start + 8, "RW 2048 flat \"f\" 0"),
        (other, start + 8, "RW 2048 SPARSE \"sparse\" 0"),
        (other, start + 8, "RW 2048 VMFSRDM \"f\" 0"),
        (other, start + 8, "RW 2048 VMFS \"f\"\n5"),
        (none, 0, ""),
        (none, 0, "RW 2048 ZERO"),
        (none, 0, "RDONLY 2048 FLAT \"f\" 0"),
        (size, start + 2, "RW 9223372036854775807 FLAT \"f\" 0"),
        (size, start + 2, "RW 99999999999999999999 FLAT \"f\" 0"),
        (
            "extent size is 18014398507384833",
            start + 2,
            "RW 18014398507384833 FLAT \"f\" 0",
        ),
        (
            "total extent size is 9223372035781034496",
            0,
            "RW 18014398507384832 FLAT \"f\" 0\nRW 1 FLAT \"f\" 0",
        ),
    ]
    .into_iter()
    .map(|(words, offset, line)| Case::rejected(words, InvalidImage, offset, descriptor(line)))
    .collect();
    let too_long = descriptor(&format!("RW 2048 FLAT \"{}\" 0", "n".repeat(512)));
    let words = "longer than 511 bytes";
    let too_long = Case::rejected(words, UnsupportedFeature, start + 14, too_long);
    all.push(too_long);
    // QEMU shifts the offset of its data out of 64 bits.
    let shifted = descriptor("RW 1 FLAT \"f\" 36028797018963968");
    let words = "extent offset is 36028797018963968";
    all.push(Case::rejected(words, InvalidImage, start + 12, shifted).qemu(Qemu::Opens));
    all
}

const FLAT: &str = "RW 2048 FLAT \"f\" 0";
const HEAD: &str = "version=1\nCID=1\nparentCID=2\n";

fn kinds() -> Vec<Case> {
    let names = [
        "monolithicFlat",
        "vmfs",
        "vmfsSparse",
        "seSparse",
        "twoGbMaxExtentSparse",
        "twoGbMaxExtentFlat",
    ];
    let facts =
        |cid: &str, name: &str| format!("vmdk 1048576 {cid} type {name} extent FLAT f 1048576");
    let case = |name| {
        let facts = facts("cid 12345678", name);
        Case::accepted(name, with_type(name, FLAT), facts)
    };
    let mut all: Vec<Case> = names.map(case).into();
    for line in [
        "createType=\"vmfs\"\ncreateType=\"custom\"\n",
        "#createType=\"vmfs\"\n",
        "xcreateType: vmfs\"\n",
        "createType\n\nvmfs\"\n",
    ] {
        let bytes = [HEAD, line, FLAT].concat().into_bytes();
        all.push(Case::accepted(
            line,
            bytes,
            facts("cid 1 parent-cid 2", "vmfs"),
        ));
    }
    all
}

fn wrong_kinds() -> Vec<Case> {
    let long = "x".repeat(128);
    let names = [
        "monolithicSparse",
        "streamOptimized",
        "custom",
        "fullDevice",
        "partitionedDevice",
        "2GbMaxExtentSparse",
        "2GbMaxExtentFlat",
        "vmfsThin",
        "vmfsPreallocated",
        "vmfsEagerZeroedThick",
        "vmfsRaw",
        "vmfsRDM",
        "vmfsRDMP",
        "VMFS",
        "vmfs ",
        "",
        &long,
    ];
    let words = "createType is \"";
    let case = |name| {
        Case::rejected(
            words,
            UnsupportedFeature,
            BEFORE_TYPE,
            with_type(name, FLAT),
        )
    };
    let mut all: Vec<Case> = names.map(case).into();
    let (missing, unquoted) = ("createType is missing", "createType has no quoted value");
    for (line, words) in [
        ("", missing),
        ("createtype=\"vmfs\"\n", missing),
        ("createType=\"vmfs\n#", unquoted),
    ] {
        let bytes = [HEAD, "RW 1 VMFS\n", line].concat().into_bytes();
        all.push(Case::rejected(words, InvalidImage, 0, bytes));
    }
    for end in ["createType", "createType=", "createType=\""] {
        let bytes = [HEAD, FLAT, "\n", end].concat().into_bytes();
        all.push(Case::rejected(unquoted, InvalidImage, 0, bytes));
    }
    for bare in ["version=1\n", "#\n \r\nversion=3\r\n"] {
        all.push(Case::rejected(missing, InvalidImage, 0, bare.into()));
    }
    all
}

/// A text of that length with an extent at its start and one at its end.
fn of_length(length: usize) -> Vec<u8> {
    let mut bytes = descriptor("RW 2048 FLAT \"f\" 0\n");
    bytes.resize(length - 20, b'#');
    [&bytes[..], b"\nRW 2048 VMFS \"f\"\n##"].concat()
}

fn long() -> Vec<Case> {
    let facts = "vmdk 2097152 cid 12345678 type monolithicFlat extent FLAT f \
                 1048576 extent VMFS f 1048576";
    let longest = of_length(65536);
    let and_nul = [&longest[..], &[0; 9000]].concat();
    let endless = [&longest[..], &[b'x'; 9000]].concat();
    let words = "longer than 65536 bytes";
    let reject = |bytes| Case::rejected(words, UnsupportedFeature, 0, bytes).qemu(Qemu::Opens);
    let mut all = vec![
        Case::accepted("longest text", longest, facts),
        Case::accepted("longest text and NUL", and_nul, facts),
        reject(of_length(65537)),
        reject(endless),
    ];
    let repeated = |blanks: usize| descriptor(&format!("{}RW 1 VMFS \"f\"", "\n".repeat(blanks)));
    let each = |extents: usize| descriptor(&"\nRW 1 VMFS \"f\"\n".repeat(extents));
    let listed = |times: usize| {
        let extents = " extent VMFS f 512".repeat(times);
        format!(
            "vmdk {} cid 12345678 type monolithicFlat{extents}",
            512 * times
        )
    };
    all.push(Case::accepted("listed 65 times", repeated(64), listed(65)));
    all.push(Case::accepted("each listed twice", each(64), listed(128)));
    let words = "more than 64 blank lines, each of which repeats an extent";
    let offset = BEFORE_TYPE + 16 + 65 + 11;
    let reject = |offset, bytes| Case::rejected(words, UnsupportedFeature, offset, bytes);
    all.push(reject(offset, repeated(65)).qemu(Qemu::Opens));
    all
}

/// A descriptor makes a disk of the sparse file of newer ESX.
fn esx() -> Vec<Case> {
    let text = with_type("seSparse", "RW 131072 SESPARSE \"se\"");
    let facts = "vmdk 67108864 cid 12345678 type seSparse extent SESPARSE se \
                 67108864";
    vec![Case::accepted("seSparse", text, facts)]
}
