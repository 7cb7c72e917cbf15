// SPDX-License-Identifier: MIT OR Apache-2.0
//! UDIF images: with dmg given, and detected by the name of the file.

use diskprobe::ErrorKind::{InvalidImage, NeedMoreData, Truncated, WrongFormat};
use diskprobe::{probe_buffer, EncryptionFormat, Finding, Format, Options, Uuid};
use diskprobe_test_support::build::{cloop, encrypted_dmg, udif, Build, Qcow2, Udif, Vdi, MIB};
use diskprobe_test_support::case::assert_ours;
use diskprobe_test_support::cases::dmg::{all, by_name, with_trailer};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{probe, probe_as, probe_with};

fn named(name: &str) -> Options {
    Options::new().file_name(name)
}

fn qcow2() -> Vec<u8> {
    Qcow2::new(MIB).bytes()
}

fn vdi() -> Vec<u8> {
    Vdi::new(MIB).bytes()
}

#[test]
fn valid_images_give_facts_and_invalid_images_give_errors() {
    assert_ours(&all());
}

#[test]
fn the_trailer_cannot_be_found_without_the_length() {
    let options = Options::new().format(Some(Format::Dmg));
    let error = probe_buffer(&udif().bytes, None, &options).expect_err("no length");
    assert_eq!(error.kind(), NeedMoreData);
}

#[test]
fn detection_by_dmg_name_matches_qemu() {
    for (name, bytes, facts) in by_name(&cloop(), &qcow2(), &vdi()) {
        // QEMU gets the whole path. The result is the same, except for the name `.dmg`.
        let image = probe_with(&bytes, &named(&format!("/srv/{name}")));
        let image = image.unwrap_or_else(|error| panic!("{name}: {error}"));
        let size = image.virtual_size().expect("a size");
        assert_eq!(format!("{} {size}", image.format()), facts, "{name}");
    }
    // A name that is only the suffix is ignored. A whole path is never only the suffix.
    let bare = probe_with(&udif().bytes, &named(".dmg")).expect("raw");
    assert_eq!(bare.format(), Format::Raw);
    let polyglot = probe_with(&with_trailer(&cloop()), &named("x.dmg")).expect("dmg");
    assert!(polyglot.also_matches().eq([Format::Cloop]));
}

/// QEMU refuses such a file because of its name, although it has no trailer.
#[test]
fn a_dmg_name_without_a_trailer_is_ignored() {
    for (name, bytes) in [("zeros.dmg", vec![0; 4096]), ("short.dmg", vec![1; 3])] {
        let image = probe_with(&bytes, &named(name)).expect("raw");
        assert_eq!(image.format(), Format::Raw, "{name}");
    }
    // The name does not change a given format.
    let raw = named("x.dmg").format(Some(Format::Raw));
    let image = probe_with(&udif().bytes, &raw).expect("raw");
    assert_eq!(image.format(), Format::Raw);
}

#[test]
fn an_invalid_trailer_of_a_file_named_dmg_is_an_error() {
    let Udif { bytes, trailer } = udif();
    let bytes = patched(&bytes, &[(trailer + 492, &u64::MAX.to_be_bytes())]);
    let error = probe_with(&bytes, &named("large.dmg")).expect_err("too large");
    assert_eq!(error.kind(), InvalidImage, "{error}");
}

#[test]
fn a_dmg_name_needs_the_end_unless_another_format_matches() {
    let error = probe_buffer(&udif().bytes, None, &named("x.dmg")).expect_err("no length");
    assert_eq!(error.kind(), NeedMoreData, "{error}");
    let image = probe_buffer(&qcow2(), None, &named("x.dmg")).expect("qcow2");
    assert_eq!(image.format(), Format::Qcow2);
}

/// QEMU detects neither version, and cannot open them.
#[test]
fn encrypted_dmg_is_raw_unless_dmg_is_given() {
    let second = encrypted_dmg();
    let mut first = vec![0x5a; 0x1200];
    first.extend(b"cdsaencr");
    for (version, bytes, offset, uuid) in [
        (2, &second, Some(0x1000), Some([0xab; 16])),
        (1, &first, None, None),
    ] {
        let image = probe_as(Format::Dmg, bytes).expect("a dmg image");
        let encryption = image.encryption().expect("encryption");
        assert_eq!(encryption.format, EncryptionFormat::Dmg);
        assert_eq!(encryption.payload_offset, offset);
        assert_eq!(image.uuid(), uuid.map(Uuid::from));
        assert_eq!(image.virtual_size(), None);
        assert!(image.findings().eq([Finding::Encrypted]));
        let detected = probe_with(bytes, &named("x.dmg").thorough(true)).expect("raw");
        assert_eq!(detected.format(), Format::Raw);
        assert!(detected.also_matches().next().is_none());
        let encryption = detected.encryption().expect("encryption");
        assert_eq!(encryption.format, EncryptionFormat::Dmg);
        assert_eq!(encryption.payload_offset, None, "it is raw");
        // Only a thorough probe reads the end, which has the signature of version 1.
        let quick = probe(bytes).expect("raw");
        assert_eq!(quick.encryption().is_some(), version == 2);
    }
    // The signature of version 1 must be at the very end.
    first.push(0);
    let error = probe_as(Format::Dmg, &first).expect_err("no signature");
    assert_eq!(error.kind(), WrongFormat, "{error}");
}

#[test]
fn a_cut_header_of_an_encrypted_image_is_truncated() {
    for cut in 8..72 {
        let error = probe_as(Format::Dmg, &encrypted_dmg()[..cut]).expect_err("cut");
        assert_eq!(error.kind(), Truncated, "{cut} bytes: {error}");
    }
}

#[test]
fn an_encrypted_dmg_signature_in_another_format_is_not_encryption() {
    let thorough = Options::new().thorough(true);
    let qcow2 = [&qcow2()[..], b"cdsaencr"].concat();
    let vdi = patched(&vdi(), &[(0, b"encrcdsa")]);
    for (bytes, format) in [(qcow2, Format::Qcow2), (vdi, Format::Vdi)] {
        let image = probe_with(&bytes, &thorough).expect("an image");
        assert_eq!(image.format(), format);
        assert!(image.encryption().is_none());
        assert!(image.also_matches().eq([Format::Dmg]));
        assert!(image.has_finding(Finding::Ambiguous));
    }
}
