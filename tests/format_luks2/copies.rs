// SPDX-License-Identifier: MIT OR Apache-2.0
//! The two copies of header and JSON: which one counts, beside what cryptsetup goes by.

use super::{base, by_name, JSON, MIB};
use crate::common::{patched, Images};
use crate::cryptsetup::dump;
use diskprobe::{ErrorKind, Finding, Image};
use std::io::Write;
use std::process::{Command, Stdio};

/// The length of one copy, and where the second one stands.
const SIZE: usize = 16384;
const CHECKSUM: std::ops::Range<usize> = 448..512;

fn sha256(bytes: &[u8]) -> Vec<u8> {
    let mut child = Command::new("sha256sum")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("sha256sum is installed (package coreutils)");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(bytes).expect("it listens");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("hex");
    let digits = (0..64).step_by(2).map(|at| &text[at..at + 2]);
    let byte = |digits| u8::from_str_radix(digits, 16).expect("hex");
    digits.map(byte).collect()
}

/// Makes the checksum of the copy at `start` right.
pub(crate) fn sealed(mut bytes: Vec<u8>, start: usize) -> Vec<u8> {
    bytes[start..][CHECKSUM].fill(0);
    let sum = sha256(&bytes[start..start + SIZE]);
    bytes[start + CHECKSUM.start..][..sum.len()].copy_from_slice(&sum);
    bytes
}

/// Replaces a text of the JSON of the copy at `start` by one of the same length.
fn replaced(base: &[u8], start: usize, old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let area = &base[start + JSON..start + SIZE];
    let at = area
        .windows(old.len())
        .position(|part| part == old.as_bytes());
    let at = start + JSON + at.expect("the text");
    sealed(patched(base, &[(at, new.as_bytes())]), start)
}

fn with_seqid(base: &[u8], start: usize, seqid: u64) -> Vec<u8> {
    sealed(patched(base, &[(start + 16, &seqid.to_be_bytes())]), start)
}

fn cipher(image: &Image) -> String {
    let encryption = image.encryption().expect("encryption");
    let parts = [encryption.cipher, encryption.mode].map(|part| part.expect("both parts"));
    String::from_utf8(parts.join(&b'-')).expect("ASCII")
}

/// What we and cryptsetup go by, and whether we say that the copies differ.
fn both(images: &Images, name: &str, bytes: &[u8]) -> (String, bool) {
    let image = by_name(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let dump = dump(images.directory(), bytes).unwrap_or_else(|| panic!("{name}: refused"));
    let line = format!("cipher: {}\n", cipher(&image));
    assert!(dump.contains(&line), "{name}: {line} {dump}");
    let uuid = image.encryption().unwrap().uuid.unwrap().to_vec();
    let uuid = String::from_utf8(uuid).expect("ASCII");
    assert!(dump.contains(&uuid), "{name}: {uuid} {dump}");
    (cipher(&image), image.has_finding(Finding::HeadersDiffer))
}

#[test]
fn the_later_whole_copy_counts() {
    const OLD: &str = "aes-xts-plain64";
    const NEW: &str = "aes-xts-plain-x";
    let images = Images::new();
    let base = base(&images);
    let seqid = u64::from_be_bytes(base[16..24].try_into().expect("8 bytes"));
    let encryption = |cipher: &str| format!("\"encryption\":\"{cipher}\",\"sector_size\"");
    let (old, new) = (encryption(OLD), encryption(NEW));
    let first = replaced(&base, 0, &old, &new);
    let second = replaced(&base, SIZE, &old, &new);
    let other_uuid = |start: usize| {
        let changes = [(start + 168, &b"00000000"[..])];
        sealed(patched(&base, &changes), start)
    };
    let wrong =
        |start: usize, at: usize, new: &[u8]| sealed(patched(&base, &[(start + at, new)]), start);
    for (name, bytes, counts, differ) in [
        ("both alike", base.clone(), OLD, false),
        ("another second", second.clone(), OLD, true),
        ("another first", first.clone(), NEW, true),
        (
            "a later second",
            with_seqid(&second, SIZE, seqid + 1),
            NEW,
            true,
        ),
        (
            "an earlier second",
            with_seqid(&second, SIZE, seqid - 1),
            OLD,
            true,
        ),
        ("a later first", with_seqid(&first, 0, seqid + 1), NEW, true),
        (
            "an earlier first",
            with_seqid(&first, 0, seqid - 1),
            OLD,
            true,
        ),
        ("another label", wrong(0, 24, b"x"), OLD, true),
        ("another UUID in the first", other_uuid(0), OLD, true),
        ("another UUID in the second", other_uuid(SIZE), OLD, true),
        ("no second", patched(&base, &[(SIZE, &[0; 8])]), OLD, true),
        ("a second without JSON", wrong(SIZE, JSON, b"["), OLD, true),
        ("a first without JSON", wrong(0, JSON, b"["), OLD, true),
        ("a first of no size", wrong(0, 8, &[0; 8]), OLD, true),
        (
            "a first in another place",
            wrong(0, 256, &[1; 8]),
            OLD,
            true,
        ),
        (
            "a second in another place",
            wrong(SIZE, 256, &[0; 8]),
            OLD,
            true,
        ),
    ] {
        let (cipher, differs) = both(&images, name, &bytes);
        assert_eq!((&*cipher, differs), (counts, differ), "{name}");
    }
    // Detection looks at the first sector only, and knows of no copies.
    let detected = crate::common::probe(&second).unwrap();
    assert!(!detected.has_finding(Finding::HeadersDiffer));
}

/// The second copy can be anywhere behind a broken first one: all places cost a bounded number of
/// reads.
#[test]
fn a_second_copy_far_behind() {
    let images = Images::new();
    let large = [
        "--luks2-metadata-size",
        "4m",
        "--luks2-keyslots-size",
        "256k",
    ];
    let (bytes, _) = super::formatted(&images, 20 * MIB, &large);
    let broken = patched(&bytes, &[(8, &[0; 8])]);
    assert!(dump(images.directory(), &broken).is_some());
    let image = by_name(&broken).expect("the second copy");
    assert!(image.has_finding(Finding::HeadersDiffer));
    let neither = patched(&broken, &[(4 << 20, &[0; 8])]);
    assert_eq!(dump(images.directory(), &neither), None);
    let error = by_name(&neither).expect_err("no copy is whole");
    assert_eq!(
        (error.kind(), error.offset()),
        (ErrorKind::InvalidImage, Some(8))
    );
}
