// SPDX-License-Identifier: MIT OR Apache-2.0
//! Words and numbers as C's `sscanf` reads them: QEMU reads descriptors with it.

use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_until, take_while, take_while1, take_while_m_n};
use nom::combinator::{opt, peek};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

/// Longest word that the conversions ask for.
const MAX_WORD: usize = 10;

/// Parses white space, line ends included.
pub(super) fn spaces(input: &[u8]) -> IResult<&[u8], &[u8]> {
    take_while(is_space)(input)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Parses a word, or its beginning: the next conversion starts where this one reaches its limit.
pub(super) fn word(input: &[u8]) -> IResult<&[u8], &[u8]> {
    preceded(spaces, take_while_m_n(1, MAX_WORD, |byte| !is_space(byte))).parse(input)
}

/// Parses the text before the next quote.
pub(super) fn quoted(input: &[u8]) -> IResult<&[u8], &[u8]> {
    take_until("\"")(input)
}

/// Parses the value after a key, `= "text"`, up to the closing quote.
pub(super) fn setting(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let text = take_while1(|byte| !matches!(byte, b'"' | b'\n'));
    let text = terminated(text, peek(tag("\"")));
    preceded((spaces, tag("="), spaces, tag("\"")), text).parse(input)
}

/// Parses the sign of a number: whether it is negative.
fn sign(input: &[u8]) -> IResult<&[u8], bool> {
    let sign = opt(alt((tag("-"), tag("+"))));
    let mut sign = preceded(spaces, sign).map(|sign| sign == Some(&b"-"[..]));
    sign.parse(input)
}

/// Parses `%lld`: a number out of range becomes the nearest one. `None` if it is negative.
pub(super) fn decimal(input: &[u8]) -> IResult<&[u8], Option<u64>> {
    let (input, negative) = sign(input)?;
    let (input, digits) = take_while1(|byte: u8| byte.is_ascii_digit())(input)?;
    let number = digits.iter().fold(0u64, |number, digit| {
        let digit = u64::from(digit.saturating_sub(b'0'));
        number.saturating_mul(10).saturating_add(digit)
    });
    let number = number.min(i64::MAX.unsigned_abs());
    Ok((input, (!negative || number == 0).then_some(number)))
}

/// Parses `%x` into 32 bits: the low half of a number of 64 bits, all ones if it is out of range.
pub(super) fn hexadecimal(input: &[u8]) -> IResult<&[u8], u32> {
    let digits = || take_while1(|byte: u8| byte.is_ascii_hexdigit());
    let (input, negative) = sign(input)?;
    let (input, digits) = alt((preceded(tag_no_case("0x"), digits()), digits())).parse(input)?;
    let number = digits.iter().try_fold(0u64, |number, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        number.checked_mul(16)?.checked_add(u64::from(digit))
    });
    let number = match number {
        Some(number) if negative => number.wrapping_neg(),
        Some(number) => number,
        None => u64::MAX,
    };
    let low = number & u64::from(u32::MAX);
    Ok((input, u32::try_from(low).unwrap_or(u32::MAX)))
}
