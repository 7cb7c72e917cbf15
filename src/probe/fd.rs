// SPDX-License-Identifier: MIT OR Apache-2.0
//! A descriptor that the caller has open.

use super::file::probe_opened;
use crate::base::error::Error;
use crate::base::options::Options;
use crate::image::Image;
use crate::io::lend;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};

/// Probes the image behind a descriptor that is open for reading.
///
/// Reads with `pread`, so the descriptor's offset stays where it is; nothing is locked.
///
/// # Errors
/// As [`probe_path`](crate::probe_path), without those of opening.
pub fn probe_fd(fd: impl AsFd, options: &Options) -> Result<Image, Error> {
    as_file(fd.as_fd(), |file| probe_opened(file, options)).map(|image| *image)
}

#[cfg(feature = "capi")]
pub(crate) fn boxed(fd: BorrowedFd<'_>, options: &Options) -> Result<Box<Image>, Error> {
    as_file(fd, |file| probe_opened(file, options))
}

/// What `body` makes of the descriptor as a file, which stays open.
pub(crate) fn as_file<R>(fd: BorrowedFd<'_>, body: impl FnOnce(&File) -> R) -> R {
    body(&lend(fd))
}
