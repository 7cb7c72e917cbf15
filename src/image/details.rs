// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts of an image that are mainly for display.

use super::Image;
use crate::base::detail::{Builder, Detail};

impl Image {
    /// Returns the facts that are mainly for display, in a fixed order.
    ///
    /// A name is the key of the fact in the JSON of the command line tool. If the fact is in an
    /// object that describes encryption or geometry, the key of the object comes first:
    /// `encryption.cipher`. A name can occur more than once. An absent fact has no entry.
    #[doc(alias = "diskprobe_image_detail")]
    #[must_use]
    pub fn details(&self) -> Vec<Detail> {
        let encryption = self.encryption();
        let encryption = encryption.as_ref();
        let geometry = self.geometry();
        let name = |name: Option<&'static str>| name.map(str::as_bytes);
        Builder::default()
            .number(c"recorded-size", self.recorded_size())
            .text(c"encryption.cipher", encryption.and_then(|e| e.cipher))
            .text(c"encryption.mode", encryption.and_then(|e| e.mode))
            .text(c"encryption.hash", encryption.and_then(|e| e.hash))
            .text(c"encryption.uuid", encryption.and_then(|e| e.uuid))
            .number(
                c"encryption.active-slots",
                encryption.and_then(|e| e.active_slots),
            )
            .flag(c"dirty-flag", self.is_dirty())
            .number(c"snapshot-count", self.snapshot_count())
            .number(c"bitmap-count", self.bitmap_count())
            .text(c"creator", self.creator())
            .number(c"created", self.created())
            .number(c"backing-mtime", self.backing_mtime_seconds())
            .number(c"geometry.cylinders", geometry.map(|g| g.cylinders))
            .number(c"geometry.heads", geometry.map(|g| g.heads))
            .number(c"geometry.sectors", geometry.map(|g| g.sectors))
            .number(c"allocated-clusters", self.allocated_clusters())
            .number(c"physical-sector-size", self.physical_sector_size())
            .number(c"format-version", self.format_version())
            .number(c"unknown-features", self.unknown_features())
            .text(c"comment", self.comment())
            .text(c"adapter-type", self.adapter_type())
            .text(c"hardware-version", self.hardware_version())
            .text(c"compression-type", name(self.compression_type()))
            .number(c"refcount-bits", self.refcount_bits())
            .finish()
    }
}
