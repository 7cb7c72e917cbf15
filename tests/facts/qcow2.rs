// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow2 versions 2 and 3.

use diskprobe::{ErrorKind, Finding, Format};
use diskprobe_test_support::case::assert_ours;
use diskprobe_test_support::cases::qcow2::{
    all, backed, base, extended, BACKING_FORMAT, DATA_FILE, UNKNOWN,
};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_cut_is_truncated, assert_rejected, probe};

const LUKS_HEADER: u32 = 0x0537_be77;

#[test]
fn valid_images_give_facts_and_invalid_images_give_errors() {
    assert_ours(&all());
}

#[test]
fn a_cut_header_is_truncated_and_never_raw() {
    let base = base();
    // With at most 7 bytes, detection reads version 0, as QEMU does.
    for length in 0..8 {
        let image = probe(&base[..length]).expect("raw");
        assert_eq!(image.format(), Format::Raw, "{length} bytes");
    }
    assert_cut_is_truncated(&base, 8, 104);
    let named = backed(&extended(&[], b""), 0x400, b"raw.img");
    let words = "backing file name";
    assert_rejected(&named[..0x404], ErrorKind::Truncated, 0x400, words);
}

/// Returns whether the header extensions, as 4-byte words and text, can be read in two ways.
fn can_be_read_twice(area: &[u8]) -> bool {
    let bytes = patched(&base(), &[(112, area)]);
    let image = probe(&bytes).expect("a qcow2 image");
    image.has_finding(Finding::HeadersDiffer)
}

#[test]
fn extensions_are_the_same_with_and_without_their_padding() {
    let one = |kind: u32, length: u32, rest: &[u8]| {
        [&kind.to_be_bytes()[..], &length.to_be_bytes(), rest].concat()
    };
    let (format, file) = (BACKING_FORMAT.to_be_bytes(), DATA_FILE.to_be_bytes());
    // One byte of data; in its padding starts an extension, whose length is in the next one.
    let hidden = |kind: [u8; 4], next: &[u8]| {
        one(
            UNKNOWN,
            1,
            &[&b"?"[..], &kind, &[0; 3], next, &[0; 16]].concat(),
        )
    };
    assert!(can_be_read_twice(&hidden(format, b"\x03qed\0\0\0\0")));
    assert!(can_be_read_twice(&hidden(file, b"\x03abc\0\0\0\0")));
    assert!(can_be_read_twice(&hidden(
        LUKS_HEADER.to_be_bytes(),
        b"\x03abc\0\0\0\0"
    )));
    // An empty name is none, and an unknown extension means nothing.
    assert!(!can_be_read_twice(&hidden(format, b"\0\0\0\0\0\0\0\0")));
    assert!(!can_be_read_twice(&hidden(
        UNKNOWN.to_be_bytes(),
        b"\x03abc\0\0\0\0"
    )));
    // Zeros as padding, and yet the second walk goes on: the next type begins in them.
    let aligned = one(UNKNOWN, 7, b"1234567\0");
    let name = one(BACKING_FORMAT, 3, b"qed");
    let data = [&[0; 7][..], &name, &[0; 14]].concat();
    let next = one(0x1234_5600, data.len() as u32, &data);
    assert!(can_be_read_twice(&[aligned, next, vec![0; 8]].concat()));
    for length in 0..=8 {
        let name = &b"12345678"[..length];
        let known = one(
            UNKNOWN,
            length as u32,
            &[name, &[0; 8][..(8 - length) % 8]].concat(),
        );
        for next in [BACKING_FORMAT, DATA_FILE, 0x6803_f857, UNKNOWN, 0] {
            let next = one(next, 3, b"raw\0\0\0\0\0");
            assert!(!can_be_read_twice(
                &[known.clone(), next, vec![0; 8]].concat()
            ));
        }
    }
}

#[test]
fn an_extension_that_is_repeated_is_the_same() {
    let format = |name: &'static [u8]| (BACKING_FORMAT, name.len() as u32, name);
    let differ = |extensions: &[(u32, u32, &[u8])]| {
        let image = probe(&extended(extensions, b"x")).expect("a qcow2 image");
        image.has_finding(Finding::HeadersDiffer)
    };
    assert!(!differ(&[format(b"raw")]));
    assert!(!differ(&[format(b"raw"), format(b"raw")]));
    assert!(differ(&[format(b"qcow2"), format(b"raw")]));
    assert!(differ(&[(DATA_FILE, 1, b"a"), (DATA_FILE, 1, b"b")]));
}

#[test]
fn an_unknown_version_is_an_error_and_not_raw() {
    assert!(probe(&patched(&base(), &[(7, &[9])])).is_err());
}
