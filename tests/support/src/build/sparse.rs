// SPDX-License-Identifier: MIT OR Apache-2.0
//! A file with holes, which is small in memory however long it is.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Some runs of bytes, with zeros around them, up to a length.
#[derive(Clone, Debug, Default)]
pub struct SparseFile {
    parts: Vec<(u64, Vec<u8>)>,
    length: u64,
}

impl SparseFile {
    /// Returns a file of `length` zeros.
    pub fn zeros(length: u64) -> Self {
        SparseFile {
            parts: Vec::new(),
            length,
        }
    }

    /// Puts `bytes` at `offset`; the file grows if they end after its end.
    pub fn put(mut self, offset: u64, bytes: Vec<u8>) -> Self {
        self.length = self.length.max(offset + bytes.len() as u64);
        self.parts.push((offset, bytes));
        self
    }

    /// Returns the length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Returns all bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let length = usize::try_from(self.length).expect("a length in memory");
        let mut all = vec![0; length];
        for (offset, bytes) in &self.parts {
            let offset = usize::try_from(*offset).expect("within the length");
            all[offset..offset + bytes.len()].copy_from_slice(bytes);
        }
        all
    }

    /// Writes the file, with holes for the zeros.
    pub fn write(&self, path: &Path) {
        let write = || {
            let file = File::create(path)?;
            file.set_len(self.length)?;
            let mut parts = self.parts.iter();
            parts.try_for_each(|(offset, bytes)| file.write_all_at(bytes, *offset))
        };
        write().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}
