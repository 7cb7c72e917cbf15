// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes of bytes in memory.

use super::{drive, Plan, Progress, Store};
use crate::base::error::{Error, Reason};
use crate::base::limits::MAX_READS;
use crate::base::options::check_argument;
use crate::base::options::Options;
use crate::base::range::{ByteRange, Length};
use crate::base::view::{part, Buffered};
use crate::image::Image;

/// Probes the image whose first bytes are `data`. `length` is the length of the whole image.
///
/// Nothing is copied. If bytes are missing, the error is
/// [`NeedMoreData`](crate::ErrorKind::NeedMoreData) and [`Error::needed`] has the range. If the
/// length is unknown, bytes after `data` are assumed to exist, and the image has no physical size.
/// It never has an allocated size.
///
/// ```
/// use diskprobe::{probe_buffer, ErrorKind, Options};
/// let start = [0; 100];
/// let error = probe_buffer(&start, Some(4096), &Options::new()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NeedMoreData);
/// assert_eq!(error.needed().map(|range| (range.offset, range.length)), Some((0, 512)));
/// ```
///
/// # Errors
/// As for [`probe_path`](crate::probe_path), except the errors of opening and reading;
/// `InvalidArgument` if `data` is longer than `length`.
#[doc(alias = "diskprobe_probe_buffer")]
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

/// Data of which only the fetched ranges are visible to the core, so that a buffer has the same
/// result as a file, and costs the same number of reads and bytes.
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

    /// Reports the whole planned range as fetched: the end of the data is not the end of the
    /// object.
    fn fetch(&mut self, plan: Plan) -> Result<u64, Error> {
        let Plan { needed, range } = plan;
        if needed.offset.saturating_add(needed.length) > self.given {
            return Err(Reason::NotGiven {
                size: needed.length,
                offset: needed.offset,
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
