// SPDX-License-Identifier: MIT OR Apache-2.0
//! GUIDs as Microsoft stores them: the first three groups little-endian, the rest as written.

use crate::base::number::{first, Number};
use crate::image::Uuid;
use byteorder::ByteOrder;
use nom::IResult;

/// Returns the GUID whose text, read as one hexadecimal number, is `number`.
pub(super) const fn guid(number: u128) -> Uuid {
    Uuid::new(number.to_be_bytes())
}

/// A GUID in the byte order of RFC 9562, read from a field in Microsoft's byte order.
#[derive(Clone, Copy)]
pub(super) struct Guid(pub(super) Uuid);

impl Number<'_> for Guid {
    const WIDTH: usize = 16;

    #[inline(always)]
    fn parse<E: ByteOrder>(input: &[u8]) -> IResult<&[u8], Self> {
        let (rest, stored) = first(input)?;
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *stored;
        Ok((
            rest,
            Guid(Uuid::new([d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p])),
        ))
    }
}

/// A UUID in the order of RFC 9562.
impl Number<'_> for Uuid {
    const WIDTH: usize = 16;

    #[inline(always)]
    fn parse<E: ByteOrder>(input: &[u8]) -> IResult<&[u8], Self> {
        first(input).map(|(rest, bytes)| (rest, Uuid::new(*bytes)))
    }
}

/// Parses a GUID from UTF-16, little-endian: `{83ed0ec3-24c8-49a6-a959-5e4bf1288bfb}`.
pub(super) fn utf16_le_guid(text: &[u8]) -> Option<Uuid> {
    const CHARACTERS: usize = 38;
    if text.len() != CHARACTERS * 2 {
        return None;
    }
    let mut number = 0;
    for (index, unit) in text.chunks_exact(2).enumerate() {
        let [character, 0] = *unit else {
            return None;
        };
        match (index, character) {
            (0, b'{') | (9 | 14 | 19 | 24, b'-') | (37, b'}') => {}
            (0 | 9 | 14 | 19 | 24 | 37, _) => return None,
            _ => number = number << 4 | u128::from(char::from(character).to_digit(16)?),
        }
    }
    Some(guid(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use byteorder::LittleEndian;

    const NUMBER: u128 = 0x83ed_0ec3_24c8_49a6_a959_5e4b_f128_8bfb;

    #[test]
    fn first_three_groups_are_little_endian() {
        let stored = b"\xc3\x0e\xed\x83\xc8\x24\xa6\x49\xa9\x59\x5e\x4b\xf1\x28\x8b\xfb and more";
        let (rest, read) = Guid::parse::<LittleEndian>(stored).unwrap();
        assert_eq!((rest, read.0), (&b" and more"[..], guid(NUMBER)));
        assert!(Guid::parse::<LittleEndian>(&stored[..15]).is_err());
    }

    #[test]
    fn text_with_another_character_is_not_a_guid() {
        let utf16 = |text: &str| -> Vec<u8> {
            let units = text.encode_utf16();
            units.flat_map(u16::to_le_bytes).collect()
        };
        let text = "{83ED0EC3-24c8-49a6-a959-5e4bf1288bfb}";
        assert_eq!(utf16_le_guid(&utf16(text)), Some(guid(NUMBER)));
        for wrong in [
            "",
            "{83ed0ec3-24c8-49a6-a959-5e4bf1288bf}",
            "{83ed0ec3-24c8-49a6-a959-5e4bf1288bfb} ",
            "83ed0ec3-24c8-49a6-a959-5e4bf1288bfb00",
            "{83ed0ec3-24c8-49a6-a959-5e4bf1288bfg}",
            "{83ed0ec3-24c8-49a6-a959-5e4bf1288bf\u{17b}}",
            "{83ed0ec3024c8-49a6-a959-5e4bf1288bfb}",
            "{83ed0ec3-24c8-49a6-a959-5e4bf1288-fb}",
        ] {
            assert_eq!(utf16_le_guid(&utf16(wrong)), None, "{wrong}");
        }
    }
}
