// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parallels, Bochs and cloop.

use diskprobe_test_support::build::{bochs, cloop, Build, Parallels, MIB};
use diskprobe_test_support::case::assert_ours;
use diskprobe_test_support::cases::parallels::{all, IN_USE};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_cut_is_truncated, probe};

#[test]
fn valid_images_give_facts_and_invalid_images_give_errors() {
    assert_ours(&all());
}

#[test]
fn an_image_that_is_in_use_is_dirty() {
    let base = Parallels::new(64 * MIB).bytes();
    assert_eq!(probe(&base).expect("parallels").is_dirty(), Some(false));
    let in_use = patched(&base, &[(44, &IN_USE.to_le_bytes())]);
    assert_eq!(probe(&in_use).expect("parallels").is_dirty(), Some(true));
}

#[test]
fn cut_headers_are_truncated_and_never_raw() {
    assert_cut_is_truncated(&Parallels::new(64 * MIB).bytes(), 20, 64);
    assert_cut_is_truncated(&bochs(0x2_0000), 68, 512);
    assert_cut_is_truncated(&cloop(), 83, 136);
}
