// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where key slots may lie, how many hold a key, and ciphers that do nothing, beside cryptsetup.

use super::copies::sealed;
use super::{base, by_name, JSON};
use crate::common::Images;
use crate::cryptsetup::dump;
use diskprobe::{ErrorKind, Finding};
use serde_json::{json, Value};

const SIZE: usize = 16384;

/// `base` with this metadata in both copies.
fn with(base: &[u8], metadata: &Value) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for start in [0, SIZE] {
        let area = &mut bytes[start + JSON..start + SIZE];
        let text = metadata.to_string();
        area.fill(0);
        area[..text.len()].copy_from_slice(text.as_bytes());
        bytes = sealed(bytes, start);
    }
    bytes
}

fn metadata(bytes: &[u8]) -> Value {
    let area = &bytes[JSON..SIZE];
    let end = area.iter().position(|byte| *byte == 0).expect("a NUL");
    serde_json::from_slice(&area[..end]).expect("JSON")
}

#[test]
fn key_material_lies_in_its_room() {
    let images = Images::new();
    let base = base(&images);
    let good = metadata(&base);
    let area = &good["keyslots"]["0"]["area"];
    let size: u64 = area["size"].as_str().unwrap().parse().unwrap();
    let (start, end) = (2 * SIZE as u64, 2 * SIZE as u64 + (256 << 10));
    let changed = |pointer: &str, value: Value| {
        let mut metadata = good.clone();
        *metadata.pointer_mut(pointer).expect(pointer) = value;
        metadata
    };
    let offset = |offset: u64| changed("/keyslots/0/area/offset", json!(offset.to_string()));
    let sized = |size: u64| changed("/keyslots/0/area/size", json!(size.to_string()));
    let mut twice = good.clone();
    twice["keyslots"]["1"] = good["keyslots"]["0"].clone();
    for (name, metadata, good) in [
        ("as made", good.clone(), true),
        ("in the first header", offset(0), false),
        ("in the second header", offset(SIZE as u64), false),
        ("one byte too low", offset(start - 1), false),
        ("at the end", offset(end - size), true),
        ("behind the end", offset(end - size + 4096), false),
        ("empty", sized(0), false),
        ("short", sized(4096), true),
        ("long", sized(u64::MAX), false),
        ("one over the other", twice, false),
        (
            "behind the start of the data",
            changed("/segments/0/offset", json!("65536")),
            false,
        ),
    ] {
        let bytes = with(&base, &metadata);
        let theirs = dump(images.directory(), &bytes).is_some();
        assert_eq!(theirs, good, "{name}: cryptsetup");
        match by_name(&bytes) {
            Ok(image) => {
                assert!(good, "{name}");
                assert!(image.findings().eq([Finding::Encrypted]), "{name}");
            }
            Err(error) => {
                assert!(!good, "{name}: {error}");
                assert_eq!(error.kind(), ErrorKind::InvalidImage, "{name}: {error}");
                assert!(
                    error.to_string().contains("of a key slot's area"),
                    "{error}"
                );
            }
        }
    }
}

#[test]
fn ciphers_that_do_nothing() {
    let images = Images::new();
    let base = base(&images);
    let mut metadata = metadata(&base);
    for (cipher, null) in [
        ("cipher_null-ecb", true),
        ("capi:ecb(cipher_null)-plain", true),
        ("aes-xts-plain64", false),
        ("serpent-xts-plain64", false),
    ] {
        metadata["segments"]["0"]["encryption"] = json!(cipher);
        let bytes = with(&base, &metadata);
        let dump = dump(images.directory(), &bytes).expect(cipher);
        assert!(dump.contains(&format!("cipher: {cipher}\n")), "{dump}");
        let image = by_name(&bytes).expect(cipher);
        assert_eq!(image.has_finding(Finding::NullCipher), null, "{cipher}");
        assert!(image.has_finding(Finding::Encrypted));
    }
    // In one of several segments.
    let segment = |offset: u64, cipher: &str| {
        json!({ "type": "crypt", "offset": offset.to_string(), "size": "4096",
                "iv_tweak": "0", "encryption": cipher, "sector_size": 512 })
    };
    for (first, second) in [
        ("aes-xts", "cipher_null-ecb"),
        ("cipher_null-ecb", "aes-xts"),
    ] {
        metadata["segments"] =
            json!({ "0": segment(1 << 20, first), "1": segment((1 << 20) + 4096, second) });
        let image = by_name(&with(&base, &metadata)).expect("segments");
        assert!(image.has_finding(Finding::NullCipher), "{first}, {second}");
    }
}

#[test]
fn an_image_without_a_key() {
    let images = Images::new();
    base(&images);
    let file = images.path("luks2.img");
    let erase = ["luksErase", file.to_str().unwrap()];
    crate::cryptsetup::cryptsetup(images.directory(), &erase);
    let bytes = std::fs::read(&file).unwrap();
    let dump = dump(images.directory(), &bytes).expect("cryptsetup reads it");
    assert!(!dump.contains("0: luks2"), "{dump}");
    let image = by_name(&bytes).unwrap();
    assert!(image.findings().eq([Finding::Encrypted, Finding::NoKey]));
}
