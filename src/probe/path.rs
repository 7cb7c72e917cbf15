// SPDX-License-Identifier: MIT OR Apache-2.0
//! A file by its name.

use super::file::{check, describe, directory, probe_file, probe_opened};
use crate::base::error::Error;
use crate::base::options::Options;
use crate::image::Image;
use crate::io::{by_name, look, open, Attributes};
use core::ffi::CStr;
use std::fs::File;
use std::path::Path;

/// Probes the image of that name. Symbolic links are followed.
///
/// Never blocks, and does nothing to what is no image: the name is looked at before it is opened, because merely
/// opening some devices acts on them (a watchdog starts, a tape rewinds), and opening a FIFO wakes
/// its writer. Should the name come to mean another file in between, the open still does not
/// block, and the answer is as true as it is of any file that changes while it is probed.
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
    let before = look(name)?;
    check(&before, options)?;
    if before.is_directory() {
        return Ok(directory(&before));
    }
    let file = open(name)?;
    if before.is_file() {
        probe_file(&file, &before, options)
    } else {
        // Sizing a block device takes calls that mean something else on other files.
        probe_opened(&file, options)
    }
}

/// Opens a file that may hold an image, and returns its attributes as well.
pub(crate) fn open_described(path: &Path, options: &Options) -> Result<(File, Attributes), Error> {
    by_name(path, |name| {
        let before = look(name)?;
        check(&before, options)?;
        let file = open(name)?;
        match before.is_file() {
            true => Ok((file, before)),
            false => describe(&file, options).map(|attributes| (file, attributes)),
        }
    })
}
