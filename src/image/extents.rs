// SPDX-License-Identifier: MIT OR Apache-2.0
//! The extents of a VMDK disk, packed.
//!
//! A line of 14 bytes can name an extent, and a text of 64 KiB has thousands of lines. The list must
//! not need more memory than the bytes that were read, so an extent takes at most as many bytes here
//! as in the text: one byte for the kind, numbers with seven bits per byte, and the name with a NUL
//! for C.

use super::{Extent, ExtentFacts};
use crate::base::range::ByteRange;
use crate::base::stored::NulText;
use core::ffi::CStr;
use core::fmt;

/// The known kinds of extents, as in descriptors.
pub(crate) const KINDS: [&CStr; 5] = [FLAT, VMFS, c"SPARSE", c"VMFSSPARSE", c"SESPARSE"];
/// The kinds whose extents start at a known offset of their file: a recorded one, or 0.
pub(crate) const FLAT: &CStr = c"FLAT";
const VMFS: &CStr = c"VMFS";

/// Instead of a kind: the previous extent is repeated.
const AGAIN: u8 = 0xff;
const SECTOR: u64 = 512;
/// Least size of a full chunk. A single list would be copied while it grows, and need more memory
/// meanwhile.
const CHUNK: usize = 1024;

/// A line of a descriptor that lists an extent.
pub(crate) struct ExtentLine<'a> {
    pub(crate) kind: &'static CStr,
    pub(crate) sectors: u64,
    /// First sector in the file, for [`FLAT`] extents.
    pub(crate) start: u64,
    pub(crate) name: &'a [u8],
    /// The offset of the name, which is after the name of the previous extent.
    pub(crate) offset: u64,
}

#[derive(Default, PartialEq, Eq, Hash)]
pub(crate) struct ExtentList {
    chunks: Vec<Chunk>,
    length: usize,
    /// The end of the last name in the text.
    end: u64,
}

/// Some of the extents. The first is never a repeated one.
#[derive(PartialEq, Eq, Hash)]
struct Chunk {
    /// The index of the first extent.
    index: usize,
    /// The end of the previous name in the text.
    end: u64,
    packed: Vec<u8>,
}

impl ExtentList {
    pub(crate) fn push(&mut self, found: &ExtentLine<'_>) {
        let last = self.chunks.last_mut().map(|chunk| &mut chunk.packed);
        if last.as_ref().is_none_or(|packed| packed.len() >= CHUNK) {
            last.into_iter().for_each(Vec::shrink_to_fit);
            self.chunks.reserve_exact(1);
            self.chunks.push(Chunk {
                index: self.length,
                end: self.end,
                packed: Vec::new(),
            });
        }
        let Some(Chunk { packed, .. }) = self.chunks.last_mut() else {
            return;
        };
        let kind = KINDS.iter().position(|kind| *kind == found.kind);
        let kind = kind.and_then(|kind| u8::try_from(kind).ok());
        packed.push(kind.unwrap_or(AGAIN));
        pack(packed, found.sectors);
        if found.kind == FLAT {
            pack(packed, found.start);
        }
        pack(packed, found.offset.saturating_sub(self.end));
        let length = u64::try_from(found.name.len()).unwrap_or(u64::MAX);
        pack(packed, length);
        packed.extend_from_slice(found.name);
        packed.push(0);
        self.end = found.offset.saturating_add(length);
        self.length = self.length.saturating_add(1);
    }

    /// Repeats the last extent.
    pub(crate) fn push_again(&mut self) {
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.packed.push(AGAIN);
            self.length = self.length.saturating_add(1);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.length
    }

    pub(crate) fn iter(&self) -> Extents<'_> {
        Extents {
            chunks: &self.chunks,
            length: self.length,
            ..Extents::default()
        }
    }
}

fn pack(packed: &mut Vec<u8>, mut number: u64) {
    let seven = |number| u8::try_from(number & 0x7f).unwrap_or(0);
    while number > 0x7f {
        packed.push(seven(number) | 0x80);
        number >>= 7;
    }
    packed.push(seven(number));
}

impl fmt::Debug for ExtentList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// An extent, and the bytes of the image that hold its name.
type Unpacked<'a> = (ExtentFacts<NulText<'a>>, ByteRange);

/// The extents of an image: see [`Image::extents`](crate::Image::extents). Empty by default.
///
/// ```
/// # fn main() -> Result<(), diskprobe::Error> {
/// # use diskprobe::{probe_buffer, Options};
/// let image = probe_buffer(&[0; 1024], Some(1024), &Options::new())?;
/// let total: u64 = image.extents().map(|extent| extent.size).sum();
/// assert_eq!(total, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Extents<'a> {
    /// The chunks after the current one, and the rest of the current one.
    chunks: &'a [Chunk],
    rest: &'a [u8],
    /// The end of the last name in the text.
    end: u64,
    last: Option<Unpacked<'a>>,
    /// The index of the next extent.
    index: usize,
    length: usize,
}

