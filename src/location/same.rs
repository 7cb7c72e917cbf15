// SPDX-License-Identifier: MIT OR Apache-2.0
//! Locations that are made of, or compared by, what they name.

use super::local;
use super::parsed::Location;
use super::parts::LocationKind;
use super::piece::Piece;

impl Location {
    /// The location of a file or block device by its path, whatever bytes that has: a colon means
    /// nothing. A relative one starts in the current directory.
    #[must_use]
    pub fn of_path(path: &[u8]) -> Location {
        let mut location = local::plain(Piece::new("location", path));
        location.is_plain = false;
        location.keep_text(path);
        location
    }

    /// Whether both name the same thing as far as their spelling says: paths are compared byte by
    /// byte, hosts in their order with their ports; of which image they are relative to, nothing
    /// counts but the joined path. No name is looked up: one file has many names.
    ///
    /// A [`slice`](Location::slice) does not count, nor how a server is asked (cookies, users).
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
    #[must_use]
    pub fn is_equivalent(&self, other: &Location) -> bool {
        match (self.kind, other.kind) {
            (None, _) | (_, None) => self.text() == other.text(),
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
