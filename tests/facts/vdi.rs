// SPDX-License-Identifier: MIT OR Apache-2.0
//! VDI.

use diskprobe::{ErrorKind, Format, Uuid};
use diskprobe_test_support::case::assert_ours;
use diskprobe_test_support::cases::vdi::{all, base, STORED};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_cut_is_truncated, probe};

/// [`STORED`] in text order.
const AS_WRITTEN: [u8; 16] = *b"\x83\xed\x0e\xc3\x24\xc8\x49\xa6\xa9\x59\x5e\x4b\xf1\x28\x8b\xfb";

#[test]
fn valid_images_give_facts_and_invalid_images_give_errors() {
    assert_ours(&all());
}

#[test]
fn an_error_of_the_detected_format_is_not_wrong_format() {
    let signed = patched(&base(), &[(0, b"KDMV\x01\0\0\0")]);
    let error = probe(&signed).expect_err("not a valid vmdk");
    assert_ne!(error.kind(), ErrorKind::WrongFormat);
}

#[test]
fn the_exact_size_is_recorded_and_the_guest_sees_whole_sectors() {
    let odd = patched(&base(), &[(368, &67_108_764u64.to_le_bytes())]);
    let image = probe(&odd).expect("a vdi image");
    let sizes = (image.virtual_size(), image.recorded_size());
    assert_eq!(sizes, (Some(64 << 20), Some(67_108_764)));
}

#[test]
fn another_signature_is_reported() {
    for (signature, format) in [
        (b"QFI\xfb\0\0\0\x03", Format::Qcow2),
        (b"LUKS\xba\xbe\0\x02", Format::Luks),
    ] {
        let image = probe(&patched(&base(), &[(0, signature)])).expect("a vdi image");
        assert!(image.also_matches().eq([format]), "{format}");
    }
}

#[test]
fn the_type_is_the_subformat() {
    let subformat = |kind: u8| {
        let image = probe(&patched(&base(), &[(76, &[kind])]));
        image.expect("a vdi image").subformat()
    };
    let known = ["dynamic", "fixed", "undo", "differencing"].map(Some);
    assert_eq!([1, 2, 3, 4].map(subformat), known);
    assert_eq!([5, 0].map(subformat), [None; 2]);
}

#[test]
fn a_cut_header_is_truncated_and_never_raw() {
    assert_cut_is_truncated(&base(), 68, 512);
}

#[test]
fn a_uuid_is_in_text_order() {
    let uuid = |stored: &[u8; 16]| {
        let image = probe(&patched(&base(), &[(392, stored)])).expect("a vdi image");
        assert!(image.parent().is_none());
        image.uuid()
    };
    assert_eq!(uuid(STORED), Some(Uuid::from(AS_WRITTEN)));
    assert_eq!(uuid(&[0; 16]), None);
}

#[test]
fn a_parent_is_a_fact_and_not_a_backing_file() {
    for (offset, uuid) in [(424, Some(AS_WRITTEN)), (440, None)] {
        let child = patched(&base(), &[(76, &[4]), (offset, STORED)]);
        let image = probe(&child).expect("a vdi image");
        assert_eq!(image.subformat(), Some("differencing"));
        let parent = image.parent().expect("a parent");
        assert_eq!(parent.uuid, uuid.map(Uuid::from));
        assert_eq!(parent.location, None);
        assert!(image.backing().is_none());
    }
}
