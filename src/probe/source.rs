// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes of objects that the caller's code reads: in a remote store, a test or another image.

use super::windows::Windows;
use super::{drive, Plan, Progress, Store};
use crate::base::error::{Error, Reason};
use crate::base::options::Options;
use crate::base::range::Length;
use crate::base::retry::retry;
use crate::base::view::Buffered;
use crate::image::Image;
use std::io;

/// An object that can be read at any offset.
///
/// Implemented for files, byte slices, [`Cursor`](io::Cursor)s of bytes, and mutable references and
/// boxes of sources. The position of a file or cursor is neither used nor moved.
///
/// ```
/// use diskprobe::{probe_source, Options, Source};
/// struct Zeros;
/// impl Source for Zeros {
///     fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
///         buffer.fill(0);
///         Ok(buffer.len().min(4096_u64.saturating_sub(offset) as usize))
///     }
/// }
/// assert!(probe_source(&mut Zeros, &Options::new()).is_ok());
/// ```
pub trait Source {
    /// Reads bytes from `offset` on into `buffer`, as pread(2) does, and returns their number. It
    /// can be less than the size of the buffer. 0 means that the object ends at or before `offset`.
    ///
    /// # Errors
    /// Any error ends the probe and is its [`source`](std::error::Error::source), except
    /// [`Interrupted`](io::ErrorKind::Interrupted), after which the read is tried again.
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Returns the length of the object in bytes. The default is `None`: the length is not known.
    ///
    /// # Errors
    /// As for [`read_at`](Source::read_at).
    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(None)
    }
}

impl<S: Source + ?Sized> Source for &mut S {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        (**self).length()
    }
}

impl<S: Source + ?Sized> Source for Box<S> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        (**self).length()
    }
}

impl<T: AsRef<[u8]>> Source for io::Cursor<T> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.get_ref().as_ref().read_at(buffer, offset)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        self.get_ref().as_ref().length()
    }
}

impl Source for &[u8] {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.get(offset..));
        let rest = rest.unwrap_or_default();
        let length = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(u64::try_from(self.len()).ok())
    }
}

/// Probes the image that `source` reads.
///
/// If the source does not know its length and the answer depends on it, the last byte that must
/// exist is read.
///
/// ```
/// # fn main() -> Result<(), diskprobe::Error> {
/// let disk = [0u8; 4096];
/// let image = diskprobe::probe_source(&mut &disk[..], &diskprobe::Options::new())?;
/// assert_eq!(image.virtual_size(), Some(4096));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As for [`probe_path`](crate::probe_path), except the errors of opening.
#[doc(alias = "diskprobe_probe_callback")]
pub fn probe_source(
    source: &mut (impl Source + ?Sized),
    options: &Options,
) -> Result<Image, Error> {
    let length = length(source)?;
    boxed(source, length, options).map(|image| *image)
}

/// Returns the length of a source.
pub(crate) fn length(source: &mut (impl Source + ?Sized)) -> Result<Option<u64>, Error> {
    let length = source.length();
    length.map_err(|error| Error::system("get the length", None, error))
}

pub(crate) fn boxed(
    source: &mut (impl Source + ?Sized),
    length: Option<u64>,
    options: &Options,
) -> Result<Box<Image>, Error> {
    let length = length.map_or(Length::Unknown, Length::Known);
    probe(source, Progress::new(options, length, None))
}

pub(super) fn probe(
    source: &mut (impl Source + ?Sized),
    progress: Progress,
) -> Result<Box<Image>, Error> {
    let windows = Windows::new();
    drive(progress, &mut Reader { source, windows })
}

struct Reader<'s, S: ?Sized> {
    source: &'s mut S,
    windows: Windows,
}

impl<S: Source + ?Sized> Store for Reader<'_, S> {
    fn held(&self) -> &dyn Buffered {
        &self.windows
    }

    fn fetch(&mut self, plan: Plan) -> Result<u64, Error> {
        let source = &mut *self.source;
        self.windows.add(plan.range, |buffer| {
            read_full(source, buffer, plan.range.offset)
        })
    }
}

/// Reads until `buffer` is full or the object ends.
fn read_full(
    source: &mut (impl Source + ?Sized),
    buffer: &mut [u8],
    offset: u64,
) -> Result<usize, Error> {
    let mut filled: usize = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let position = offset.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX));
        let got = retry(|| source.read_at(rest, position));
        match got.map_err(|error| Error::system("read", Some(position), error))? {
            0 => break,
            got if got <= rest.len() => filled = filled.saturating_add(got),
            got => return Err(too_long(got, rest.len())),
        }
    }
    Ok(filled)
}

/// Returns the error for a source that returns more bytes than were requested.
#[cold]
fn too_long(got: usize, requested: usize) -> Error {
    let size = |bytes| u64::try_from(bytes).unwrap_or(u64::MAX);
    Error::from(Reason::Argument {
        name: "result of a read",
        value: size(got),
        least: 0,
        most: size(requested),
    })
}
