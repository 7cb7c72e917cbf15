// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files and directories of this machine: a bare path, `file:` and `fat:`.

use super::parsed::Location;
use super::parts::LocationKind;
use super::piece::Piece;
use crate::base::error::Error;

/// A bare path, of which every byte stands for itself.
pub(super) fn plain(path: Piece<'_>) -> Location {
    let mut location = Location::local(LocationKind::File, path.bytes);
    location.is_plain = true;
    location
}

/// What follows `file:` is a path; no host, as a URI would have, and nothing is escaped.
pub(super) fn file(path: Piece<'_>) -> Location {
    let mut location = Location::local(LocationKind::File, path.bytes);
    location.qemu_only = true;
    location.needs_regular_file = true;
    location
}

/// A directory that the guest sees as a FAT file system.
pub(super) fn fat(path: Piece<'_>) -> Result<Location, Error> {
    // QEMU takes what is before the last colon as options, libvirt as part of the path.
    path.require(|byte| byte != b':', "a colon in the directory")?;
    let mut location = Location::local(LocationKind::Dir, path.bytes);
    location.format = Some(c"fat");
    Ok(location)
}
