// SPDX-License-Identifier: MIT OR Apache-2.0
//! What one name stands for.

use super::options::ScanOptions;
use super::ScanEntry;
use crate::base::error::{Error, Reason};
use crate::image::Image;
use crate::io::{Attributes, Directory, FileKind};
use crate::probe::{describe, open_described, probe_described};
use std::ffi::CStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A directory of the scan.
pub(super) struct Place {
    pub(super) directory: Directory,
    /// How many directories are between the given one and it.
    pub(super) depth: u32,
    /// The file system of the given one.
    pub(super) device: u64,
}

/// What came of looking at a name.
#[allow(clippy::large_enum_variant)] // Nearly all are the large one.
pub(super) enum Outcome {
    Entry(ScanEntry),
    /// No image, by the type of the file: which one.
    Special(PathBuf, &'static str),
    /// Nothing to tell: a link to a directory.
    Nothing,
}

impl ScanEntry {
    pub(super) fn failed(path: PathBuf, error: impl Into<Error>) -> Self {
        ScanEntry {
            path,
            attributes: None,
            image: Err(error.into()),
        }
    }
}

/// Probes a file that was named as such.
pub(super) fn file(path: PathBuf, options: &ScanOptions) -> ScanEntry {
    match open_described(&path, &options.image) {
        Ok((file, attributes)) => probed(path, &file, attributes, options),
        Err(error) => ScanEntry::failed(path, error),
    }
}

/// Probes what a directory lists by that name, as one of that kind; not for directories.
pub(super) fn entry(place: &Place, kind: FileKind, name: &CStr, options: &ScanOptions) -> Outcome {
    let path = place.directory.path_of(name);
    let is_special = |kind: FileKind| match kind {
        // What is behind a link, and what the directory does not tell, is looked at.
        FileKind::Link if options.follow_links => None,
        kind => kind.refusal(),
    };
    if let Some(what) = is_special(kind) {
        return Outcome::Special(path, what);
    }
    let failed = |path, error| Outcome::Entry(ScanEntry::failed(path, error));
    if kind == FileKind::Regular {
        match place.directory.open_regular(name) {
            Ok(Some(file)) => return opened(place, path, &file, options),
            // It is a link by now.
            Ok(None) if options.follow_links => {}
            Ok(None) => return Outcome::Special(path, FileKind::Link.refusal().unwrap_or("")),
            Err(error) => return failed(path, error),
        }
    }
    let seen = match place.directory.look(name, options.follow_links) {
        Ok(seen) => seen,
        Err(error) => return failed(path, Error::cannot_open(&error)),
    };
    if seen.kind == FileKind::Directory {
        return Outcome::Nothing;
    }
    if let Some(what) = seen.kind.refusal() {
        return Outcome::Special(path, what);
    }
    let file = place
        .accept(&seen, options)
        .and_then(|()| place.directory.open_seen(name));
    match file {
        Ok(file) => opened(place, path, &file, options),
        Err(error) => failed(path, error),
    }
}

/// Probes an open file, once it is known to be of the right file system.
fn opened(place: &Place, path: PathBuf, file: &File, options: &ScanOptions) -> Outcome {
    let attributes = describe(file, &options.image)
        .and_then(|attributes| place.accept(&attributes, options).map(|()| attributes));
    Outcome::Entry(match attributes {
        Ok(attributes) => probed(path, file, attributes, options),
        Err(error) => ScanEntry::failed(path, error),
    })
}

fn probed(path: PathBuf, file: &File, attributes: Attributes, options: &ScanOptions) -> ScanEntry {
    let image = probe(&path, file, &attributes, options);
    ScanEntry {
        path,
        attributes: Some(attributes),
        image,
    }
}

fn probe(
    path: &Path,
    file: &File,
    attributes: &Attributes,
    options: &ScanOptions,
) -> Result<Box<Image>, Error> {
    let options = options.image.file_name(path.as_os_str().as_bytes());
    probe_described(file, attributes, &options)
}

impl Place {
    /// Refuses what is not on the file system of the given directory.
    pub(super) fn accept(&self, seen: &Attributes, options: &ScanOptions) -> Result<(), Error> {
        self.accept_device(seen.device(), options)
    }

    pub(super) fn accept_device(&self, device: u64, options: &ScanOptions) -> Result<(), Error> {
        match options.cross_file_systems || device == self.device {
            true => Ok(()),
            false => Err(Reason::OtherFileSystem.into()),
        }
    }
}
