// SPDX-License-Identifier: MIT OR Apache-2.0
//! Assertions that hold for every answer, for any bytes.

use crate::model;
use diskprobe::{Error, Image, Reference, ReferenceKind};
pub use diskprobe_test_support::answer::{assert_same, assert_same_error};

/// The largest virtual size of an answer: QEMU's `BDRV_MAX_LENGTH`.
const MAX_VIRTUAL_SIZE: u64 = 0x7fff_ffff_c000_0000;

pub type Answer = Result<Image, Error>;

/// Asserts that a detected format is the one that QEMU's probing chooses. `bytes` are the start of
/// the object, and `length` is all of it.
pub fn assert_detected(answer: &Answer, bytes: &[u8], thorough: bool) {
    let sector = model::sector(bytes);
    let chosen = model::chosen(&sector);
    match answer {
        Ok(image) => {
            assert_eq!(image.format().as_str(), chosen);
            let accepted = image.findings().next().is_none();
            // More than one signature is never passed over in silence.
            assert!(!accepted || model::signatures(&sector) <= 1);
            assert!(!accepted || thorough, "an answer that says it saw all");
        }
        Err(error) => assert_ne!(chosen, "raw", "{error}"),
    }
}

/// Asserts what holds for an image of `length` bytes, if that is known.
pub fn assert_sound(image: &Image, length: Option<u64>) {
    if let (Some(physical), Some(length)) = (image.physical_size(), length) {
        assert_eq!(physical, length);
    }
    let size = image.virtual_size().unwrap_or(0);
    assert!(size <= MAX_VIRTUAL_SIZE && size % 512 == 0);
    for reference in image.references() {
        let end = reference.origin.offset.checked_add(reference.origin.length);
        let end = end.expect("a place in the image");
        assert!(length.is_none_or(|length| end <= length));
    }
    if image.findings().next().is_none() {
        assert_eq!(image.references().count(), 0);
        assert!(image.backing().is_none() && image.data_file().is_none());
        assert!(image.parent().is_none() && image.extents().len() == 0);
        assert_eq!(image.also_matches().count(), 0);
        assert!(image.encryption().is_none());
    }
}

/// Asserts that the bytes have every name of the image at its origin.
pub fn assert_named(image: &Image, bytes: impl Fn(u64, usize) -> Option<Vec<u8>>) {
    for reference in image.references() {
        let Reference {
            kind,
            location,
            origin,
            ..
        } = reference;
        let length = usize::try_from(origin.length).expect("a short name");
        let stored = bytes(origin.offset, length).expect("bytes of the image");
        let exact = stored.starts_with(location);
        // A parent's name may be stored in UTF-16 of either order.
        let parent = kind == ReferenceKind::Parent;
        let decoded = |unit: fn([u8; 2]) -> u16| {
            let units = stored.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
            let text = char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}'));
            let text: String = text.collect();
            text.as_bytes().starts_with(location)
        };
        let decoded = || decoded(u16::from_le_bytes) || decoded(u16::from_be_bytes);
        assert!(
            exact || parent && decoded(),
            "{kind}: {location:?}, {stored:?}"
        );
    }
}

/// Asserts that an error is one line for a person.
pub fn assert_one_line(error: &Error) {
    let text = error.to_string();
    assert!(
        !text.is_empty() && !text.contains(char::is_control),
        "{text:?}"
    );
}

/// Asserts that each finding has one name.
pub fn assert_findings(image: &Image) {
    for finding in image.findings() {
        assert!(image.has_finding(finding));
        assert_eq!(finding.as_str().parse().ok(), Some(finding));
    }
}
