// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a stranger's image, or a bad disk under it, can do: every read of every image of the suite
//! fails in turn; every image is cut; and what the worst of them cost.
#![allow(unsafe_code)] // A global allocator, and what std does not tell of a child process.

mod common;
#[allow(dead_code)] // Other tests use the rest.
#[path = "format_vhdx/craft.rs"]
mod craft;
#[path = "common/recipes.rs"]
mod recipes;
#[path = "common/suite.rs"]
mod suite;
#[path = "common/worst.rs"]
mod worst;

#[path = "hostile/bounds.rs"]
mod bounds;
#[path = "hostile/changing.rs"]
mod changing;
#[path = "hostile/cuts.rs"]
mod cuts;
#[path = "hostile/faults.rs"]
mod faults;
#[path = "hostile/heap.rs"]
mod heap;
#[path = "hostile/time.rs"]
mod time;

use common::Images;
use std::sync::OnceLock;
use suite::Member;

/// The suite and the hostile images, made once for all tests here.
fn everything() -> &'static (Images, Vec<Member>) {
    static MADE: OnceLock<(Images, Vec<Member>)> = OnceLock::new();
    MADE.get_or_init(|| {
        let images = Images::new();
        let mut members = suite::made(&images);
        members.extend(suite::hostile(&images));
        (images, members)
    })
}
