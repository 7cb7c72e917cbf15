// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS version 1.

use diskprobe::{EncryptionFormat, Finding};
use diskprobe_test_support::cases::luks::{all, base, slot};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::probe;

fn findings(bytes: &[u8]) -> Vec<Finding> {
    let image = probe(bytes).expect("a LUKS image");
    let findings = image.findings();
    findings
        .filter(|finding| *finding != Finding::IncompleteScan)
        .collect()
}

#[test]
fn valid_images_give_facts_and_invalid_images_give_errors() {
    all().iter().for_each(|(case, _)| drop(case.assert_ours()));
}

#[test]
fn an_image_without_an_active_key_slot_is_a_finding() {
    assert_eq!(findings(&base()), [Finding::Encrypted]);
    let no_key = patched(&base(), &[(slot(0, 0), &0xdeadu32.to_be_bytes())]);
    assert_eq!(findings(&no_key), [Finding::Encrypted, Finding::NoKey]);
}

#[test]
fn a_null_cipher_is_a_finding() {
    let null = patched(&base(), &[(8, b"cipher_null\0"), (40, b"ecb\0")]);
    assert_eq!(findings(&null), [Finding::Encrypted, Finding::NullCipher]);
    let other = patched(&base(), &[(8, b"serpent\0")]);
    assert_eq!(findings(&other), [Finding::Encrypted]);
}

#[test]
fn the_header_names_cipher_mode_hash_and_slots() {
    let image = probe(&base()).expect("a LUKS image");
    let encryption = image.encryption().expect("encryption");
    assert_eq!(encryption.format, EncryptionFormat::Luks);
    assert_eq!(encryption.payload_offset, Some(2 << 20));
    assert_eq!(encryption.cipher, Some(&b"aes"[..]));
    assert_eq!(encryption.mode, Some(&b"xts-plain64"[..]));
    assert_eq!(encryption.hash, Some(&b"sha256"[..]));
    assert_eq!(encryption.active_slots, Some(1));
    assert_eq!(encryption.uuid, Some(&base()[168..168 + 36]));
}

#[test]
fn a_detached_header_has_no_size() {
    let detached = patched(&base(), &[(104, &[0; 4])]);
    let image = probe(&detached).expect("a LUKS image");
    assert_eq!(image.virtual_size(), None);
    let encryption = image.encryption().expect("encryption");
    assert_eq!(encryption.payload_offset, Some(0));
}
