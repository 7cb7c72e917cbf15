// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes of files by path.

use super::file::{check, directory, probe_file};
use crate::base::error::Error;
use crate::base::options::Options;
use crate::image::Image;
use crate::io::{by_name, look, open, same_file, Attributes};
use core::ffi::CStr;
use std::fs::File;
use std::path::Path;

/// Probes the image at `path`. Symbolic links are followed.
///
/// Never blocks and has no side effects on files that are not images: the path is checked with
/// stat(2) before it is opened. Opening some devices acts on them (a watchdog starts, a tape
/// rewinds), and opening a FIFO wakes its writer. The opened file is compared with the checked
/// file. If the path was replaced in between, the probe fails with `Changed`; even then, the open
/// does not block. Reading the image can update its access time.
///
/// When the process closes a file, it loses its own `F_SETLK` locks on that file. A caller that
/// holds such locks should use [`probe_fd`](crate::probe_fd).
///
/// ```
/// # fn main() -> Result<(), diskprobe::Error> {
/// # let file = std::env::temp_dir().join(format!("diskprobe-path-{}.raw", std::process::id()));
/// # std::fs::write(&file, [0; 1024]).unwrap();
/// use diskprobe::{probe_path, Format, Options};
/// let image = probe_path(&file, &Options::new())?;
/// assert_eq!((image.format(), image.physical_size()), (Format::Raw, Some(1024)));
/// # std::fs::remove_file(&file).unwrap();
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `NotFound`, `PermissionDenied`, `Busy` or `Io` if the file cannot be opened or read;
/// `UnsupportedFile` if it is neither a regular file nor a block device; `Changed` if it shrinks or
/// is replaced during the probe; `WrongFormat` if it does not have the format in `options`;
/// `FormatNotAllowed` if it has a format that the options do not allow to be detected;
/// `InvalidImage`, `Truncated` or `UnsupportedFeature` if the format is certain and the header is
/// not acceptable; `UnsupportedFormat` if this library does not read the format; `LimitExceeded` if
/// a limit is reached.
#[doc(alias = "qemu-img info")]
#[doc(alias = "diskprobe_probe_path")]
pub fn probe_path(path: impl AsRef<Path>, options: &Options) -> Result<Image, Error> {
    by_name(path.as_ref(), |name| boxed(name, options)).map(|image| *image)
}

pub(crate) fn boxed(name: &CStr, options: &Options) -> Result<Box<Image>, Error> {
    let before = look(name)?;
    check(&before, options)?;
    if before.is_directory() {
        return Ok(directory(&before));
    }
    let file = open(name, options.wait_for_lease)?;
    let attributes = same_file(&file, &before)?;
    probe_file(&file, &attributes, options)
}

/// Opens a file that may hold an image, and returns its attributes as well.
pub(crate) fn open_described(path: &Path, options: &Options) -> Result<(File, Attributes), Error> {
    by_name(path, |name| {
        let before = look(name)?;
        check(&before, options)?;
        let file = open(name, options.wait_for_lease)?;
        let attributes = same_file(&file, &before)?;
        Ok((file, attributes))
    })
}
