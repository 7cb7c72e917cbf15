// SPDX-License-Identifier: MIT OR Apache-2.0
//! Windows that own their bytes.

use crate::limits::FIRST_READ;
use crate::view::{ByteRange, Held};

const INLINE: usize = 2048;
const _: () = assert!(INLINE as u64 == FIRST_READ);

/// The windows read so far. The first lies inside, so that a typical probe allocates nothing.
pub(super) struct Windows {
    first: [u8; INLINE],
    first_range: Option<ByteRange>,
    more: Vec<Window>,
}

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

    /// Adds a window for `range`: `fill` gets the room and says how much of it it filled.
    pub(super) fn add<E>(
        &mut self,
        range: ByteRange,
        fill: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<u64, E> {
        let length = usize::try_from(range.length).unwrap_or(usize::MAX);
        if self.first_range.is_none() {
            if let Some(room) = self.first.get_mut(..length) {
                let got = to_u64(fill(room)?.min(length));
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
        self.more.push(Window {
            offset: range.offset,
            bytes,
        });
        Ok(to_u64(got))
    }
}

fn to_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

impl Held for Windows {
    fn bytes(&self, offset: u64, length: usize) -> Option<&[u8]> {
        let first = self.first_range.and_then(|range| {
            let filled = self.first.get(..usize::try_from(range.length).ok()?)?;
            part(range.offset, filled, offset, length)
        });
        first.or_else(|| {
            let mut more = self.more.iter();
            more.find_map(|window| part(window.offset, &window.bytes, offset, length))
        })
    }
}

/// The `length` bytes at `offset`, if the window that starts at `start` holds them all.
pub(super) fn part(start: u64, window: &[u8], offset: u64, length: usize) -> Option<&[u8]> {
    let from = usize::try_from(offset.checked_sub(start)?).ok()?;
    window.get(from..from.checked_add(length)?)
}
