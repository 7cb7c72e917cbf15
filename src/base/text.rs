// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text as an image holds it: bytes in some encoding, and their offset.

use crate::base::number::Number;
use crate::base::range::ByteRange;
use byteorder::{BigEndian, LittleEndian};

/// How the bytes of a text are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// Passed on unchanged.
    Bytes,
    /// UTF-16, big-endian; passed on as UTF-8.
    Utf16Be,
    /// UTF-16, little-endian; passed on as UTF-8.
    Utf16Le,
}

/// A text that borrows from the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text<'a> {
    bytes: &'a [u8],
    encoding: Encoding,
    offset: u64,
}

/// Returns the bytes before the first NUL, or all if there is none.
pub(crate) fn until_nul(bytes: &[u8]) -> &[u8] {
    core::ffi::CStr::from_bytes_until_nul(bytes).map_or(bytes, core::ffi::CStr::to_bytes)
}

impl<'a> Text<'a> {
    /// Uninterpreted bytes at `offset`.
    pub(crate) fn bytes(bytes: &'a [u8], offset: u64) -> Self {
        let encoding = Encoding::Bytes;
        Text {
            bytes,
            encoding,
            offset,
        }
    }

    /// The bytes up to the first NUL, where QEMU's C strings end.
    pub(crate) fn until_nul(bytes: &'a [u8], offset: u64) -> Self {
        Text::bytes(until_nul(bytes), offset)
    }

    /// UTF-16, big-endian, up to the first NUL.
    pub(crate) fn utf16_be(bytes: &'a [u8], offset: u64) -> Self {
        Text::utf16(bytes, Encoding::Utf16Be, offset)
    }

    /// UTF-16, little-endian, up to the first NUL.
    pub(crate) fn utf16_le(bytes: &'a [u8], offset: u64) -> Self {
        Text::utf16(bytes, Encoding::Utf16Le, offset)
    }

    fn utf16(bytes: &'a [u8], encoding: Encoding, offset: u64) -> Self {
        let pairs = bytes.chunks_exact(2);
        let units = pairs
            .take_while(|pair| pair.iter().any(|byte| *byte != 0))
            .count();
        let bytes = bytes.get(..units.saturating_mul(2)).unwrap_or(bytes);
        Text {
            bytes,
            encoding,
            offset,
        }
    }

    /// The bytes as the image records them.
    pub(crate) fn recorded(&self) -> &'a [u8] {
        self.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The range of the text in the image.
    pub(crate) fn range(&self) -> ByteRange {
        ByteRange {
            offset: self.offset,
            length: u64::try_from(self.bytes.len()).unwrap_or(u64::MAX),
        }
    }

    fn characters(&self) -> impl Iterator<Item = char> + 'a {
        let unit = match self.encoding {
            Encoding::Utf16Le => u16::parse::<LittleEndian>,
            Encoding::Bytes | Encoding::Utf16Be => u16::parse::<BigEndian>,
        };
        let units = self.bytes.chunks_exact(2);
        let units = units.filter_map(move |pair| Some(unit(pair).ok()?.1));
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Returns the space that [`Text::append_to`] and a NUL need: two bytes of UTF-16 become at
    /// most three bytes of UTF-8.
    pub(crate) fn size(&self) -> usize {
        let length = self.bytes.len();
        let longer = match self.encoding {
            Encoding::Bytes => 0,
            Encoding::Utf16Be | Encoding::Utf16Le => length / 2,
        };
        length.saturating_add(longer).saturating_add(1)
    }

    /// Appends the text in the form that callers get.
    pub(crate) fn append_to(&self, store: &mut Vec<u8>) {
        match self.encoding {
            Encoding::Bytes => store.extend_from_slice(self.bytes),
            Encoding::Utf16Be | Encoding::Utf16Le => self.characters().for_each(|character| {
                store.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }),
        }
    }
}
