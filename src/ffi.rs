// SPDX-License-Identifier: MIT OR Apache-2.0
//! The C layer: the functions of `<diskprobe.h>`, which build.rs generates from these files.
//!
//! It converts arguments and results, and has no other logic. From the bottom up: `handle` converts
//! pointers, `guard` keeps panics from C, `cancellation` protects the thread, `number` has the
//! enumerations, and `call` reports failures. Above them is one file or folder per handle. Doc
//! comments of items are for C programmers, who read them in the header. Other comments are for
//! Rust programmers.

// In the header, brackets are not links.
#![allow(rustdoc::broken_intra_doc_links)]

mod call;
mod cancellation;
mod chain;
mod error;
mod format;
mod guard;
mod handle;
mod image;
mod location;
mod number;
mod options;
mod policy;
mod probe;
mod prober;
mod scan;
#[cfg(test)]
mod tests;
mod text;
mod thread;
mod version;

// The header promises these thread-safety properties.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    fn moved<T: Send>() {}
    shared::<image::diskprobe_image>();
    shared::<error::diskprobe_error>();
    shared::<location::diskprobe_location>();
    shared::<chain::diskprobe_chain>();
    shared::<options::diskprobe_options>();
    shared::<chain::chain_options::diskprobe_chain_options>();
    shared::<scan::scan_options::diskprobe_scan_options>();
    shared::<policy::diskprobe_policy>();
    shared::<policy::verdict::diskprobe_verdict>();
    moved::<prober::diskprobe_prober>();
};
