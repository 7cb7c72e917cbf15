// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow, version 1.

use super::{whole_sectors, Build, Fields, SparseFile};

/// A qcow image in which nothing is written.
#[derive(Clone, Debug)]
pub struct Qcow {
    size: u64,
    backing: Vec<u8>,
    is_encrypted: bool,
}

const HEADER: usize = 48;

impl Qcow {
    /// An image of that virtual size.
    pub fn new(size: u64) -> Self {
        Qcow {
            size: whole_sectors(size),
            backing: Vec::new(),
            is_encrypted: false,
        }
    }

    /// With a backing file, for which QEMU makes the clusters smaller.
    pub fn backing(mut self, name: impl AsRef<[u8]>) -> Self {
        self.backing = name.as_ref().to_vec();
        self
    }

    /// Encrypted with AES.
    pub fn encrypted(mut self) -> Self {
        self.is_encrypted = true;
        self
    }
}

impl Build for Qcow {
    fn file(&self) -> SparseFile {
        let has_backing = !self.backing.is_empty();
        let (cluster_bits, l2_bits) = if has_backing { (9, 12) } else { (12, 9) };
        let name_offset = if has_backing { HEADER } else { 0 };
        let l1_offset = (HEADER + self.backing.len()).next_multiple_of(8) as u64;
        let l1_entries = self.size.div_ceil(1 << (cluster_bits + l2_bits));
        let header = Fields::new()
            .bytes(b"QFI\xfb")
            .be32(1)
            .be64(name_offset as u64)
            .be32(u32::try_from(self.backing.len()).expect("a short name"))
            .be32(0) // mtime
            .be64(self.size)
            .byte(cluster_bits)
            .byte(l2_bits)
            .be16(0)
            .be32(u32::from(self.is_encrypted))
            .be64(l1_offset)
            .bytes(&self.backing);
        let end = l1_offset + whole_sectors(l1_entries * 8);
        SparseFile::zeros(end).put(0, header.finish())
    }
}
