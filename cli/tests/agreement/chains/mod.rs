// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares `diskprobe info --backing-chain` with `qemu-img info --backing-chain`, if `qemu-img`
//! follows the chain.
//!
//! The images are built. The `builders` tests of `tests/agreement` show that `qemu-img` makes the
//! same.

mod formats;
mod long;
mod names;
mod random;
mod refused;

use crate::TOOL;
use diskprobe_test_support::tool::Run;
use diskprobe_test_support::{qemu_img, Images};
use libtest_mimic::Trial;
use serde_json::Value;

pub(crate) fn trials() -> Vec<Trial> {
    let groups = [
        formats::trials(),
        long::trials(),
        names::trials(),
        random::trials(),
        refused::trials(),
    ];
    groups.into_iter().flatten().collect()
}

/// Keys that must be equal, or absent in both outputs.
const SAME: [&str; 8] = [
    "filename",
    "format",
    "virtual-size",
    "actual-size",
    "encrypted",
    "backing-filename",
    "full-backing-filename",
    "backing-filename-format",
];

/// Runs diskprobe on the chain of `top`.
fn our_chain(images: &Images, more: &[&str], top: &str) -> Run {
    let all = [
        &["info", "--backing-chain", "-U", "--output=json"],
        more,
        &["--", top],
    ]
    .concat();
    TOOL.run(images.directory(), &all)
}

/// Returns the chain according to `qemu-img`, or `None` if `qemu-img` refuses it.
fn qemu_chain(images: &Images, top: &str) -> Option<Vec<Value>> {
    let arguments = ["info", "--backing-chain", "-U", "--output=json", "--", top];
    let output = qemu_img::run(images.directory(), &arguments);
    if !output.status.success() {
        return None;
    }
    serde_json::from_slice(&output.stdout).expect("JSON from qemu-img")
}

/// Asserts that both programs follow the chain and agree on each image. Returns our answer.
#[track_caller]
fn assert_agreed(images: &Images, more: &[&str], top: &str) -> Vec<Value> {
    assert_agreed_but(images, more, top, &[])
}

/// Like `assert_agreed`, but ignores the keys `but`.
#[track_caller]
fn assert_agreed_but(images: &Images, more: &[&str], top: &str, but: &[&str]) -> Vec<Value> {
    let run = our_chain(images, more, top);
    assert_eq!((run.code, &*run.err), (Some(0), ""), "{top}");
    let ours = run.json().as_array().expect("an array").clone();
    let theirs = qemu_chain(images, top).unwrap_or_else(|| panic!("{top}: qemu-img refuses"));
    assert_eq!(ours.len(), theirs.len(), "{top}: {ours:?}");
    for (index, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        for key in SAME.iter().filter(|key| !but.contains(key)) {
            assert_eq!(ours.get(key), theirs.get(key), "{top}: {index}: {key}");
        }
        // For a format without a dirty flag, one program may still report it.
        if let (Some(ours), Some(theirs)) = (ours.get("dirty-flag"), theirs.get("dirty-flag")) {
            assert_eq!(ours, theirs, "{top}: {index}: dirty-flag");
        }
    }
    ours
}

/// Asserts that diskprobe refuses the chain with this code after `reached` elements. Returns the
/// array.
#[track_caller]
fn assert_refused(images: &Images, top: &str, code: &str, reached: usize) -> Vec<Value> {
    let run = our_chain(images, &["--unrecorded-format=probe"], top);
    assert_eq!(run.code, Some(1), "{top}: {run:?}");
    let array = run.json().as_array().expect("an array").clone();
    assert_eq!(array.len(), reached, "{top}: {array:?}");
    let (last, others) = array.split_last().expect("an element");
    assert_eq!(last["error"]["code"], code, "{top}: {last}");
    assert!(others.iter().all(|element| element.get("error").is_none()));
    let message = last["error"]["message"].as_str().expect("a message");
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    assert!(run.err.trim_end().ends_with(message), "{}", run.err);
    array
}
