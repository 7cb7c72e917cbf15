// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extents: files that are parts of a VMDK. A scan can find them before the descriptor that names
//! them.

use diskprobe::scan::ScanEntry;
use diskprobe::Format;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

/// Identifies a file: `st_dev` and `st_ino`.
pub(super) type FileId = (u64, u64);

/// Existing files that VMDKs name as extents, and the number of bytes that the VMDKs declare for
/// each file.
#[derive(Default)]
pub(super) struct Extents(BTreeMap<FileId, u64>);

impl Extents {
    /// Adds the extents of an image that are in its directory, with one stat(2) for each distinct
    /// name. Names that lead elsewhere are not followed, because the files could be on a server.
    pub(super) fn add(&mut self, found: &ScanEntry) {
        let (Ok(image), Some(own)) = (found.image(), found.attributes()) else {
            return;
        };
        let mut sizes: BTreeMap<&[u8], u64> = BTreeMap::new();
        for extent in image.extents() {
            let size = sizes.entry(extent.location).or_default();
            *size = size.saturating_add(extent.size);
        }
        let directory = found.path().parent().unwrap_or(Path::new(""));
        for (name, declared) in sizes {
            let path = directory.join(OsStr::from_bytes(name));
            let is_there = path.parent() == Some(directory) && path.file_name().is_some();
            // A sparse VMDK lists itself.
            if !is_there || path == found.path() {
                continue;
            }
            let is_other = |file: &FileId| *file != (own.device(), own.inode());
            let file = disk_file(&path);
            if let Some(file) = file.as_ref().map(id).filter(is_other) {
                let size = self.0.entry(file).or_default();
                *size = size.saturating_add(declared);
            }
        }
    }

    /// Returns the number of bytes that VMDKs declare for a file, or `None` if no VMDK names it.
    pub(super) fn declared(&self, file: FileId) -> Option<u64> {
        self.0.get(&file).copied()
    }
}

/// Returns the metadata of a regular file or block device.
pub(super) fn disk_file(path: &Path) -> Option<Metadata> {
    let file = std::fs::metadata(path).ok()?;
    (file.is_file() || file.file_type().is_block_device()).then_some(file)
}

pub(super) fn id(file: &Metadata) -> FileId {
    (file.dev(), file.ino())
}

/// Returns the identity of an image that can be an extent: a raw image, or a file with the
/// extension `vmdk` in any format, because a guest can write any signature into an extent. A VMDK
/// that has its own descriptor cannot be an extent.
pub(super) fn candidate(found: &ScanEntry) -> Option<FileId> {
    let (image, file) = (found.image().ok()?, found.attributes()?);
    let is_named = || found.path().extension() == Some(OsStr::new("vmdk"));
    let can_be = image.format() == Format::Raw || is_named() && image.content_id().is_none();
    can_be.then(|| (file.device(), file.inode()))
}
