// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS version 1, with what `qemu-img` and `cryptsetup` do. If they disagree, we follow the
//! stricter one, except for algorithms, of which each knows its own.

use crate::build::{Build, Luks, MIB};
use crate::case::{Case, Qemu};
use crate::{patched, Changes};
use diskprobe::ErrorKind::InvalidImage;

/// In sectors: the start of the payload, and the key material of one slot.
pub const PAYLOAD: u32 = 4096;
const MATERIAL: u32 = 500;

const BE4: fn(u32) -> [u8; 4] = u32::to_be_bytes;

/// 8 MiB with one key in slot 0, as `cryptsetup` aligns it.
pub fn base() -> Vec<u8> {
    Luks::new(6 * MIB).payload(PAYLOAD).bytes()
}

/// Returns the offset of a field of a key slot.
pub fn slot(number: usize, field: usize) -> usize {
    208 + 48 * number + field
}

/// All cases, each with whether `cryptsetup` opens the image.
pub fn all() -> Vec<(Case, bool)> {
    [accepted(), rejected(), detached()].concat()
}

fn accepted() -> Vec<(Case, bool)> {
    let base = base();
    let in_the_other_order: Changes<'_> = &[(slot(0, 40), &BE4(512)), (slot(1, 40), &BE4(8))];
    let last = BE4(PAYLOAD - 504);
    let cases: [(&str, Changes<'_>, &str); 7] = [
        ("plain", &[], "luks 6291456 encrypted"),
        (
            "no key",
            &[(slot(0, 0), &BE4(0xdead))],
            "luks 6291456 encrypted",
        ),
        (
            "no iterations in a free slot",
            &[(slot(3, 4), &BE4(0))],
            "luks 6291456 encrypted",
        ),
        (
            "key material before the payload",
            &[(slot(7, 40), &last)],
            "luks 6291456 encrypted",
        ),
        (
            "adjacent slots in another order",
            in_the_other_order,
            "luks 6291456 encrypted",
        ),
        (
            "an early payload",
            &[(104, &BE4(4040))],
            "luks 6320128 encrypted",
        ),
        (
            "another cipher",
            &[(8, b"serpent\0")],
            "luks 6291456 encrypted",
        ),
    ];
    let case = |(name, changes, facts): (&str, Changes<'_>, &str)| {
        (Case::accepted(name, patched(&base, changes), facts), true)
    };
    let mut all: Vec<_> = cases.into_iter().map(case).collect();
    // QEMU knows no such cipher.
    let null = patched(&base, &[(8, b"cipher_null\0"), (40, b"ecb\0")]);
    let null = Case::accepted("null cipher", null, "luks 6291456 encrypted");
    all.push((null.qemu(Qemu::Refuses("")), true));
    all
}

/// Words of our message, offset of the field, its value, and whether each of the two opens it.
type Wrong = (&'static str, usize, u32, [bool; 2]);

fn rejected() -> Vec<(Case, bool)> {
    let base = base();
    let cases: [Wrong; 16] = [
        ("payload_offset is 16385", 104, 16385, [false, true]),
        ("payload_offset is 7", 104, 7, [false, false]),
        ("key-bytes is 0", 108, 0, [false, false]),
        ("mk-digest-iter is 0", 164, 0, [false, true]),
        ("key slot state is 1", slot(0, 0), 1, [false, true]),
        ("key slot state is 1", slot(3, 0), 1, [false, true]),
        ("key slot iterations is 0", slot(0, 4), 0, [false, true]),
        ("stripes is 3999", slot(0, 44), 3999, [false, false]),
        ("stripes is 4001", slot(0, 44), 4001, [false, false]),
        ("stripes is 0", slot(5, 44), 0, [false, false]),
        ("key-material-offset is 0", slot(0, 40), 0, [false, false]),
        ("key-material-offset is 7", slot(0, 40), 7, [false, true]),
        // Over that of another slot, over the payload, and far away.
        ("key-material-offset is 8", slot(1, 40), 8, [false, false]),
        (
            "key-material-offset is 3593",
            slot(7, 40),
            3593,
            [false, true],
        ),
        (
            "key-material-offset is 3597",
            slot(7, 40),
            3597,
            [false, false],
        ),
        (
            "key-material-offset is 4294967295",
            slot(7, 40),
            u32::MAX,
            [true, false],
        ),
    ];
    let case = |(words, offset, value, [qemu, cryptsetup]): Wrong| {
        let bytes = patched(&base, &[(offset, &BE4(value))]);
        let case = Case::rejected(words, InvalidImage, offset as u64, bytes);
        (if qemu { case.qemu(Qemu::Opens) } else { case }, cryptsetup)
    };
    cases.into_iter().map(case).collect()
}

/// Headers that are detached from the data: QEMU does not read them, and `cryptsetup` does if all
/// key material is in the file.
fn detached() -> Vec<(Case, bool)> {
    let base = patched(&base(), &[(104, &BE4(0))]);
    let end = (3536 + MATERIAL as usize) * 512;
    let case = |length: usize| {
        let name = format!("detached, {length} bytes");
        let bytes = base[..length].to_vec();
        match length >= end {
            true => {
                let case = Case::accepted(name, bytes, "luks encrypted");
                (case.qemu(Qemu::Refuses("")), true)
            }
            false => (Case::refused(name, bytes, "", "inside the file"), false),
        }
    };
    [base.len(), end, end - 1, 8192].map(case).into()
}
