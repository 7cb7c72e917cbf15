// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRC-32C (Castagnoli) of the blocks that carry one.
//!
//! A block is up to 64 KiB long, but programs fill only a hundred bytes of it. The zeros after them
//! take one multiplication; byte by byte, they would take over ten times as long as the rest of a
//! probe.

use crate::base::error::Reason;
use crate::base::field::Field;

/// Castagnoli's polynomial. In it and in every remainder, the highest bit is the coefficient of
/// x^0.
const POLYNOMIAL: u32 = 0x82f6_3b78;
/// x^0.
const ONE: u32 = 1 << 31;

/// The products of each value of a byte with x^8, x^16, x^24 and x^32.
static TABLES: [[u32; 256]; 4] = tables();

/// Length of the signature and the checksum, with which a block starts.
const START: usize = 8;
/// Bytes that programs fill after the checksum: the fields of a header, or a table of two regions.
const FILLED: usize = 72;

/// Whether checksums are checked now, or when all blocks are held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Checksums {
    Checked,
    Later,
}

/// Returns the product of two polynomials.
const fn product(mut left: u32, mut right: u32) -> u32 {
    let mut sum = 0;
    while left != 0 {
        sum ^= right & (left >> 31).wrapping_neg();
        right = (right >> 1) ^ (POLYNOMIAL & (right & 1).wrapping_neg());
        left <<= 1;
    }
    sum
}

/// Returns the factor by which `count` bytes of zeros multiply a remainder: `x^8` to the power of
/// `count`.
const fn zeros(mut count: usize) -> u32 {
    let (mut power, mut unit) = (ONE, ONE >> 8);
    while count != 0 {
        if count & 1 != 0 {
            power = product(power, unit);
        }
        unit = product(unit, unit);
        count >>= 1;
    }
    power
}

#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)] // The compiler runs it: what is out of bounds does not compile.
const fn tables() -> [[u32; 256]; 4] {
    let mut tables = [[0; 256]; 4];
    let mut entry = 0;
    while entry < 4 * 256 {
        let power = zeros(entry / 256 + 1);
        tables[entry / 256][entry % 256] = product((entry % 256) as u32, power);
        entry += 1;
    }
    tables
}

/// Returns the remainder after more bytes.
fn after_bytes(remainder: u32, bytes: &[u8]) -> u32 {
    let words = bytes.chunks_exact(4);
    let rest = words.remainder();
    let entry = |table: &[u32; 256], byte| table.get(usize::from(byte)).copied().unwrap_or(0);
    // Four tables are read at once; byte by byte, each would have to wait for the one before.
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

/// Returns the checksum of a block of `LENGTH` bytes, which starts with `bytes` and otherwise is
/// zeros. The field of the checksum counts as zero.
fn checksum<const LENGTH: usize>(bytes: &[u8]) -> u32 {
    let (start, rest) = bytes.split_at_checked(START).unwrap_or_default();
    let signature = start.get(..4).unwrap_or_default();
    let start = after_bytes(after_bytes(!0, signature), &[0; 4]);
    let is_zero = |bytes: &[u8]| bytes.iter().fold(0, |all, byte| all | byte) == 0;
    let (filled, power) = match rest.split_at_checked(FILLED) {
        Some((filled, rest)) if is_zero(rest) => (filled, const { zeros(LENGTH - START - FILLED) }),
        _ => (rest, zeros(LENGTH.saturating_sub(bytes.len()))),
    };
    !product(after_bytes(start, filled), power)
}

impl Checksums {
    /// Checks that `field` is the checksum of a block of `LENGTH` bytes, which starts with `bytes`
    /// and otherwise is zeros.
    pub(super) fn check<const LENGTH: usize>(
        self,
        field: Field,
        bytes: &[u8],
    ) -> Result<(), Reason> {
        match self {
            Checksums::Checked => field.equal(checksum::<LENGTH>(bytes).into()),
            Checksums::Later => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The remainder by its definition: one bit after the other.
    fn plain(bytes: &[u8]) -> u32 {
        bytes.iter().fold(!0, |remainder, byte| {
            (0..8).fold(remainder ^ u32::from(*byte), |value, _| {
                (value >> 1) ^ (POLYNOMIAL & (value & 1).wrapping_neg())
            })
        })
    }

    #[test]
    fn the_check_value_of_the_polynomial() {
        assert_eq!(!plain(b"123456789"), 0xe306_9283);
        assert_eq!(!after_bytes(!0, b"123456789"), 0xe306_9283);
        assert_eq!(!after_bytes(!0, &[0; 32]), 0x8a91_36aa); // RFC 3720, B.4
        assert_eq!(!after_bytes(!0, &[0xff; 32]), 0x62a8_ab43);
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes, and is arithmetic alone")]
    fn zeros_are_skipped_without_a_trace() {
        fn check<const LENGTH: usize>(filled: usize, missing: usize) {
            let mut block = vec![0; LENGTH];
            block
                .iter_mut()
                .zip((1..=255).cycle())
                .take(filled)
                .for_each(|(byte, value)| *byte = value);
            block.get_mut(4..8).expect("a checksum").fill(0);
            let given = &block[..LENGTH - missing];
            assert_eq!(
                checksum::<LENGTH>(given),
                !plain(&block),
                "{filled} and {missing}"
            );
        }
        for filled in [0, 1, 64, 79, 80, 81, 200, 1000] {
            for missing in [0, 1, 2, 63, 64, 65, 127, 3000] {
                check::<4096>(filled, missing);
            }
            check::<65536>(filled, 0);
            check::<65536>(filled, 65536 - 1024);
        }
    }
}
