// SPDX-License-Identifier: MIT OR Apache-2.0
//! Windows that own their bytes.

use crate::base::limits::FIRST_READ;
use crate::base::range::ByteRange;
use crate::base::view::{part, Buffered};
use core::convert::Infallible;

const INLINE: usize = 1536;
const _: () = assert!(INLINE as u64 == FIRST_READ);
/// Further reads of a usual image that needs more than one (vhdx).
const USUAL_READS: usize = 5;

/// The windows held so far. The first is stored inline, so that a typical probe allocates nothing.
#[derive(Clone)]
pub(super) struct Windows {
    first: [u8; INLINE],
    first_range: Option<ByteRange>,
    more: Vec<Window>,
}

#[derive(Clone)]
struct Window {
    offset: u64,
    bytes: Vec<u8>,
}

impl Windows {
    pub(super) fn new() -> Self {
        Windows {
            first: [0; INLINE],
            first_range: None,
            more: Vec::new(),
        }
    }

    /// The first window and its offset.
    fn inline(&self) -> Option<(u64, &[u8])> {
        let range = self.first_range?;
        let filled = self.first.get(..usize::try_from(range.length).ok()?)?;
        Some((range.offset, filled))
    }

    /// Every window with its offset.
    fn all(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let more = self.more.iter();
        let more = more.map(|window| (window.offset, &*window.bytes));
        self.inline().into_iter().chain(more)
    }

    /// Adds a window for `range`. `fill` gets the buffer and returns how much of it it filled.
    pub(super) fn add<E>(
        &mut self,
        range: ByteRange,
        fill: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<u64, E> {
        let length = usize::try_from(range.length).unwrap_or(usize::MAX);
        if self.first_range.is_none() {
            if let Some(buffer) = self.first.get_mut(..length) {
                let got = to_u64(fill(buffer)?.min(length));
                self.first_range = Some(ByteRange {
                    offset: range.offset,
                    length: got,
                });
                return Ok(got);
            }
        }
        let mut bytes = vec![0; length];
        let got = fill(&mut bytes)?.min(length);
        bytes.truncate(got);
        if self.more.is_empty() {
            self.more.reserve(USUAL_READS);
        }
        self.more.push(Window {
            offset: range.offset,
            bytes,
        });
        Ok(to_u64(got))
    }

    /// Adds a copy of `bytes`. Bytes that continue a window are appended to it.
    pub(super) fn insert(&mut self, offset: u64, bytes: &[u8]) {
        if let Some(range) = &mut self.first_range {
            let from = usize::try_from(range.length).unwrap_or(INLINE);
            let buffer = self.first.get_mut(from..from.saturating_add(bytes.len()));
            let buffer = buffer.filter(|buffer| buffer.len() == bytes.len());
            if let Some(buffer) = buffer.filter(|_| range.end() == offset) {
                buffer.copy_from_slice(bytes);
                range.length = range.length.saturating_add(to_u64(bytes.len()));
                return;
            }
        }
        let end = |window: &Window| window.offset.saturating_add(to_u64(window.bytes.len()));
        if let Some(window) = self.more.iter_mut().find(|window| end(window) == offset) {
            window.bytes.extend_from_slice(bytes);
            return;
        }
        let range = ByteRange {
            offset,
            length: to_u64(bytes.len()),
        };
        let Ok(_) = self.add::<Infallible>(range, |buffer| {
            buffer.copy_from_slice(bytes);
            Ok(buffer.len())
        });
    }

    /// Returns the end of the bytes that are held from `offset` on without a gap.
    pub(super) fn held_until(&self, offset: u64) -> u64 {
        let mut end = offset;
        loop {
            let ends = self.all().filter_map(|(start, bytes)| {
                let until = start.saturating_add(to_u64(bytes.len()));
                (start <= end && end < until).then_some(until)
            });
            match ends.max() {
                Some(until) => end = until,
                None => return end,
            }
        }
    }

    /// Returns the end of the last byte held.
    pub(super) fn end(&self) -> u64 {
        let ends = self
            .all()
            .map(|(start, bytes)| start.saturating_add(to_u64(bytes.len())));
        ends.max().unwrap_or(0)
    }

    /// Copies a range that several windows hold together into one window.
    pub(super) fn join(&mut self, range: ByteRange) {
        let mut joined = Vec::new();
        let mut at = range.offset;
        while at < range.end() {
            let rest = self.all().find_map(|(start, bytes)| {
                let from = usize::try_from(at.checked_sub(start)?).ok()?;
                bytes.get(from..).filter(|rest| !rest.is_empty())
            });
            let Some(rest) = rest else { return };
            joined.extend_from_slice(rest);
            at = at.saturating_add(to_u64(rest.len()));
        }
        self.more.push(Window {
            offset: range.offset,
            bytes: joined,
        });
    }
}

fn to_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

impl Buffered for Windows {
    fn start(&self) -> &[u8] {
        match self.inline() {
            Some((0, bytes)) => bytes,
            _ => &[],
        }
    }

    fn bytes(&self, offset: u64, length: usize) -> Option<&[u8]> {
        let mut all = self.all();
        all.find_map(|(start, bytes)| part(start, bytes, offset, length))
    }
}
