// SPDX-License-Identifier: MIT OR Apache-2.0
//! Differencing VHDX: the recorded parent, as the specification defines it. QEMU neither makes nor
//! opens such an image.

use diskprobe::ErrorKind::{InvalidImage, Truncated, UnsupportedFeature};
use diskprobe::{Image, ReferenceKind, Uuid};
use diskprobe_test_support::build::MIB;
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_rejected, probe};
use diskprobe_test_support::vhdx::*;

const LINKAGE: (&str, &str) = ("parent_linkage", "{83ed0ec3-24c8-49a6-a959-5e4bf1288bfb}");
const LINKAGE_BYTES: [u8; 16] =
    *b"\x83\xed\x0e\xc3\x24\xc8\x49\xa6\xa9\x59\x5e\x4b\xf1\x28\x8b\xfb";
/// The offset of the locator in the metadata region. It follows the other items.
const OFFSET: u32 = 0x10040;
pub(crate) const AT: usize = METADATA + OFFSET as usize;

fn differencing(pairs: &[(&str, &str)]) -> Vec<u8> {
    with_locator(&base(), OFFSET, &locator(pairs))
}

pub(crate) fn differencing_image() -> Vec<u8> {
    differencing(&[LINKAGE, ("relative_path", "p.vhdx")])
}

/// Returns the parent location of an image with these key-value pairs.
fn location(pairs: &[(&str, &str)]) -> Option<String> {
    let image = probe(&differencing(pairs)).expect("a differencing image");
    let location = image.parent().expect("a parent").location;
    location.map(|text| String::from_utf8(text.to_vec()).expect("UTF-8"))
}

#[test]
fn a_parent_is_a_fact_and_not_a_backing_file() {
    let relative = ("relative_path", r"..\basis\Größe 🖴.vhdx");
    let volume = ("volume_path", r"\\?\Volume{1}\b.vhdx");
    let bytes = differencing(&[volume, LINKAGE, relative]);
    let image: Image = probe(&bytes).expect("a differencing image");
    assert_eq!(image.subformat(), Some("differencing"));
    assert_eq!(image.virtual_size(), Some(64 * MIB));
    assert_eq!(image.cluster_size(), Some(8 * MIB));
    assert!(image.backing().is_none());
    let parent = image.parent().expect("a parent");
    assert_eq!(parent.uuid, Some(Uuid::from(LINKAGE_BYTES)));
    assert_eq!(parent.alternative_uuid, None);
    assert_eq!(parent.location, Some(relative.1.as_bytes()));

    // All paths are listed, the chosen one first. Each has the range of its bytes.
    let references: Vec<_> = image.references().collect();
    let names = [relative.1, volume.1];
    assert_eq!(references.len(), names.len(), "{references:?}");
    for (reference, name) in references.iter().zip(names) {
        assert_eq!(reference.kind, ReferenceKind::Parent);
        assert_eq!(reference.location, name.as_bytes());
        let origin = reference.origin;
        let from = usize::try_from(origin.offset).expect("small");
        let to = from + usize::try_from(origin.length).expect("small");
        assert_eq!(bytes[from..to], utf16(name), "the bytes that name it");
    }
}

#[test]
fn the_relative_path_comes_first() {
    let relative = ("relative_path", "r");
    let volume = ("volume_path", "v");
    let absolute = ("absolute_win32_path", "a");
    assert_eq!(location(&[absolute, volume, relative]), Some("r".into()));
    assert_eq!(location(&[absolute, LINKAGE, volume]), Some("v".into()));
    assert_eq!(location(&[absolute]), Some("a".into()));
    assert_eq!(location(&[("relative_path", ""), volume]), Some("v".into()));
    assert_eq!(location(&[("Relative_path", "x"), ("path", "y")]), None);
    assert_eq!(
        location(&[("relative_pat", "x"), ("relative_path2", "y")]),
        None
    );
    assert_eq!(location(&[("relative_path", "a\0b")]), Some("a".into()));
    assert_eq!(location(&[]), None);
}

#[test]
fn the_parent_may_have_a_second_uuid() {
    let second = ("parent_linkage2", LINKAGE.1);
    let first = ("parent_linkage", "{00000000-0000-0000-0000-000000000001}");
    let image = probe(&differencing(&[second, first])).expect("a differencing image");
    let parent = image.parent().expect("a parent");
    assert_eq!(parent.alternative_uuid, Some(Uuid::from(LINKAGE_BYTES)));
    assert_eq!(parent.uuid, Some(Uuid::from(1u128.to_be_bytes())));
}

