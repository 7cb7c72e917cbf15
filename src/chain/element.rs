// SPDX-License-Identifier: MIT OR Apache-2.0
//! One element of a chain.

use super::policy::FormatSource;
use crate::base::error::Error;
use crate::base::format::Format;
use crate::base::identity::Identity;
use crate::base::named::named_enum;
use crate::base::stored::Stored;
use crate::image::Image;
use crate::location::Location;

named_enum! {
    /// The kind of an element of a chain.
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
#[derive(Clone, Debug)]
pub struct Element {
    pub(super) index: usize,
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

/// The state of an element.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ElementState<'a> {
    /// It was opened and probed.
    Probed(&'a Image),
    /// The opener left it unopened, because it is not local.
    Unopened,
    /// It could not be resolved, opened or probed.
    Failed(&'a Error),
}

impl Element {
    /// Returns the index among the elements of the chain.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the role in the chain.
    #[doc(alias = "diskprobe_chain_element_kind")]
    #[must_use]
    pub fn kind(&self) -> ElementKind {
        self.kind
    }

    /// Returns the number of backing files between the top image and this one: libvirt's index, the
    /// 2 of `vda[2]`. A data file has the same depth as the image that names it.
    #[doc(alias = "diskprobe_chain_element_depth")]
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// Returns the exact bytes with which the image above records this element. `None` for the top
    /// image, and for a data file that is not named.
    #[doc(alias = "diskprobe_chain_element_recorded")]
    #[must_use]
    pub fn recorded(&self) -> Option<&[u8]> {
        self.recorded.as_ref().map(Stored::bytes)
    }

    /// Returns the resolved location. A relative path is joined to the directory of the image that
    /// names it. `None` if the recorded name is malformed.
    #[doc(alias = "diskprobe_chain_element_location")]
    #[must_use]
    pub fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }

    /// Returns the format, if it is known. For an unopened element, it is the recorded format.
    #[doc(alias = "diskprobe_chain_element_format")]
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Returns the recorded name of the format, known or not. `None` if the format is recorded by a
    /// flag or not at all.
    #[doc(alias = "diskprobe_chain_element_format_name")]
    #[must_use]
    pub fn format_name(&self) -> Option<&[u8]> {
        self.format_name.as_ref().map(Stored::bytes)
    }

    /// Returns how the format is known.
    #[doc(alias = "diskprobe_chain_element_format_source")]
    #[must_use]
    pub fn format_source(&self) -> FormatSource {
        self.source
    }

    /// Returns the identity of the file, if it is known.
    #[doc(alias = "diskprobe_chain_element_identity")]
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        self.identity
    }

    /// Returns the state: probed, unopened or failed.
    #[doc(alias = "diskprobe_chain_element_error")]
    #[must_use]
    pub fn state(&self) -> ElementState<'_> {
        match (&self.image, &self.error) {
            (_, Some(error)) => ElementState::Failed(error),
            (Some(image), None) => ElementState::Probed(image),
            (None, None) => ElementState::Unopened,
        }
    }

    /// Returns the facts, if the element was probed.
    #[doc(alias = "diskprobe_chain_element_image")]
    #[must_use]
    pub fn image(&self) -> Option<&Image> {
        self.image.as_deref()
    }

    pub(crate) fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Returns the index of the image that names the element.
    #[cfg(feature = "capi")]
    pub(crate) fn parent_index(&self) -> Option<usize> {
        self.parent
    }

    /// Returns whether the two elements are the same file, as far as is known.
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
