// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes that are replaced in an image.

/// Bytes to put at offsets.
pub type Changes<'a> = &'a [(usize, &'a [u8])];

/// Returns `base` with some bytes replaced.
pub fn patched(base: &[u8], changes: Changes<'_>) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for (offset, new) in changes {
        bytes[*offset..offset + new.len()].copy_from_slice(new);
    }
    bytes
}

/// Returns the offset of the first `part` in `bytes`.
pub fn position(bytes: &[u8], part: &[u8]) -> usize {
    let found = bytes.windows(part.len()).position(|window| window == part);
    found.unwrap_or_else(|| panic!("no {:?}", part.escape_ascii().to_string()))
}
