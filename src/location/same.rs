// SPDX-License-Identifier: MIT OR Apache-2.0
//! Locations of paths, and comparison of locations.

use super::local;
use super::parsed::Location;
use super::parts::LocationKind;
use super::piece::Piece;
use std::path::Path;

impl Location {
    /// Creates the location of a file or block device from its path. A colon has no meaning. A
    /// relative path starts in the current directory.
    #[doc(alias = "diskprobe_location_of_path")]
    #[must_use]
    pub fn from_path(path: impl AsRef<Path>) -> Location {
        Location::from_bytes(path.as_ref().as_os_str().as_encoded_bytes())
    }

    pub(crate) fn from_bytes(path: &[u8]) -> Location {
        let mut location = local::plain(Piece::new("location", path));
        location.is_plain = false;
        location.keep_text(path);
        location
    }

    /// Returns whether the two locations, as they are spelled, name the same object. Paths are
    /// compared byte by byte, and hosts in order with their ports. Nothing is looked up, so two
    /// names of one file are not equivalent.
    ///
    /// The [`slice`](Location::slice), cookies and users are ignored.
    ///
    /// ```
    /// use diskprobe::location::Location;
    /// # fn main() -> Result<(), diskprobe::Error> {
    /// let uri = Location::parse(b"nbd://host/disk")?;
    /// assert!(uri.is_equivalent(&Location::parse(b"nbd:host:10809:exportname=disk")?));
    /// assert!(!uri.is_equivalent(&Location::parse(b"nbd://other/disk")?));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "diskprobe_location_is_equivalent")]
    #[must_use]
    pub fn is_equivalent(&self, other: &Location) -> bool {
        match (self.kind, other.kind) {
            (None, _) | (_, None) => self.masked() == other.masked(),
            (Some(here), Some(there)) => {
                let is_local = |kind| matches!(kind, LocationKind::File | LocationKind::Block);
                (here == there || is_local(here) && is_local(there))
                    && self.protocol == other.protocol
                    && self.hosts == other.hosts
                    && self.volume == other.volume
                    && self.path == other.path
                    && self.snapshot == other.snapshot
                    && self.query == other.query
                    && self.nvme == other.nvme
            }
        }
    }
}
