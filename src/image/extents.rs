// SPDX-License-Identifier: MIT OR Apache-2.0
//! The extents of a vmdk disk, packed.
//!
//! A line of 14 bytes names one, and a text of 64 KiB holds thousands of lines. What is kept of
//! them must not be more than what was read, so each takes no more bytes here than in the text: a
//! byte for the kind, then numbers of seven bits a byte, and the name with a NUL, which C is lent.

use super::Extent;
use crate::base::range::ByteRange;
use crate::base::stored::NulText;
use core::ffi::CStr;
use core::fmt;

/// How descriptors call the kinds of extents that are known.
pub(crate) const KINDS: [&CStr; 5] = [FLAT, VMFS, c"SPARSE", c"VMFSSPARSE", c"SESPARSE"];
/// Those of which it is known where in its file an extent starts: it says so, or at 0.
pub(crate) const FLAT: &CStr = c"FLAT";
const VMFS: &CStr = c"VMFS";

/// In the place of a kind: the extent before, once more.
const AGAIN: u8 = 0xff;
const SECTOR: u64 = 512;
/// So many bytes of them are kept together. One list would be copied while it grows, and then take
/// thrice what it holds.
const CHUNK: usize = 2048;
/// The most that one takes beside its name: a kind, four numbers and a NUL.
const BESIDE_NAME: usize = 42;

/// An extent as it is found in a text.
pub(crate) struct Found<'a> {
    pub(crate) kind: &'static CStr,
    pub(crate) sectors: u64,
    /// Of [`FLAT`] extents.
    pub(crate) start: u64,
    pub(crate) name: &'a [u8],
    /// Where the name stands: behind that of the extent before.
    pub(crate) offset: u64,
}

pub(crate) struct Extents {
    chunks: Vec<Chunk>,
    length: usize,
}

/// Some of them. The first is never one that is there once more.
struct Chunk {
    /// The index of the first.
    index: usize,
    /// Where the name before ends in the text.
    behind: u64,
    packed: Box<[u8]>,
}

/// Packs one extent after another.
#[derive(Default)]
pub(crate) struct Packer {
    chunks: Vec<Chunk>,
    length: usize,
    /// What the next chunk is made of.
    packed: Vec<u8>,
    index: usize,
    behind: u64,
    /// Where the last name ends in the text.
    end: u64,
}

impl Packer {
    pub(crate) fn push(&mut self, found: &Found<'_>) {
        let room = found.name.len().saturating_add(BESIDE_NAME);
        if self.packed.len().saturating_add(room) > CHUNK {
            self.close();
        }
        let kind = KINDS.iter().position(|kind| *kind == found.kind);
        let kind = kind.and_then(|kind| u8::try_from(kind).ok());
        self.packed.push(kind.unwrap_or(AGAIN));
        self.number(found.sectors);
        if found.kind == FLAT {
            self.number(found.start);
        }
        self.number(found.offset.saturating_sub(self.end));
        let length = u64::try_from(found.name.len()).unwrap_or(u64::MAX);
        self.number(length);
        self.packed.extend_from_slice(found.name);
        self.packed.push(0);
        self.end = found.offset.saturating_add(length);
        self.length = self.length.saturating_add(1);
    }

    /// The last one, once more.
    pub(crate) fn push_again(&mut self) {
        self.packed.push(AGAIN);
        self.length = self.length.saturating_add(1);
    }

    fn number(&mut self, mut number: u64) {
        let seven = |number| u8::try_from(number & 0x7f).unwrap_or(0);
        while number > 0x7f {
            self.packed.push(seven(number) | 0x80);
            number >>= 7;
        }
        self.packed.push(seven(number));
    }

    /// Keeps what is packed, and begins the next chunk.
    fn close(&mut self) {
        if !self.packed.is_empty() {
            self.chunks.push(Chunk {
                index: self.index,
                behind: self.behind,
                packed: Box::from(&*self.packed),
            });
        }
        self.packed.clear();
        self.index = self.length;
        self.behind = self.end;
    }

