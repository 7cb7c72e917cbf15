// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is known about an image: its length and some windows of its bytes.
//!
//! A parser requests a whole structure from the view and then parses that slice. If the bytes are
//! missing, the request stops the parser with [`Incomplete::Need`]; the caller of the core fetches
//! the range and runs the parser again.

use crate::base::cold::cold_path;
use crate::base::error::Reason;
use crate::base::field::Field;
use crate::base::limits::DETECTION_HEAD;
use crate::base::range::{ByteRange, Length};
use crate::base::text::Text;
use byteorder::{BigEndian, ByteOrder, LittleEndian};
use nom::IResult;

/// Why a parser has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Incomplete {
    /// It needs these bytes first.
    Need(ByteRange),
    /// The image or the request is wrong.
    Failed(Reason),
}

impl From<Reason> for Incomplete {
    fn from(reason: Reason) -> Self {
        Incomplete::Failed(reason)
    }
}

/// Windows of the image's bytes.
pub(crate) trait Buffered {
    /// Returns the window at the start of the image; empty if there is none yet.
    fn start(&self) -> &[u8];

    /// Returns these bytes if one window holds all of them.
    fn bytes(&self, offset: u64, length: usize) -> Option<&[u8]>;

    /// Whether bytes that no window holds can be fetched.
    fn can_fetch_all(&self) -> bool {
        true
    }
}

/// Returns the `length` bytes at `offset` if the window that starts at `start` holds all of them.
pub(crate) fn part(start: u64, window: &[u8], offset: u64, length: usize) -> Option<&[u8]> {
    let from = usize::try_from(offset.checked_sub(start)?).ok()?;
    window.get(from..from.checked_add(length)?)
}

/// What a parser sees of the image.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    length: Length,
    held: &'a dyn Buffered,
    /// The window at the start, which holds nearly everything that parsers request.
    start: &'a [u8],
    allows_unknown: bool,
}

impl<'a> View<'a> {
    /// Creates a view. `allows_unknown`: parsers accept unknown features.
    pub(crate) fn new(length: Length, held: &'a dyn Buffered, allows_unknown: bool) -> Self {
        View {
            length,
            held,
            start: held.start(),
            allows_unknown,
        }
    }

    /// Returns whether the check of a feature failed, if unknown features are allowed. If they are
    /// not allowed, a failed check is an error.
    pub(crate) fn is_unknown(&self, check: Result<(), Reason>) -> Result<bool, Reason> {
        match check {
            Ok(()) => Ok(false),
            Err(reason) if self.allows_unknown && reason.is_unknown_feature() => Ok(true),
            Err(reason) => Err(reason),
        }
    }

    pub(crate) fn length(&self) -> Length {
        self.length
    }

    /// Returns the length, or an error stating that `structure` cannot be found without it.
    pub(crate) fn known_length(&self, structure: &'static str) -> Result<u64, Incomplete> {
        self.length
            .known()
            .ok_or(Incomplete::Failed(Reason::LengthNeeded { structure }))
    }

    /// Returns all bytes of `structure`.
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
        self.check_end(offset, length, structure)?;
        if length == 0 {
            // Requesting zero bytes would make no progress, but the offset must still be in the
            // file.
            self.end_before(offset, structure)?;
            return Ok(&[]);
        }
        let held = self.held.bytes(offset, size);
        held.ok_or(Incomplete::Need(ByteRange {
            offset,
            length: u64::from(length),
        }))
    }

    /// Fails if `structure` is known to end after the end of the file.
    fn check_end(&self, offset: u64, length: u32, structure: &'static str) -> Result<(), Reason> {
        let (size, bound) = (u64::from(length), self.length.bound());
        match offset.checked_add(size) {
            Some(end) if end <= bound => Ok(()),
            _ => {
                cold_path();
                Err(Reason::Truncated {
                    structure,
                    size,
                    offset,
                    end: self.length.into(),
                })
            }
        }
    }

    /// Returns the end of the file if it is before `end`.
    ///
    /// If the length is unknown, the last of these bytes is requested; otherwise a callback source
    /// would accept an image that a file source rejects. A buffer that holds only the start of an
    /// object of unknown length cannot fetch this byte; the object is assumed to be long enough.
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

    /// Returns the `length` bytes at `offset`, or those before the end of the file.
    ///
    /// For text that ends at a NUL or the end of the file.
    pub(crate) fn up_to(
        &self,
        offset: u64,
        length: u32,
        structure: &'static str,
    ) -> Result<&'a [u8], Incomplete> {
        let rest = self.length.bound().saturating_sub(offset);
        let there = u32::try_from(rest).map_or(length, |rest| rest.min(length));
        if there == 0 && offset > 0 {
            // Nothing that a header refers to is empty.
            return self.at(offset, length.max(1), structure);
        }
        self.at(offset, there, structure)
    }

    /// Returns the `length` bytes at `offset`, or those before the end of the file, or none.
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

    /// Returns the text in the `size` bytes at `offset`, up to the first NUL.
    pub(crate) fn text(
        &self,
        offset: u64,
        size: Field,
        structure: &'static str,
    ) -> Result<Text<'a>, Incomplete> {
        let size = u32::try_from(size.value).unwrap_or(u32::MAX);
        Ok(Text::until_nul(self.at(offset, size, structure)?, offset))
    }

    /// Parses the `length` bytes of `structure`.
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

    /// Returns the bytes that detection looks at.
    pub(crate) fn head(&self) -> Result<Head<'a>, Incomplete> {
        self.up_to(0, DETECTION_HEAD, "first sector").map(Head)
    }
}

/// A part of a magic: its offset and bytes.
pub(crate) type Part = (usize, &'static [u8]);

/// The first 512 bytes, with zeros after the end of a shorter file: QEMU's detection sees the same
/// bytes, and a truncated image keeps its format.
#[derive(Clone, Copy)]
pub(crate) struct Head<'a>(pub(crate) &'a [u8]);

impl<'a> Head<'a> {
    fn byte(&self, offset: usize) -> u8 {
        self.0.get(offset).copied().unwrap_or(0)
    }

    /// Whether the bytes at `offset` are `magic`.
    #[inline(always)]
    pub(crate) fn has(&self, offset: usize, magic: &[u8]) -> bool {
        match self.0.get(offset..offset.saturating_add(magic.len())) {
            Some(bytes) => bytes == magic,
            None => self.has_padded(offset, magic),
        }
    }

    #[cold]
    fn has_padded(&self, offset: usize, magic: &[u8]) -> bool {
        let mut bytes = magic.iter().enumerate();
        bytes.all(|(index, byte)| self.byte(offset.saturating_add(index)) == *byte)
    }

    pub(crate) fn has_all(&self, parts: &[Part]) -> bool {
        parts.iter().all(|(offset, magic)| self.has(*offset, magic))
    }

    fn array<const N: usize>(&self, offset: usize) -> [u8; N] {
        core::array::from_fn(|index| self.byte(offset.saturating_add(index)))
    }

    pub(crate) fn be_u32(&self, offset: usize) -> u32 {
        BigEndian::read_u32(&self.array::<4>(offset))
    }

    pub(crate) fn le_u32(&self, offset: usize) -> u32 {
        LittleEndian::read_u32(&self.array::<4>(offset))
    }

    /// The bytes that the file has.
    pub(crate) fn present(&self) -> &'a [u8] {
        self.0
    }
}
