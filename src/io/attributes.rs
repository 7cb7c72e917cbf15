// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attributes of a file, from stat(2).

use super::kind::FileKind;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Attributes of a file, from stat(2).
///
/// A subset of [`Metadata`](std::fs::Metadata), which is larger and costs more to read.
#[derive(Clone, Copy, Debug)]
pub struct Attributes {
    pub(crate) kind: FileKind,
    pub(crate) length: u64,
    pub(crate) allocated: Option<u64>,
    /// `st_dev` and `st_ino`.
    pub(crate) identity: (u64, u64),
    pub(crate) links: u64,
    /// Seconds and nanoseconds since 1970.
    pub(crate) modified: (i64, u32),
}

impl Attributes {
    pub(crate) fn is_directory(&self) -> bool {
        self.kind == FileKind::Directory
    }

    pub(crate) fn is_same_file(&self, other: &Attributes) -> bool {
        self.kind == other.kind && self.identity == other.identity
    }

    /// Returns whether the file is a regular file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.kind == FileKind::Regular
    }

    /// Returns the length of a regular file in bytes. `None`: another kind of file.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.is_file().then_some(self.length)
    }

    /// Returns the bytes that the file occupies on its file system (`st_blocks * 512`).
    #[must_use]
    pub fn allocated(&self) -> Option<u64> {
        self.allocated
    }

    /// Returns the device of the file's file system (`st_dev`).
    #[must_use]
    pub fn device(&self) -> u64 {
        self.identity.0
    }

    /// Returns the inode number of the file (`st_ino`).
    #[must_use]
    pub fn inode(&self) -> u64 {
        self.identity.1
    }

    /// Returns the number of hard links to the file (`st_nlink`).
    #[must_use]
    pub fn links(&self) -> u64 {
        self.links
    }

    /// Returns the time of the file's last modification. `None`: the system cannot represent the
    /// time.
    #[must_use]
    pub fn modified(&self) -> Option<SystemTime> {
        let (seconds, nanoseconds) = self.modified;
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let whole = match seconds < 0 {
            true => UNIX_EPOCH.checked_sub(whole),
            false => UNIX_EPOCH.checked_add(whole),
        };
        whole?.checked_add(Duration::from_nanos(nanoseconds.into()))
    }
}

/// Converts `st_blocks`, which counts units of 512 bytes on every file system.
pub(super) fn allocated(blocks: u64) -> Option<u64> {
    blocks.checked_mul(512)
}
