// SPDX-License-Identifier: MIT OR Apache-2.0
//! Words and numbers as C's `sscanf` takes them from a text: QEMU reads descriptors with it.

use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_while, take_while1, take_while_m_n};
use nom::combinator::{opt, peek, verify};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

/// Longest word that the conversions ask for.
const MAX_WORD: usize = 10;

/// White space, line ends among it.
pub(super) fn spaces(input: &[u8]) -> IResult<&[u8], &[u8]> {
    take_while(is_space)(input)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// A word, or its beginning: the next conversion goes on where this one reached its limit.
pub(super) fn word(input: &[u8]) -> IResult<&[u8], &[u8]> {
    preceded(spaces, take_while_m_n(1, MAX_WORD, |byte| !is_space(byte))).parse(input)
}

/// What is set behind a key: `= "text"`. What follows the text starts with its closing quote.
pub(super) fn setting(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let text = take_while1(|byte| !matches!(byte, b'"' | b'\n'));
    let quoted = terminated(text, peek(tag("\"")));
    preceded((spaces, tag("="), spaces, tag("\"")), quoted).parse(input)
}

/// Whether a number is negative.
fn sign(input: &[u8]) -> IResult<&[u8], bool> {
    let (input, sign) = preceded(spaces, opt(alt((tag("-"), tag("+"))))).parse(input)?;
    Ok((input, sign == Some(b"-")))
}

/// `%lld`: what does not fit becomes the nearest number that does.
pub(super) fn decimal(input: &[u8]) -> IResult<&[u8], i64> {
    let (input, negative) = sign(input)?;
    let (input, digits) = take_while1(|byte: u8| byte.is_ascii_digit())(input)?;
    let number = digits.iter().fold(0i64, |number, digit| {
        let digit = i64::from(digit.saturating_sub(b'0'));
        let shifted = number.saturating_mul(10);
        if negative {
            shifted.saturating_sub(digit)
        } else {
            shifted.saturating_add(digit)
        }
    });
    Ok((input, number))
}

/// `%x` into 32 bits: the low half of a number of 64, all ones where it does not fit.
pub(super) fn hexadecimal(input: &[u8]) -> IResult<&[u8], u32> {
    let (input, negative) = sign(input)?;
    let digit = |byte: u8| byte.is_ascii_hexdigit();
    let prefix = terminated(
        tag_no_case("0x"),
        peek(verify(take_while(digit), |d: &[u8]| !d.is_empty())),
    );
    let (input, _) = opt(prefix).parse(input)?;
    let (input, digits) = take_while1(digit)(input)?;
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
