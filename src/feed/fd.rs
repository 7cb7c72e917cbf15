// SPDX-License-Identifier: MIT OR Apache-2.0
//! A descriptor that the caller has open.

use super::file::probe_opened;
use super::sys;
use crate::error::Error;
use crate::image::Image;
use crate::options::Options;
use std::os::fd::BorrowedFd;

/// Probes the image behind a descriptor that is open for reading.
///
/// Reads with `pread`, so the descriptor's offset stays where it is; nothing is locked.
///
/// # Errors
/// As [`probe_path`](crate::probe_path), without those of opening.
pub fn probe_fd(fd: BorrowedFd<'_>, options: &Options) -> Result<Image, Error> {
    boxed(fd, options).map(|image| *image)
}

pub(crate) fn boxed(fd: BorrowedFd<'_>, options: &Options) -> Result<Box<Image>, Error> {
    probe_opened(&sys::lend(fd), options)
}
