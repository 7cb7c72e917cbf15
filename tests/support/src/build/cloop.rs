// SPDX-License-Identifier: MIT OR Apache-2.0
//! The compressed loop images of Knoppix.

use super::Fields;

const SCRIPT: &[u8] =
    b"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n";

/// Sixteen blocks of 64 KiB, whose offsets rise by one.
pub fn cloop() -> Vec<u8> {
    let header = Fields::new().bytes(SCRIPT).at(128).be32(65536).be32(16);
    let offsets = (0..17).fold(header, |all, block| all.be64(300 + block));
    offsets.at(2048).finish()
}
