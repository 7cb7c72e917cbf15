// SPDX-License-Identifier: MIT OR Apache-2.0
//! The C layer: the functions of `<diskprobe.h>`, which cbindgen makes from these files.
//!
//! It converts and calls; it holds no logic. Each function goes through a guard (`guard.rs`), so
//! that `NULL` has an answer and no panic reaches C. The documentation of the items is written for
//! the C programmer who reads the header; what a Rust reader must know is in ordinary comments.
//!
//! Types have their C names here, so that a search finds both sides. An enumeration that comes
//! *from* C is wrapped in `MaybeUninit` (the header shows the plain type), because a Rust
//! enumeration must never hold a number that it does not name.

// In the header, brackets are no links.
#![allow(rustdoc::broken_intra_doc_links)]

mod chain;
mod enums;
mod error;
mod guard;
mod image;
mod libvirt_names;
mod location;
mod names;
mod options;
mod policy;
mod probe;
mod prober;
mod scan;
mod scan_options;
#[cfg(test)]
mod tests;
mod version;

// What the header promises about threads.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    fn moved<T: Send>() {}
    shared::<image::diskprobe_image>();
    shared::<error::diskprobe_error>();
    shared::<location::diskprobe_location>();
    shared::<chain::diskprobe_chain>();
    shared::<options::diskprobe_options>();
    shared::<scan_options::diskprobe_scan_options>();
    shared::<policy::diskprobe_policy>();
    shared::<policy::verdict::diskprobe_verdict>();
    moved::<prober::diskprobe_prober>();
};
