// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parallels.

use super::{whole_sectors, Build, Fields, SparseFile};

/// A Parallels image in which nothing is written.
#[derive(Clone, Debug)]
pub struct Parallels {
    size: u64,
    cluster_size: u64,
}

impl Parallels {
    /// An image of that virtual size.
    pub fn new(size: u64) -> Self {
        Parallels {
            size: whole_sectors(size),
            cluster_size: 1 << 20,
        }
    }

    /// With clusters of that size.
    pub fn cluster_size(mut self, bytes: u64) -> Self {
        self.cluster_size = bytes;
        self
    }
}

impl Build for Parallels {
    fn file(&self) -> SparseFile {
        let number = |value: u64| u32::try_from(value).expect("32 bits");
        let sectors = self.size / 512;
        let entries = self.size.div_ceil(self.cluster_size);
        let data = (64 + 4 * entries).next_multiple_of(self.cluster_size);
        let header = Fields::new()
            .bytes(b"WithouFreSpacExt")
            .le32(2) // version
            .le32(16) // heads
            .le32(number(sectors / (16 * 32))) // cylinders
            .le32(number(self.cluster_size / 512)) // tracks
            .le32(number(entries))
            .le64(sectors)
            .le32(0) // inuse
            .le32(number(data / 512))
            .le32(0) // flags
            .le64(0); // ext_off
        SparseFile::zeros(data).put(0, header.finish())
    }
}
