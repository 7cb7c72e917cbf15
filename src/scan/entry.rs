// SPDX-License-Identifier: MIT OR Apache-2.0
//! The results of a scan.

use crate::base::error::Error;
use crate::image::Image;
use crate::io::Attributes;
use std::path::{Path, PathBuf};

/// One result of a scan: an image, or the reason why a file is not an image.
#[derive(Clone, Debug)]
pub struct ScanEntry {
    pub(super) path: PathBuf,
    pub(super) attributes: Option<Attributes>,
    pub(super) image: Result<Box<Image>, Error>,
}

impl ScanEntry {
    /// Returns the path: the path of the target, extended by the path from there.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the attributes of the file, if it was opened.
    #[must_use]
    pub fn attributes(&self) -> Option<&Attributes> {
        self.attributes.as_ref()
    }

    /// Returns the facts.
    ///
    /// # Errors
    /// As for [`probe_path`](crate::probe_path). They include `NotFound` for a dangling link or a
    /// file that was removed meanwhile, `OutsideRoot` for another file system, and `LimitExceeded`
    /// for a directory that is too deep. A directory that cannot be read is an entry with that
    /// error.
    pub fn image(&self) -> Result<&Image, &Error> {
        self.image.as_deref()
    }

    /// Converts the entry into its facts.
    ///
    /// # Errors
    /// As for [`ScanEntry::image`].
    pub fn into_image(self) -> Result<Image, Error> {
        self.image.map(|image| *image)
    }

    /// The path and the facts, for C.
    #[cfg(feature = "capi")]
    pub(crate) fn into_parts(self) -> (PathBuf, Result<Box<Image>, Error>) {
        (self.path, self.image)
    }
}

/// The counts of a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ScanSummary {
    /// Entries that are images.
    pub images: u64,
    /// Entries that are errors.
    pub failures: u64,
    /// Special files. If they are reported, they are failures too.
    pub special_files: u64,
    /// Directories that were listed, targets included.
    pub directories: u64,
    /// Whether the scan ended early.
    pub cancelled: bool,
}
