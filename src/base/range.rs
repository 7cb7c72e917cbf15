// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ranges of bytes, and the length of an object.

use crate::base::limits::MAX_OBJECT;

/// A range of bytes of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ByteRange {
    /// Offset of the first byte from the start of the image file.
    pub offset: u64,
    /// Length in bytes.
    pub length: u64,
}

impl ByteRange {
    /// Returns the offset after the last byte.
    #[must_use]
    pub fn end(self) -> u64 {
        self.offset.saturating_add(self.length)
    }
}

impl From<ByteRange> for core::ops::Range<u64> {
    fn from(range: ByteRange) -> Self {
        range.offset..range.end()
    }
}

impl ByteRange {
    /// Returns whether the two ranges have a byte in common.
    pub(crate) fn overlaps(self, other: ByteRange) -> bool {
        self.end() > other.offset && other.end() > self.offset
    }

    /// Returns the number of bytes that the two ranges have in common.
    pub(crate) fn overlap(self, other: ByteRange) -> u64 {
        let end = self.end().min(other.end());
        end.saturating_sub(self.offset.max(other.offset))
    }

    /// Returns the part at and after `offset`.
    pub(crate) fn from(self, offset: u64) -> ByteRange {
        let offset = offset.clamp(self.offset, self.end());
        ByteRange {
            offset,
            length: self.end().saturating_sub(offset),
        }
    }
}

/// What is known about the length of the object that holds the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// Exactly this many bytes.
    Known(u64),
    /// Unknown, but a read at this offset returned nothing, so the object ends at or before it.
    AtMost(u64),
    Unknown,
}

impl Length {
    /// Returns the exact length, if it is known.
    pub(crate) fn known(self) -> Option<u64> {
        match self {
            Length::Known(length) => Some(length),
            Length::AtMost(_) | Length::Unknown => None,
        }
    }

    /// Returns an offset at or after the end.
    pub(crate) fn bound(self) -> u64 {
        match self {
            Length::Known(end) | Length::AtMost(end) => end,
            Length::Unknown => MAX_OBJECT,
        }
    }
}
