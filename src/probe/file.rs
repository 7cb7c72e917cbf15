// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes of open files.

use super::source::{probe, Source};
use super::Progress;
use crate::base::error::{Error, Reason};
use crate::base::format::Format;
use crate::base::options::Options;
use crate::base::range::Length;
use crate::image::Facts;
use crate::image::{FileSizes, Image};
use crate::io::{attributes_of, block_device_size, check_kind, read_at, Attributes, FileKind};
use std::fs::File;
use std::io;

impl Source for &File {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        read_at(self, buffer, offset)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(Some(length(self, &attributes_of(self)?)?))
    }
}

impl Source for File {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        read_at(self, buffer, offset)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        (&*self).length()
    }
}

/// Rejects a file that cannot hold an image, before it is opened or read.
pub(crate) fn check(attributes: &Attributes, options: &Options) -> Result<(), Error> {
    check_kind(attributes, options.format == Some(Format::Dir))
}

/// Probes an open file whose attributes are unknown.
pub(super) fn probe_opened(file: &File, options: &Options) -> Result<Box<Image>, Error> {
    probe_described(file, &describe(file, options)?, options)
}

/// Returns the attributes of an open file. Rejects a file that cannot hold an image.
pub(crate) fn describe(file: &File, options: &Options) -> Result<Attributes, Error> {
    let attributes = attributes_of(file).map_err(|error| Reason::system("stat", None, &error))?;
    check(&attributes, options)?;
    Ok(attributes)
}

/// Probes a file that [`describe`] accepted.
pub(crate) fn probe_described(
    file: &File,
    attributes: &Attributes,
    options: &Options,
) -> Result<Box<Image>, Error> {
    if attributes.is_directory() {
        return Ok(directory(attributes));
    }
    probe_file(file, attributes, options)
}

/// Returns the size of the file or block device in bytes.
pub(crate) fn length(file: &File, attributes: &Attributes) -> Result<u64, Error> {
    if attributes.kind != FileKind::Block {
        return Ok(attributes.length);
    }
    block_device_size(file)
        .map_err(|error| Reason::system("get the size of the block device", None, &error).into())
}

/// Probes `file` with these `attributes`, which [`check`] accepted.
pub(super) fn probe_file(
    mut file: &File,
    attributes: &Attributes,
    options: &Options,
) -> Result<Box<Image>, Error> {
    let length = length(file, attributes)?;
    probe(
        &mut file,
        Progress::new(options, Length::Known(length), attributes.allocated),
    )
}

/// Returns the facts of a directory with the specified format `dir`. Its content is not read.
pub(super) fn directory(attributes: &Attributes) -> Box<Image> {
    let sizes = FileSizes {
        physical: None,
        allocated: attributes.allocated,
    };
    Box::new(Image::new(&Facts::of(Format::Dir), sizes))
}
