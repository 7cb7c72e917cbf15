// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRC-32C (Castagnoli) of the blocks that carry one.
//!
//! A block is up to 64 KiB long. Programs fill a hundred bytes of it; the rest is zeros, and to go
//! through them one by one takes over ten times as long as all else in a probe. What a run of zeros
//! does to the remainder is one multiplication.

use crate::base::error::Reason;
use crate::base::field::Structure;
use crate::base::number::le_u32;
use nom::IResult;

/// Castagnoli's polynomial. Here and in every remainder the highest bit stands for x^0.
const POLYNOMIAL: u32 = 0x82f6_3b78;
/// x^0.
const ONE: u32 = 1 << 31;
/// x^8, by which a remainder is multiplied for each byte that follows.
const ONE_BYTE: u32 = 1 << (31 - 8);

const TABLE: [u32; 256] = table();
/// The products of each value of a byte with x^8, x^16, x^24 and x^32.
static TABLES: [[u32; 256]; 4] = tables();

/// What 1 to 15, 16 to 240, and so on, bytes of zeros do to a remainder: `x^8` to the power of each
/// hexadecimal digit of their number, at each of its places. Together they reach beyond the longest
/// block.
const ZEROS: [[u32; 16]; 5] = zeros();

/// Whether checksums are judged now, or taken on trust until all that they cover is held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Checksums {
    Judged,
    Later,
}

const fn times_x(value: u32) -> u32 {
    (value >> 1) ^ (POLYNOMIAL & (value & 1).wrapping_neg())
}

/// The product of each value of a byte with x^8.
#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)] // The compiler runs it: what is out of bounds does not compile.
const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        let mut value = byte as u32;
        let mut bits = 0;
        while bits < 8 {
            value = times_x(value);
            bits += 1;
        }
        table[byte] = value;
        byte += 1;
    }
    table
}

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // As above.
const fn tables() -> [[u32; 256]; 4] {
    let mut tables = [TABLE; 4];
    let mut place = 1;
    while place < tables.len() {
        let mut byte = 0;
        while byte < TABLE.len() {
            let before = tables[place - 1][byte];
            tables[place][byte] = (before >> 8) ^ TABLE[(before & 255) as usize];
            byte += 1;
        }
        place += 1;
    }
    tables
}

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // As above.
const fn zeros() -> [[u32; 16]; 5] {
    let mut powers = [[ONE; 16]; 5];
    let mut unit = ONE_BYTE;
    let mut place = 0;
    while place < powers.len() {
        let mut digit = 1usize;
        while digit < 16 {
            powers[place][digit] = product(powers[place][digit - 1], unit);
            digit += 1;
        }
        unit = product(powers[place][15], unit);
        place += 1;
    }
    powers
}

/// The product of two polynomials; 4 bits of the one at a time.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // By four bits, below 16.
const fn product(left: u32, right: u32) -> u32 {
    // The highest of the four bits stands for the lowest power.
    let mut multiples = [0, 0, 0, 0, 0, 0, 0, 0, right, 0, 0, 0, 0, 0, 0, 0];
    multiples[4] = times_x(multiples[8]);
    multiples[2] = times_x(multiples[4]);
    multiples[1] = times_x(multiples[2]);
    let mut bits = 3usize;
    while bits < 16 {
        let lowest = bits & bits.wrapping_neg();
        multiples[bits] = multiples[lowest] ^ multiples[bits ^ lowest];
        bits += 1;
    }
    let mut sum = 0;
    let mut places = left;
    let mut digit = 0;
    while digit < 8 {
        sum = (sum >> 4) ^ TABLE[((sum & 15) << 4) as usize] ^ multiples[(places & 15) as usize];
        places >>= 4;
        digit += 1;
    }
    sum
}

/// The remainder after `count` more bytes, all zeros.
fn after_zeros(remainder: u32, count: usize) -> u32 {
    let mut digits = count;
    ZEROS.iter().fold(remainder, |remainder, powers| {
        let power = powers.get(digits & 15).copied().unwrap_or(ONE);
        digits >>= 4;
        match power {
            ONE => remainder,
            _ => product(remainder, power),
        }
    })
}

