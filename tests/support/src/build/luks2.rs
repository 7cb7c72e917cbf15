// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS, version 2: two copies of a header and a JSON text, as `cryptsetup` writes them.

use super::{padded, Fields};
use sha2::{Digest, Sha256};

/// The size of one copy, and so the offset of the second one.
pub const LUKS2_COPY: usize = 16384;
/// The offset of the text in a copy.
pub const LUKS2_TEXT: usize = 4096;
const CHECKSUM: usize = 448;

/// One key, and the data from 1 MiB to the end.
pub const LUKS2_METADATA: &str = r#"{"keyslots":{"0":{"type":"luks2","key_size":64,"af":{"type":"luks1","stripes":4000,"hash":"sha256"},"area":{"type":"raw","offset":"32768","size":"258048","encryption":"aes-xts-plain64","key_size":64},"kdf":{"type":"pbkdf2","hash":"sha256","iterations":1000,"salt":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}}},"tokens":{},"segments":{"0":{"type":"crypt","offset":"1048576","size":"dynamic","iv_tweak":"0","encryption":"aes-xts-plain64","sector_size":512}},"digests":{"0":{"type":"pbkdf2","keyslots":["0"],"segments":["0"],"hash":"sha256","iterations":1000,"salt":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=","digest":"ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="}},"config":{"json_size":"12288","keyslots_size":"262144"}}"#;

/// Returns an image of 2 MiB with that text in both copies.
pub fn luks2(metadata: &str) -> Vec<u8> {
    luks2_of(metadata, LUKS2_COPY, 2 << 20)
}

/// Returns an image of `length` bytes whose copies have that size.
pub fn luks2_of(metadata: &str, size: usize, length: usize) -> Vec<u8> {
    let copy = |magic: &[u8], offset: usize, salt: u8| {
        let header = Fields::new()
            .bytes(magic)
            .be16(2)
            .be64(size as u64) // hdr_size
            .be64(3) // seqid
            .bytes(&[0; 48]) // label
            .bytes(&padded::<32>(b"sha256"))
            .bytes(&[salt; 64])
            .bytes(&padded::<40>(b"01234567-89ab-4cde-8f01-23456789abcd"))
            .bytes(&[0; 48]) // subsystem
            .be64(offset as u64) // hdr_offset
            .at(LUKS2_TEXT)
            .bytes(metadata.as_bytes());
        with_checksum(header.at(size).finish())
    };
    let first = copy(b"LUKS\xba\xbe", 0, 1);
    let second = copy(b"SKUL\xba\xbe", size, 2);
    Fields::new()
        .bytes(&first)
        .bytes(&second)
        .at(length)
        .finish()
}

/// Corrects the checksum of the copy at `start`.
pub fn luks2_checksum(mut bytes: Vec<u8>, start: usize) -> Vec<u8> {
    let range = start..start + LUKS2_COPY;
    let copy = with_checksum(bytes[range.clone()].to_vec());
    bytes[range].copy_from_slice(&copy);
    bytes
}

fn with_checksum(mut copy: Vec<u8>) -> Vec<u8> {
    copy[CHECKSUM..CHECKSUM + 64].fill(0);
    let sum = Sha256::digest(&copy);
    copy[CHECKSUM..CHECKSUM + sum.len()].copy_from_slice(&sum);
    copy
}
