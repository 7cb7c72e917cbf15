// SPDX-License-Identifier: MIT OR Apache-2.0
//! UML COW. Detection ignores it, as QEMU does.

use diskprobe::ErrorKind::{InvalidImage, Truncated, WrongFormat};
use diskprobe::Format::{self, Cow};
use diskprobe_test_support::build::{cow, MIB};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_error, probe, probe_as};

pub(crate) fn base() -> Vec<u8> {
    cow(MIB)
}

#[test]
fn cow_is_raw_unless_cow_is_given() {
    let base = cow(MIB + 100);
    let image = probe_as(Cow, &base).expect("a cow image");
    let sizes = (image.virtual_size(), image.recorded_size());
    assert_eq!(sizes, (Some(MIB), Some(MIB + 100)));
    let backing = image.backing().expect("a backing file");
    assert_eq!(backing.location, b"base.img");
    assert!(backing.format.is_none());
    assert_eq!(probe(&base).expect("raw").format(), Format::Raw);
}

#[test]
fn wrong_headers_are_rejected() {
    let base = base();
    let alone = patched(&base, &[(8, &[0])]);
    let image = probe_as(Cow, &alone).expect("a cow image");
    assert!(image.backing().is_none());
    let version_3 = patched(&base, &[(7, &[3])]);
    let error = probe_as(Cow, &version_3).expect_err("version 3");
    assert_eq!(error.kind(), WrongFormat);
    let error = probe_as(Cow, &base[..1047]).expect_err("cut");
    assert_eq!(error.kind(), Truncated);
    let large = patched(&base, &[(1036, &[0xff])]);
    assert_error(probe_as(Cow, &large), InvalidImage, 1036, "size");
}
