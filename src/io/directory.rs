// SPDX-License-Identifier: MIT OR Apache-2.0
//! A directory, to list its names and open its files.
//!
//! Files are opened relative to the open directory, not by their path. Therefore the path length is
//! not limited, and a file belongs to this directory even if directories are renamed concurrently.

use super::attributes::Attributes;
use super::c_path::with_c_string;
use super::kind::FileKind;
use super::names::Names;
use super::open::{same_file, HARMLESS};
use super::sys;
use crate::base::error::{Error, Reason};
#[cfg(not(target_os = "linux"))]
use std::ffi::CString;
use std::ffi::{CStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// A file whose attributes were read.
pub(crate) struct Seen {
    pub(crate) attributes: Attributes,
    /// An `O_PATH` descriptor, if the system supports it.
    pub(crate) handle: Option<File>,
}

/// An open directory.
#[derive(Debug)]
pub(crate) struct Directory {
    file: File,
    path: PathBuf,
    device: u64,
}

impl Directory {
    /// Opens a directory by its path. Symbolic links are followed.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let open = |name: &CStr| sys::open_at(None, name, libc::O_DIRECTORY);
        let file = with_c_string(path, open).and_then(|opened| opened);
        let file = file.map_err(|error| cannot_open(&error))?;
        Directory::of(file, path.to_owned())
    }

    /// Opens a subdirectory. Symbolic links are not followed.
    pub(crate) fn enter(&self, name: &CStr) -> Result<Self, Error> {
        let file = sys::open_at(Some(&self.file), name, libc::O_DIRECTORY | libc::O_NOFOLLOW)
            .map_err(|error| cannot_open(&error))?;
        Directory::of(file, self.path_of(name))
    }

    fn of(file: File, path: PathBuf) -> Result<Self, Error> {
        let seen = sys::stat(&file).map_err(|error| Reason::system("stat", None, &error))?;
        Ok(Directory {
            file,
            path,
            device: seen.device(),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of a name: the path of the directory, as the caller spelled it, and the
    /// name.
    pub(crate) fn path_of(&self, name: &CStr) -> PathBuf {
        let (own, name) = (self.path.as_os_str().as_bytes(), name.to_bytes());
        // The buffer has space for a slash, and for the NUL that C callers need, to avoid a
        // reallocation.
        let mut path = Vec::with_capacity(own.len().saturating_add(name.len()).saturating_add(2));
        path.extend_from_slice(own);
        if own.last().is_some_and(|last| *last != b'/') {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        PathBuf::from(OsString::from_vec(path))
    }

    /// Returns the file system of the directory (`st_dev`).
    pub(crate) fn device(&self) -> u64 {
        self.device
    }

    /// Rejects a directory of proc or sysfs, because reading its files can have side effects.
    pub(crate) fn check_file_system(&self) -> Result<(), Error> {
        match sys::is_on_kernel_file_system(&self.file) {
            true => {
                Err(Reason::UnsupportedFile("a file system of the kernel, such as proc").into())
            }
            false => Ok(()),
        }
    }

    /// Returns the attributes of a name, or of the file that it links to, without opening it for
    /// reading.
    pub(crate) fn look(&self, name: &CStr, follow: bool) -> io::Result<Seen> {
        #[cfg(target_os = "linux")]
        {
            // Unlike stat(2) of the name, this does not trigger an automount.
            let follow = if follow { 0 } else { libc::O_NOFOLLOW };
            let handle = sys::open_at(Some(&self.file), name, libc::O_PATH | follow)?;
            Ok(Seen {
                attributes: sys::stat(&handle)?,
                handle: Some(handle),
            })
        }
        #[cfg(not(target_os = "linux"))]
        Ok(Seen {
            attributes: sys::stat_at(Some(&self.file), name, follow)?,
            handle: None,
        })
    }

    /// Returns whether a file is on the same mount as this directory. Device numbers do not show
    /// this: on overlayfs, a file has the device number of its layer.
    pub(crate) fn is_same_mount(&self, file: Option<&File>) -> bool {
        let file = file.and_then(sys::mount_id);
        file.is_some() && file == sys::mount_id(&self.file)
    }

    /// Opens a file that the directory lists as regular, without checking it first. Returns `None`
    /// for a symbolic link. Any other kind of file is an error: it is not the file that was listed.
    pub(crate) fn open_regular(&self, name: &CStr) -> Result<Option<(File, Attributes)>, Error> {
        let file = match sys::open_at(Some(&self.file), name, HARMLESS | libc::O_NOFOLLOW) {
            Ok(file) => file,
            Err(error) if error.raw_os_error() == Some(libc::ELOOP) => return Ok(None),
            Err(error) => return Err(Error::cannot_open(error)),
        };
        let attributes = sys::stat(&file).map_err(|error| Reason::system("stat", None, &error))?;
        match attributes.is_file() {
            true => Ok(Some((file, attributes))),
            false => Err(Reason::Replaced.into()),
        }
    }

    /// Opens the file that a name refers to. Fails if it is not the file with the attributes
    /// `seen`.
    pub(crate) fn open_seen(
        &self,
        name: &CStr,
        seen: &Attributes,
    ) -> Result<(File, Attributes), Error> {
        let file = sys::open_at(Some(&self.file), name, HARMLESS).map_err(Error::cannot_open)?;
        let attributes = same_file(&file, seen)?;
        Ok((file, attributes))
    }
}

fn cannot_open(error: &io::Error) -> Error {
    Reason::system("open the directory", None, error).into()
}

fn cannot_list(error: &io::Error) -> Error {
    Reason::system("list the directory", None, error).into()
}

/// The names in a directory, a block at a time.
pub(crate) struct Listing {
    #[cfg(not(target_os = "linux"))]
    listed: Option<std::fs::ReadDir>,
    /// Names that were read but not taken yet.
    pub(crate) names: Names,
    at_end: bool,
}

impl Listing {
    pub(crate) fn new() -> Self {
        Listing {
            #[cfg(not(target_os = "linux"))]
            listed: None,
            names: Names::default(),
            at_end: false,
        }
    }

    /// Whether all names of the directory were read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Reads more names of the directory. A failure ends the list.
    pub(crate) fn read(&mut self, directory: &Directory) -> Result<(), Error> {
        self.at_end = true;
        self.names.clear();
        self.at_end = !self.block(directory)?;
        Ok(())
    }

    /// Reads a block of names. Returns whether it has any.
    #[cfg(target_os = "linux")]
    fn block(&mut self, directory: &Directory) -> Result<bool, Error> {
        let mut room = vec![0; crate::base::limits::SCAN_LISTING];
        let got = sys::read_directory(&directory.file, &mut room);
        let got = got.map_err(|error| cannot_list(&error))?;
        let mut rest = room.get(..got).unwrap_or_default();
        while let Some((kind, name, more)) = first_entry(rest) {
            self.add(directory, kind, name);
            rest = more;
        }
        Ok(got != 0)
    }

    #[cfg(not(target_os = "linux"))]
    fn block(&mut self, directory: &Directory) -> Result<bool, Error> {
        const AT_ONCE: usize = 256;
        if self.listed.is_none() {
            let listed = std::fs::read_dir(&directory.path);
            self.listed = Some(listed.map_err(|error| cannot_list(&error))?);
        }
        for _ in 0..AT_ONCE {
            let Some(listed) = self.listed.as_mut().and_then(Iterator::next) else {
                break;
            };
            let listed = listed.map_err(|error| cannot_list(&error))?;
            let name = CString::new(listed.file_name().as_bytes());
            let name = name.map_err(|error| cannot_list(&error.into()))?;
            let kind = listed.file_type().map_or(FileKind::Unknown, FileKind::from);
            self.add(directory, kind, &name);
        }
        Ok(self.names.len() != 0)
    }

    fn add(&mut self, directory: &Directory, kind: FileKind, name: &CStr) {
        if matches!(name.to_bytes(), b"." | b"..") {
            return;
        }
        let kind = match kind {
            // If the lookup fails as well, opening the file returns the reason.
            FileKind::Unknown => directory
                .look(name, false)
                .map_or(kind, |seen| seen.attributes.kind),
            kind => kind,
        };
        self.names.push(kind, name);
    }
}

/// Returns the first of the `entries`, which have the layout of `struct linux_dirent64`, and the
/// rest.
#[cfg(target_os = "linux")]
fn first_entry(entries: &[u8]) -> Option<(FileKind, &CStr, &[u8])> {
    const LENGTH: usize = 16;
    const KIND: usize = 18;
    const NAME: usize = 19;
    let length = entries.get(LENGTH..KIND)?.try_into().ok()?;
    let length = usize::from(u16::from_ne_bytes(length));
    let (entry, rest) = entries.split_at_checked(length)?;
    let name = CStr::from_bytes_until_nul(entry.get(NAME..)?).ok()?;
    Some((FileKind::of_entry(*entry.get(KIND)?), name, rest))
}
