// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an untrusted image, or a bad disk under it, can do: every read of every image of the suite
//! fails in turn, every image is cut, and a file changes while it is read.

mod changing;
mod cuts;
mod faults;
mod length_unknown;

use diskprobe_test_support::suite::{self, Member};
use diskprobe_test_support::Images;
use std::sync::OnceLock;

/// Returns the whole suite, which is made once for all tests here.
fn everything() -> &'static (Images, Vec<Member>) {
    static MADE: OnceLock<(Images, Vec<Member>)> = OnceLock::new();
    MADE.get_or_init(|| {
        let images = Images::new();
        let members = suite::make_all(&images);
        (images, members)
    })
}
