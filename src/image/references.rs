// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything that an image names outside its own file.

use super::{Extents, Image, Reference, Span};
use crate::base::named::named_enum;
use crate::base::range::ByteRange;
use crate::base::stored::NulText;

impl Image {
    /// Returns everything that the image names outside its own file, with the bytes that record
    /// each name.
    #[doc(alias = "diskprobe_image_reference")]
    #[must_use]
    pub fn references(&self) -> References<'_> {
        References {
            image: self,
            step: 0,
            extents: self.unpacked_extents(),
        }
    }
}

/// The references of an image: see [`Image::references`].
///
/// ```
/// # fn main() -> Result<(), diskprobe::Error> {
/// # use diskprobe::{probe_buffer, Options};
/// let image = probe_buffer(&[0; 1024], Some(1024), &Options::new())?;
/// assert_eq!(image.references().count(), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct References<'a> {
    image: &'a Image,
    step: usize,
    extents: Extents<'a>,
}

impl<'a> References<'a> {
    /// Returns the next reference. A NUL follows its name, for C callers.
    pub(crate) fn next_lent(&mut self) -> Option<(ReferenceKind, NulText<'a>, ByteRange)> {
        let facts = &self.image.facts;
        let lent = |kind, span: &Span| Some((kind, self.image.lent(span), span.origin));
        loop {
            let step = self.step;
            if step == 2 {
                if let Some((extent, origin)) = self.extents.next_at() {
                    return Some((ReferenceKind::Extent, extent.location, origin));
                }
            }
            self.step = step.saturating_add(1);
            let found = match step {
                0 => facts
                    .backing
                    .as_ref()
                    .and_then(|backing| lent(ReferenceKind::Backing, &backing.location)),
                1 => facts
                    .data_file
                    .as_ref()
                    .and_then(|file| lent(ReferenceKind::DataFile, file.location.as_ref()?)),
                2 => None,
                _ => {
                    let parent = facts.parent.as_ref()?;
                    let span = parent.locations.get(step.saturating_sub(3))?;
                    lent(ReferenceKind::Parent, span)
                }
            };
            if found.is_some() {
                return found;
            }
        }
    }
}

impl<'a> Iterator for References<'a> {
    type Item = Reference<'a>;

    fn next(&mut self) -> Option<Reference<'a>> {
        let (kind, location, origin) = self.next_lent()?;
        Some(Reference {
            kind,
            location: location.bytes(),
            origin,
        })
    }
}

impl core::iter::FusedIterator for References<'_> {}

impl core::fmt::Debug for References<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

named_enum! {
    /// The kind of reference from an image to something outside the file.
    ReferenceKind {
        /// A backing store, which QEMU opens below the image.
        Backing = 1 => "backing",
        /// A qcow2 external data file.
        DataFile = 2 => "data-file",
        /// A VMDK extent file.
        Extent = 3 => "extent",
        /// A parent that QEMU does not follow, but other hypervisors do.
        Parent = 4 => "parent",
    }
    C diskprobe_reference_kind {
        /// No reference: the index is out of range.
        NONE = 0 => "unknown",
    }
}
