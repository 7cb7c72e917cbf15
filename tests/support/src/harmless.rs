// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images that are harmless, though a rule that is too strict would refuse them.

use crate::build::{Build, Qcow2, MIB};
use crate::{patched, Images};
use std::path::PathBuf;

/// Makes each as a file; returns the names and paths.
pub fn make(images: &Images) -> Vec<(String, PathBuf)> {
    // A disc that can be written to a stick: the partition starts with the same file system.
    let mut hybrid = patched(&vec![0; 1 << 16], &[(0x8000, b"\x01CD001\x01")]);
    hybrid[446..462].copy_from_slice(&[0x80, 0, 1, 0, 0x17, 1, 1, 1, 0, 0, 0, 0, 128, 0, 0, 0]);
    hybrid[510..512].copy_from_slice(&[0x55, 0xaa]);
    // An MBR whose partition covers the whole disk, and the GPT that it protects.
    let mut gpt = patched(&vec![0; 1 << 16], &[(512, b"EFI PART")]);
    gpt[446..462].copy_from_slice(&[0, 0, 2, 0, 0xee, 0xff, 0xff, 0xff, 1, 0, 0, 0, 127, 0, 0, 0]);
    gpt[510..512].copy_from_slice(&[0x55, 0xaa]);
    let extended = Qcow2::new(MIB).extended_l2().bytes();
    let all = [("hybrid", hybrid), ("gpt", gpt), ("extended-l2", extended)];
    let all = all.into_iter();
    all.map(|(name, bytes)| (name.to_owned(), images.write(name, bytes)))
        .collect()
}
