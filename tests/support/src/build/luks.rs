// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS, version 1.

use super::{padded, Build, Fields, SparseFile};

/// A LUKS image with one key slot. It cannot be opened: the key material is zeros.
#[derive(Clone, Debug)]
pub struct Luks {
    size: u64,
    cipher: &'static str,
    mode: &'static str,
    hash: &'static str,
    key_bytes: u32,
    payload_sectors: Option<u32>,
}

const SLOTS: u32 = 8;
const STRIPES: u32 = 4000;
const ACTIVE: u32 = 0x00ac_71f3;
const INACTIVE: u32 = 0x0000_dead;
/// Sectors to which the areas are aligned.
const ALIGNMENT: u32 = 8;

impl Luks {
    /// Returns an image with a payload of `size` bytes and the defaults of `qemu-img`.
    pub fn new(size: u64) -> Self {
        Luks {
            size,
            cipher: "aes",
            mode: "xts-plain64",
            hash: "sha256",
            key_bytes: 64,
            payload_sectors: None,
        }
    }

    /// Sets the cipher, its mode, the key size and the hash.
    pub fn cipher(
        mut self,
        cipher: &'static str,
        mode: &'static str,
        key_bytes: u32,
        hash: &'static str,
    ) -> Self {
        (self.cipher, self.mode, self.hash) = (cipher, mode, hash);
        self.key_bytes = key_bytes;
        self
    }

    /// With the payload at that sector; `cryptsetup` aligns it to 2 MiB.
    pub fn payload(mut self, sector: u32) -> Self {
        self.payload_sectors = Some(sector);
        self
    }

    /// The sectors from the key material of one slot to that of the next.
    fn area(&self) -> u32 {
        let material = (self.key_bytes * STRIPES).div_ceil(512);
        material.next_multiple_of(ALIGNMENT)
    }

    fn payload_sector(&self) -> u32 {
        let end = ALIGNMENT + SLOTS * self.area();
        self.payload_sectors.unwrap_or(end)
    }

    /// The bytes before the payload.
    pub(super) fn header_size(&self) -> u64 {
        u64::from(self.payload_sector()) * 512
    }

    /// The header itself.
    pub(super) fn header(&self) -> Vec<u8> {
        let header = Fields::new()
            .bytes(b"LUKS\xba\xbe")
            .be16(1)
            .bytes(&padded::<32>(self.cipher.as_bytes()))
            .bytes(&padded::<32>(self.mode.as_bytes()))
            .bytes(&padded::<32>(self.hash.as_bytes()))
            .be32(self.payload_sector())
            .be32(self.key_bytes)
            .bytes(&[0x5a; 20]) // mk-digest
            .bytes(&[0x5b; 32]) // mk-digest-salt
            .be32(1000) // mk-digest-iter
            .bytes(&padded::<40>(b"01234567-89ab-4cde-8f01-23456789abcd"));
        let slots = (0..SLOTS).fold(header, |header, slot| {
            let header = match slot {
                0 => header.be32(ACTIVE).be32(1000).bytes(&[0x5c; 32]),
                _ => header.be32(INACTIVE).be32(0).bytes(&[0; 32]),
            };
            header.be32(ALIGNMENT + slot * self.area()).be32(STRIPES)
        });
        slots.finish()
    }
}

impl Build for Luks {
    fn file(&self) -> SparseFile {
        SparseFile::zeros(self.header_size() + self.size).put(0, self.header())
    }
}
