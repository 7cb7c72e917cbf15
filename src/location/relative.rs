// SPDX-License-Identifier: MIT OR Apache-2.0
//! Relative names: resolving them against the image that records them, and creating them.

use super::parsed::Location;
use super::parts::{LocationKind, Protocol};
use super::piece::Piece;
use crate::base::error::{Error, Reason};
use crate::base::escape::protocol_end;
use crate::base::limits::MAX_LOCATION;
use crate::base::stored::Stored;
use crate::image::{Reference, ReferenceKind};
use std::borrow::Cow;
use std::path::Path;

/// Returns the full name of a reference. A relative path is joined to the directory of `image` as
/// it is spelt. Nothing is opened or normalised.
///
/// A backing store with a protocol (`nbd://host/x`, `json:{…}`, `file:x`) is returned as it is.
/// Data files, extents and parents are paths, in which a colon has no meaning. A joined name that
/// would be parsed as a protocol starts with `./`.
///
/// ```
/// # fn main() -> Result<(), diskprobe::Error> {
/// # let mut header = [0u8; 1024];
/// # header[..8].copy_from_slice(b"QFI\xfb\0\0\0\x01");
/// # header[15] = 64;
/// # header[19] = 8;
/// # header[24..32].copy_from_slice(&(1u64 << 20).to_be_bytes());
/// # header[32] = 12;
/// # header[33] = 9;
/// # header[47] = 72;
/// # header[64..72].copy_from_slice(b"base.img");
/// use diskprobe::{location::resolve, probe_buffer, Options};
/// use std::path::Path;
/// let image = probe_buffer(&header, Some(1024), &Options::new())?;
/// for reference in image.references() {
///     let name = resolve(&reference, Path::new("/srv/disk.qcow"));
///     assert_eq!(&*name, b"/srv/base.img");
/// }
/// # assert_eq!(image.references().count(), 1);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn resolve<'a>(reference: &Reference<'a>, image: &Path) -> Cow<'a, [u8]> {
    let image = image.as_os_str().as_encoded_bytes();
    match reference.kind {
        ReferenceKind::Backing => backing_name(reference.location, image),
        ReferenceKind::DataFile | ReferenceKind::Extent | ReferenceKind::Parent => {
            file_name(reference.location, image)
        }
    }
}

/// Returns the full name of a backing store that `image` records as `location`.
pub(crate) fn backing_name<'a>(location: &'a [u8], image: &[u8]) -> Cow<'a, [u8]> {
    if has_protocol(location) {
        return Cow::Borrowed(location);
    }
    file_name(location, image)
}

/// Returns the full name of a file that `image` records as the path `location`.
pub(crate) fn file_name<'a>(location: &'a [u8], image: &[u8]) -> Cow<'a, [u8]> {
    let directory = directory(image);
    if location.is_empty() || location.starts_with(b"/") || directory.is_empty() {
        return Cow::Borrowed(location);
    }
    Cow::Owned(as_path([directory, location].concat()))
}

/// Returns the path in a form that is not parsed as a location with a protocol, as in QEMU.
fn as_path(path: Vec<u8>) -> Vec<u8> {
    match has_protocol(&path) {
        true => [b"./", &*path].concat(),
        false => path,
    }
}

/// Returns whether a location is not a plain path: a colon comes before the first slash.
pub(crate) fn has_protocol(location: &[u8]) -> bool {
    protocol_end(location).is_some()
}

/// Returns the name up to and including its last slash, or an empty name.
fn directory(name: &[u8]) -> &[u8] {
    let last = name.iter().rposition(|byte| *byte == b'/');
    last.and_then(|last| name.get(..=last)).unwrap_or_default()
}

/// Returns the directory of a path as dirname(3) does: without trailing slashes, and `.` for a path
/// without a directory.
fn dirname(path: &[u8]) -> &[u8] {
    let before_slashes = |path: &[u8]| {
        let last = path.iter().rposition(|byte| *byte != b'/');
        last.map_or(0, |last| last.saturating_add(1))
    };
    // A path that ends in a slash is treated as a file in that directory.
    match directory(path) {
        b"" => b".",
        all => match all.get(..before_slashes(all)) {
            None | Some(b"") => b"/",
            Some(directory) => directory,
        },
    }
}

