// SPDX-License-Identifier: MIT OR Apache-2.0
//! Windows that own their bytes.

use crate::base::limits::FIRST_READ;
use crate::base::range::ByteRange;
use crate::base::view::{part, Buffered};
use core::convert::Infallible;

const INLINE: usize = 1536;
const _: () = assert!(INLINE as u64 == FIRST_READ);
/// Number of further reads of a typical image that needs more than one (vhdx).
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

    /// Adds a window for `range`. `fill` gets the buffer and returns the number of bytes that it
    /// filled.
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

    /// Returns the first range at or after `offset` and before `end` that is not held.
    pub(super) fn gap(&self, offset: u64, end: u64) -> Option<ByteRange> {
        let offset = self.held_until(offset);
        let later = self.all().map(|(start, _)| start);
        let until = later.filter(|start| *start > offset).min();
        let length = until.unwrap_or(end).min(end).saturating_sub(offset);
        (length > 0).then_some(ByteRange { offset, length })
    }

    /// Adds a copy of `bytes` to a gap. An adjacent window is merged with them, so that
    /// every range that is held is in one window.
    pub(super) fn insert(&mut self, offset: u64, bytes: &[u8]) {
        let range = ByteRange {
            offset,
            length: to_u64(bytes.len()),
        };
        let before = self.take(|start, end| start < offset && end == offset);
        let after = self.take(|start, _| start == range.end());
        if before.is_none() && after.is_none() {
            let Ok(_) = self.add::<Infallible>(range, |buffer| {
                buffer.copy_from_slice(bytes);
                Ok(buffer.len())
            });
            return;
        }
        let mut joined = before.unwrap_or(Window {
            offset,
            bytes: Vec::new(),
        });
        joined.bytes.extend_from_slice(bytes);
        joined
            .bytes
            .extend(after.iter().flat_map(|window| &window.bytes));
        self.more.push(joined);
    }

    /// Removes the window whose start and end satisfy a condition.
    fn take(&mut self, is_wanted: impl Fn(u64, u64) -> bool) -> Option<Window> {
        if let Some((offset, bytes)) = self.inline() {
            if is_wanted(offset, offset.saturating_add(to_u64(bytes.len()))) {
                let bytes = bytes.to_vec();
                self.first_range = None;
                return Some(Window { offset, bytes });
            }
        }
        let index = self.more.iter().position(|window| {
            is_wanted(
                window.offset,
                window.offset.saturating_add(to_u64(window.bytes.len())),
            )
        })?;
        Some(self.more.swap_remove(index))
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
        let part = |start, bytes| part(start, bytes, offset, length);
        let inline = self.inline().and_then(|(start, bytes)| part(start, bytes));
        inline.or_else(|| {
            // The newest window first: a parser usually reads what it has just requested.
            let mut more = self.more.iter().rev();
            more.find_map(|window| part(window.offset, &window.bytes))
        })
    }
}
