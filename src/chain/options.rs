// SPDX-License-Identifier: MIT OR Apache-2.0
//! Options of a chain walk.

use super::element::ElementKind;
use super::policy::{DataFileDirectory, UnrecordedFormat};
use crate::base::error::{Error, Reason};
use crate::base::format::Format;
use crate::base::limits::MAX_CHAIN_IMAGES;
use crate::base::options::check_argument;
use crate::base::options::Options;
use crate::location::Location;

/// How to walk a chain. The default detects the format of the top image and uses the library's own
/// limits. It refuses a backing file whose format is not recorded and a data file whose relative
/// name depends on the working directory.
#[doc(alias = "diskprobe_chain_options")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainOptions {
    pub(crate) image: Options,
    pub(crate) unrecorded: UnrecordedFormat,
    pub(crate) data_files: DataFileDirectory,
    pub(crate) max_images: u32,
    overrides: Vec<Override>,
}

/// What the caller knows about an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Override {
    kind: ElementKind,
    depth: u32,
    pub(super) location: Option<Location>,
    pub(super) format: Option<Format>,
}

impl Default for ChainOptions {
    fn default() -> Self {
        ChainOptions {
            image: Options::default(),
            unrecorded: UnrecordedFormat::Refuse,
            data_files: DataFileDirectory::Same,
            max_images: MAX_CHAIN_IMAGES,
            overrides: Vec::new(),
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

    /// Sets how to probe each image. If a format is given, it applies only to the top image.
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

    /// Sets the directory from which a relative name of a data file is resolved.
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

    /// Sets the location and format of a backing file or data file, which replace what the image
    /// above it records. The recorded location is not parsed and not opened.
    ///
    /// `depth` is [`Element::depth`](super::Element::depth): 1 for the backing file of the top
    /// image, 0 for its data file. `None` keeps the recorded location or format. If a location is
    /// set, the image has this backing file even if it records none. A data file is raw, and only
    /// an image that requires one can have it. A later call for the same element replaces an
    /// earlier one.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for the top image, a backing file of
    /// depth 0, or a data file that is not raw.
    ///
    /// ```
    /// use diskprobe::chain::{ChainOptions, ElementKind};
    /// use diskprobe::location::Location;
    /// let data = Location::from_path("/srv/data.raw");
    /// let options = ChainOptions::new().override_element(ElementKind::DataFile, 0, data, None)?;
    /// # let _ = options;
    /// # Ok::<(), diskprobe::Error>(())
    /// ```
    #[doc(alias = "diskprobe_chain_options_override_element")]
    pub fn override_element(
        mut self,
        kind: ElementKind,
        depth: u32,
        location: impl Into<Option<Location>>,
        format: impl Into<Option<Format>>,
    ) -> Result<Self, Error> {
        let (location, format) = (location.into(), format.into());
        let what = match kind {
            ElementKind::Top => Some("the top image cannot be overridden"),
            ElementKind::Backing if depth == 0 => Some("a backing file has a depth of at least 1"),
            ElementKind::DataFile if !matches!(format, None | Some(Format::Raw)) => {
                Some("a data file is raw")
            }
            ElementKind::Backing | ElementKind::DataFile => None,
        };
        if let Some(what) = what {
            return Err(Reason::InvalidArgument(what).into());
        }
        self.overrides
            .retain(|other| (other.kind, other.depth) != (kind, depth));
        self.overrides.push(Override {
            kind,
            depth,
            location,
            format,
        });
        Ok(self)
    }

    /// Returns what the caller knows about an element.
    pub(super) fn overridden(&self, kind: ElementKind, depth: u32) -> Option<&Override> {
        let mut all = self.overrides.iter();
        all.find(|one| (one.kind, one.depth) == (kind, depth))
    }

    /// Returns how to probe an image below the top image.
    pub(super) fn below(&self) -> Options {
        Options::new()
            .detectable(self.image.detectable)
            .allow_unknown_features(self.image.allow_unknown_features)
            .limits(self.image.limits.clone())
            .thorough(self.image.thorough)
    }
}
