// SPDX-License-Identifier: MIT OR Apache-2.0
//! Descriptors: identifiers, the name of the parent, and signs of encryption.

use super::{base, descriptor};
use crate::case::{Case, Qemu};
use crate::patched;
use diskprobe::ErrorKind::{InvalidImage, Truncated};

/// A sparse file with this descriptor, up to the end of what is looked at.
pub fn embedding(base: &[u8], text: &[u8]) -> Vec<u8> {
    let mut whole = text.to_vec();
    whole.resize(10240.max(text.len()), 0);
    patched(base, &[(512, &whole)])
}

const HINT: &str = "parentFileNameHint=\"p\"";
const IDS: &str = "CID=1\nparentCID=2\n";

/// Returns `length` bytes that end with `text`.
fn far(length: usize, text: &str) -> String {
    "x".repeat(length - text.len()) + text
}

pub(super) fn all() -> Vec<Case> {
    [accepted(), rejected(), of_a_file(), of_capacity_0()].concat()
}

/// A text, the name of the parent unless that is empty, and the identifiers.
type Text<'a> = (&'a str, &'a str, &'a str);

#[rustfmt::skip] // One line for each case.
const ACCEPTED: [Text<'_>; 19] = [
        ("CID=1\nparentCID=2\n", "", "cid 1 parent-cid 2"),
        ("parentCID=2\n", "", "cid 2 parent-cid 2"),
        ("CID=0x1F\nparentCID=0XffZ", "", "cid 1f parent-cid ff"),
        ("CID=+1\nparentCID=-1\n", "", "cid 1"),
        ("CID=-2\nparentCID=-0\n", "", "cid fffffffe parent-cid 0"),
        ("CID= \t\n7\nparentCID=abcdefg", "", "cid 7 parent-cid abcdef"),
        ("CID=1234567890abcdef\nparentCID=ffffffffffffffff", "", "cid 90abcdef"),
        ("CID=1234567890abcdef0\nparentCID=-1234567890abcdef0", "", "cid ffffffff"),
        ("CID=-1234567890abcdef\nparentCID=-ffffffffffffffff", "", "cid 6f543211 parent-cid 1"),
        ("CID:3\nparentCID\"4\n", "", "cid 3 parent-cid 4"),
        ("CID=1\nparentCID=2\nCID=3\nparentCID=4\n", "", "cid 1 parent-cid 2"),
        ("CID=1\nparentCID=2\nparentFileNameHint=\"base.vmdk\"\n", "base.vmdk", "cid 1 parent-cid 2"),
        ("CID=1\nparentCID=2\nparentFileNameHint = \"base.vmdk\"\n", " ", "cid 1 parent-cid 2"),
        ("CID=1\nparentCID=2\nparentFileNameHint=\"\"\n", "", "cid 1 parent-cid 2"),
        ("CID=1\nparentCID=2\n#parentFileNameHint=\"a\"\nparentFileNameHint=\"b\"", "a", "cid 1 parent-cid 2"),
        ("CID=1\nparentCID=2\nparentFileNameHint=\"base.vmdk\nRW 131072 SPARSE \"x\"", "base.vmdk\nRW 131072 SPARSE ", "cid 1 parent-cid 2"),
        ("CID=1\nparentCID=2\nparentFileNameHint=\"/etc/hostname\"", "/etc/hostname", "cid 1 parent-cid 2"),
        ("CID=1\nparentCID=2\nparentFileNameHint=\"json:{}\"", "json:{}", "cid 1 parent-cid 2"),
        ("CID=1\nparentCID=2\n\0parentFileNameHint=\"p\"", "", "cid 1 parent-cid 2"),
];

fn accepted() -> Vec<Case> {
    let base = base();
    let case = |(text, parent, ids): Text<'_>| {
        let backing = match parent {
            "" => String::new(),
            name => format!(" backing {name} as vmdk"),
        };
        let facts = format!("vmdk 67108864 cluster 65536{backing} {ids} type monolithicSparse");
        let name: String = text.chars().take(100).collect();
        Case::accepted(name, embedding(&base, text.as_bytes()), facts)
    };
    let longest = "n".repeat(4095);
    let both = "cid 1 parent-cid 2";
    let long = [
        (
            format!("{IDS}parentFileNameHint=\"{longest}\""),
            &*longest,
            both,
        ),
        (format!("{IDS}{}", far(10240 - IDS.len(), HINT)), "p", both),
        (format!("{IDS}{}", far(12000, HINT)), "", both),
        (
            format!("CID=1\n{}", far(10239 - 6, "parentCID=2")),
            "",
            both,
        ),
        (
            format!("CID=1\n{}34", far(10239 - 6, "parentCID=2")),
            "",
            both,
        ),
        (format!("{IDS}{}", "x".repeat(5000)), "", both),
    ];
    let long = long
        .iter()
        .map(|(text, parent, ids)| (&**text, *parent, *ids));
    ACCEPTED.into_iter().chain(long).map(case).collect()
}

