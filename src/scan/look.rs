// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes one name of a scan.

use super::options::ScanOptions;
use super::ScanEntry;
use crate::base::error::{Error, Reason};
use crate::image::Image;
use crate::io::{Attributes, Directory, FileKind};
use crate::probe::{check, open_described, probe_described};
use std::ffi::CStr;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A directory of the scan.
pub(super) struct ScannedDirectory {
    pub(super) handle: Directory,
    /// Directories between the target and this one.
    pub(super) depth: u32,
    /// The file system of the target.
    pub(super) device: u64,
}

/// The result for one name.
#[allow(clippy::large_enum_variant)] // Nearly all are the large one.
pub(super) enum Outcome {
    Entry(ScanEntry),
    /// A file that cannot hold an image, and what it is.
    Special(PathBuf, &'static str),
    /// Nothing to report: a link to a directory.
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

/// Probes a file that is a target itself.
pub(super) fn file(path: PathBuf, options: &ScanOptions) -> ScanEntry {
    match open_described(&path, &options.image) {
        Ok((file, attributes)) => probed(path, &file, attributes, options),
        Err(error) => ScanEntry::failed(path, error),
    }
}

/// Probes a name, other than that of a directory, that a directory lists with this kind.
pub(super) fn entry(
    directory: &ScannedDirectory,
    kind: FileKind,
    name: &CStr,
    options: &ScanOptions,
) -> Outcome {
    let path = directory.handle.path_of(name);
    let refusal = match kind {
        // If links are followed, the target determines the result.
        FileKind::Link if options.follow_links => None,
        kind => kind.refusal(),
    };
    if let Some(what) = refusal {
        return Outcome::Special(path, what);
    }
    let failed = |path, error| Outcome::Entry(ScanEntry::failed(path, error));
    if kind == FileKind::Regular {
        match directory.handle.open_regular(name) {
            Ok(Some(file)) => return opened(directory, path, file, options),
            // The file was replaced by a link.
            Ok(None) if options.follow_links => {}
            Ok(None) => return Outcome::Special(path, FileKind::Link.refusal().unwrap_or("")),
            Err(error) => return failed(path, error),
        }
    }
    let seen = match directory.handle.look(name, options.follow_links) {
        Ok(seen) => seen,
        Err(error) => return failed(path, Error::cannot_open(error)),
    };
    if seen.attributes.kind == FileKind::Directory {
        return Outcome::Nothing;
    }
    if let Some(what) = seen.attributes.kind.refusal() {
        return Outcome::Special(path, what);
    }
    let file = directory
        .check_file(&seen.attributes, seen.handle.as_ref(), options)
        .and_then(|()| directory.handle.open_seen(name, &seen.attributes));
    match file {
        Ok(file) => opened(directory, path, file, options),
        Err(error) => failed(path, error),
    }
}

/// Probes an open file after checking its file system.
fn opened(
    directory: &ScannedDirectory,
    path: PathBuf,
    (file, attributes): (File, Attributes),
    options: &ScanOptions,
) -> Outcome {
    let checked = check(&attributes, &options.image)
        .and_then(|()| directory.check_file(&attributes, Some(&file), options));
    Outcome::Entry(match checked {
        Ok(()) => probed(path, &file, attributes, options),
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
    let options = options.image.clone().file_name(path);
    probe_described(file, attributes, &options)
}

impl ScannedDirectory {
    /// A directory that is a target itself.
    pub(super) fn target(handle: Directory) -> Self {
        ScannedDirectory {
            depth: 0,
            device: handle.device(),
            handle,
        }
    }

    /// Refuses a file on a file system other than the target's.
    fn check_file(
        &self,
        attributes: &Attributes,
        file: Option<&File>,
        options: &ScanOptions,
    ) -> Result<(), Error> {
        match self.check_device(attributes.device(), options) {
            Err(_) if self.handle.is_same_mount(file) => Ok(()),
            result => result,
        }
    }

    /// Refuses a directory on a file system other than the target's.
    pub(super) fn check_device(&self, device: u64, options: &ScanOptions) -> Result<(), Error> {
        match options.cross_file_systems || device == self.device {
            true => Ok(()),
            false => Err(Reason::OtherFileSystem.into()),
        }
    }
}
