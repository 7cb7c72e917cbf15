// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a probe costs: how often it allocates, and the most reads, bytes, memory and time that any
//! image of the suite takes. The crate has an allocator that counts.
#![allow(unsafe_code)] // A global allocator, and calls that the standard library lacks.

mod allocations;
mod bounds;
mod heap;
mod time;

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
