// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is known of an image: its length and some windows of its bytes.
//!
//! A parser asks the view for a whole structure at once and then parses that slice. Where the
//! bytes are not held yet, the question itself stops the parser with [`Incomplete::Need`]; whoever
//! feeds the core fetches the range and runs the parser again.

use crate::base::cold::cold_path;
use crate::base::error::Reason;
use crate::base::limits::DETECTION_HEAD;
use crate::base::range::{ByteRange, Length};
use nom::IResult;

/// Why a parser did not come to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Incomplete {
    /// It needs these bytes first.
    Need(ByteRange),
    /// The image, or the question, is at fault.
    Failed(Reason),
}

impl From<Reason> for Incomplete {
    fn from(reason: Reason) -> Self {
        Incomplete::Failed(reason)
    }
}

/// Windows of the image's bytes, held by a feeder.
pub(crate) trait Buffered {
    /// The window at the start of the image; empty while there is none.
    fn start(&self) -> &[u8];

    /// These bytes, if one window holds all of them.
    fn bytes(&self, offset: u64, length: usize) -> Option<&[u8]>;

    /// Whether bytes of the object that are not held can be had at all.
    fn can_fetch_all(&self) -> bool {
        true
    }
}

/// The `length` bytes at `offset`, if the window that starts at `start` holds them all.
pub(crate) fn part(start: u64, window: &[u8], offset: u64, length: usize) -> Option<&[u8]> {
    let from = usize::try_from(offset.checked_sub(start)?).ok()?;
    window.get(from..from.checked_add(length)?)
}

/// What a parser sees of the image.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    length: Length,
    held: &'a dyn Buffered,
    /// Nearly everything lies in this window.
    start: &'a [u8],
}

impl<'a> View<'a> {
    pub(crate) fn new(length: Length, held: &'a dyn Buffered) -> Self {
        View {
            length,
            held,
            start: held.start(),
        }
    }

    pub(crate) fn length(&self) -> Length {
        self.length
    }

    /// The length, or the error of `structure`, which cannot be found without it.
    pub(crate) fn known_length(&self, structure: &'static str) -> Result<u64, Incomplete> {
        self.length
            .known()
            .ok_or(Incomplete::Failed(Reason::LengthNeeded { structure }))
    }

    /// The bytes of `structure`, all of them.
    pub(crate) fn at(
        &self,
        offset: u64,
        length: u32,
        structure: &'static str,
    ) -> Result<&'a [u8], Incomplete> {
        let size = usize::try_from(length).unwrap_or(usize::MAX);
        if let Some(bytes) = part(0, self.start, offset, size) {
            return Ok(bytes);
        }
        self.judge_end(offset, length, structure)?;
        if length == 0 {
            // A feeder asked for nothing could not tell that from being finished; but the place
            // must be there.
            self.end_before(offset, structure)?;
            return Ok(&[]);
        }
        let held = self.held.bytes(offset, size);
        held.ok_or(Incomplete::Need(ByteRange {
            offset,
            length: u64::from(length),
        }))
    }

    /// Fails where `structure` is known to end behind the end of the file.
    fn judge_end(&self, offset: u64, length: u32, structure: &'static str) -> Result<(), Reason> {
        let range = ByteRange {
            offset,
            length: u64::from(length),
        };
        let bound = self.length.bound();
        match offset.checked_add(range.length) {
            Some(end) if end <= bound => Ok(()),
            _ => {
                cold_path();
                Err(Reason::Truncated {
                    structure,
                    range,
                    length: self.length,
                })
            }
        }
    }

    /// Where the file ends, if that is before `end`; `None` where `end` bytes are there.
    ///
    /// While the length is not known, the last of these bytes tells it: without it, whoever
    /// reads by callback would take an image that whoever reads a file refuses. A buffer that is
    /// the start of an object of unknown length cannot tell; the object is taken to be long enough.
    pub(crate) fn end_before(
        &self,
        end: u64,
        structure: &'static str,
    ) -> Result<Option<u64>, Incomplete> {
        let bound = self.length.bound();
        if bound < end {
            return Ok(Some(bound));
        }
        if self.length.known().is_none() && self.held.can_fetch_all() {
            if let Some(last) = end.checked_sub(1) {
                self.at(last, 1, structure)?;
            }
        }
        Ok(None)
    }

    /// As many of the `length` bytes at `offset` as there are before the end of the file.
    ///
    /// For text of unstated length, whose end is the end of the file or a NUL.
    pub(crate) fn up_to(
        &self,
        offset: u64,
        length: u32,
        structure: &'static str,
    ) -> Result<&'a [u8], Incomplete> {
        let rest = self.length.bound().saturating_sub(offset);
        let there = u32::try_from(rest).map_or(length, |rest| rest.min(length));
        if there == 0 && offset > 0 {
            // Not even the first byte is there: nothing that a header points to is empty.
            return self.at(offset, length.max(1), structure);
        }
        self.at(offset, there, structure)
    }

    /// As many of the `length` bytes at `offset` as there are; none where the file ends before.
    ///
    /// For what may be missing altogether.
    pub(crate) fn if_there(
        &self,
        offset: u64,
        length: u32,
        structure: &'static str,
    ) -> Result<&'a [u8], Incomplete> {
        if self.length.bound() <= offset {
            return Ok(&[]);
        }
        self.up_to(offset, length, structure)
    }

    /// Reads `structure` with a nom parser that takes at most `length` bytes.
    pub(crate) fn parse<T>(
        &self,
        offset: u64,
        length: u32,
        structure: &'static str,
        parser: impl FnOnce(&'a [u8]) -> IResult<&'a [u8], T>,
    ) -> Result<T, Incomplete> {
        let bytes = self.at(offset, length, structure)?;
        match parser(bytes) {
            Ok((_, value)) => Ok(value),
            Err(_) => {
                cold_path();
                Err(Incomplete::Failed(Reason::Unparsed { structure, offset }))
            }
        }
    }

    /// The bytes that detection looks at.
    pub(crate) fn head(&self) -> Result<Head<'a>, Incomplete> {
        self.up_to(0, DETECTION_HEAD, "first sector").map(Head)
    }
}

/// The first 512 bytes. Where the file is shorter, the rest reads as zeros, because QEMU's
/// detection sees it so: a cut image keeps its format.
#[derive(Clone, Copy)]
pub(crate) struct Head<'a>(pub(crate) &'a [u8]);

impl<'a> Head<'a> {
    fn byte(&self, offset: usize) -> u8 {
        self.0.get(offset).copied().unwrap_or(0)
    }

    /// Whether `magic` stands at `offset`.
    pub(crate) fn has(&self, offset: usize, magic: &[u8]) -> bool {
        match self.0.get(offset..offset.saturating_add(magic.len())) {
            Some(found) => found == magic,
            None => magic
                .iter()
                .enumerate()
                .all(|(index, byte)| self.byte(offset.saturating_add(index)) == *byte),
        }
    }

    fn array<const N: usize>(&self, offset: usize) -> [u8; N] {
        core::array::from_fn(|index| self.byte(offset.saturating_add(index)))
    }

    pub(crate) fn be_u16(&self, offset: usize) -> u16 {
        u16::from_be_bytes(self.array(offset))
    }

    pub(crate) fn be_u32(&self, offset: usize) -> u32 {
        u32::from_be_bytes(self.array(offset))
    }

    pub(crate) fn le_u32(&self, offset: usize) -> u32 {
        u32::from_le_bytes(self.array(offset))
    }

    /// The bytes that are there, without the zeros.
    pub(crate) fn present(&self) -> &'a [u8] {
        self.0
    }
}
