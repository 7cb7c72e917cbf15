// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains that the real `qemu-img` made: `diskprobe info --backing-chain` beside `qemu-img info
//! --backing-chain`, where that follows; and where we refuse, that we do, and why.

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/common/crafted.rs"]
mod crafted;
#[path = "chain_qemu/formats.rs"]
mod formats;
#[path = "../../tests/differential/random.rs"]
#[allow(dead_code)] // Others use the rest.
mod generator;
#[path = "chain_qemu/long.rs"]
mod long;
#[path = "../../tests/chain/made.rs"]
#[allow(dead_code)] // Others use the rest.
mod made;
#[path = "chain_qemu/names.rs"]
mod names;
#[path = "chain_qemu/random.rs"]
mod random;
#[path = "chain_qemu/refused.rs"]
mod refused;
#[path = "../../tests/common/tool.rs"]
mod tool;

use common::{run_qemu_img, Images};
use serde_json::Value;
use tool::Run;

/// Keys that must be equal, or absent on both sides.
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

/// What our tool makes of the chain under `top`, run in the directory.
fn our_chain(images: &Images, more: &[&str], top: &str) -> Run {
    let all = [
        &["info", "--backing-chain", "-U", "--output=json"],
        more,
        &["--", top],
    ]
    .concat();
    tool::run(images.directory(), &all)
}

/// What qemu-img makes of it; `None` where it refuses.
fn qemu_chain(images: &Images, top: &str) -> Option<Vec<Value>> {
    let arguments = ["info", "--backing-chain", "-U", "--output=json", "--", top];
    let output = run_qemu_img(images.directory(), &arguments);
    if !output.status.success() {
        return None;
    }
    serde_json::from_slice(&output.stdout).expect("JSON from qemu-img")
}

/// Both follow the chain, and agree on each of its images. Returns what we say.
#[track_caller]
fn assert_agreed(images: &Images, more: &[&str], top: &str) -> Vec<Value> {
    assert_agreed_but(images, more, top, &[])
}

/// The same, but for some keys.
#[track_caller]
fn assert_agreed_but(images: &Images, more: &[&str], top: &str, but: &[&str]) -> Vec<Value> {
    let run = our_chain(images, more, top);
    assert_eq!((run.code, &*run.err), (Some(0), ""), "{top}");
    let ours = run.json().as_array().expect("an array").clone();
    let theirs = qemu_chain(images, top).unwrap_or_else(|| panic!("{top}: qemu-img refuses"));
    assert_eq!(ours.len(), theirs.len(), "{top}: {ours:?}");
    for (place, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        for key in SAME.iter().filter(|key| !but.contains(key)) {
            assert_eq!(ours.get(key), theirs.get(key), "{top}: {place}: {key}");
        }
        // Formats that have no such flag are not alike in whether it is told.
        if let (Some(ours), Some(theirs)) = (ours.get("dirty-flag"), theirs.get("dirty-flag")) {
            assert_eq!(ours, theirs, "{top}: {place}: dirty-flag");
        }
    }
    ours
}

/// We refuse for this reason, after so many images; returns the array.
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
