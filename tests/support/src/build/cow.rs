// SPDX-License-Identifier: MIT OR Apache-2.0
//! The copy-on-write files of User Mode Linux.

use super::{padded, Fields};

/// A version 2 header over `base.img`, for a disk of that size.
pub fn cow(size: u64) -> Vec<u8> {
    Fields::new()
        .bytes(b"OOOM")
        .be32(2)
        .bytes(&padded::<1024>(b"base.img"))
        .be32(0) // mtime
        .be64(size)
        .be32(512) // sector size
        .at(1560)
        .finish()
}