fn rejected() -> Vec<Case> {
    let base = base();
    let (no_cid, no_parent) = ("CID is missing or empty", "parentCID is missing or empty");
    let unquoted = "parentFileNameHint has no quoted value";
    let texts: Vec<(&str, String)> = vec![
        (no_cid, String::new()),
        (no_cid, "cid=1\nparentcid=2\n".into()),
        (no_cid, "CID=g\nparentCID=2\n".into()),
        (no_cid, "CID=-\nparentCID=2\n".into()),
        (no_cid, "CID".into()),
        (no_parent, "CID=1\n".into()),
        (no_parent, "CID=1\nparentCID=".into()),
        (
            no_parent,
            format!("CID=1\n{}", far(10240 - 6, "parentCID=2")),
        ),
        (unquoted, format!("{IDS}parentFileNameHint=\"p")),
        (unquoted, format!("{IDS}parentFileNameHint")),
        (unquoted, format!("{IDS}{}", far(10241 - IDS.len(), HINT))),
    ];
    let case = |(words, text): (&str, String)| {
        Case::rejected(words, InvalidImage, 512, embedding(&base, text.as_bytes()))
    };
    let mut all: Vec<Case> = texts.into_iter().map(case).collect();
    let long = format!("{IDS}parentFileNameHint=\"{}\"", "n".repeat(4096));
    let offset = 512 + (IDS.len() + 20) as u64;
    let bytes = embedding(&base, long.as_bytes());
    all.push(Case::rejected(
        "length of parentFileNameHint is 4096",
        InvalidImage,
        offset,
        bytes,
    ));
    // QEMU looks for a value after the text's own end.
    let after = format!("{IDS}parentFileNameHint\0..b\"");
    let bytes = embedding(&base, after.as_bytes());
    let case = Case::rejected(unquoted, InvalidImage, 512, bytes);
    all.push(case.qemu(Qemu::Facts("vmdk 67108864 backing .b as vmdk")));
    all
}

/// The same in a descriptor file.
fn of_a_file() -> Vec<Case> {
    let hint = "parentFileNameHint=\"base.vmdk\"\n";
    let lines = |filler: usize| format!("RW 1 VMFS \"f\"\n#{}\n{hint}", "x".repeat(filler));
    let text = b"version=1\ncreateType=\"vmfs\"\nRW 1 VMFS \"f\"\n".to_vec();
    vec![
        Case::accepted(
            "hint near the start",
            descriptor(&lines(9000)),
            "vmdk 512 backing base.vmdk as vmdk cid 12345678 type monolithicFlat extent VMFS f 512",
        ),
        Case::accepted(
            "hint far from the start",
            descriptor(&lines(12000)),
            "vmdk 512 cid 12345678 type monolithicFlat extent VMFS f 512",
        ),
        Case::rejected("CID is missing or empty", InvalidImage, 0, text),
    ]
}

/// Capacity 0 means that the text of a sparse file lists the extents.
fn of_capacity_0() -> Vec<Case> {
    let base = base();
    let text = descriptor("RW 2048 FLAT \"f\" 0\nparentFileNameHint=\"p\"");
    let near = patched(&embedding(&base, &text), &[(12, &[0; 8])]);
    let nines = [
        (4, &[9; 8][..]),
        (20, &[0; 8]),
        (44, &[0; 4]),
        (56, &[0xff; 8]),
    ];
    let other_fields = patched(&near, &nines);
    // The extents are listed at one offset, and the identifiers looked for at another.
    let far = patched(&base, &[(12, &[0; 8]), (28, &[100]), (51200, &text)]);
    let end = u8::try_from(base.len() / 512).expect("small");
    let at_end = patched(&base, &[(12, &[0; 8]), (28, &[end])]);
    let words = "vmdk descriptor: needs 1 bytes";
    vec![
        Case::accepted(
            "text at 0x200",
            near,
            "vmdk 1048576 backing p as vmdk cid 12345678 type monolithicFlat extent FLAT f 1048576",
        ),
        Case::accepted(
            "no other field counts",
            other_fields,
            "vmdk 1048576 backing p as vmdk cid 12345678 type monolithicFlat extent FLAT f 1048576",
        ),
        Case::accepted(
            "text elsewhere",
            far,
            "vmdk 1048576 cid 12345678 type monolithicFlat extent FLAT f 1048576",
        ),
        Case::rejected(words, Truncated, base.len() as u64, at_end),
    ]
}

/// Texts with signs of encryption, and others; with whether they are. QEMU knows of none.
pub fn encryption() -> Vec<(Case, bool)> {
    let base = base();
    let lines = [
        (true, "encryptionKeys=\"vmware:key/list/(pair/(x))\""),
        (true, "ENCRYPTIONKEYS = \"x\""),
        (true, "keyID=\"x\""),
        (true, "\tkeyid = x\r"),
        (true, "ddb.iofilters = \"vmwarevmcrypt\""),
        (true, "DDB.IOFILTERS=\"other,VMwareVMcrypt\""),
        (false, "ddb.iofilters = \"vmwarelwd\""),
        (false, "ddb.comment = \"vmwarevmcrypt\""),
        (false, "#keyID=\"x\""),
        (false, "keyID"),
    ];
    let mut all = Vec::new();
    for (is_encrypted, line) in lines {
        let listed = descriptor(&format!("RW 1 FLAT \"f\" 0\n{line}"));
        let inside = embedding(&base, &descriptor(line));
        let elsewhere = patched(&base, &[(12, &[0; 8]), (28, &[100]), (51200, &listed)]);
        let ids = "cid 12345678";
        let flat = "type monolithicFlat extent FLAT f 512";
        for (bytes, facts) in [
            (listed, format!("vmdk 512 {ids} {flat}")),
            (
                inside,
                format!("vmdk 67108864 cluster 65536 {ids} type monolithicSparse"),
            ),
            (elsewhere, format!("vmdk 512 {ids} {flat}")),
        ] {
            let encrypted = if is_encrypted { " encrypted" } else { "" };
            let case = Case::accepted(line, bytes, format!("{facts}{encrypted}"));
            all.push((case, is_encrypted));
        }
    }
    all
}