fn after_bytes(remainder: u32, bytes: &[u8]) -> u32 {
    let words = bytes.chunks_exact(4);
    let rest = words.remainder();
    // Four tables are asked at once; byte by byte, each would have to wait for the one before.
    let remainder = words.fold(remainder, |remainder, word| {
        let word = word.try_into().map_or(0, u32::from_le_bytes);
        let bytes = (remainder ^ word).to_le_bytes();
        let parts = TABLES.iter().rev().zip(bytes);
        parts.fold(0, |sum, (table, byte)| sum ^ entry(table, byte))
    });
    rest.iter().fold(remainder, |remainder, byte| {
        let [low, ..] = remainder.to_le_bytes();
        (remainder >> 8) ^ entry(&TABLES[0], low ^ byte)
    })
}

fn entry(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or(0)
}

/// What programs fill of a block behind its checksum: the fields of a header take as much as a table
/// of two regions.
const FILLED: usize = 72;

/// The remainder after some bytes and so many zeros.
fn after(remainder: u32, bytes: &[u8], zeros: usize) -> u32 {
    match bytes.split_at_checked(FILLED) {
        Some((filled, rest)) if is_zero(rest) => {
            let zeros = rest.len().saturating_add(zeros);
            after_zeros(after_bytes(remainder, filled), zeros)
        }
        _ => after_zeros(after_bytes(remainder, bytes), zeros),
    }
}

/// Whether there are zeros alone: in the first bytes, and in all others if each is as the one so many
/// bytes before. The system compares memory faster than a loop here would.
fn is_zero(bytes: &[u8]) -> bool {
    const FIRST: usize = 32;
    let first = bytes.get(..FIRST).unwrap_or(bytes);
    let rest = bytes.get(first.len()..).unwrap_or_default();
    let before = bytes.get(..rest.len()).unwrap_or_default();
    first.iter().fold(0, |all, byte| all | byte) == 0 && rest == before
}

fn signature_and_checksum(block: &[u8]) -> IResult<&[u8], (u32, u32)> {
    let (rest, signature) = le_u32(block)?;
    let (rest, checksum) = le_u32(rest)?;
    Ok((rest, (signature, checksum)))
}

/// Judges what such a block begins with: its signature, and the checksum of the block with the
/// checksum itself as zero. What the block has beyond the bytes given, up to `length`, is zeros.
pub(super) fn judge(
    block: &[u8],
    length: u32,
    place: Structure,
    signature: [u8; 4],
    checksums: Checksums,
) -> Result<(), Reason> {
    let Ok((rest, (found, checksum))) = signature_and_checksum(block) else {
        return Err(place.broken("cannot be read", 0));
    };
    if found != u32::from_le_bytes(signature) {
        return Err(place.broken("no signature", 0));
    }
    if checksums == Checksums::Later {
        return Ok(());
    }
    let start = after_bytes(after_bytes(!0, &signature), &[0; 4]);
    let beyond = usize::try_from(length).unwrap_or(usize::MAX);
    let remainder = after(start, rest, beyond.saturating_sub(block.len()));
    place
        .field("Checksum", 4, checksum)
        .equal(u64::from(!remainder))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The remainder by its definition: one bit after the other.
    fn plain(bytes: &[u8]) -> u32 {
        bytes.iter().fold(!0, |remainder, byte| {
            (0..8).fold(remainder ^ u32::from(*byte), |value, _| times_x(value))
        })
    }

    #[test]
    fn the_check_value_of_the_polynomial() {
        assert_eq!(!plain(b"123456789"), 0xe306_9283);
        assert_eq!(!after(!0, b"123456789", 0), 0xe306_9283);
        assert_eq!(!after(!0, &[0; 32], 0), 0x8a91_36aa); // RFC 3720, B.4
        assert_eq!(!after(!0, &[0xff; 32], 0), 0x62a8_ab43);
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes, and is arithmetic alone")]
    fn zeros_are_skipped_without_a_trace() {
        for filled in [0, 1, 64, FILLED - 1, FILLED, FILLED + 1, 200] {
            for zeros in [0, 1, 2, 63, 64, 65, 127, 1000, 65536 - 200] {
                let mut bytes: Vec<u8> = (1..=255).cycle().take(filled).collect();
                bytes.resize(filled + zeros, 0);
                assert_eq!(after(!0, &bytes, 0), plain(&bytes), "{filled} and {zeros}");
                let first = &bytes[..bytes.len() - zeros / 2];
                let all = after(!0, first, zeros / 2);
                assert_eq!(
                    all,
                    plain(&bytes),
                    "{filled} and {zeros} of which half beyond"
                );
            }
        }
    }
}
