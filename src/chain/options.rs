// SPDX-License-Identifier: MIT OR Apache-2.0
//! Options of a chain walk.

use super::policy::{DataFileDirectory, UnrecordedFormat};
use crate::base::error::Error;
use crate::base::limits::MAX_CHAIN_IMAGES;
use crate::base::options::check_argument;
use crate::base::options::Options;

/// How to walk a chain. The default detects the format of the top image, refuses a backing file
/// whose format is not recorded, and a data file whose relative name depends on the working
/// directory, and uses the library's own limits.
#[doc(alias = "diskprobe_chain_options")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainOptions {
    pub(crate) image: Options,
    pub(crate) unrecorded: UnrecordedFormat,
    pub(crate) data_files: DataFileDirectory,
    pub(crate) max_images: u32,
}

impl Default for ChainOptions {
    fn default() -> Self {
        ChainOptions {
            image: Options::default(),
            unrecorded: UnrecordedFormat::Refuse,
            data_files: DataFileDirectory::Same,
            max_images: MAX_CHAIN_IMAGES,
        }
    }
}

impl ChainOptions {
    /// The highest limit on images.
    pub const MAX_IMAGES: u32 = MAX_CHAIN_IMAGES;

    /// Creates the default options.
    #[must_use]
    pub fn new() -> Self {
        ChainOptions::default()
    }

    /// Sets how to probe each image. A given format is that of the top image.
    #[doc(alias = "diskprobe_chain_options_set_image_options")]
    #[must_use]
    pub fn image_options(mut self, options: Options) -> Self {
        self.image = options;
        self
    }

    /// Sets what to do with a backing file whose format is not recorded.
    #[doc(alias = "diskprobe_chain_options_set_unrecorded_format")]
    #[must_use]
    pub fn unrecorded_format(mut self, policy: UnrecordedFormat) -> Self {
        self.unrecorded = policy;
        self
    }

    /// Sets where a relative name of a data file starts.
    #[must_use]
    pub fn data_file_directory(mut self, directory: DataFileDirectory) -> Self {
        self.data_files = directory;
        self
    }

    /// Limits the number of images in the chain, the top image included, data files not included.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for more than
    /// [`MAX_IMAGES`](ChainOptions::MAX_IMAGES).
    #[doc(alias = "diskprobe_chain_options_set_max_images")]
    pub fn max_images(mut self, images: u32) -> Result<Self, Error> {
        check_argument("max_images", images, 0u32, MAX_CHAIN_IMAGES)?;
        self.max_images = images;
        Ok(self)
    }

    /// Returns how to probe an image below the top image.
    pub(super) fn below(&self) -> Options {
        Options::new()
            .detectable(self.image.detectable)
            .limits(self.image.limits.clone())
            .thorough(self.image.thorough)
    }
}
