// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opens files without side effects, and reads their attributes.

use super::attributes::Attributes;
use super::c_path::with_c_string;
use super::kind::FileKind;
use super::sys;
use crate::base::error::{Error, Reason};
use core::ffi::{c_int, CStr};
use std::fs::File;
use std::io;
use std::mem::ManuallyDrop;
#[cfg(target_os = "linux")]
use std::os::fd::AsRawFd;
use std::os::fd::BorrowedFd;
use std::path::Path;

/// Opening with these flags never blocks and has no effect on a file that is not an image.
pub(super) const HARMLESS: c_int = libc::O_NONBLOCK | libc::O_NOCTTY;

/// Rejects a file that cannot hold an image, before it is opened or read. With `as_directory`, only
/// a directory is accepted.
pub(crate) fn check_kind(attributes: &Attributes, as_directory: bool) -> Result<(), Error> {
    let what = match (attributes.kind, as_directory) {
        (FileKind::Directory, true) => return Ok(()),
        (FileKind::Regular | FileKind::Block, true) => "not a directory",
        (kind, _) => match kind.refusal() {
            Some(what) => what,
            None => return Ok(()),
        },
    };
    Err(Reason::UnsupportedFile(what).into())
}

/// Rejects a file that can be neither an image nor a directory.
pub(super) fn check_any_kind(attributes: &Attributes) -> Result<(), Error> {
    check_kind(attributes, attributes.is_directory())
}

/// Returns the attributes of an open file.
pub(crate) fn attributes_of(file: &File) -> io::Result<Attributes> {
    sys::stat(file)
}

/// Returns the attributes of the file at a path. Symbolic links are followed.
pub(crate) fn attributes_of_path(path: &Path) -> io::Result<Attributes> {
    with_c_string(path, |name| sys::stat_at(None, name, true))?
}

/// Returns the size of a block device in bytes.
pub(crate) fn block_device_size(device: &File) -> io::Result<u64> {
    sys::block_device_size(device)
}

/// Lends the caller's descriptor as a [`File`]. The descriptor stays open when the file is dropped.
pub(crate) fn lend(fd: BorrowedFd<'_>) -> ManuallyDrop<File> {
    sys::lend(fd)
}

/// Calls `body` with the path as a C string. A path with a NUL byte cannot be opened.
pub(crate) fn by_name<T>(
    path: &Path,
    body: impl FnOnce(&CStr) -> Result<T, Error>,
) -> Result<T, Error> {
    with_c_string(path, body).map_err(Error::cannot_open)?
}

/// Returns the attributes of the file that a name refers to, without opening it.
pub(crate) fn look(name: &CStr) -> Result<Attributes, Error> {
    sys::stat_at(None, name, true).map_err(Error::cannot_open)
}

/// Opens the file or block device with this name for reading.
pub(crate) fn open(name: &CStr, wait_for_lease: bool) -> Result<File, Error> {
    open_with(wait_for_lease, |flags| sys::open_at(None, name, flags)).map_err(Error::cannot_open)
}

/// Calls `open` with flags so that it does not block. On request, waits until another process
/// releases its lease on the file.
#[inline]
pub(super) fn open_with(
    wait_for_lease: bool,
    open: impl Fn(c_int) -> io::Result<File>,
) -> io::Result<File> {
    match open(HARMLESS) {
        Err(error) if wait_for_lease && error.raw_os_error() == Some(libc::EAGAIN) => {
            open_leased(open, error)
        }
        opened => opened,
    }
}

/// Opens a regular file with a lease. An open with `O_PATH` has no effect on the file, so its type
/// is checked before the open that can block. The kernel bounds the time of that open.
#[cfg(target_os = "linux")]
#[cold]
fn open_leased(open: impl Fn(c_int) -> io::Result<File>, busy: io::Error) -> io::Result<File> {
    let seen = open(libc::O_PATH)?;
    if !sys::stat(&seen)?.is_file() {
        return Err(busy);
    }
    let name = format!("/proc/self/fd/{}", seen.as_raw_fd());
    let open = |name: &CStr| sys::open_at(None, name, libc::O_NOCTTY);
    match with_c_string(Path::new(&name), open)? {
        // The proc file system is not mounted.
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Err(busy),
        opened => opened,
    }
}

#[cfg(not(target_os = "linux"))]
fn open_leased(_: impl Fn(c_int) -> io::Result<File>, busy: io::Error) -> io::Result<File> {
    Err(busy)
}

/// Opens a file, block device or directory. The name is checked before it is opened.
pub(crate) fn open_file(path: &Path, wait_for_lease: bool) -> Result<(File, Attributes), Error> {
    by_name(path, |name| {
        let before = look(name)?;
        check_any_kind(&before)?;
        let file = open(name, wait_for_lease)?;
        let attributes = same_file(&file, &before)?;
        Ok((file, attributes))
    })
}

/// Returns the attributes of an open file. `before` has the attributes that were checked before the
/// open. Fails if the file was replaced in between, because the checks were made on another file.
#[inline]
pub(crate) fn same_file(file: &File, before: &Attributes) -> Result<Attributes, Error> {
    let now = attributes_of(file).map_err(|error| Reason::system("stat", None, &error))?;
    match now.is_same_file(before) {
        true => Ok(now),
        false => Err(Reason::Replaced.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no `fstatat`")]
    fn std_says_the_same() {
        let name = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let file = File::open(&name).expect("a file that is there");
        let metadata = file.metadata().expect("what the system says");
        for own in [attributes_of(&file), attributes_of_path(&name)] {
            let own = own.expect("what the system says");
            assert!(own.is_file());
            assert_eq!(own.length(), Some(metadata.len()));
            assert_eq!(own.allocated(), Some(metadata.blocks() * 512));
            assert_eq!(
                (own.device(), own.inode()),
                (metadata.dev(), metadata.ino())
            );
            assert_eq!(own.links(), metadata.nlink());
            assert_eq!(own.modified(), metadata.modified().ok());
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no `fstatat`")]
    fn no_file_of_that_name() {
        for name in ["/nonexistent/disk", "a\0b"] {
            assert!(attributes_of_path(Path::new(name)).is_err());
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no `fstatat`")]
    fn times_before_1970_are_times() {
        let here = attributes_of_path(Path::new(env!("CARGO_MANIFEST_DIR")));
        let mut attributes = here.expect("a directory");
        attributes.modified = (-1, 250_000_000);
        let expected = UNIX_EPOCH - Duration::from_millis(750);
        assert_eq!(attributes.modified(), Some(expected));
        attributes.modified = (i64::MIN, 0);
        assert!(attributes.modified().is_none_or(|time| time < expected));
    }
}
