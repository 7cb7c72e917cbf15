// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts of images with unknown features, if the options allow them.

use diskprobe::{EncryptionFormat, ErrorKind, Feature, Finding, Format, Image, Options, Policy};
use diskprobe_test_support::build::{Build, Qcow, Qcow2, Qed, Vdi, MIB};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{detail, number, probe_with};

/// Returns the image with facts, after asserting that it is an error by default, and that the
/// verdict denies it.
#[track_caller]
fn allowed(bytes: &[u8], format: Format) -> Image {
    for given in [None, Some(format)] {
        let error = probe_with(bytes, &Options::new().format(given)).expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::UnsupportedFeature, "{error}");
    }
    let options = Options::new().allow_unknown_features(true);
    let given = probe_with(bytes, &options.clone().format(format)).expect("facts");
    let image = probe_with(bytes, &options).expect("facts");
    for image in [&given, &image] {
        assert_eq!(image.format(), format);
        assert!(image.has_feature(Feature::UnknownRequired));
        assert!(image.has_finding(Finding::UnknownFeature));
        assert!(!Policy::new().evaluate(image, None).is_accepted());
    }
    assert_eq!(given.virtual_size(), image.virtual_size());
    image
}

#[test]
fn with_unknown_bits_the_header_has_its_meaning() {
    let bytes = Qcow2::new(MIB).backing("base.raw", "raw").bytes();
    let image = allowed(
        &patched(&bytes, &[(72, &(1u64 << 40).to_be_bytes())]),
        Format::Qcow2,
    );
    assert_eq!(image.virtual_size(), Some(MIB));
    assert_eq!(
        (image.compat(), image.cluster_size()),
        (Some("1.1"), Some(65536))
    );
    assert_eq!(
        image.backing().map(|backing| backing.location),
        Some(&b"base.raw"[..])
    );
    assert_eq!(number(&image, "unknown-features"), Some(1 << 40));

    let bytes = Qed::new(MIB).bytes();
    let image = allowed(&patched(&bytes, &[(16, &8u64.to_le_bytes())]), Format::Qed);
    assert_eq!(image.virtual_size(), Some(MIB));
    assert_eq!(number(&image, "unknown-features"), Some(8));
}

#[test]
fn an_unknown_method_of_encryption_is_encryption() {
    for (format, bytes, offset) in [
        (Format::Qcow2, Qcow2::new(MIB).bytes(), 32),
        (Format::Qcow, Qcow::new(MIB).bytes(), 36),
    ] {
        let image = allowed(&patched(&bytes, &[(offset, &7u32.to_be_bytes())]), format);
        assert_eq!(image.virtual_size(), Some(MIB));
        let encryption = image.encryption().expect("encryption");
        assert_eq!(encryption.format, EncryptionFormat::UnknownMethod);
        assert!(image.has_finding(Finding::Encrypted));
        assert_eq!(number(&image, "unknown-features"), None);
    }
}

#[test]
fn an_unknown_compression_is_no_fact() {
    let bytes = Qcow2::new(MIB).bytes();
    let changes: &[(usize, &[u8])] = &[
        (72, &8u64.to_be_bytes()),
        (100, &[0, 0, 0, 112]),
        (104, &[9]),
    ];
    let image = allowed(&patched(&bytes, changes), Format::Qcow2);
    assert_eq!(
        (image.virtual_size(), detail(&image, "compression-type")),
        (Some(MIB), None)
    );
}

#[test]
fn of_an_unknown_version_only_the_format_is_certain() {
    let bytes = Qcow2::new(MIB).backing("base.raw", "raw").bytes();
    let image = allowed(&patched(&bytes, &[(4, &4u32.to_be_bytes())]), Format::Qcow2);
    assert_eq!((image.virtual_size(), image.compat()), (None, None));
    assert!(image.backing().is_none());
    let bytes = Vdi::new(MIB).bytes();
    let image = allowed(&patched(&bytes, &[(68, &[2])]), Format::Vdi);
    assert_eq!(image.virtual_size(), None);
}

#[test]
fn an_invalid_field_is_an_error_nevertheless() {
    let options = Options::new().allow_unknown_features(true);
    let bytes = Qcow2::new(MIB).bytes();
    for (offset, value, kind) in [
        (20, 40, ErrorKind::InvalidImage),
        (4, 1, ErrorKind::InvalidImage),
    ] {
        let bytes = patched(&bytes, &[(72, &[0x80]), (offset, &u32::to_be_bytes(value))]);
        let answer = probe_with(&bytes, &options.clone().format(Format::Qcow2));
        let error = answer.map(|image| image.format()).expect_err("an error");
        assert!(
            error.kind() == kind || error.kind() == ErrorKind::WrongFormat,
            "{error}"
        );
    }
    let cut = probe_with(&bytes[..80], &options).expect_err("an error");
    assert_eq!(cut.kind(), ErrorKind::Truncated);
}