#[test]
fn an_unpaired_surrogate_becomes_a_replacement_character() {
    let mut bytes = differencing(&[("relative_path", "ab")]);
    let value = AT + 20 + 12 + 2 * "relative_path".len();
    bytes[value..value + 2].copy_from_slice(&[0x00, 0xd8]);
    let image = probe(&bytes).expect("a differencing image");
    let parent = image.parent().expect("a parent");
    assert_eq!(parent.location, Some("\u{fffd}b".as_bytes()));
}

#[test]
fn invalid_locators_are_rejected() {
    let pairs = [LINKAGE, ("relative_path", "p.vhdx")];
    let plain = differencing(&pairs);
    let length = u32::try_from(locator(&pairs).len()).expect("small");
    let with = |at: usize, new: &[u8]| patched(&plain, &[(at, new)]);
    let listed_length = |length: u32| with(item(5) + 20, &length.to_le_bytes());
    let (first, second) = (AT + 20, AT + 32);
    let last_value = length - 12;
    // Makes two paths of six letters. The second starts `after` bytes after the first.
    let sharing = |after: u32| {
        let paths = [
            LINKAGE,
            ("relative_path", "p.vhdx"),
            ("volume_path", "q.vhdx"),
        ];
        let bytes = differencing(&paths);
        let place = AT + 32 + 4;
        let first = bytes[place..place + 4].try_into().expect("four bytes");
        let other = u32::from_le_bytes(first) + after;
        patched(&bytes, &[(place + 12, &other.to_le_bytes())])
    };
    assert!(probe(&sharing(12)).is_ok());

    // The last text ends at the end of the locator.
    assert!(probe(&plain).is_ok());
    let cases = [
        (
            "Length of the parent locator is 19",
            item(5) + 20,
            listed_length(19),
        ),
        (
            "Length of the parent locator is 32769",
            item(5) + 20,
            listed_length(32769),
        ),
        ("KeyValueCount is 2", AT + 18, listed_length(43)),
        ("KeyValueCount is 65535", AT + 18, with(AT + 18, &[0xff; 2])),
        ("ValueOffset is", second + 4, listed_length(length - 1)),
        ("KeyOffset is 4294967295", first, with(first, &[0xff; 4])),
        (
            "ValueOffset is",
            second + 4,
            with(second + 4, &(last_value + 1).to_le_bytes()),
        ),
        (
            "must be outside the other paths",
            second + 12 + 4,
            sharing(0),
        ),
        (
            "must be outside the other paths",
            second + 12 + 4,
            sharing(10),
        ),
        (
            "parent_linkage is not a GUID",
            0,
            differencing(&[("parent_linkage", "{}")]),
        ),
        (
            "parent_linkage is not a GUID",
            2,
            differencing(&[("parent_linkage2", "{}")]),
        ),
        (
            "a key occurs twice",
            second,
            differencing(&[pairs[1], pairs[1]]),
        ),
        (
            "a key occurs twice",
            second,
            differencing(&[LINKAGE, LINKAGE]),
        ),
    ];
    for (words, offset, bytes) in &cases {
        let linkage = |name: &str| AT + 20 + 12 + 2 * name.len();
        let offset = match *offset {
            0 => linkage("parent_linkage"),
            2 => linkage("parent_linkage2"),
            offset => offset,
        };
        assert_rejected(bytes, InvalidImage, offset as u64, words);
    }
    let words = "LocatorType is not that of a VHDX parent";
    assert_rejected(&with(AT, &[0]), UnsupportedFeature, AT as u64, words);
    let cut = &plain[..AT + length as usize - 1];
    assert_rejected(cut, Truncated, AT as u64, "parent locator");
    assert!(probe(&plain[..AT + length as usize]).is_ok());

    // The largest locator has 32 KiB, including its entries.
    let mut longest = listed_length(32768);
    longest.resize(AT + 32768, 0);
    assert!(probe(&longest).is_ok());
}

/// In a differencing image every run of blocks has a bitmap entry, including the last run.
#[test]
fn the_bat_of_a_differencing_image_has_bitmap_entries() {
    let plain = differencing(&[LINKAGE]);
    // 8 blocks in a run of 512, and the bitmap entry of the run.
    let bat = |length: u32| changed(&plain, &[(BAT_ENTRY + 24, &length.to_le_bytes())]);
    assert!(probe(&bat(513 * 8)).is_ok());
    let offset = BAT_ENTRY as u64 + 24;
    assert_rejected(&bat(513 * 8 - 1), InvalidImage, offset, "must be 4104 to");
}
