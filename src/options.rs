// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the caller may say beside the image.

use crate::format::Format;
use crate::limits::Limits;

/// How to probe. The default detects the format and works within the library's own limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub(crate) format: Option<Format>,
    pub(crate) limits: Limits,
    pub(crate) regular_file: bool,
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

    /// Bounds on the work, lower than the library's own.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether the path to probe is known to name a regular file, for instance because the
    /// directory was listed with its files' types.
    ///
    /// [`probe_path`](crate::probe_path) then opens it without looking at it first, which saves a
    /// walk along the path. Should it be something else after all, it is refused all the same; but
    /// it was opened.
    #[must_use]
    pub fn regular_file(mut self, known: bool) -> Self {
        self.regular_file = known;
        self
    }
}
