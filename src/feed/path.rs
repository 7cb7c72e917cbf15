// SPDX-License-Identifier: MIT OR Apache-2.0
//! A file by its name.

use super::attributes::Attributes;
use super::file::{describe, directory, judge, judge_any, probe_file, probe_opened};
use super::kind::FileKind;
use super::sys;
use crate::error::Error;
use crate::image::Image;
use crate::options::Options;
use core::ffi::{c_int, CStr};
use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Probes the image of that name. Symbolic links are followed.
///
/// Never blocks, and does nothing to what is no image: the name is looked at before it is opened, because merely
/// opening some devices acts on them (a watchdog starts, a tape rewinds), and opening a FIFO wakes
/// its writer. Should the name come to mean another file in between, the open still does not
/// block, and the answer is as true as it is of any file that changes while it is probed. The look
/// is left out where [`Options::regular_file`] says that it is not needed.
///
/// As whenever a process closes a file, its own `F_SETLK` locks on that file are gone afterwards;
/// who holds such locks has a descriptor, for [`probe_fd`](crate::probe_fd).
///
/// # Errors
/// `NotFound`, `PermissionDenied` or `Io` where it cannot be opened or read; `UnsupportedFile`
/// where it is neither a regular file nor a block device; `Changed` where it shrinks meanwhile;
/// `WrongFormat` where it is not of the format in `options`; `InvalidImage`, `Truncated` or
/// `UnsupportedFeature` where the format is certain and the header is not acceptable;
/// `UnsupportedFormat` where this library does not read the format; `LimitExceeded`.
pub fn probe_path(path: impl AsRef<Path>, options: &Options) -> Result<Image, Error> {
    by_name(path.as_ref(), |name| boxed(name, options)).map(|image| *image)
}

pub(crate) fn boxed(name: &CStr, options: &Options) -> Result<Box<Image>, Error> {
    if options.regular_file {
        // A symbolic link is no regular file, so what was listed cannot lead elsewhere.
        match open(name, libc::O_NOFOLLOW) {
            Ok(file) => return probe_opened(&file, options),
            Err(error) if error.raw_os_error() == Some(libc::ELOOP) => {}
            Err(error) => return Err(Error::cannot_open(&error)),
        }
    }
    let before = look(name)?;
    judge(&before, options)?;
    if before.is_directory() {
        return Ok(directory(&before));
    }
    let file = open(name, 0).map_err(|error| Error::cannot_open(&error))?;
    if before.kind == FileKind::Regular {
        probe_file(&file, &before, options)
    } else {
        // Sizing a block device takes calls that mean something else on other files.
        probe_opened(&file, options)
    }
}

/// Calls `body` with the path as a C string, which is on the heap only where it is long.
pub(super) fn with_c_string<T>(path: &Path, body: impl FnOnce(&CStr) -> T) -> io::Result<T> {
    let path = path.as_os_str().as_bytes();
    let mut room = [0; 256];
    if let Some(start) = room.get_mut(..path.len()) {
        start.copy_from_slice(path);
    }
    match CStr::from_bytes_until_nul(&room) {
        Ok(name) if name.count_bytes() == path.len() => Ok(body(name)),
        _ => Ok(body(&CString::new(path)?)),
    }
}

/// The same for what opens the path: one with a NUL in it cannot be opened.
fn by_name<T>(path: &Path, body: impl FnOnce(&CStr) -> Result<T, Error>) -> Result<T, Error> {
    with_c_string(path, body).map_err(|error| Error::cannot_open(&error))?
}

/// What the system says of what the name leads to, which is not opened.
fn look(name: &CStr) -> Result<Attributes, Error> {
    sys::stat_at(None, name, true).map_err(|error| Error::cannot_open(&error))
}

/// Opens the file or directory of that name in the same way, for one who probes it later.
pub(crate) fn open_file(path: &Path) -> Result<File, Error> {
    by_name(path, |name| {
        judge_any(&look(name)?)?;
        open(name, 0).map_err(|error| Error::cannot_open(&error))
    })
}

/// The same for what may hold an image, and what the system says of it.
pub(crate) fn open_described(path: &Path, options: &Options) -> Result<(File, Attributes), Error> {
    by_name(path, |name| {
        let before = look(name)?;
        judge(&before, options)?;
        let file = open(name, 0).map_err(|error| Error::cannot_open(&error))?;
        match before.is_file() {
            true => Ok((file, before)),
            false => describe(&file, options).map(|attributes| (file, attributes)),
        }
    })
}

/// With these flags, to open what is no image after all does nothing to it, and does not block.
pub(super) const HARMLESS: c_int = libc::O_NONBLOCK | libc::O_NOCTTY;

fn open(name: &CStr, more_flags: c_int) -> io::Result<File> {
    sys::open_at(None, name, HARMLESS | more_flags)
}
