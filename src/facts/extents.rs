// SPDX-License-Identifier: MIT OR Apache-2.0
//! The extents of a vmdk disk, packed.
//!
//! A line of 14 bytes names one, and a text of 64 KiB holds thousands of lines. What is kept of
//! them must not be more than what was read, so each takes no more bytes here than in the text: a
//! byte for the kind, then numbers of seven bits a byte, and the name with a NUL, which C is lent.

use super::Extent;
use crate::view::ByteRange;
use core::ffi::CStr;
use core::{fmt, mem};

/// How descriptors call the kinds of extents that are known.
pub(crate) const KINDS: [&CStr; 5] = [FLAT, VMFS, c"SPARSE", c"VMFSSPARSE", c"SESPARSE"];
/// Those of which it is known where in its file an extent starts: it says so, or at 0.
pub(crate) const FLAT: &CStr = c"FLAT";
pub(crate) const VMFS: &CStr = c"VMFS";

/// In the place of a kind: the extent before, once more.
const AGAIN: u8 = 0xff;
const SECTOR: u64 = 512;
/// To find one by its index, no more than so many are passed over, and those that are repeated.
const MARKED: usize = 64;

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

/// Where to begin to unpack.
#[derive(Clone, Copy, Default)]
struct Mark {
    index: usize,
    place: usize,
    /// Where the name before ends in the text.
    behind: u64,
}

#[derive(Clone, Default)]
pub(crate) struct Extents {
    packed: Vec<u8>,
    /// How many bytes may be packed, and how many all of them would take.
    room: usize,
    needed: usize,
    /// Where the last name ends in the text.
    behind: u64,
    length: usize,
    marks: Vec<Mark>,
}

impl Extents {
    /// None yet, and room for so many bytes: what a growing list would leave empty can be as much
    /// as the image was read for.
    pub(crate) fn with_room(room: usize) -> Self {
        Extents {
            room,
            ..Extents::default()
        }
    }

    /// The room that there should have been.
    pub(crate) fn missing_room(&self) -> Option<usize> {
        (self.needed > self.room).then_some(self.needed)
    }

    /// Whether there is room for `length` more bytes.
    fn has_room(&mut self, length: usize) -> bool {
        self.needed = self.needed.saturating_add(length);
        self.needed <= self.room
    }

    pub(crate) fn push(&mut self, found: &Found<'_>) {
        let length = u64::try_from(found.name.len()).unwrap_or(u64::MAX);
        let start = (found.kind == FLAT).then_some(found.start);
        let behind = mem::replace(&mut self.behind, found.offset.saturating_add(length));
        let skipped = found.offset.saturating_sub(behind);
        let numbers = [Some(found.sectors), start, Some(skipped), Some(length)];
        let numbers = numbers.into_iter().flatten();
        // The kind and the NUL, beside the numbers and the name.
        let rest = found.name.len().saturating_add(2);
        let room = numbers
            .clone()
            .map(room_for)
            .fold(rest, usize::saturating_add);
        if !self.has_room(room) {
            return;
        }
        if self.packed.is_empty() {
            self.packed.reserve_exact(self.room);
        }
        let marked = self.marks.last().map_or(0, |mark| mark.index);
        if self.length.saturating_sub(marked) >= MARKED {
            self.marks.push(Mark {
                index: self.length,
                place: self.packed.len(),
                behind,
            });
        }
        let kind = KINDS.iter().position(|kind| *kind == found.kind);
        self.packed
            .push(kind.and_then(|kind| u8::try_from(kind).ok()).unwrap_or(0));
        for number in numbers {
            self.number(number);
        }
        self.packed.extend_from_slice(found.name);
        self.packed.push(0);
        self.length = self.length.saturating_add(1);
    }

    /// The last one, once more.
    pub(crate) fn push_again(&mut self) {
        if !self.has_room(1) {
            return;
        }
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

    pub(crate) fn len(&self) -> usize {
        self.length
    }

    pub(crate) fn iter(&self) -> Iter<'_> {
        Iter {
            rest: &self.packed,
            left: self.length,
            behind: 0,
            last: None,
            all: Some(self),
        }
    }

