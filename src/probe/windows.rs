// SPDX-License-Identifier: MIT OR Apache-2.0
//! Windows that own their bytes.

use crate::base::limits::FIRST_READ;
use crate::base::range::ByteRange;
use crate::base::view::{part, Buffered};

const INLINE: usize = 1536;
const _: () = assert!(INLINE as u64 == FIRST_READ);
/// How many more a usual image needs, if it needs more than one at all (vhdx).
const USUAL_READS: usize = 5;

/// The windows read so far. The first lies inside, so that a typical probe allocates nothing.
pub(super) struct Windows {
    first: [u8; INLINE],
    first_range: Option<ByteRange>,
    more: Vec<Window>,
}

struct Window {
    offset: u64,
    bytes: Box<[u8]>,
}

impl Windows {
    pub(super) fn new() -> Self {
        Windows {
            first: [0; INLINE],
            first_range: None,
            more: Vec::new(),
        }
    }

    /// The first window and where it starts.
    fn inline(&self) -> Option<(u64, &[u8])> {
        let range = self.first_range?;
        let filled = self.first.get(..usize::try_from(range.length).ok()?)?;
        Some((range.offset, filled))
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
        if self.more.is_empty() {
            self.more.reserve(USUAL_READS);
        }
        self.more.push(Window {
            offset: range.offset,
            bytes: bytes.into_boxed_slice(),
        });
        Ok(to_u64(got))
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
        let more = self.more.iter();
        let more = more.map(|window| (window.offset, &*window.bytes));
        let mut all = self.inline().into_iter().chain(more);
        all.find_map(|(start, bytes)| part(start, bytes, offset, length))
    }
}
