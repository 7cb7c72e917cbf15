// SPDX-License-Identifier: MIT OR Apache-2.0
//! A caller's own way to read: a remote store, a test, another image's content.

use super::windows::Windows;
use super::{drive, Plan, Progress, Store};
use crate::base::error::{Error, Reason};
use crate::base::options::Options;
use crate::base::range::Length;
use crate::base::view::Buffered;
use crate::image::Image;
use std::io;

/// Something that can be read at any offset.
pub trait Source {
    /// Reads into `room` the bytes from `offset` on, as `pread` does.
    ///
    /// Returns how many bytes there are now; fewer than asked for are asked for again, and zero
    /// means that the object ends at or before `offset`.
    ///
    /// # Errors
    /// Whatever kept it from reading; [`Interrupted`](io::ErrorKind::Interrupted) is tried again.
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl<S: Source + ?Sized> Source for Box<S> {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(room, offset)
    }
}

/// Probes the image that `source` reads; `length` is the length of the object, where it is known.
/// Where it is not, and the answer depends on it, the byte that must be there is read.
///
/// # Errors
/// As [`probe_path`](crate::probe_path), without those of opening.
pub fn probe_source(
    source: &mut impl Source,
    length: Option<u64>,
    options: &Options,
) -> Result<Image, Error> {
    boxed(source, length, options).map(|image| *image)
}

pub(crate) fn boxed(
    source: &mut impl Source,
    length: Option<u64>,
    options: &Options,
) -> Result<Box<Image>, Error> {
    let length = length.map_or(Length::Unknown, Length::Known);
    probe(source, Progress::new(options, length, None))
}

pub(super) fn probe(source: &mut impl Source, progress: Progress) -> Result<Box<Image>, Error> {
    let windows = Windows::new();
    drive(progress, &mut Reader { source, windows })
}

struct Reader<'s, S> {
    source: &'s mut S,
    windows: Windows,
}

impl<S: Source> Store for Reader<'_, S> {
    fn held(&self) -> &dyn Buffered {
        &self.windows
    }

    fn fetch(&mut self, plan: Plan) -> Result<u64, Error> {
        let source = &mut *self.source;
        self.windows.add(plan.range, |room| {
            read_full(source, room, plan.range.offset)
        })
    }
}

/// Reads until `room` is full or the object ends.
fn read_full(source: &mut impl Source, room: &mut [u8], offset: u64) -> Result<usize, Error> {
    let mut filled: usize = 0;
    let mut interruptions = 0u32;
    while let Some(rest) = room.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let position = offset.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX));
        match source.read_at(rest, position) {
            Ok(0) => break,
            Ok(got) if got > rest.len() => {
                return Err(
                    Reason::InvalidArgument("a read returned more than was asked for").into(),
                )
            }
            Ok(got) => {
                filled = filled.saturating_add(got);
                interruptions = 0;
            }
            Err(error)
                if error.kind() == io::ErrorKind::Interrupted
                    && interruptions < MOST_INTERRUPTIONS =>
            {
                interruptions = interruptions.saturating_add(1);
            }
            Err(error) => return Err(Reason::system("read", Some(position), &error).into()),
        }
    }
    Ok(filled)
}

/// A source that is interrupted more often than this in a row makes no progress.
const MOST_INTERRUPTIONS: u32 = 1000;
