// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS version 2: which copy of the header counts, where key slots may be, and ciphers that do
//! nothing; as `cryptsetup` has it.

use crate::build::{luks2, luks2_checksum, LUKS2_COPY, LUKS2_METADATA, LUKS2_TEXT};
use crate::bytes::position;
use crate::patched;
use serde_json::{json, Value};

const OLD: &str = "aes-xts-plain64";
const NEW: &str = "aes-xts-plain-x";

/// An image whose copies may differ.
pub struct Copies {
    /// What is special about it.
    pub name: &'static str,
    /// The whole file.
    pub bytes: Vec<u8>,
    /// The cipher in the copy that counts.
    pub cipher: &'static str,
    /// Whether the copies differ.
    pub differ: bool,
}

/// Returns an image of 2 MiB with one key.
pub fn base() -> Vec<u8> {
    luks2(LUKS2_METADATA)
}

/// Replaces a text of the copy at `start` by one of the same length.
fn replaced(base: &[u8], start: usize, old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let text = &base[start + LUKS2_TEXT..start + LUKS2_COPY];
    let offset = start + LUKS2_TEXT + position(text, old.as_bytes());
    luks2_checksum(patched(base, &[(offset, new.as_bytes())]), start)
}

/// Images with two copies, of which the later whole one counts.
pub fn copies() -> Vec<Copies> {
    let base = base();
    let encryption = |cipher: &str| format!("\"encryption\":\"{cipher}\",\"sector_size\"");
    let (old, new) = (encryption(OLD), encryption(NEW));
    let first = replaced(&base, 0, &old, &new);
    let second = replaced(&base, LUKS2_COPY, &old, &new);
    let wrong = |base: &[u8], start: usize, offset: usize, new: &[u8]| {
        luks2_checksum(patched(base, &[(start + offset, new)]), start)
    };
    let seqid = |base: &[u8], start, seqid: u64| wrong(base, start, 16, &seqid.to_be_bytes());
    let case = |name, bytes, cipher, differ| Copies {
        name,
        bytes,
        cipher,
        differ,
    };
    let end = LUKS2_COPY;
    vec![
        case("both alike", base.clone(), OLD, false),
        case("another second", second.clone(), OLD, true),
        case("another first", first.clone(), NEW, true),
        case("a later second", seqid(&second, end, 4), NEW, true),
        case("an earlier second", seqid(&second, end, 2), OLD, true),
        case("a later first", seqid(&first, 0, 4), NEW, true),
        case("an earlier first", seqid(&first, 0, 2), OLD, true),
        case("another label", wrong(&base, 0, 24, b"x"), OLD, true),
        case(
            "another UUID in the first",
            wrong(&base, 0, 168, b"00000000"),
            OLD,
            true,
        ),
        case(
            "another UUID in the second",
            wrong(&base, end, 168, b"00000000"),
            OLD,
            true,
        ),
        case("no second", patched(&base, &[(end, &[0; 8])]), OLD, true),
        case(
            "a second without JSON",
            wrong(&base, end, LUKS2_TEXT, b"["),
            OLD,
            true,
        ),
        case(
            "a first without JSON",
            wrong(&base, 0, LUKS2_TEXT, b"["),
            OLD,
            true,
        ),
        case("a first of no size", wrong(&base, 0, 8, &[0; 8]), OLD, true),
        case(
            "a first at another offset",
            wrong(&base, 0, 256, &[1; 8]),
            OLD,
            true,
        ),
        case(
            "a second at another offset",
            wrong(&base, end, 256, &[0; 8]),
            OLD,
            true,
        ),
    ]
}

/// The metadata of [`base`].
pub fn metadata() -> Value {
    serde_json::from_str(LUKS2_METADATA).expect("JSON")
}

/// Images by the area of their key slots, each with whether it is possible.
pub fn key_slots() -> Vec<(&'static str, Vec<u8>, bool)> {
    let good = metadata();
    let size = 258_048;
    let (start, end) = (2 * LUKS2_COPY as u64, 2 * LUKS2_COPY as u64 + (256 << 10));
    let changed = |pointer: &str, value: &str| {
        let mut metadata = good.clone();
        *metadata.pointer_mut(pointer).expect(pointer) = json!(value);
        metadata
    };
    let offset = |offset: u64| changed("/keyslots/0/area/offset", &offset.to_string());
    let sized = |size: u64| changed("/keyslots/0/area/size", &size.to_string());
    let mut twice = good.clone();
    twice["keyslots"]["1"] = good["keyslots"]["0"].clone();
    let early_data = changed("/segments/0/offset", "65536");
    let all = [
        ("as made", good.clone(), true),
        ("in the first header", offset(0), false),
        ("in the second header", offset(LUKS2_COPY as u64), false),
        ("one byte too low", offset(start - 1), false),
        ("at the end", offset(end - size), true),
        ("after the end", offset(end - size + 4096), false),
        ("empty", sized(0), false),
        ("short", sized(4096), true),
        ("long", sized(u64::MAX), false),
        ("one over the other", twice, false),
        ("after the start of the data", early_data, false),
    ];
    let image =
        |(name, metadata, is_good): (_, Value, _)| (name, luks2(&metadata.to_string()), is_good);
    all.into_iter().map(image).collect()
}

/// Images by their cipher, each with whether it does nothing.
pub fn ciphers() -> Vec<(&'static str, Vec<u8>, bool)> {
    let image = |(cipher, is_null): (&'static str, bool)| {
        let mut metadata = metadata();
        metadata["segments"]["0"]["encryption"] = json!(cipher);
        (cipher, luks2(&metadata.to_string()), is_null)
    };
    let all = [
        ("cipher_null-ecb", true),
        ("capi:ecb(cipher_null)-plain", true),
        ("null", true),
        ("null-ecb", true),
        ("nullable-ecb", false),
        ("capi:xts(ecb(aes-generic))-plain64", false),
        ("aes-xts-plain64", false),
        ("serpent-xts-plain64", false),
    ];
    all.into_iter().map(image).collect()
}
