// SPDX-License-Identifier: MIT OR Apache-2.0
//! A fixed VHD, which is raw to detection: its only footer is at the end.

mod common;

use common::{assert_agreed, patched, probe, probe_with, qemu_info_with, vhd_sealed};
use common::{Changes, Images};
use diskprobe::ErrorKind::{self, InvalidImage, NeedMoreData, Truncated, WrongFormat};
use diskprobe::{Error, Format, Image, Options};

/// Where the footer is.
const FOOTER: usize = 1 << 20;

/// 1 MiB and the footer.
fn base(images: &Images) -> Vec<u8> {
    let options = "subformat=fixed,force_size=on";
    images.create(&["-f", "vpc", "-o", options, "NAME", "1M"])
}

/// `base` with the footer changed at these positions in it.
fn sealed(base: &[u8], changes: Changes<'_>) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for (position, new) in changes {
        bytes[FOOTER + position..][..new.len()].copy_from_slice(new);
    }
    vhd_sealed(bytes, FOOTER)
}

/// The size that qemu-img shows where it is told that the bytes are VHD; `None` where it refuses.
fn qemu(images: &Images, bytes: &[u8]) -> Option<u64> {
    let path = images.path("told.img");
    std::fs::write(&path, bytes).unwrap();
    let info = qemu_info_with(&path, &["-f", "vpc"])?;
    assert_eq!(info["format"], "vpc");
    info["virtual-size"].as_u64()
}

fn told(bytes: &[u8]) -> Result<Image, Error> {
    probe_with(bytes, &Options::new().format(Some(Format::Vpc)))
}

fn assert_told_agreed(images: &Images, name: &str, bytes: &[u8], size: u64) {
    let image = told(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(image.format(), Format::Vpc);
    assert_eq!(image.subformat(), Some("fixed"), "{name}");
    assert_eq!(image.virtual_size(), Some(size), "{name}");
    assert_eq!(image.cluster_size(), None, "{name}");
    assert_eq!(qemu(images, bytes), Some(size), "{name}");
    let raw = assert_agreed(images, name, bytes);
    assert_eq!(raw.format(), Format::Raw, "{name}");
}

fn assert_told_refused(images: &Images, bytes: &[u8], kind: ErrorKind, offset: u64, words: &str) {
    let error = told(bytes).expect_err(words);
    let message = error.to_string();
    assert_eq!(
        (error.kind(), error.offset()),
        (kind, Some(offset)),
        "{message}"
    );
    assert!(message.contains(words), "{message:?} lacks {words:?}");
    assert_eq!(qemu(images, bytes), None, "{words}");
}

#[test]
fn a_fixed_image_is_raw_unless_it_is_asked_for() {
    let images = Images::new();
    let base = base(&images);
    let be8 = |value: u64| value.to_be_bytes();
    let mebibyte = 1 << 20;
    assert_told_agreed(&images, "plain", &base, mebibyte);
    let largest = 0xff00_0000 * 512;
    for (name, size, changes) in [
        (
            "not whole sectors",
            mebibyte,
            (48, &be8(mebibyte + 100)[..]),
        ),
        ("more than the file", 2 << 30, (48, &be8(2 << 30)[..])),
        ("largest", largest, (48, &be8(largest + 511)[..])),
        ("data offset", mebibyte, (16, &be8(5)[..])),
        ("original size", mebibyte, (40, &be8(5)[..])),
    ] {
        assert_told_agreed(&images, name, &sealed(&base, &[changes]), size);
    }
    let by_geometry = sealed(&base, &[(28, b"vpc "), (56, &[0, 10, 4, 17])]);
    assert_told_agreed(&images, "geometry", &by_geometry, 10 * 4 * 17 * 512);
    let image = told(&by_geometry).unwrap();
    assert_eq!(image.recorded_size(), Some(mebibyte));
    assert_eq!(image.creator(), Some(&b"vpc "[..]));
    assert_eq!(image.uuid().unwrap(), base[FOOTER + 68..FOOTER + 84]);
}

#[test]
fn a_footer_may_lack_its_last_byte() {
    let images = Images::new();
    let base = base(&images);
    let short = &base[..base.len() - 1];
    assert_told_agreed(&images, "511 bytes", short, 1 << 20);
    // The byte that is not there is none of the sum.
    let counted = sealed(&base, &[(511, &[0xaa])]);
    let cut = &counted[..counted.len() - 1];
    let offset = FOOTER as u64 + 64;
    assert_told_refused(&images, cut, InvalidImage, offset, "checksum is");
}

/// qemu-img reads zeros instead of the bytes that are gone, and most of a footer is zeros.
#[test]
fn a_footer_cut_shorter_is_truncated() {
    let images = Images::new();
    let base = base(&images);
    for length in [510, 100, 84] {
        let cut = &base[..FOOTER + length];
        let error = told(cut).unwrap_err();
        let found = (error.kind(), error.offset());
        assert_eq!(found, (Truncated, Some(FOOTER as u64)), "{error}");
        assert!(qemu(&images, cut).is_some());
    }
    let almost_gone = &base[..FOOTER + 9];
    let words = "footer: needs 511 bytes";
    assert_told_refused(&images, almost_gone, Truncated, FOOTER as u64, words);
}

#[test]
fn what_qemu_refuses_is_refused() {
    let images = Images::new();
    let base = base(&images);
    let at = |position| FOOTER as u64 + position;
    let largest: u64 = 0xff00_0000 * 512;
    let too_large = sealed(&base, &[(48, &(largest + 512).to_be_bytes())]);
    let words = "current_size is 2190433321472";
    assert_told_refused(&images, &too_large, InvalidImage, at(48), words);
    let damaged = patched(&base, &[(FOOTER + 64, &[0; 4])]);
    assert_told_refused(&images, &damaged, InvalidImage, at(64), "checksum is 0");

    let none = "nor the footer of a fixed image at the end";
    for kind in [0u32, 1, 3, 4, 5] {
        let other = sealed(&base, &[(60, &kind.to_be_bytes())]);
        assert_told_refused(&images, &other, WrongFormat, 0, none);
    }
    let longer = [&base[..], &[0]].concat();
    let headless = images.create(&["-f", "vpc", "NAME", "64M"]);
    let headless = patched(&headless, &[(0, &[0; 512])]);
    for bytes in [
        &longer,
        &headless,
        &base[..FOOTER],
        &base[..FOOTER + 7],
        &[0; 512],
        b"x",
        &[],
    ] {
        assert_told_refused(&images, bytes, WrongFormat, 0, none);
    }
    // A footer alone stands at the start as well, as that of a dynamic image.
    let alone = &base[FOOTER..];
    let words = "dynamic disk header";
    assert_told_refused(&images, alone, Truncated, u64::MAX, words);
    assert!(probe(alone).is_err());
}

#[test]
fn the_end_cannot_be_found_without_the_length() {
    let base = base(&Images::new());
    let options = Options::new().format(Some(Format::Vpc));
    let error = diskprobe::probe_buffer(&base, None, &options).unwrap_err();
    assert_eq!(error.kind(), NeedMoreData);
    assert!(error.to_string().contains("vpc footer"), "{error}");
    let start = &base[..4096];
    let length = Some(base.len() as u64);
    let error = diskprobe::probe_buffer(start, length, &options).unwrap_err();
    let found = (error.kind(), error.offset());
    assert_eq!(found, (NeedMoreData, Some(FOOTER as u64)), "{error}");
}
