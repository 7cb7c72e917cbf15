// SPDX-License-Identifier: MIT OR Apache-2.0
//! The number of images in a chain.

use super::{assert_agreed, assert_refused, qemu_chain};
use diskprobe::chain::ChainOptions;
use diskprobe_test_support::bytes::position;
use diskprobe_test_support::chain::{overlay, raw};
use diskprobe_test_support::oracle::QEMU_IMG;
use diskprobe_test_support::{patched, trials, Images};
use libtest_mimic::Trial;

pub(super) fn trials() -> Vec<Trial> {
    trials![[QEMU_IMG];
        chains_of_one_to_twenty_images_are_followed,
        a_chain_that_is_too_long_is_refused,
    ]
}

fn chains_of_one_to_twenty_images_are_followed() {
    let images = Images::new();
    raw(&images, "0");
    assert_agreed(&images, &["-f", "raw"], "0");
    for number in 1..20 {
        let name = number.to_string();
        let (below, format) = match number {
            1 => ("0".to_owned(), "raw"),
            _ => ((number - 1).to_string(), "qcow2"),
        };
        overlay(&images, &name, &below, format);
        let chain = assert_agreed(&images, &[], &name);
        assert_eq!(chain.len(), number + 1);
    }
}

fn a_chain_that_is_too_long_is_refused() {
    let images = Images::new();
    let limit = usize::try_from(ChainOptions::MAX_IMAGES).expect("small");
    overlay(&images, "image000", "image000", "qcow2");
    let image = images.read("image000");
    let named = position(&image, b"image000");
    // The last one is raw.
    for number in 0..limit {
        let name = format!("image{:03}", number + 1);
        let bytes = patched(&image, &[(named, name.as_bytes())]);
        images.write(format!("image{number:03}"), bytes);
    }
    overlay(
        &images,
        &format!("image{:03}", limit - 1),
        &format!("image{limit:03}"),
        "raw",
    );
    raw(&images, &format!("image{limit:03}"));
    assert_eq!(
        qemu_chain(&images, "image000").expect("followed").len(),
        limit + 1
    );
    let chain = assert_refused(&images, "image000", "limit-exceeded", limit + 1);
    assert_eq!(chain[limit]["filename"], format!("image{limit:03}"));
    assert_eq!(assert_agreed(&images, &[], "image001").len(), limit);
}
