// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes of files that the caller has opened.

use super::file::probe_opened;
use crate::base::error::Error;
use crate::base::options::Options;
use crate::image::Image;
use crate::io::lend;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};

/// Probes the image in a file that is open for reading.
///
/// It is read with pread(2), so its file offset does not move. Nothing is locked.
///
/// ```
/// # fn main() -> Result<(), diskprobe::Error> {
/// # let path = std::env::temp_dir().join(format!("diskprobe-fd-{}.raw", std::process::id()));
/// # std::fs::write(&path, [0; 1024]).unwrap();
/// use diskprobe::{probe_fd, Options};
/// let file = std::fs::File::open(&path)?;
/// assert_eq!(probe_fd(&file, &Options::new())?.virtual_size(), Some(1024));
/// # std::fs::remove_file(&path).unwrap();
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As for [`probe_path`](crate::probe_path), except the errors of opening.
#[doc(alias = "diskprobe_probe_fd")]
pub fn probe_fd(fd: impl AsFd, options: &Options) -> Result<Image, Error> {
    as_file(fd.as_fd(), |file| probe_opened(file, options)).map(|image| *image)
}

#[cfg(feature = "capi")]
pub(crate) fn boxed(fd: BorrowedFd<'_>, options: &Options) -> Result<Box<Image>, Error> {
    as_file(fd, |file| probe_opened(file, options))
}

/// Calls `body` with the descriptor as a file, which stays open.
pub(crate) fn as_file<R>(fd: BorrowedFd<'_>, body: impl FnOnce(&File) -> R) -> R {
    body(&lend(fd))
}
