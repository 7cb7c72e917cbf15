// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts of images of every format, and the errors for invalid images. No test here needs
//! another program; `tests/agreement` compares the same images with other programs.

mod built;
mod content;
mod cow;
mod details;
mod detectable;
mod disagreements;
mod dmg;
mod field_limits;
mod interfaces;
mod layout;
mod luks;
mod luks2;
mod other_readers;
mod parallels;
mod qcow;
mod qcow2;
mod qed;
mod unknown_features;
mod vdi;
mod vhdx;
mod vhdx_parent;
mod vmdk;
mod vpc;
mod vpc_parent;

/// The size of the first read: `FIRST_READ` in `src/base/limits.rs`.
const FIRST_READ: u64 = 1536;

/// The minimum size of a later read: `LATER_READ` in `src/base/limits.rs`.
const LATER_READ: u64 = 4096;
