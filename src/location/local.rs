// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files and directories of this host: a plain path, `file:` and `fat:`.

use super::parsed::Location;
use super::parts::LocationKind;
use super::piece::Piece;
use crate::base::error::Error;

/// Returns the location of a plain path, without any escapes.
pub(super) fn plain(path: Piece<'_>) -> Location {
    let mut location = Location::local(LocationKind::File, path.bytes);
    location.is_plain = true;
    location
}

/// Returns the location of the path after `file:`. Unlike a URI, it has no host and no escapes.
pub(super) fn file(path: Piece<'_>) -> Location {
    let mut location = Location::local(LocationKind::File, path.bytes);
    location.qemu_only = true;
    location.needs_regular_file = true;
    location
}

/// Parses a directory that the guest sees as a FAT file system.
pub(super) fn fat(path: Piece<'_>) -> Result<Location, Error> {
    // QEMU interprets the text before the last colon as options, libvirt as part of the path.
    path.require(|byte| byte != b':', "a colon in the directory")?;
    let mut location = Location::local(LocationKind::Dir, path.bytes);
    location.format = Some(c"fat");
    Ok(location)
}
