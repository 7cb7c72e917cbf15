// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS version 1: each judged field on both sides of its limits, beside what qemu-img and
//! cryptsetup say. Where these two disagree, the stricter one is followed, but for algorithms, of
//! which each knows its own.

mod common;
#[path = "common/cryptsetup.rs"]
mod cryptsetup;

use common::{patched, probe, Changes, Images};
use cryptsetup::{cryptsetup, dump};
use diskprobe::ErrorKind::InvalidImage;
use diskprobe::{Finding, Format};

/// In sectors: of the payload, and of the key material of one slot.
const PAYLOAD: u32 = 4096;
const MATERIAL: u32 = 500;

/// 8 MiB with one key in slot 0.
fn base(images: &Images) -> Vec<u8> {
    let path = images.path("luks1.img");
    let file = std::fs::File::create(&path).expect("a new file");
    file.set_len(8 << 20).expect("a sparse file");
    let format = [
        "luksFormat",
        "--type",
        "luks1",
        "--pbkdf-force-iterations",
        "1000",
    ];
    let all = [&format[..], &["luks1.img", "-"]].concat();
    cryptsetup(images.directory(), &all);
    let bytes = std::fs::read(&path).expect("the image");
    assert_eq!(bytes[104..108], PAYLOAD.to_be_bytes());
    assert_eq!(bytes[108..112], 64u32.to_be_bytes());
    bytes
}

/// A field of a key slot.
fn slot(number: usize, field: usize) -> usize {
    208 + 48 * number + field
}

fn be4(value: u32) -> [u8; 4] {
    value.to_be_bytes()
}

/// Whether qemu-img opens it, and whether cryptsetup does.
fn theirs(images: &Images, bytes: &[u8]) -> (bool, bool) {
    let qemu = images.qemu_info_of(bytes).is_some();
    (qemu, dump(images.directory(), bytes).is_some())
}

#[test]
fn what_both_open() {
    let images = Images::new();
    let base = base(&images);
    let cases: [(&str, Changes<'_>, &[Finding]); 6] = [
        ("as made", &[], &[Finding::Encrypted]),
        (
            "no key",
            &[(slot(0, 0), &be4(0xdead))],
            &[Finding::Encrypted, Finding::NoKey],
        ),
        (
            "no iterations in a free slot",
            &[(slot(3, 4), &be4(0))],
            &[Finding::Encrypted],
        ),
        (
            "key material before the payload",
            &[(slot(7, 40), &be4(PAYLOAD - 504))],
            &[Finding::Encrypted],
        ),
        (
            "two slots in the other order, one area right behind the other",
            &[(slot(0, 40), &be4(512)), (slot(1, 40), &be4(8))],
            &[Finding::Encrypted],
        ),
        (
            "an early payload",
            &[(104, &be4(4040))],
            &[Finding::Encrypted],
        ),
    ];
    for (name, changes, findings) in cases {
        let bytes = patched(&base, changes);
        assert_eq!(theirs(&images, &bytes), (true, true), "{name}");
        let image = probe(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(image.format(), Format::Luks, "{name}");
        let info = images.qemu_info_of(&bytes).unwrap();
        assert_eq!(
            info["virtual-size"].as_u64(),
            image.virtual_size(),
            "{name}"
        );
        let seen: Vec<_> = image
            .findings()
            .filter(|one| *one != Finding::IncompleteScan)
            .collect();
        assert_eq!(seen, findings, "{name}");
    }
}

/// Words of our reason, the offset of the field and its value; and whether qemu-img opens the
/// image, and cryptsetup.
type Wrong = (&'static str, usize, [u8; 4], (bool, bool));

#[test]
fn impossible_fields() {
    let images = Images::new();
    let base = base(&images);
    let state = be4(1);
    let cases: [Wrong; 16] = [
        ("payload_offset is 16385", 104, be4(16385), (false, true)),
        ("payload_offset is 7", 104, be4(7), (false, false)),
        ("key-bytes is 0", 108, be4(0), (false, false)),
        ("mk-digest-iter is 0", 164, be4(0), (false, true)),
        ("key slot state is 1", slot(0, 0), state, (false, true)),
        ("key slot state is 1", slot(3, 0), state, (false, true)),
        (
            "key slot iterations is 0",
            slot(0, 4),
            be4(0),
            (false, true),
        ),
        ("stripes is 3999", slot(0, 44), be4(3999), (false, false)),
        ("stripes is 4001", slot(0, 44), be4(4001), (false, false)),
        ("stripes is 0", slot(5, 44), be4(0), (false, false)),
        (
            "key-material-offset is 0",
            slot(0, 40),
            be4(0),
            (false, false),
        ),
        (
            "key-material-offset is 7",
            slot(0, 40),
            be4(7),
            (false, true),
        ),
        // Over that of another slot, over the payload, and far behind.
        (
            "key-material-offset is 8",
            slot(1, 40),
            be4(8),
            (false, false),
        ),
        (
            "key-material-offset is 3593",
            slot(7, 40),
            be4(3593),
            (false, true),
        ),
        (
            "key-material-offset is 3597",
            slot(7, 40),
            be4(3597),
            (false, false),
        ),
        (
            "key-material-offset is 4294967295",
            slot(7, 40),
            be4(u32::MAX),
            (true, false),
        ),
    ];
    for (words, at, new, opened) in cases {
        let bytes = patched(&base, &[(at, &new)]);
        assert_eq!(theirs(&images, &bytes), opened, "{words} at {at}");
        let error = probe(&bytes).expect_err(words);
        assert_eq!(
            (error.kind(), error.offset()),
            (InvalidImage, Some(at as u64)),
            "{error}"
        );
        assert!(error.to_string().contains(words), "{error}");
    }
}

/// QEMU does not read them; cryptsetup does, where all key material is there.
#[test]
fn a_header_that_is_detached_from_the_data() {
    let images = Images::new();
    let base = patched(&base(&images), &[(104, &be4(0))]);
    let end = (u64::from(3536 + MATERIAL) * 512) as usize;
    for (length, good) in [
        (base.len(), true),
        (end, true),
        (end - 1, false),
        (8192, false),
    ] {
        let bytes = &base[..length];
        assert_eq!(theirs(&images, bytes), (false, good), "{length} bytes");
        match probe(bytes) {
            Ok(image) => {
                assert!(good, "{length} bytes");
                assert_eq!(image.virtual_size(), None);
                let encryption = image.encryption().expect("encryption");
                assert_eq!(encryption.payload_offset, Some(0));
            }
            Err(error) => {
                assert!(!good, "{length} bytes: {error}");
                assert!(error.to_string().contains("inside the file"), "{error}");
            }
        }
    }
}

#[test]
fn a_cipher_that_does_nothing() {
    let images = Images::new();
    let base = base(&images);
    let cipher: Changes<'_> = &[(8, b"cipher_null\0"), (40, b"ecb\0")];
    for (changes, null) in [(cipher, true), (&[(8, b"serpent\0")], false)] {
        let bytes = patched(&base, changes);
        let dump = dump(images.directory(), &bytes).expect("cryptsetup opens it");
        assert_eq!(dump.contains("cipher_null"), null, "{dump}");
        let image = probe(&bytes).expect("LUKS");
        assert!(image.has_finding(Finding::Encrypted));
        assert_eq!(image.has_finding(Finding::NullCipher), null);
    }
}
