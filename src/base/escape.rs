// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text from images and command lines, as it may be shown to a person; and UUIDs.
//!
//! The names in an image are chosen by its author. On a terminal, such a name could move the cursor,
//! forge a line, or show its letters in another order.

use std::fmt::Write;

/// Returns the text on one line, with everything that does not show as itself escaped: `\n`,
/// `\x1b`, `\u{202e}`, and `\xff` for a byte that is not UTF-8.
///
/// A backslash is doubled, so that the result stands for one text only. Use this for every name
/// that comes from an image before it reaches a terminal or a log.
///
/// ```
/// assert_eq!(diskprobe::escape(b"a\x1b[31m\n\xff"), r"a\x1b[31m\n\xff");
/// ```
#[must_use]
pub fn escape(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            let _ = match c {
                '\\' | '\n' | '\r' | '\t' => write!(out, "{}", c.escape_default()),
                c if c.is_ascii_control() => write!(out, "\\x{:02x}", u32::from(c)),
                c if is_hidden(c) => write!(out, "{}", c.escape_unicode()),
                c => out.write_char(c),
            };
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// Returns the UUID in its usual spelling.
///
/// ```
/// let uuid = 0x00112233_4455_6677_8899_aabbccddeeff_u128.to_be_bytes();
/// assert_eq!(diskprobe::uuid_text(uuid), "00112233-4455-6677-8899-aabbccddeeff");
/// ```
#[must_use]
pub fn uuid_text(uuid: [u8; 16]) -> String {
    let number = u128::from_be_bytes(uuid);
    let group = |shift: u32| number >> shift & 0xffff;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        number >> 96,
        group(80),
        group(64),
        group(48),
        number & 0xffff_ffff_ffff
    )
}

/// Returns whether a terminal would act on the character, or show nothing for it.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'                        // soft hyphen
            | '\u{61c}'                     // direction of Arabic
            | '\u{200b}'..='\u{200f}'       // no width; direction
            | '\u{2028}'..='\u{202e}'       // line and paragraph ends; direction
            | '\u{2060}'..='\u{206f}'       // no width; direction
            | '\u{feff}'                    // byte order mark
            | '\u{fff9}'..='\u{fffb}'       // annotations
            | '\u{e0000}'..='\u{e007f}'     // tags
        )
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn visible_characters_are_unchanged() {
        for text in [
            "",
            "base.img",
            " a b ",
            "Größe 大.img",
            "e\u{301}",
            "'\"$(x)",
        ] {
            assert_eq!(escape(text.as_bytes()), text);
        }
    }

    #[test]
    fn control_and_invisible_characters_are_escaped() {
        for (bytes, text) in [
            (&b"a\nb\r\tc"[..], r"a\nb\r\tc"),
            (b"\x1b[31m\x07\x7f\0", r"\x1b[31m\x07\x7f\x00"),
            (b"C:\\x", r"C:\\x"),
            (b"\xff\xc3(\xe2\x82", r"\xff\xc3(\xe2\x82"),
            ("\u{9b}31m\u{85}".as_bytes(), r"\u{9b}31m\u{85}"),
            (
                "\u{202e}gmi\u{2066}\u{2069}".as_bytes(),
                r"\u{202e}gmi\u{2066}\u{2069}",
            ),
            (
                "\u{200e}\u{200f}\u{61c}".as_bytes(),
                r"\u{200e}\u{200f}\u{61c}",
            ),
            (
                "a\u{200b}b\u{feff}\u{2028}".as_bytes(),
                r"a\u{200b}b\u{feff}\u{2028}",
            ),
        ] {
            assert_eq!(escape(bytes), text);
        }
    }
}
