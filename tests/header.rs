// SPDX-License-Identifier: MIT OR Apache-2.0
//! include/diskprobe.h is what the C layer says. `UPDATE_HEADER=1` writes it anew.
#![cfg(feature = "header")]

use std::path::Path;

#[test]
fn the_checked_in_header_is_up_to_date() {
    let generated = std::fs::read_to_string(concat!(env!("OUT_DIR"), "/diskprobe.h")).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/diskprobe.h");
    if std::env::var_os("UPDATE_HEADER").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    let differing = generated
        .lines()
        .zip(checked_in.lines())
        .position(|(new, old)| new != old);
    assert!(
        generated == checked_in,
        "include/diskprobe.h is out of date from line {} on; run\n\
         UPDATE_HEADER=1 cargo test --features header --test header",
        differing.map_or(0, |line| line + 1)
    );
}
