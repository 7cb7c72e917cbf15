// SPDX-License-Identifier: MIT OR Apache-2.0
//! A directory that restricts which files can be opened.

use super::attributes::Attributes;
use super::c_path::with_c_string;
#[cfg(not(target_os = "linux"))]
use super::open::HARMLESS;
use super::open::{attributes_of, check_any_kind, open_with, same_file};
use super::sys;
use crate::base::error::{Error, Reason};
use core::ffi::c_int;
use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// An open directory that must contain every file that is opened.
#[derive(Debug)]
pub(crate) struct Root {
    directory: File,
    /// Its absolute path as spelled: links are not resolved and `..` is kept.
    path: PathBuf,
}

/// How many times an open is tried. While directories are being renamed, the kernel cannot
/// determine whether `..` leads out of the root directory.
const MOST_TRIES: u32 = 16;

impl Root {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        // O_PATH needs only search permission, not read permission.
        #[cfg(target_os = "linux")]
        const FLAGS: c_int = libc::O_PATH | libc::O_DIRECTORY;
        #[cfg(not(target_os = "linux"))]
        const FLAGS: c_int = libc::O_DIRECTORY;
        let cannot = |error| Reason::system("open the root directory", None, &error);
        let absolute = std::path::absolute(path).map_err(cannot)?;
        let open = |name: &CStr| sys::open_at(None, name, FLAGS);
        let directory = with_c_string(path, open).and_then(|opened| opened);
        Ok(Root {
            directory: directory.map_err(cannot)?,
            path: absolute,
        })
    }

    /// Opens the file at a path, if the path starts with that of the directory and does not lead
    /// out of it. As in [`probe_path`](crate::probe_path), the type of the file is checked first.
    pub(crate) fn open_file(
        &self,
        path: &Path,
        wait_for_lease: bool,
    ) -> Result<(File, Attributes), Error> {
        let cannot = |error| Error::cannot_open(error);
        let absolute = std::path::absolute(path).map_err(cannot)?;
        let below = absolute
            .strip_prefix(&self.path)
            .map_err(|_| Reason::OutsideRoot)?;
        let name = match below.as_os_str().as_bytes() {
            b"" => CString::from(c"."),
            name => CString::new(name).map_err(|error| cannot(error.into()))?,
        };
        // On systems other than Linux, the open fails, because they cannot restrict it to a
        // directory.
        #[cfg(target_os = "linux")]
        let seen = self.open_name(&name, libc::O_PATH).map_err(why)?;
        #[cfg(not(target_os = "linux"))]
        let seen = self.open_name(&name, HARMLESS).map_err(why)?;
        let before = attributes_of(&seen).map_err(cannot)?;
        check_any_kind(&before)?;
        let open = |flags| self.open_name(&name, flags);
        let file = open_with(wait_for_lease, open).map_err(why)?;
        let attributes = same_file(&file, &before)?;
        Ok((file, attributes))
    }

    fn open_name(&self, name: &CString, flags: c_int) -> io::Result<File> {
        let mut tries = 1;
        loop {
            match sys::open_beneath(&self.directory, name, flags) {
                Err(error) if is_disturbed(&error) && tries < MOST_TRIES => {
                    tries = tries.saturating_add(1);
                }
                opened => return opened,
            }
        }
    }
}

fn is_disturbed(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EINTR))
}

fn why(error: io::Error) -> Error {
    match error.raw_os_error() {
        Some(libc::EXDEV) => Reason::OutsideRoot.into(),
        // The restriction to the root directory needs the system call, so nothing is opened.
        Some(libc::ENOSYS) => {
            Reason::system("restrict paths to the root directory", None, &error).into()
        }
        _ => Error::cannot_open(error),
    }
}
