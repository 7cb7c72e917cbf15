// SPDX-License-Identifier: MIT OR Apache-2.0
//! Differencing VHD: the recorded parent, as the specification defines it. QEMU ignores it.

use diskprobe::ErrorKind::{InvalidImage, Truncated, UnsupportedFeature};
use diskprobe::{probe_source, Image, Options, ReferenceKind, Source, Uuid};
use diskprobe_test_support::build::{vhd_checksum, Build, Vpc, MIB};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_rejected, probe};

/// The offset of the dynamic disk header. The table of 33 entries follows it.
const HEADER: usize = 512;
const NAME: usize = HEADER + 64;
const LOCATORS: usize = HEADER + 576;
/// The offset of the data of the first locator.
const DATA: usize = 4096;

fn utf16_le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn utf16_be(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// Makes a differencing image without a parent name.
fn base() -> Vec<u8> {
    let mut made = Vpc::new(64 * MIB).bytes();
    made.resize(64 << 10, 0);
    vhd_checksum(patched(&made, &[(60, &4u32.to_be_bytes())]), 0)
}

/// Makes an entry of the table of locators.
fn locator(code: &[u8; 4], length: u32, offset: u64) -> Vec<u8> {
    let numbers = [512, length, 0].map(u32::to_be_bytes).concat();
    [&code[..], &numbers, &offset.to_be_bytes()].concat()
}

/// Returns `base` with these locators, each with 4096 bytes of space for its data.
fn with_locators(base: &[u8], locators: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for (number, (code, data)) in locators.iter().enumerate() {
        let at = DATA * (number + 1);
        let entry = locator(code, u32::try_from(data.len()).unwrap(), at as u64);
        bytes = patched(&bytes, &[(LOCATORS + 24 * number, &entry), (at, data)]);
    }
    bytes
}

fn location(image: &Image) -> Option<&str> {
    let location = image.parent().expect("a parent").location;
    location.map(|text| std::str::from_utf8(text).expect("UTF-8"))
}

/// Returns the names, each with its offset and length.
fn references(image: &Image) -> Vec<(String, usize, usize)> {
    let of = |reference: diskprobe::Reference<'_>| {
        assert_eq!(reference.kind, ReferenceKind::Parent);
        let origin = reference.origin;
        let number = |number: u64| usize::try_from(number).unwrap();
        let name = String::from_utf8_lossy(reference.location).into_owned();
        (name, number(origin.offset), number(origin.length))
    };
    image.references().map(of).collect()
}

#[test]
fn the_name_in_the_header_is_the_location() {
    let base = base();
    let changes = [(HEADER + 40, &[7; 16][..]), (NAME, &utf16_be("bäse.vhd"))];
    let named = patched(&base, &changes);
    let image = probe(&named).expect("a child");
    assert!(image.backing().is_none());
    assert_eq!(image.parent().unwrap().uuid, Some(Uuid::from([7; 16])));
    assert_eq!(location(&image), Some("bäse.vhd"));
    assert_eq!(references(&image), [("bäse.vhd".to_owned(), NAME, 16)]);

    let image = probe(&base).unwrap();
    assert_eq!(
        (image.parent().unwrap().uuid, location(&image)),
        (None, None)
    );
    assert!(references(&image).is_empty());

    let dynamic = vhd_checksum(patched(&named, &[(60, &3u32.to_be_bytes())]), 0);
    assert!(
        probe(&dynamic).unwrap().parent().is_none(),
        "type 3 has none"
    );
}