impl Location {
    /// Parses a location recorded by the image at `image`.
    ///
    /// A relative path is joined to the directory of `image` as it is spelt: no link is followed,
    /// and `..` stays. If `image` is on a server, so is the result. All other locations are parsed
    /// as by [`Location::parse`]. An absolute path is on this host, even if `image` is not.
    ///
    /// ```
    /// use diskprobe::location::Location;
    /// # fn main() -> Result<(), diskprobe::Error> {
    /// let image = Location::parse(b"https://host/folder/disk.qcow2")?;
    /// let backing = Location::parse_relative_to(b"base.qcow2", &image)?;
    /// assert_eq!(backing.path(), Some(&b"folder/base.qcow2"[..]));
    /// assert_eq!(backing.relative_name(), Some(&b"base.qcow2"[..]));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Location::parse`]; also if the path is relative and the image has no directory.
    #[doc(alias = "diskprobe_location_parse")]
    pub fn parse_relative_to(recorded: &[u8], image: &Location) -> Result<Location, Error> {
        let mut location = Location::parse(recorded)?;
        if !location.is_relative_to_image() {
            return Ok(location);
        }
        let all = Piece::new("location", recorded);
        let image_path = match image.kind {
            Some(LocationKind::Nvme) | None => None,
            // The name of an export has no directory, even if it contains slashes.
            Some(_) if image.protocol() == Some(Protocol::Nbd) => None,
            Some(_) => image.path(),
        };
        let image_path =
            image_path.ok_or(all.broken("relative to an image that has no directory"))?;
        let directory = dirname(image_path);
        let slash: &[u8] = if directory == b"/" { b"" } else { b"/" };
        let path = [directory, slash, recorded].concat();
        let path = match image.kind {
            Some(LocationKind::Network) => path,
            _ => as_path(path),
        };
        // Otherwise the names in a long chain would grow with every image.
        all.within(path.len(), MAX_LOCATION, "bytes in a joined path")?;
        location.path = Some(Stored::new(&path));
        location.relative = Some(Stored::new(recorded));
        location.is_plain = false;
        if image.kind == Some(LocationKind::Network) {
            location.kind = image.kind;
            location.protocol.clone_from(&image.protocol);
            location.hosts.clone_from(&image.hosts);
            location.volume.clone_from(&image.volume);
        }
        Ok(location)
    }
}

/// Returns a recorded location with `***` in place of each credential. Use it wherever a location
/// is shown or logged.
///
/// A plain path is returned as it is. If the location is malformed, `***` replaces everything after
/// the protocol, because any part of it may be a credential.
///
/// ```
/// use diskprobe::location::without_credentials;
/// assert_eq!(&*without_credentials(b"https://user:secret@host/x"), b"https://***@host/x");
/// assert_eq!(&*without_credentials(b"https://user:secret@[host"), b"https:***");
/// ```
#[must_use]
pub fn without_credentials(recorded: &[u8]) -> Cow<'_, [u8]> {
    let Some((protocol, _)) =
        protocol_end(recorded).and_then(|colon| recorded.split_at_checked(colon))
    else {
        return Cow::Borrowed(recorded);
    };
    Cow::Owned(match Location::parse(recorded) {
        Ok(location) => location.masked().to_vec(),
        Err(_) => [protocol, b":***"].concat(),
    })
}

/// Returns the relative path by which the image above the first of some chain elements can record
/// the last one, if the elements before the last one are removed. `relative` holds the relative
/// paths by which the elements are recorded, from the first to the last. `None` if one is not
/// recorded by a relative path.
pub(crate) fn relative_backing_path<'a>(
    relative: impl IntoIterator<Item = Option<&'a [u8]>>,
) -> Option<Vec<u8>> {
    let mut all: Option<Vec<u8>> = None;
    for name in relative {
        let so_far = all.unwrap_or_default();
        all = Some([directory(&so_far), name?].concat());
    }
    all
}

