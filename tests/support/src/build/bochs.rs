// SPDX-License-Identifier: MIT OR Apache-2.0
//! The growing images of Bochs.

use super::{padded, Fields};

/// A growing image of 64 MiB, of version 1 (`0x1_0000`) or 2 (`0x2_0000`).
pub fn bochs(version: u32) -> Vec<u8> {
    let header = Fields::new()
        .bytes(&padded::<32>(b"Bochs Virtual HD Image"))
        .bytes(&padded::<16>(b"Redolog"))
        .bytes(&padded::<16>(b"Growing"))
        .le32(version)
        .le32(512) // header
        .le32(128) // catalog entries
        .le32(512) // bitmap size
        .le32(512 << 10); // extent size
                          // Version 2 has a timestamp before the size.
    let header = if version == 0x1_0000 {
        header
    } else {
        header.le32(0)
    };
    header.le64(64 << 20).at(1024).finish()
}
