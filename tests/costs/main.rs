// SPDX-License-Identifier: MIT OR Apache-2.0
//! The cost of a probe: the number of allocations, and the maximum reads, bytes, memory and time of
//! any image of the suite. The crate has a counting allocator.
#![allow(unsafe_code)] // A global allocator, and calls missing from the standard library.

mod allocations;
mod bounds;
mod heap;
mod time;

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