    pub(crate) fn finish(mut self) -> Extents {
        self.close();
        Extents {
            chunks: self.chunks,
            length: self.length,
        }
    }
}

impl Extents {
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    pub(crate) fn iter(&self) -> Iter<'_> {
        Iter {
            chunks: &self.chunks,
            rest: &[],
            behind: 0,
            last: None,
            left: self.length,
            length: self.length,
        }
    }
}

impl fmt::Debug for Extents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// An extent, and the bytes of the image that hold its name.
type Unpacked<'a> = (Extent<NulText<'a>>, ByteRange);

/// One extent after another; none by default.
#[derive(Default)]
pub(crate) struct Iter<'a> {
    /// Those behind the one that is being unpacked, and what is left of that.
    chunks: &'a [Chunk],
    rest: &'a [u8],
    behind: u64,
    last: Option<Unpacked<'a>>,
    left: usize,
    length: usize,
}

impl<'a> Iter<'a> {
    /// The next one, and where its name stands in the image.
    pub(crate) fn next_at(&mut self) -> Option<Unpacked<'a>> {
        if self.rest.is_empty() {
            self.open(0)?;
        }
        let (kind, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.left = self.left.saturating_sub(1);
        if *kind != AGAIN {
            self.last = self.unpacked(*kind);
        }
        self.last
    }

    /// Goes on in the chunk that is so many behind the next; returns the index of its first.
    fn open(&mut self, skipped: usize) -> Option<usize> {
        let (chunk, chunks) = self.chunks.get(skipped..)?.split_first()?;
        self.chunks = chunks;
        self.rest = &chunk.packed;
        self.behind = chunk.behind;
        Some(chunk.index)
    }

