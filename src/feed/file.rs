// SPDX-License-Identifier: MIT OR Apache-2.0
//! An open file, whoever opened it.

use super::kind::FileKind;
use super::source::{probe, Source};
use super::{sys, Progress};
use crate::error::{Error, Reason};
use crate::facts::Facts;
use crate::format::Format;
use crate::image::{FileSizes, Image};
use crate::options::Options;
use crate::view::Length;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt};

impl Source for &File {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(*self, room, offset)
    }
}

/// Refuses what holds no image, before it is opened or read.
pub(super) fn judge(metadata: &Metadata, options: &Options) -> Result<(), Error> {
    let kind = FileKind::from(metadata.file_type());
    let what = match (kind, options.format == Some(Format::Dir)) {
        (FileKind::Directory, true) => return Ok(()),
        (FileKind::Regular | FileKind::Block, true) => "not a directory",
        (kind, _) => match kind.refusal() {
            Some(what) => what,
            None => return Ok(()),
        },
    };
    Err(Reason::UnsupportedFile(what).into())
}

/// Refuses what can be neither an image nor a directory.
pub(super) fn judge_any(metadata: &Metadata) -> Result<(), Error> {
    let format = metadata.is_dir().then_some(Format::Dir);
    judge(metadata, &Options::new().format(format))
}

/// Probes an open file, of which nothing is known yet.
pub(super) fn probe_opened(file: &File, options: &Options) -> Result<Box<Image>, Error> {
    probe_described(file, &describe(file, options)?, options)
}

/// What the system says of an open file, which is refused where it holds no image.
pub(crate) fn describe(file: &File, options: &Options) -> Result<Metadata, Error> {
    let metadata = file
        .metadata()
        .map_err(|error| Reason::system("stat", None, &error))?;
    judge(&metadata, options)?;
    Ok(metadata)
}

/// Probes what [`describe`] let pass.
pub(crate) fn probe_described(
    file: &File,
    metadata: &Metadata,
    options: &Options,
) -> Result<Box<Image>, Error> {
    if metadata.is_dir() {
        return Ok(directory(metadata));
    }
    probe_file(file, metadata, options)
}

/// How many bytes the file or block device has.
pub(crate) fn length(file: &File, metadata: &Metadata) -> Result<u64, Error> {
    if !metadata.file_type().is_block_device() {
        return Ok(metadata.len());
    }
    sys::block_device_size(file)
        .map_err(|error| Reason::system("get the size of the block device", None, &error).into())
}

/// Probes `file`, which `metadata` describes and [`judge`] let pass.
pub(super) fn probe_file(
    mut file: &File,
    metadata: &Metadata,
    options: &Options,
) -> Result<Box<Image>, Error> {
    let length = length(file, metadata)?;
    let allocated = allocated(metadata);
    probe(
        &mut file,
        Progress::new(options, Length::Known(length), allocated),
    )
}

/// The answer for a directory that was asked for as such. Its content is not looked at.
pub(super) fn directory(metadata: &Metadata) -> Box<Image> {
    let sizes = FileSizes {
        physical: None,
        allocated: allocated(metadata),
    };
    Box::new(Image::new(&Facts::of(Format::Dir), sizes))
}

fn allocated(metadata: &Metadata) -> Option<u64> {
    // `st_blocks` counts 512 bytes, whatever the file system's block is.
    metadata.blocks().checked_mul(512)
}
