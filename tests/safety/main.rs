// SPDX-License-Identifier: MIT OR Apache-2.0
//! The effects of an untrusted image or a failing disk: every read of every image of the suite
//! fails in turn, every image is truncated, and a file changes during a probe.

mod changing;
mod cuts;
mod faults;
mod length_unknown;

use diskprobe_test_support::suite::{self, Member};
use diskprobe_test_support::Images;
use std::sync::OnceLock;

/// Returns the whole suite. It is made once for all tests.
fn everything() -> &'static (Images, Vec<Member>) {
    static MADE: OnceLock<(Images, Vec<Member>)> = OnceLock::new();
    MADE.get_or_init(|| {
        let images = Images::new();
        let members = suite::make_all(&images);
        (images, members)
    })
}
