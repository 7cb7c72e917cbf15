// SPDX-License-Identifier: MIT OR Apache-2.0
//! A directory that no name leads out of.

use super::c_path::with_c_string;
use super::open::{attributes_of, check_any_kind, HARMLESS};
use super::sys;
use crate::base::error::{Error, Reason};
use core::ffi::c_int;
use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A directory, kept open, in which all files have to be.
#[derive(Debug)]
pub(crate) struct Root {
    directory: File,
    /// Its name, absolute as it is spelt: no link was followed, and `..` stays.
    path: PathBuf,
}

/// How often an open is tried that was disturbed: while somebody renames directories, the kernel
/// cannot say whether `..` leads out.
const MOST_TRIES: u32 = 16;

impl Root {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        // Search permission is enough for a root; O_PATH needs no read permission.
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

    /// Opens what a path names, if the path starts with that of the directory and leads nowhere
    /// else. As by [`probe_path`](crate::probe_path), it is looked at first.
    pub(crate) fn open_file(&self, path: &Path) -> Result<File, Error> {
        let cannot = |error| Error::cannot_open(error);
        let absolute = std::path::absolute(path).map_err(cannot)?;
        let below = absolute
            .strip_prefix(&self.path)
            .map_err(|_| Reason::OutsideRoot)?;
        let name = match below.as_os_str().as_bytes() {
            b"" => CString::from(c"."),
            name => CString::new(name).map_err(|error| cannot(error.into()))?,
        };
        #[cfg(target_os = "linux")]
        {
            let seen = self.open_name(&name, libc::O_PATH)?;
            check_any_kind(&attributes_of(&seen).map_err(cannot)?)?;
        }
        self.open_name(&name, HARMLESS)
    }

    fn open_name(&self, name: &CString, flags: c_int) -> Result<File, Error> {
        let mut tries = 1;
        loop {
            match sys::open_beneath(&self.directory, name, flags) {
                Err(error) if is_disturbed(&error) && tries < MOST_TRIES => {
                    tries = tries.saturating_add(1);
                }
                opened => return opened.map_err(why),
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
        // Without the system call there is no way to be sure, so nothing is opened.
        Some(libc::ENOSYS) => Reason::system("keep to the root directory", None, &error).into(),
        _ => Error::cannot_open(error),
    }
}
