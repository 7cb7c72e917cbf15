// SPDX-License-Identifier: MIT OR Apache-2.0
//! A directory that is listed: its names as they are read, and the files behind them.
//!
//! Files are opened by their names in the open directory, not by a path that grows with its depth:
//! so a file that is opened is one of that directory, whatever is renamed meanwhile.

use super::kind::FileKind;
use super::path::HARMLESS;
use super::sys;
use crate::error::{Error, Reason};
use std::ffi::{CStr, CString, OsStr};
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A directory, kept open.
#[derive(Debug)]
pub(crate) struct Directory {
    file: File,
    path: PathBuf,
    device: u64,
}

/// One name in a directory.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: CString,
    pub(crate) kind: FileKind,
}

impl Directory {
    /// Opens the directory of that name. Symbolic links are followed.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_DIRECTORY)
            .open(path)
            .map_err(|error| cannot_open(&error))?;
        Directory::of(file, path.to_owned())
    }

    /// Opens a directory in this one; not by a symbolic link.
    pub(crate) fn enter(&self, name: &CStr) -> Result<Self, Error> {
        let file = sys::open_at(Some(&self.file), name, libc::O_DIRECTORY | libc::O_NOFOLLOW)
            .map_err(|error| cannot_open(&error))?;
        Directory::of(file, self.path_of(name))
    }

    fn of(file: File, path: PathBuf) -> Result<Self, Error> {
        let device = file
            .metadata()
            .map_err(|error| Reason::system("stat", None, &error))?
            .dev();
        Ok(Directory { file, path, device })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a name in the directory, as the directory's own is spelt.
    pub(crate) fn path_of(&self, name: &CStr) -> PathBuf {
        let name = name.to_bytes();
        // With room for a slash, and for the NUL that C callers need: it is made for every file.
        let own = self.path.as_os_str().len();
        let room = own.saturating_add(name.len()).saturating_add(2);
        let mut path = PathBuf::with_capacity(room);
        path.push(&self.path);
        path.push(OsStr::from_bytes(name));
        path
    }

    /// The file system that holds the directory (`st_dev`).
    pub(crate) fn device(&self) -> u64 {
        self.device
    }

    /// What the system says of a name, or of what it leads to, without opening it.
    pub(crate) fn look(&self, name: &CStr, follow: bool) -> io::Result<Metadata> {
        #[cfg(target_os = "linux")]
        {
            let follow = if follow { 0 } else { libc::O_NOFOLLOW };
            sys::open_at(Some(&self.file), name, libc::O_PATH | follow)?.metadata()
        }
        #[cfg(not(target_os = "linux"))]
        match follow {
            true => std::fs::metadata(self.path_of(name)),
            false => std::fs::symlink_metadata(self.path_of(name)),
        }
    }

    /// Opens the regular file of that name, which is not looked at first. None where it is a
    /// symbolic link.
    pub(crate) fn open_regular(&self, name: &CStr) -> Result<Option<File>, Error> {
        match sys::open_at(Some(&self.file), name, HARMLESS | libc::O_NOFOLLOW) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.raw_os_error() == Some(libc::ELOOP) => Ok(None),
            Err(error) => Err(Error::cannot_open(&error)),
        }
    }

    /// Opens what the name leads to, which was looked at.
    pub(crate) fn open_seen(&self, name: &CStr) -> Result<File, Error> {
        sys::open_at(Some(&self.file), name, HARMLESS).map_err(|error| Error::cannot_open(&error))
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
    names: Option<std::fs::ReadDir>,
    entries: std::vec::IntoIter<Entry>,
    at_end: bool,
}

impl Listing {
    pub(crate) fn new() -> Self {
        Listing {
            #[cfg(not(target_os = "linux"))]
            names: None,
            entries: Vec::new().into_iter(),
            at_end: false,
        }
    }

    /// The next name of those that were read.
    pub(crate) fn next(&mut self) -> Option<Entry> {
        self.entries.next()
    }

    /// Whether there is none after those that were read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Reads more names of the directory. After a failure nothing more is read.
    pub(crate) fn read(&mut self, directory: &Directory) -> Result<(), Error> {
        self.at_end = true;
        let mut entries = self.block(directory)?;
        self.at_end = entries.is_empty();
        entries.retain(|entry| !matches!(entry.name.to_bytes(), b"." | b".."));
        for entry in &mut entries {
            if entry.kind == FileKind::Unknown {
                // Where that fails too, whoever opens it meets the reason.
                if let Ok(seen) = directory.look(&entry.name, false) {
                    entry.kind = FileKind::from(seen.file_type());
                }
            }
        }
        self.entries = entries.into_iter();
        Ok(())
    }

    #[cfg(target_os = "linux")]
    fn block(&mut self, directory: &Directory) -> Result<Vec<Entry>, Error> {
        let mut room = vec![0; crate::limits::SCAN_LISTING];
        let got = sys::read_directory(&directory.file, &mut room);
        let got = got.map_err(|error| cannot_list(&error))?;
        let mut rest = room.get(..got).unwrap_or_default();
        let mut entries = Vec::new();
        while let Some((entry, more)) = first_entry(rest) {
            entries.push(entry);
            rest = more;
        }
        Ok(entries)
    }

    #[cfg(not(target_os = "linux"))]
    fn block(&mut self, directory: &Directory) -> Result<Vec<Entry>, Error> {
        const AT_ONCE: usize = 256;
        if self.names.is_none() {
            let names = std::fs::read_dir(&directory.path);
            self.names = Some(names.map_err(|error| cannot_list(&error))?);
        }
        let mut entries = Vec::new();
        for listed in self.names.iter_mut().flatten().take(AT_ONCE) {
            let listed = listed.map_err(|error| cannot_list(&error))?;
            let name = CString::new(listed.file_name().as_bytes());
            let name = name.map_err(|error| cannot_list(&error.into()))?;
            let kind = listed.file_type().map_or(FileKind::Unknown, FileKind::from);
            entries.push(Entry { name, kind });
        }
        Ok(entries)
    }
}

/// The first of the entries as the kernel lays them out (`struct linux_dirent64`), and the rest.
#[cfg(target_os = "linux")]
fn first_entry(entries: &[u8]) -> Option<(Entry, &[u8])> {
    const LENGTH: usize = 16;
    const KIND: usize = 18;
    const NAME: usize = 19;
    let length = entries.get(LENGTH..KIND)?.try_into().ok()?;
    let length = usize::from(u16::from_ne_bytes(length));
    let (entry, rest) = entries.split_at_checked(length)?;
    let name = CStr::from_bytes_until_nul(entry.get(NAME..)?).ok()?;
    let entry = Entry {
        name: name.to_owned(),
        kind: FileKind::of_entry(*entry.get(KIND)?),
    };
    Some((entry, rest))
}
