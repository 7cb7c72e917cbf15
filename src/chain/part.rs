// SPDX-License-Identifier: MIT OR Apache-2.0
//! The slice of a `json:` location: a part of an object that is the disk.

use crate::base::error::{Error, Reason};
use crate::base::options::Options;
use crate::image::Image;
use crate::location::Slice;
use crate::probe::{boxed_source, Source};
use std::io;

struct Part<'s, S> {
    source: &'s mut S,
    start: u64,
    /// Size in bytes. `None`: up to the end of the object.
    length: Option<u64>,
}

impl<S: Source> Source for Part<'_, S> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = self.length.map(|length| length.saturating_sub(offset));
        let left = left.and_then(|left| usize::try_from(left).ok());
        let size = left.map_or(buffer.len(), |left| left.min(buffer.len()));
        let offset = self
            .start
            .checked_add(offset)
            .ok_or(io::ErrorKind::InvalidInput)?;
        self.source
            .read_at(buffer.get_mut(..size).unwrap_or_default(), offset)
    }
}

/// Probes a part of `source`, whose whole length is `length` if known.
pub(super) fn probe(
    source: &mut impl Source,
    length: Option<u64>,
    part: Slice,
    options: &Options,
) -> Result<Box<Image>, Error> {
    let beyond = Reason::Location {
        syntax: "json",
        what: "the slice ends after the end of the file",
        offset: 0,
    };
    let rest = match length {
        Some(length) => Some(length.checked_sub(part.offset).ok_or(beyond)?),
        None => None,
    };
    // QEMU rounds the length of the file up before it subtracts the offset.
    let is_rounded = part.offset % 512 != 0 && length.is_some_and(|length| length % 512 != 0);
    if part.size.is_none() && is_rounded {
        return Err(Reason::Location {
            syntax: "json",
            what: "neither the offset of the slice nor the length of the file is a multiple of 512",
            offset: 0,
        }
        .into());
    }
    let length = match part.size {
        None => rest,
        Some(size) if rest.is_some_and(|rest| rest < size) => return Err(beyond.into()),
        Some(size) => Some(size),
    };
    let mut source = Part {
        source,
        start: part.offset,
        length,
    };
    boxed_source(&mut source, length, options)
}