#[test]
fn every_name_is_listed_and_the_order_is_fixed() {
    let base = patched(&base(), &[(NAME, &utf16_be("name.vhd"))]);
    let relative = utf16_le(r".\Größe 🖴.vhd");
    let absolute = utf16_le(r"D:\p\base.vhd");
    let url = &b"file://localhost/p/b%C3%A4se.vhd"[..];
    // Writers add a NUL and zeros.
    let padded = [&absolute[..], &[0; 6]].concat();
    let bytes = with_locators(
        &base,
        &[
            (b"MacX", url),
            (b"W2ku", &padded),
            (b"Wi2r", b"old\xe4.vhd"),
            (b"W2ru", &relative),
            (b"W2ku", &[]),
        ],
    );
    let image = probe(&bytes).expect("a child");
    assert!(image.backing().is_none());
    assert_eq!(location(&image), Some(r".\Größe 🖴.vhd"));
    let expected = [
        (r".\Größe 🖴.vhd", 4 * DATA, relative.len()),
        (r"D:\p\base.vhd", 2 * DATA, absolute.len()),
        ("name.vhd", NAME, 16),
        ("file://localhost/p/b%C3%A4se.vhd", DATA, url.len()),
        ("old\u{fffd}.vhd", 3 * DATA, 8),
    ];
    let expected = expected.map(|(name, at, length)| (name.to_owned(), at, length));
    assert_eq!(references(&image), expected);

    for (locators, chosen) in [
        (
            &[(b"MacX", url), (b"W2ku", &absolute[..])][..],
            r"D:\p\base.vhd",
        ),
        (&[(b"MacX", url)], "name.vhd"),
        (
            &[(b"W2ru", &[0; 8]), (b"W2ku", &absolute)],
            r"D:\p\base.vhd",
        ),
        (&[], "name.vhd"),
    ] {
        let image = probe(&with_locators(&base, locators)).unwrap();
        assert_eq!(location(&image), Some(chosen));
    }
    let unnamed = patched(&base, &[(NAME, &[0; 16])]);
    let image = probe(&with_locators(&unnamed, &[(b"MacX", url)])).unwrap();
    assert_eq!(location(&image), Some("file://localhost/p/b%C3%A4se.vhd"));
}

#[test]
fn a_locator_has_at_most_4096_bytes_in_the_file() {
    let base = base();
    let with = |code, length, offset| {
        let last = LOCATORS + 24 * 7;
        patched(&base, &[(last, &locator(code, length, offset))])
    };
    let end = base.len() as u64;
    assert!(probe(&with(b"W2ru", 4096, end - 4096)).is_ok());
    let entry = (LOCATORS + 24 * 7) as u64;
    let words = "platform_data_length is 4097";
    let offset = entry + 8;
    assert_rejected(&with(b"W2ru", 4097, 0), UnsupportedFeature, offset, words);
    for offset in [end - 4095, end, 1 << 62, u64::MAX] {
        let bytes = with(b"W2ku", 4096, offset);
        assert_rejected(&bytes, Truncated, offset, "vpc parent locator");
    }
    // A locator without a code or without data is not read.
    assert!(probe(&with(b"W2ku", 0, u64::MAX)).is_ok());
    assert!(probe(&with(&[0; 4], 4096, u64::MAX)).is_ok());
}

/// Otherwise the answer could be much larger than the bytes read.
#[test]
fn duplicate_and_overlapping_locators_are_rejected() {
    let base = base();
    let with = |code, offset, length| {
        let first = locator(b"W2ru", 100, 2048);
        let entries = [first, vec![0; 24], locator(code, length, offset)].concat();
        patched(&base, &[(LOCATORS, &entries)])
    };
    let third = (LOCATORS + 48) as u64;
    let words = "platform_code occurs twice";
    assert_rejected(&with(b"W2ru", 4096, 1), InvalidImage, third, words);
    let words = "must be outside the other parent locators";
    for (offset, length) in [(2048, 1), (2147, 1), (1948, 101), (2000, 200)] {
        let bytes = with(b"W2ku", offset, length);
        assert_rejected(&bytes, InvalidImage, third + 16, words);
    }
    for (offset, length) in [(2148, 1), (2148, 4096), (1948, 100), (2100, 0)] {
        assert!(probe(&with(b"W2ku", offset, length)).is_ok());
    }
}

struct Counted<'a>(&'a [u8], usize);

impl Source for Counted<'_> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        self.1 += 1;
        let from = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(self.0.len());
        let length = buffer.len().min(self.0.len() - from);
        buffer[..length].copy_from_slice(&self.0[from..from + length]);
        Ok(length)
    }

    fn length(&mut self) -> std::io::Result<Option<u64>> {
        Ok(Some(self.0.len() as u64))
    }
}

/// The locators have the longest valid names and are far apart.
#[test]
fn eight_locators_cost_nine_reads() {
    let mut bytes = base();
    bytes.resize(9 * 8192, 0);
    let codes = [
        b"W2ru", b"W2ku", b"MacX", b"Mac ", b"Wi2r", b"Wi2k", b"xxxx", b"yyyy",
    ];
    for (number, code) in codes.into_iter().enumerate() {
        let entry = locator(code, 4096, (8192 * (8 - number)) as u64);
        bytes = patched(&bytes, &[(LOCATORS + 24 * number, &entry)]);
        bytes[8192 * (number + 1)..][..4096].fill(b'a');
    }
    let mut source = Counted(&bytes, 0);
    let image = probe_source(&mut source, &Options::new()).unwrap();
    assert_eq!(image.references().count(), 8);
    assert_eq!(source.1, 9, "reads");
}
