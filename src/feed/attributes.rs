// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the system says of a file, as much of it as a probe needs.

use super::kind::FileKind;
use super::sys;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;

/// What the system says of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attributes {
    pub(crate) kind: FileKind,
    /// Bytes from the first to the last of a regular file; of others it says nothing.
    pub(crate) length: u64,
    /// Bytes that it occupies on its file system.
    pub(crate) allocated: Option<u64>,
    /// Which file it is (`st_dev`, `st_ino`).
    pub(crate) identity: (u64, u64),
}

impl Attributes {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        sys::stat(file)
    }

    pub(super) fn is_directory(&self) -> bool {
        self.kind == FileKind::Directory
    }
}

/// `st_blocks` counts 512 bytes, whatever the file system's block is.
pub(super) fn allocated(blocks: u64) -> Option<u64> {
    blocks.checked_mul(512)
}

impl From<&Metadata> for Attributes {
    fn from(metadata: &Metadata) -> Self {
        Attributes {
            kind: FileKind::from(metadata.file_type()),
            length: metadata.len(),
            allocated: allocated(metadata.blocks()),
            identity: (metadata.dev(), metadata.ino()),
        }
    }
}