    fn unpacked(&mut self, kind: u8) -> Option<Unpacked<'a>> {
        let kind = *KINDS.get(usize::from(kind))?;
        let size = self.number()?.saturating_mul(SECTOR);
        let file_offset = match kind {
            _ if kind == FLAT => Some(self.number()?.saturating_mul(SECTOR)),
            _ if kind == VMFS => Some(0),
            _ => None,
        };
        let offset = self.behind.saturating_add(self.number()?);
        let length = self.number()?;
        let with_nul = usize::try_from(length).ok()?.checked_add(1)?;
        let (location, rest) = self.rest.split_at_checked(with_nul)?;
        self.rest = rest;
        self.behind = offset.saturating_add(length);
        let extent = Extent {
            size,
            kind: NulText::from(kind),
            location: NulText::new(location),
            file_offset,
        };
        Some((extent, ByteRange { offset, length }))
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if *byte < 0x80 {
                break;
            }
        }
        Some(number)
    }

    /// Returns the extent `count` after the next one: C callers ask for one by its index.
    pub(crate) fn nth_at(&mut self, count: usize) -> Option<Unpacked<'a>> {
        let index = self.length.saturating_sub(self.left).saturating_add(count);
        let begun = self.chunks.partition_point(|chunk| chunk.index <= index);
        if let Some(skipped) = begun.checked_sub(1) {
            self.left = self.length.saturating_sub(self.open(skipped)?);
        }
        let here = self.length.saturating_sub(self.left);
        for _ in here..index {
            self.next_at()?;
        }
        self.next_at()
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = Extent<&'a [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_at().map(|(extent, _)| extent.map(NulText::bytes))
    }

    fn nth(&mut self, count: usize) -> Option<Self::Item> {
        let (extent, _) = self.nth_at(count)?;
        Some(extent.map(NulText::bytes))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Iter<'_> {}

#[cfg(test)]
mod tests {
    use super::{Extents, Found, Packer, CHUNK, FLAT, KINDS, VMFS};

    const LARGEST: u64 = u64::MAX / 512;

    /// The kind, the size and the start in sectors, the name and where it stands.
    type Plain = (&'static core::ffi::CStr, u64, u64, &'static [u8], u64);

    /// Extents with numbers of every length, many of them; each third one twice.
    fn plain() -> Vec<Plain> {
        let sectors = [1, 127, 128, 16383, 16384, 1 << 40, LARGEST];
        let names = [
            &b"x"[..],
            b"a name",
            &[b'n'; 127],
            &[b'n'; 128],
            &[b'n'; 511],
        ];
        let mut offset = 1 << 60;
        let mut all = Vec::new();
        for index in 0..400 {
            let (kind, name) = (KINDS[index % 5], names[index % 5]);
            let start = [0, 127, LARGEST][index % 3];
            all.push((kind, sectors[index % 7], start, name, offset));
            all.extend((index % 3 == 0).then(|| all[all.len() - 1]));
            offset += name.len() as u64 + [0, 127, 128, 70_000][index % 4];
        }
        all
    }

    fn packed(plain: &[Plain]) -> Extents {
        let mut extents = Packer::default();
        let mut before = None;
        for &(kind, sectors, start, name, offset) in plain {
            if before == Some(offset) {
                extents.push_again();
            } else {
                extents.push(&Found {
                    kind,
                    sectors,
                    start,
                    name,
                    offset,
                });
            }
            before = Some(offset);
        }
        extents.finish()
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes, and is arithmetic alone")]
    fn what_is_packed_comes_back() {
        let plain = plain();
        let extents = packed(&plain);
        // Nothing takes more room than it has, and that is all but full.
        let sizes: Vec<usize> = extents
            .chunks
            .iter()
            .map(|chunk| chunk.packed.len())
            .collect();
        assert!(sizes.iter().all(|size| *size <= CHUNK + 1), "{sizes:?}");
        assert!(
            sizes.iter().rev().skip(1).all(|size| *size > CHUNK - 553),
            "{sizes:?}"
        );
        assert_eq!(extents.len(), plain.len());
        let mut iter = extents.iter();
        for (index, &(kind, sectors, start, name, offset)) in plain.iter().enumerate() {
            assert_eq!(iter.len(), plain.len() - index);
            let (extent, range) = iter.next_at().unwrap();
            let expected = match kind {
                _ if kind == FLAT => Some(start * 512),
                _ if kind == VMFS => Some(0),
                _ => None,
            };
            assert_eq!(extent.size, sectors * 512);
            assert_eq!(extent.kind.bytes(), kind.to_bytes());
            assert_eq!(extent.location.bytes(), name);
            assert_eq!(extent.file_offset, expected);
            assert_eq!((range.offset, range.length), (offset, name.len() as u64));
        }
        assert!(iter.next_at().is_none());
    }

    #[test]
    fn a_number_takes_a_byte_for_seven_bits() {
        let bytes = |sectors, offset| {
            let extents = packed(&[(FLAT, sectors, 0, b"x", offset)]);
            extents.chunks[0].packed.to_vec()
        };
        assert_eq!(bytes(1, 0), [0, 1, 0, 0, 1, b'x', 0]);
        assert_eq!(bytes(127, 127), [0, 127, 0, 127, 1, b'x', 0]);
        let long = [0, 128, 1, 0, 255, 127, 1, b'x', 0];
        assert_eq!(bytes(128, 16383), long);
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes, and is arithmetic alone")]
    fn each_is_found_by_its_index() {
        let plain = plain();
        let extents = packed(&plain);
        assert!(extents.chunks.len() > 3);
        for from in [0, 1, 2, 9, 10, 64, 200] {
            for index in from..plain.len() + 2 {
                let mut iter = extents.iter();
                // One by one.
                assert_eq!((0..from).filter_map(|_| iter.next()).count(), from);
                let found = iter.nth(index - from).map(|extent| extent.location);
                assert_eq!(found, plain.get(index).map(|plain| plain.3), "{index}");
                let rest = plain.len().saturating_sub(index + 1);
                assert_eq!(iter.len(), rest);
                let next = iter.next_at().map(|(_, range)| range.offset);
                assert_eq!(next, plain.get(index + 1).map(|plain| plain.4));
            }
        }
    }
}