/// Parses the location that the image at `image` records.
pub(crate) fn resolve_recorded(
    recorded: &[u8],
    image: Option<&Location>,
) -> Result<Location, Error> {
    if recorded.is_empty() {
        // An empty location would name the directory of the image.
        return Err(Reason::Location {
            syntax: "location",
            what: "empty location",
            offset: 0,
        }
        .into());
    }
    match image {
        Some(image) => Location::parse_relative_to(recorded, image),
        None => Location::parse(recorded),
    }
}

/// Parses the name of a data file, which is always a path of this host. A relative name is joined
/// to the directory of `image`; without `image`, it is relative to the working directory.
pub(crate) fn resolve_data_file(
    recorded: &[u8],
    image: Option<&Location>,
) -> Result<Location, Error> {
    let name = Piece::new("data file", recorded);
    if has_protocol(recorded) {
        const WHAT: &str = "its name has a colon before the first slash, which versions of QEMU \
                            read differently; ./NAME is always a file";
        return Err(name.broken(WHAT));
    }
    let location = resolve_recorded(recorded, image)?;
    match location.local_name() {
        Some(_) => Ok(location),
        None => Err(name.broken("its name is relative, but the image is not a local file")),
    }
}

#[cfg(test)]
mod tests {
    use super::{backing_name, file_name, relative_backing_path};

    #[test]
    fn relative_paths_are_joined() {
        let names = [Some(&b"../volume/image2"[..]), Some(b"image3")];
        let joined = relative_backing_path(names);
        assert_eq!(joined.as_deref(), Some(&b"../volume/image3"[..]));
        assert_eq!(relative_backing_path([Some(&b"image2"[..]), None]), None);
    }

    #[track_caller]
    fn assert_names(image: &str, location: &str, backing: &str, file: &str) {
        let (image, location) = (image.as_bytes(), location.as_bytes());
        assert_eq!(&*backing_name(location, image), backing.as_bytes());
        assert_eq!(&*file_name(location, image), file.as_bytes());
    }

    #[test]
    fn a_relative_name_is_joined_to_the_directory_of_the_image() {
        assert_names("disk.img", "base.img", "base.img", "base.img");
        assert_names("a/disk.img", "base.img", "a/base.img", "a/base.img");
        assert_names("/disk.img", "base.img", "/base.img", "/base.img");
        assert_names("./disk.img", "base.img", "./base.img", "./base.img");
        assert_names("/a/", "base.img", "/a/base.img", "/a/base.img");
    }

    #[test]
    fn names_are_not_normalised() {
        let (image, name) = ("/a/../b//c.img", ".././x.img");
        let full = "/a/../b//.././x.img";
        assert_names(image, name, full, full);
        assert_names("a/c.img", " ", "a/ ", "a/ ");
    }

    #[test]
    fn an_absolute_name_is_unchanged() {
        assert_names("a/disk.img", "/b/base.img", "/b/base.img", "/b/base.img");
        assert_names("a/disk.img", "/b:c", "/b:c", "/b:c");
    }

    #[test]
    fn only_a_backing_store_can_have_a_protocol() {
        for location in ["nbd://h/x", "json:{\"a\":1}", "file:x.img", "x:y", ":"] {
            assert_names("a/disk.img", location, location, &format!("a/{location}"));
        }
        // The colon of a directory does not end a protocol.
        assert_names("vm:1/disk.img", "b", "./vm:1/b", "./vm:1/b");
        assert_names("./vm:1/disk.img", "b", "./vm:1/b", "./vm:1/b");
        assert_names("vm:1", "b", "b", "b");
        // A location with a slash before the colon is a path.
        assert_names("a/disk.img", "b/c:d", "a/b/c:d", "a/b/c:d");
        assert_names("a/disk.img", "./c:d", "a/./c:d", "a/./c:d");
    }

    #[test]
    fn names_are_bytes() {
        assert_eq!(&*backing_name(b"\xff\n", b"\x80/i"), b"\x80/\xff\n");
        assert_eq!(&*backing_name(b"", b"a/i"), b"");
    }
}
