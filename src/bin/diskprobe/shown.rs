// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text from an image or a file name, made harmless for a terminal, and sizes for people.

use std::fmt;

/// Shows bytes as text on one line: what is not printable, or would reorder what is around it, is
/// escaped, and so is the backslash.
pub(crate) struct Shown<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '\\' => f.write_str("\\\\")?,
                    _ if is_harmless(character) => write!(f, "{character}")?,
                    _ => write!(f, "{}", character.escape_default())?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A number of bytes in the unit that a person would use, and exactly.
pub(crate) struct Bytes(pub(crate) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        let unit = (1u32..)
            .zip(UNITS)
            .take_while(|(power, _)| self.0 >> (10 * power) > 0)
            .last();
        let Some((power, unit)) = unit else {
            return write!(f, "{} bytes", self.0);
        };
        let one = 1u64 << (10 * power);
        let whole = self.0 / one;
        // Three digits are what a person takes in; an exact number needs no decimals.
        let hundredths = u128::from(self.0 % one) * 100 / u128::from(one);
        match (whole, hundredths) {
            (_, 0) | (100.., _) => write!(f, "{whole} {unit}")?,
            (10.., _) => write!(f, "{whole}.{} {unit}", hundredths / 10)?,
            _ => write!(f, "{whole}.{hundredths:02} {unit}")?,
        }
        write!(f, " ({} bytes)", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Shown};

    #[test]
    fn what_a_terminal_would_act_on_is_escaped() {
        for (bytes, shown) in [
            (&b"base.img"[..], "base.img"),
            ("grün 日本".as_bytes(), "grün 日本"),
            (
                b"a\nb\tc\x1b[31md\x07\x7f",
                "a\\nb\\tc\\u{1b}[31md\\u{7}\\u{7f}",
            ),
            (b"back\\slash", "back\\\\slash"),
            (b"\xff\xc3", "\\xff\\xc3"),
            (
                "\u{9b}31m\u{202e}gnp.\u{200f}".as_bytes(),
                "\\u{9b}31m\\u{202e}gnp.\\u{200f}",
            ),
        ] {
            assert_eq!(Shown(bytes).to_string(), shown);
        }
    }

    #[test]
    fn sizes_are_short_and_exact() {
        for (bytes, shown) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1024, "1 KiB (1024 bytes)"),
            (1536, "1.50 KiB (1536 bytes)"),
            (196_616, "192 KiB (196616 bytes)"),
            (67_108_864, "64 MiB (67108864 bytes)"),
            (13_631_488, "13 MiB (13631488 bytes)"),
            (13_931_488, "13.2 MiB (13931488 bytes)"),
            (u64::MAX, "15.9 EiB (18446744073709551615 bytes)"),
        ] {
            assert_eq!(Bytes(bytes).to_string(), shown);
        }
    }
}
