// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parallels, Bochs and cloop.

use diskprobe::{ErrorKind, Policy, ViolationKind};
use diskprobe_test_support::build::{bochs, cloop, Build, Parallels, MIB};
use diskprobe_test_support::case::assert_ours;
use diskprobe_test_support::cases::parallels::{all, IN_USE};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_cut_is_truncated, assert_rejected, probe};

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

/// QEMU opens it, but does not know its size either.
#[test]
fn a_size_that_does_not_fit_into_64_bits_is_unknown() {
    let base = Parallels::new(64 * MIB).bytes();
    let with_sectors = |sectors: u64| patched(&base, &[(36, &sectors.to_le_bytes())]);
    for sectors in [1 << 55, (1 << 55) + 8, 1 << 63] {
        let image = probe(&with_sectors(sectors)).expect("parallels");
        assert_eq!(
            (image.virtual_size(), image.cluster_size()),
            (None, Some(1 << 20))
        );
        let policy = Policy::new().max_virtual_size(u64::MAX);
        let verdict = policy.evaluate(&image, None);
        let mut kinds = verdict
            .violations()
            .iter()
            .map(|violation| violation.kind());
        assert!(kinds.any(|kind| kind == ViolationKind::VirtualSize));
    }
    for sectors in [1 << 54, (1 << 54) - 1, u64::MAX] {
        assert_rejected(
            &with_sectors(sectors),
            ErrorKind::InvalidImage,
            36,
            "nb_sectors is",
        );
    }
}

#[test]
fn cut_headers_are_truncated_and_never_raw() {
    assert_cut_is_truncated(&Parallels::new(64 * MIB).bytes(), 20, 64);
    assert_cut_is_truncated(&bochs(0x2_0000), 68, 512);
    assert_cut_is_truncated(&cloop(), 83, 136);
}
