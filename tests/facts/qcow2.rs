// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow2 versions 2 and 3.

use diskprobe::{ErrorKind, Format};
use diskprobe_test_support::case::assert_ours;
use diskprobe_test_support::cases::qcow2::{all, backed, base, extended};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_cut_is_truncated, assert_rejected, probe};

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

#[test]
fn an_unknown_version_is_an_error_and_not_raw() {
    assert!(probe(&patched(&base(), &[(7, &[9])])).is_err());
}
