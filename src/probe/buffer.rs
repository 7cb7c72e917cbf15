// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes that are in memory already.

use super::{drive, Plan, Progress, Store};
use crate::base::error::{Error, Reason};
use crate::base::limits::{check_argument, MAX_READS};
use crate::base::options::Options;
use crate::base::range::{ByteRange, Length};
use crate::base::view::{part, Buffered};
use crate::image::Image;

/// Probes the image whose first bytes are `data`; `length` is the length of the whole object.
///
/// Nothing is copied. Where the answer needs bytes that are not in `data`, the error is
/// [`NeedMoreData`](crate::ErrorKind::NeedMoreData), and its offset says which. The file is not
/// seen, so only a known `length` gives a physical size, and nothing gives an allocated size. While
/// the length is not known, what a header places behind the end of `data` is taken to be there.
///
/// # Errors
/// As [`probe_path`](crate::probe_path), without those of opening and reading;
/// `InvalidArgument` where `data` is longer than `length`.
pub fn probe_buffer(data: &[u8], length: Option<u64>, options: &Options) -> Result<Image, Error> {
    boxed(data, length, options).map(|image| *image)
}

pub(crate) fn boxed(
    data: &[u8],
    length: Option<u64>,
    options: &Options,
) -> Result<Box<Image>, Error> {
    let given = u64::try_from(data.len()).unwrap_or(u64::MAX);
    if let Some(length) = length {
        check_argument("size of data", given, 0u64, length)?;
    }
    let mut store = Buffer {
        data,
        given,
        fetched: [ByteRange {
            offset: 0,
            length: 0,
        }; MAX_READS as usize],
        fetches: 0,
    };
    let length = length.map_or(Length::Unknown, Length::Known);
    drive(Progress::new(options, length, None), &mut store)
}

/// Shows of the data only what has been fetched, so that a buffer gives the same answer, by the
/// same count of reads and bytes, as a file of the same content.
struct Buffer<'a> {
    data: &'a [u8],
    given: u64,
    fetched: [ByteRange; MAX_READS as usize],
    fetches: usize,
}

impl Buffered for Buffer<'_> {
    fn start(&self) -> &[u8] {
        let first = self.fetched.first().filter(|_| self.fetches != 0);
        let first = first.filter(|range| range.offset == 0);
        let length = first.and_then(|range| usize::try_from(range.length).ok());
        length
            .and_then(|length| self.data.get(..length))
            .unwrap_or_default()
    }

    fn bytes(&self, offset: u64, length: usize) -> Option<&[u8]> {
        let wanted = u64::try_from(length).ok()?;
        let end = offset.checked_add(wanted)?;
        let held = self.fetched.iter().take(self.fetches).any(|range| {
            range.offset <= offset && end <= range.offset.saturating_add(range.length)
        });
        if held {
            part(0, self.data, offset, length)
        } else {
            None
        }
    }

    fn can_fetch_all(&self) -> bool {
        false
    }
}

impl Store for Buffer<'_> {
    fn held(&self) -> &dyn Buffered {
        self
    }

    /// Says that all of the planned range came, because data that ends is not an object that ends.
    fn fetch(&mut self, plan: Plan) -> Result<u64, Error> {
        let Plan { needed, range } = plan;
        if needed.offset.saturating_add(needed.length) > self.given {
            return Err(Reason::NotGiven {
                range: needed,
                given: self.given,
            }
            .into());
        }
        if let Some(slot) = self.fetched.get_mut(self.fetches) {
            let there = self.given.saturating_sub(range.offset);
            let length = range.length.min(there);
            *slot = ByteRange {
                offset: range.offset,
                length,
            };
            self.fetches = self.fetches.saturating_add(1);
        }
        Ok(range.length)
    }
}
