// SPDX-License-Identifier: MIT OR Apache-2.0
//! One element of a chain: what names it, what it is, or why that is not known.

use super::policy::FormatSource;
use crate::base::error::Error;
use crate::base::format::Format;
use crate::base::named::named_enum;
use crate::base::stored::Stored;
use crate::image::Image;
use crate::io::Identity;
use crate::location::Location;

named_enum! {
    /// The role of an element in its chain.
    ElementKind {
        /// The image at which the walk starts.
        Top = 1 => "top",
        /// The backing file of the image above it.
        Backing = 2 => "backing",
        /// The data file of an image.
        DataFile = 3 => "data-file",
    }
    C diskprobe_element_kind {
        /// No element: the index is out of range.
        NONE = 0 => "unknown",
    }
}

/// One image or data file of a chain.
#[derive(Debug)]
pub struct Element {
    pub(super) kind: ElementKind,
    pub(super) parent: Option<usize>,
    pub(super) depth: u32,
    pub(crate) recorded: Option<Stored>,
    pub(crate) format_name: Option<Stored>,
    pub(crate) location: Option<Location>,
    pub(super) format: Option<Format>,
    pub(super) source: FormatSource,
    pub(super) identity: Option<Identity>,
    pub(super) image: Option<Box<Image>>,
    pub(super) error: Option<Error>,
}

impl Element {
    /// In what role it is in the chain.
    #[must_use]
    pub fn kind(&self) -> ElementKind {
        self.kind
    }

    /// The place, among the chain's elements, of the image that names it; none for the top.
    #[must_use]
    pub fn parent(&self) -> Option<usize> {
        self.parent
    }

    /// How many steps from a backing file to the next one lie between the top and it: libvirt's
    /// index, the 2 of `vda[2]`. A data file has that of its image.
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// What the image that names it has recorded: the exact bytes. None for the top, and for a
    /// data file that is not named.
    #[must_use]
    pub fn recorded(&self) -> Option<&[u8]> {
        self.recorded.as_ref().map(Stored::bytes)
    }

    /// What that names, with relative paths joined to the directory of the image that names it,
    /// as its own name is spelt. None where it is malformed.
    #[must_use]
    pub fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }

    /// The format, where it is known: of an element that was not opened, the one it is said to
    /// have.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// The name by which its format is recorded, known or not; none where it is recorded by a flag
    /// or not at all.
    #[must_use]
    pub fn format_name(&self) -> Option<&[u8]> {
        self.format_name.as_ref().map(Stored::bytes)
    }

    /// How its format came to be known.
    #[must_use]
    pub fn format_source(&self) -> FormatSource {
        self.source
    }

    /// Which file it is, where that can be told.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        self.identity
    }

    /// The facts. None where it was not opened: see [`Element::error`].
    #[must_use]
    pub fn image(&self) -> Option<&Image> {
        self.image.as_deref()
    }

    /// What is wrong with it. None where nothing is: then it was opened, unless the opener left it
    /// unopened because it is not local.
    #[must_use]
    pub fn error(&self) -> Option<Error> {
        self.error
    }

    /// Whether both are the same file, as far as that can be told.
    pub(super) fn is_same_as(&self, other: &Element) -> bool {
        let (Some(here), Some(there)) = (&self.location, &other.location) else {
            return false;
        };
        here.slice() == there.slice()
            && match (self.identity, other.identity) {
                (Some(one), Some(other)) => one == other,
                _ => here.is_equivalent(there),
            }
    }
}
