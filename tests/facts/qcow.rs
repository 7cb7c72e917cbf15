// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow version 1.

use diskprobe::EncryptionFormat;
use diskprobe_test_support::build::{Build, Qcow, MIB};
use diskprobe_test_support::case::assert_ours;
use diskprobe_test_support::cases::qcow::{all, base};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_cut_is_truncated, probe};

#[test]
fn valid_images_give_facts_and_invalid_images_give_errors() {
    assert_ours(&all());
}

#[test]
fn encryption_is_aes_or_none() {
    let format = |bytes: &[u8]| {
        let image = probe(bytes).expect("a qcow image");
        image.encryption().map(|encryption| encryption.format)
    };
    assert_eq!(format(&base()), None);
    let encrypted = Qcow::new(1_000_003).encrypted().bytes();
    assert_eq!(format(&encrypted), Some(EncryptionFormat::Aes));
    let image = probe(&encrypted).expect("a qcow image");
    assert_eq!(image.virtual_size(), Some(1_000_448));
}

#[test]
fn the_exact_size_is_recorded_and_the_guest_sees_whole_sectors() {
    let odd = patched(&base(), &[(24, &67_108_764u64.to_be_bytes())]);
    let image = probe(&odd).expect("a qcow image");
    let sizes = (image.virtual_size(), image.recorded_size());
    assert_eq!(sizes, (Some(67_108_352), Some(67_108_764)));
}

#[test]
fn a_backing_format_cannot_be_recorded() {
    let image = probe(&Qcow::new(64 * MIB).backing("raw.img").bytes()).expect("a qcow image");
    let backing = image.backing().expect("a backing file");
    assert_eq!(backing.location, b"raw.img");
    assert!(backing.format.is_none());
}

#[test]
fn a_cut_header_is_truncated_and_never_raw() {
    assert_cut_is_truncated(&base(), 8, 48);
}
