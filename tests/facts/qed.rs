// SPDX-License-Identifier: MIT OR Apache-2.0
//! QED.

use diskprobe::{Format, Options};
use diskprobe_test_support::build::{Build, Qed, MIB};
use diskprobe_test_support::case::assert_ours;
use diskprobe_test_support::cases::qed::{all, base};
use diskprobe_test_support::probe::{assert_cut_is_truncated, probe};

#[test]
fn valid_images_give_facts_and_invalid_images_give_errors() {
    assert_ours(&all());
}

#[test]
fn the_no_probe_flag_means_format_raw() {
    let image = probe(&Qed::new(MIB).backing("x.img", "raw").bytes()).expect("a qed image");
    let format = image.backing().and_then(|backing| backing.format);
    let format = format.expect("a format");
    assert_eq!(
        (format.format(), format.name()),
        (Some(Format::Raw), &b"raw"[..])
    );
}

#[test]
fn an_image_that_needs_no_check_is_clean() {
    assert_eq!(probe(&base()).expect("a qed image").is_dirty(), Some(false));
}

#[test]
fn a_cut_header_is_truncated_and_never_raw() {
    assert_cut_is_truncated(&base(), 4, 64);
}

#[test]
fn the_length_may_be_unknown() {
    let start = &base()[..4096];
    let image = diskprobe::probe_buffer(start, None, &Options::new()).expect("a qed image");
    assert_eq!(image.virtual_size(), Some(64 << 20));
    assert_eq!(image.physical_size(), None);
}