impl<'a> Extents<'a> {
    /// Returns the next extent, and the range of its name in the image.
    pub(crate) fn next_at(&mut self) -> Option<Unpacked<'a>> {
        if self.rest.is_empty() {
            self.open(0)?;
        }
        let (kind, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.index = self.index.saturating_add(1);
        if *kind != AGAIN {
            self.last = self.unpacked(*kind);
        }
        self.last
    }

    /// Continues in the chunk after the next `skipped` ones.
    fn open(&mut self, skipped: usize) -> Option<()> {
        let (chunk, chunks) = self.chunks.get(skipped..)?.split_first()?;
        (self.chunks, self.rest) = (chunks, &chunk.packed);
        (self.index, self.end) = (chunk.index, chunk.end);
        Some(())
    }

    fn unpacked(&mut self, kind: u8) -> Option<Unpacked<'a>> {
        let kind = *KINDS.get(usize::from(kind))?;
        let size = self.number()?.saturating_mul(SECTOR);
        let file_offset = match kind {
            _ if kind == FLAT => Some(self.number()?.saturating_mul(SECTOR)),
            _ if kind == VMFS => Some(0),
            _ => None,
        };
        let offset = self.end.saturating_add(self.number()?);
        let length = self.number()?;
        let with_nul = usize::try_from(length).ok()?.checked_add(1)?;
        let (location, rest) = self.rest.split_at_checked(with_nul)?;
        self.rest = rest;
        self.end = offset.saturating_add(length);
        let extent = ExtentFacts {
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

    /// Skips `count` extents and returns the next. C callers select extents by index.
    pub(crate) fn nth_at(&mut self, count: usize) -> Option<Unpacked<'a>> {
        let index = self.index.saturating_add(count);
        let begun = self.chunks.partition_point(|chunk| chunk.index <= index);
        if let Some(skipped) = begun.checked_sub(1) {
            self.open(skipped)?;
        }
        for _ in self.index..index {
            self.next_at()?;
        }
        self.next_at()
    }
}

impl<'a> Iterator for Extents<'a> {
    type Item = Extent<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_at().map(|(extent, _)| Extent::from(extent))
    }

    fn nth(&mut self, count: usize) -> Option<Self::Item> {
        let (extent, _) = self.nth_at(count)?;
        Some(extent.into())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.length.saturating_sub(self.index);
        (left, Some(left))
    }
}

impl<'a> From<ExtentFacts<NulText<'a>>> for Extent<'a> {
    fn from(extent: ExtentFacts<NulText<'a>>) -> Self {
        Extent {
            size: extent.size,
            kind: extent.kind.bytes(),
            location: extent.location.bytes(),
            file_offset: extent.file_offset,
        }
    }
}

impl ExactSizeIterator for Extents<'_> {}
impl core::iter::FusedIterator for Extents<'_> {}

impl fmt::Debug for Extents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{ExtentLine, ExtentList, CHUNK, FLAT, KINDS, VMFS};

    const LARGEST: u64 = u64::MAX / 512;

    /// The kind, the size and the start in sectors, the name and its offset.
    type Plain = (&'static core::ffi::CStr, u64, u64, &'static [u8], u64);

    /// Makes many extents with numbers of every length. Every third is repeated.
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

    fn packed(plain: &[Plain]) -> ExtentList {
        let mut extents = ExtentList::default();
        let mut before = None;
        for &(kind, sectors, start, name, offset) in plain {
            if before == Some(offset) {
                extents.push_again();
            } else {
                extents.push(&ExtentLine {
                    kind,
                    sectors,
                    start,
                    name,
                    offset,
                });
            }
            before = Some(offset);
        }
        extents
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes, and is arithmetic alone")]
    fn packed_extents_are_unpacked_unchanged() {
        let plain = plain();
        let extents = packed(&plain);
        // No chunk wastes memory, and all chunks except the last are full.
        let chunks = extents.chunks.iter().map(|chunk| &chunk.packed);
        let sizes: Vec<usize> = chunks.clone().map(Vec::len).collect();
        assert!(sizes.iter().all(|size| *size < CHUNK + 554), "{sizes:?}");
        let full = &sizes[..sizes.len() - 1];
        assert!(full.iter().all(|size| *size >= CHUNK), "{sizes:?}");
        let capacities: Vec<usize> = chunks.map(Vec::capacity).collect();
        assert_eq!(capacities[..full.len()], *full);
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
    fn a_number_takes_one_byte_for_seven_bits() {
        let bytes = |sectors, offset| {
            let extents = packed(&[(FLAT, sectors, 0, b"x", offset)]);
            extents.chunks[0].packed.clone()
        };
        assert_eq!(bytes(1, 0), [0, 1, 0, 0, 1, b'x', 0]);
        assert_eq!(bytes(127, 127), [0, 127, 0, 127, 1, b'x', 0]);
        let long = [0, 128, 1, 0, 255, 127, 1, b'x', 0];
        assert_eq!(bytes(128, 16383), long);
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes, and is arithmetic alone")]
    fn each_extent_is_found_by_its_index() {
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
