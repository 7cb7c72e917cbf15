// SPDX-License-Identifier: MIT OR Apache-2.0
//! QED.

use super::{whole_sectors, Build, Fields, SparseFile};

/// A QED image in which nothing is written.
#[derive(Clone, Debug)]
pub struct Qed {
    size: u64,
    cluster_size: u32,
    table_size: u32,
    backing: Vec<u8>,
    is_backing_raw: bool,
}

const HEADER: usize = 64;
const BACKING_FILE: u64 = 1;
const BACKING_FORMAT_NO_PROBE: u64 = 4;

impl Qed {
    /// An image of that virtual size.
    pub fn new(size: u64) -> Self {
        Qed {
            size: whole_sectors(size),
            cluster_size: 65536,
            table_size: 4,
            backing: Vec::new(),
            is_backing_raw: false,
        }
    }

    /// With clusters of that size.
    pub fn cluster_size(mut self, bytes: u32) -> Self {
        self.cluster_size = bytes;
        self
    }

    /// Sets the size of tables in clusters.
    pub fn table_size(mut self, clusters: u32) -> Self {
        self.table_size = clusters;
        self
    }

    /// Sets the backing file. The only format that can be recorded is `raw`.
    pub fn backing(mut self, name: impl AsRef<[u8]>, format: &str) -> Self {
        self.backing = name.as_ref().to_vec();
        self.is_backing_raw = format == "raw";
        self
    }
}

impl Build for Qed {
    fn file(&self) -> SparseFile {
        let mut features = 0;
        let mut name_offset = 0;
        if !self.backing.is_empty() {
            features |= BACKING_FILE;
            name_offset = HEADER;
        }
        if self.is_backing_raw {
            features |= BACKING_FORMAT_NO_PROBE;
        }
        let cluster = u64::from(self.cluster_size);
        let header = Fields::new()
            .bytes(b"QED\0")
            .le32(self.cluster_size)
            .le32(self.table_size)
            .le32(1) // header_size
            .le64(features)
            .le64(0) // compat_features
            .le64(0) // autoclear_features
            .le64(cluster) // l1_table_offset
            .le64(self.size)
            .le32(u32::try_from(name_offset).expect("small"))
            .le32(u32::try_from(self.backing.len()).expect("a short name"))
            .bytes(&self.backing);
        let clusters = 1 + u64::from(self.table_size);
        SparseFile::zeros(cluster * clusters).put(0, header.finish())
    }
}
