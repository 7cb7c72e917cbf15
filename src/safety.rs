// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a manager should know before it accepts the image from a stranger.

use crate::facts::Feature;
use crate::image::Image;
use crate::named::named_enum;

named_enum! {
    /// One reason to look twice at an image.
    Finding {
        /// It names a backing file, which a hypervisor would open.
        BackingFile = "backing-file",
        /// Its data is in another file.
        DataFile = "data-file",
        /// It names extent files.
        ExternalExtents = "external-extents",
        /// It has a parent that some hypervisors follow.
        Parent = "parent",
        /// Its bytes carry the signature of another format too.
        Ambiguous = "ambiguous",
        /// It was not closed properly, or is in use.
        Dirty = "dirty",
        /// It is marked as corrupt.
        Corrupt = "corrupt",
        /// Its data is encrypted.
        Encrypted = "encrypted",
    }
}

impl Image {
    /// The reasons to look twice; empty for an image that stands for itself.
    pub fn safety(&self) -> impl Iterator<Item = Finding> {
        let found = [
            (self.backing().is_some(), Finding::BackingFile),
            (self.data_file().is_some(), Finding::DataFile),
            (self.extents().len() > 0, Finding::ExternalExtents),
            (self.parent().is_some(), Finding::Parent),
            (self.also_matches().next().is_some(), Finding::Ambiguous),
            (self.dirty() == Some(true), Finding::Dirty),
            (self.has_feature(Feature::Corrupt), Finding::Corrupt),
            (self.encryption().is_some(), Finding::Encrypted),
        ];
        found
            .into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, finding)| finding)
    }
}
