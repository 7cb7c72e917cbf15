// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the caller may say beside the image.

use crate::base::format::Format;
use crate::base::limits::Limits;

/// How to probe. The default detects the format and works within the library's own limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub(crate) format: Option<Format>,
    pub(crate) limits: Limits,
    pub(crate) thorough: bool,
    pub(crate) also_matches: bool,
    /// The file's name makes QEMU look for a dmg trailer.
    pub(crate) named_dmg: bool,
}

impl Options {
    /// The default options.
    #[must_use]
    pub fn new() -> Self {
        Options::default()
    }

    /// The format that the image is known to have; `None` to detect it.
    ///
    /// Only that format's parser runs then, and bytes that are not of that format are an error.
    /// For `raw` no content is read at all.
    #[must_use]
    pub fn format(mut self, format: Option<Format>) -> Self {
        self.format = format;
        self
    }

    /// The name of the image's file, as it would be given to QEMU: its probing goes by the name
    /// for one format.
    ///
    /// Where the name ends in `.dmg` (in small letters, with something in front), and the first
    /// sector has no signature that QEMU gives more weight, the end of the file is read too; with a
    /// UDIF trailer there, the format is [`Format::Dmg`]. QEMU refuses such a file without a trailer;
    /// here it is detected as if it had another name. Names mean nothing else, and
    /// [`probe_path`](crate::probe_path) does not pass on its path by itself.
    #[must_use]
    pub fn file_name(mut self, name: &[u8]) -> Self {
        const SUFFIX: &[u8] = b".dmg";
        self.named_dmg = name.len() > SUFFIX.len() && name.ends_with(SUFFIX);
        self
    }

    /// Bounds on the work, lower than the library's own.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether to look also where a second reading of the same bytes would show.
    ///
    /// Without it a probe reads what the facts need, which for most images is one small read.
    /// With it a probe whose format is detected also looks at the 32 KiB behind the first 32 KiB
    /// (ISO 9660, UDF) and at the end (the footer of a fixed VHD, the trailer of a UDIF image),
    /// two reads more, for [`Image::content`](crate::Image::content), all of
    /// [`Image::also_matches`](crate::Image::also_matches) and
    /// [`Image::detected_as`](crate::Image::detected_as). For who accepts images from strangers.
    #[must_use]
    pub fn thorough(mut self, thorough: bool) -> Self {
        self.thorough = thorough;
        self
    }

    /// Whether to look for the signatures of other formats also where the format is given.
    ///
    /// Without it a given format is believed, and for raw no content is read at all. With it
    /// [`Image::also_matches`](crate::Image::also_matches) holds what a probe without a given
    /// format would have found (its format too), [`Image::content`](crate::Image::content) is
    /// known, and all places are looked at as in a thorough probe. The other facts stay those of the given
    /// format. For who takes the word of a stranger for the format, and wants to know where the bytes
    /// say otherwise. Nothing changes where no format is given.
    #[must_use]
    pub fn also_matches(mut self, look: bool) -> Self {
        self.also_matches = look;
        self
    }
}
