// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ranges of bytes, and the length of the object that holds them.

use crate::base::limits::MAX_OBJECT;

/// A run of bytes of the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ByteRange {
    /// Where it starts, in bytes from the start of the image file.
    pub offset: u64,
    /// How many bytes.
    pub length: u64,
}

impl ByteRange {
    /// Whether both have a byte in common.
    pub(crate) fn overlaps(self, other: ByteRange) -> bool {
        let ends_behind =
            |range: ByteRange, start| range.offset.saturating_add(range.length) > start;
        ends_behind(self, other.offset) && ends_behind(other, self.offset)
    }
}

/// What is known of the length of the object that holds the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Exactly this many bytes.
    Known(u64),
    /// Not known, but a read at this offset brought nothing: the end is there or before.
    AtMost(u64),
    /// Not known at all.
    Unknown,
}

impl Length {
    /// The exact length, where it is known.
    #[must_use]
    pub fn known(self) -> Option<u64> {
        match self {
            Length::Known(length) => Some(length),
            Length::AtMost(_) | Length::Unknown => None,
        }
    }

    /// An offset that the end is known not to be behind.
    pub(crate) fn bound(self) -> u64 {
        match self {
            Length::Known(end) | Length::AtMost(end) => end,
            Length::Unknown => MAX_OBJECT,
        }
    }
}
