// SPDX-License-Identifier: MIT OR Apache-2.0
//! A file by its name.

use super::file::{directory, judge, probe_file};
use crate::error::{Error, Reason};
use crate::image::Image;
use crate::options::Options;
use std::fs::{metadata, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Probes the image of that name. Symbolic links are followed.
///
/// Never blocks and has no side effect: the name is looked at before it is opened, because merely
/// opening some devices acts on them (a watchdog starts, a tape rewinds), and opening a FIFO wakes
/// its writer. Should the name come to mean another file in between, the open still does not
/// block, and the answer is as true as it is of any file that changes while it is probed.
///
/// # Errors
/// `NotFound`, `PermissionDenied` or `Io` where it cannot be opened or read; `UnsupportedFile`
/// where it is neither a regular file nor a block device; `Changed` where it shrinks meanwhile;
/// `WrongFormat` where it is not of the format in `options`; `InvalidImage`, `Truncated` or
/// `UnsupportedFeature` where the format is certain and the header is not acceptable;
/// `UnsupportedFormat` where this library does not read the format; `LimitExceeded`.
pub fn probe_path(path: impl AsRef<Path>, options: &Options) -> Result<Image, Error> {
    let path = path.as_ref();
    let before = metadata(path).map_err(|error| Reason::system("open", None, &error))?;
    judge(&before, options)?;
    if before.is_dir() {
        return Ok(directory(&before));
    }
    // std adds O_CLOEXEC.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path)
        .map_err(|error| Reason::system("open", None, &error))?;
    if before.is_file() {
        return probe_file(&file, &before, options);
    }
    // Sizing a block device takes calls that mean something else on other files.
    let opened = file
        .metadata()
        .map_err(|error| Reason::system("stat", None, &error))?;
    judge(&opened, options)?;
    if opened.is_dir() {
        let error = io::Error::from_raw_os_error(libc::EISDIR);
        return Err(Reason::system("read", None, &error).into());
    }
    probe_file(&file, &opened, options)
}