    /// All names, each with the NUL behind it, and what is between.
    #[cfg(feature = "capi")]
    pub(crate) fn names(&self) -> &[u8] {
        &self.packed
    }
}

/// How many bytes a number takes.
fn room_for(number: u64) -> usize {
    let bits = u64::BITS.saturating_sub((number | 1).leading_zeros());
    usize::try_from(bits.div_ceil(7)).unwrap_or(usize::MAX)
}

impl fmt::Debug for Extents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

type Unpacked<'a> = (Extent<&'a [u8]>, ByteRange);

/// One extent after another; none by default.
#[derive(Clone, Default)]
pub(crate) struct Iter<'a> {
    rest: &'a [u8],
    left: usize,
    behind: u64,
    last: Option<Unpacked<'a>>,
    all: Option<&'a Extents>,
}

impl<'a> Iter<'a> {
    /// The next one, and where its name stands in the image.
    pub(crate) fn next_at(&mut self) -> Option<Unpacked<'a>> {
        let (kind, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.left = self.left.saturating_sub(1);
        if *kind != AGAIN {
            self.last = self.unpacked(*kind);
        }
        self.last
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
        let (location, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest.strip_prefix(b"\0")?;
        self.behind = offset.saturating_add(length);
        let extent = Extent {
            size,
            kind: kind.to_bytes(),
            location,
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

    /// Goes on at a mark, if one lies between here and `index`.
    fn jump(&mut self, all: &'a Extents, index: usize) -> Option<()> {
        let here = all.length.saturating_sub(self.left);
        let passed = all.marks.partition_point(|mark| mark.index <= index);
        let mark = all.marks.get(passed.checked_sub(1)?)?;
        if mark.index > here {
            self.rest = all.packed.get(mark.place..)?;
            self.left = all.length.saturating_sub(mark.index);
            self.behind = mark.behind;
        }
        Some(())
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = Extent<&'a [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_at().map(|(extent, _)| extent)
    }

    /// Callers in C ask for one after another by its index.
    fn nth(&mut self, count: usize) -> Option<Self::Item> {
        if let Some(all) = self.all {
            let here = all.length.saturating_sub(self.left);
            self.jump(all, here.saturating_add(count));
            let now = all.length.saturating_sub(self.left);
            let rest = here.saturating_add(count).saturating_sub(now);
            for _ in 0..rest {
                self.next_at()?;
            }
        }
        self.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Iter<'_> {}

#[cfg(test)]
mod tests {
    use super::{Extents, Found, FLAT, KINDS, VMFS};

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

    fn packed(plain: &[Plain], room: usize) -> Extents {
        let mut extents = Extents::with_room(room);
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
        extents
    }

    #[test]
    fn what_is_packed_comes_back() {
        let plain = plain();
        let room = packed(&plain, 0).missing_room().unwrap();
        assert_eq!(packed(&plain, room - 1).missing_room(), Some(room));
        let extents = packed(&plain, room);
        assert_eq!(extents.missing_room(), None);
        assert_eq!(extents.packed.len(), room);
        assert_eq!(extents.packed.capacity(), room);
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
            assert_eq!(extent.kind, kind.to_bytes());
            assert_eq!(extent.location, name);
            assert_eq!(extent.file_offset, expected);
            assert_eq!((range.offset, range.length), (offset, name.len() as u64));
        }
        assert!(iter.next_at().is_none());
    }

    #[test]
    fn each_is_found_by_its_index() {
        let plain = plain();
        let extents = packed(&plain, 1 << 20);
        assert!(extents.marks.len() > 3);
        for from in [0, 1, 63, 64, 65, 66, 200] {
            for index in from..plain.len() + 2 {
                let mut iter = extents.iter();
                // One by one, without the marks.
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
