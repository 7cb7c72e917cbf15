// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the caller may say of a chain.

use super::policy::UnrecordedFormat;
use crate::base::limits::MAX_CHAIN_IMAGES;
use crate::base::options::Options;

/// How to walk a chain. The default detects the format of the top, refuses to guess that of a
/// backing file, and works within the library's own limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainOptions {
    pub(crate) image: Options,
    pub(crate) unrecorded: UnrecordedFormat,
    pub(crate) max_images: u32,
}

impl Default for ChainOptions {
    fn default() -> Self {
        ChainOptions {
            image: Options::default(),
            unrecorded: UnrecordedFormat::Refuse,
            max_images: MAX_CHAIN_IMAGES,
        }
    }
}

impl ChainOptions {
    /// The default options.
    #[must_use]
    pub fn new() -> Self {
        ChainOptions::default()
    }

    /// How to probe: the format is that of the top, the limits are for each image.
    #[must_use]
    pub fn image(mut self, options: &Options) -> Self {
        self.image = *options;
        self
    }

    /// What to do with a backing file whose format is not recorded.
    #[must_use]
    pub fn unrecorded_format(mut self, policy: UnrecordedFormat) -> Self {
        self.unrecorded = policy;
        self
    }

    /// At most this many images in the chain, the top counted and data files not. `None` where
    /// that is more than [`MAX_CHAIN_IMAGES`].
    #[must_use]
    pub fn max_images(mut self, images: u32) -> Option<Self> {
        self.max_images = images;
        (images <= MAX_CHAIN_IMAGES).then_some(self)
    }

    /// How to probe an image below the top: none of them was listed as a regular file, or has its
    /// name looked at unless it is probed.
    pub(super) fn below(&self) -> Options {
        Options::new()
            .limits(self.image.limits)
            .thorough(self.image.thorough)
    }
}
