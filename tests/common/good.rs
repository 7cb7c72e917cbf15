// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images that nobody has to fear, though a rule that is too strict would refuse them.
#![allow(dead_code, unreachable_pub)] // Each test program uses a part.

use crate::common::{patched, Images};
use std::path::PathBuf;

/// Each as a file, with its name.
pub fn images(images: &Images) -> Vec<(String, PathBuf)> {
    // A disc that can be written to a stick: a partition that starts the file system again.
    let mut hybrid = patched(&vec![0; 1 << 16], &[(0x8000, b"\x01CD001\x01")]);
    hybrid[446..462].copy_from_slice(&[0x80, 0, 1, 0, 0x17, 1, 1, 1, 0, 0, 0, 0, 128, 0, 0, 0]);
    hybrid[510..512].copy_from_slice(&[0x55, 0xaa]);
    // A table that covers all, and the table that it protects.
    let mut gpt = patched(&vec![0; 1 << 16], &[(512, b"EFI PART")]);
    gpt[446..462].copy_from_slice(&[0, 0, 2, 0, 0xee, 0xff, 0xff, 0xff, 1, 0, 0, 0, 127, 0, 0, 0]);
    gpt[510..512].copy_from_slice(&[0x55, 0xaa]);
    let options = ["-f", "qcow2", "-o", "extended_l2=on", "NAME", "1M"];
    let extended = images.create(&options);
    let all = [("hybrid", hybrid), ("gpt", gpt), ("extended-l2", extended)];
    let all = all.into_iter().map(|(name, bytes)| {
        let path = images.path(name);
        std::fs::write(&path, bytes).expect("room for the image");
        (name.to_owned(), path)
    });
    all.collect()
}
