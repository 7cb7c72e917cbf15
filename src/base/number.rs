// SPDX-License-Identifier: MIT OR Apache-2.0
//! The types of header fields, as nom parsers.
//!
//! nom's own parsers read byte by byte, for any kind of input. These need half as many
//! instructions.

use byteorder::ByteOrder;
use nom::error::{make_error, ErrorKind};
use nom::{Err, IResult};

/// A type of field, with a fixed width.
pub(crate) trait Number<'a>: Sized {
    /// Width in bytes.
    const WIDTH: usize;

    /// Parses a value from the start of `input`.
    fn parse<E: ByteOrder>(input: &'a [u8]) -> IResult<&'a [u8], Self>;

    /// Returns the value as error messages show it; 0 if it is not a number.
    fn value(&self) -> u64 {
        0
    }
}

/// Splits the first `N` bytes off.
#[inline(always)]
pub(crate) fn first<const N: usize>(input: &[u8]) -> IResult<&[u8], &[u8; N]> {
    match input.split_first_chunk() {
        Some((bytes, rest)) => Ok((rest, bytes)),
        None => Err(Err::Error(make_error(input, ErrorKind::Eof))),
    }
}

impl<const N: usize> Number<'_> for [u8; N] {
    const WIDTH: usize = N;

    #[inline(always)]
    fn parse<E: ByteOrder>(input: &[u8]) -> IResult<&[u8], Self> {
        first(input).map(|(rest, bytes)| (rest, *bytes))
    }
}

impl<'a, const N: usize> Number<'a> for &'a [u8; N] {
    const WIDTH: usize = N;

    #[inline(always)]
    fn parse<E: ByteOrder>(input: &'a [u8]) -> IResult<&'a [u8], Self> {
        first(input)
    }
}

macro_rules! numbers {
    ($($number:ident, $width:literal: $read:expr;)*) => {
        $(
            impl Number<'_> for $number {
                const WIDTH: usize = $width;

                #[inline(always)]
                fn parse<E: ByteOrder>(input: &[u8]) -> IResult<&[u8], Self> {
                    let read: fn(&[u8; $width]) -> $number = $read;
                    first(input).map(|(rest, bytes)| (rest, read(bytes)))
                }

                fn value(&self) -> u64 {
                    u64::from(*self)
                }
            }
        )*
    };
}

numbers! {
    u8, 1: |bytes| u8::from_ne_bytes(*bytes);
    u16, 2: |bytes| E::read_u16(bytes);
    u32, 4: |bytes| E::read_u32(bytes);
    u64, 8: |bytes| E::read_u64(bytes);
}
