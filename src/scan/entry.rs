// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a scan hands over.

use crate::base::error::Error;
use crate::image::Image;
use crate::io::Attributes;
use std::path::{Path, PathBuf};

/// What was found by one name: an image, or why there is none.
#[derive(Debug)]
pub struct ScanEntry {
    pub(super) path: PathBuf,
    pub(super) attributes: Option<Attributes>,
    pub(super) image: Result<Box<Image>, Error>,
}

impl ScanEntry {
    /// The name: that of the target, and for what is in it, the way from there.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the system says of the file behind that name; none where it was not opened.
    #[must_use]
    pub fn attributes(&self) -> Option<&Attributes> {
        self.attributes.as_ref()
    }

    /// The facts.
    ///
    /// # Errors
    /// As for [`probe_path`](crate::probe_path). Among them: `NotFound` for a file that vanished
    /// after it was listed, or a link that leads nowhere; and for a directory that could not be
    /// opened or read to its end, the reason; `OutsideRoot` where it is on another file system;
    /// `LimitExceeded` where it is too deep.
    pub fn image(&self) -> Result<&Image, Error> {
        match &self.image {
            Ok(image) => Ok(image),
            Err(error) => Err(*error),
        }
    }

    /// The same, in parts.
    #[cfg(feature = "capi")]
    pub(crate) fn into_parts(self) -> (PathBuf, Result<Box<Image>, Error>) {
        (self.path, self.image)
    }

    /// The facts, to keep.
    ///
    /// # Errors
    /// As for [`ScanEntry::image`].
    pub fn into_image(self) -> Result<Image, Error> {
        self.image.map(|image| *image)
    }
}

/// What a scan came across, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Results that are images.
    pub images: u64,
    /// Results that are errors.
    pub failures: u64,
    /// Special files, whether they were results (then they are failures too) or not.
    pub special_files: u64,
    /// Directories that were listed, the given ones among them.
    pub directories: u64,
    /// Whether it was ended before there was nothing more to find.
    pub is_cancelled: bool,
}
