// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the system says of a file, as much of it as is needed here.

use super::kind::FileKind;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the system says of a file (`stat`).
///
/// Less than [`Metadata`](std::fs::Metadata), which costs more to get and to carry about.
#[derive(Clone, Copy, Debug)]
pub struct Attributes {
    pub(crate) kind: FileKind,
    pub(crate) length: u64,
    pub(crate) allocated: Option<u64>,
    /// Which file it is (`st_dev`, `st_ino`).
    pub(crate) identity: (u64, u64),
    pub(crate) links: u64,
    /// Seconds and nanoseconds since 1970.
    pub(crate) modified: (i64, u32),
}

impl Attributes {
    pub(crate) fn is_directory(&self) -> bool {
        self.kind == FileKind::Directory
    }

    /// Whether it is a regular file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.kind == FileKind::Regular
    }

    /// Bytes from the first to the last of a regular file; of others it says nothing.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Bytes that it occupies on its file system (`st_blocks * 512`).
    #[must_use]
    pub fn allocated(&self) -> Option<u64> {
        self.allocated
    }

    /// The file system that holds it (`st_dev`).
    #[must_use]
    pub fn device(&self) -> u64 {
        self.identity.0
    }

    /// Its number on that file system (`st_ino`).
    #[must_use]
    pub fn inode(&self) -> u64 {
        self.identity.1
    }

    /// How many names it has (`st_nlink`).
    #[must_use]
    pub fn links(&self) -> u64 {
        self.links
    }

    /// When its content was changed last; none where that is no time that this system has.
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

/// `st_blocks` counts 512 bytes, whatever the file system's block is.
pub(super) fn allocated(blocks: u64) -> Option<u64> {
    blocks.checked_mul(512)
}
