// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recorded bytes as text for people.
//!
//! Whoever made an image chose the names in it. On a terminal, such a name could move the cursor,
//! forge a line or reorder its letters.

use core::fmt::{self, Write};

/// Displays recorded bytes on one line.
///
/// Characters that a terminal acts on or does not show are escaped (`\n`, `\x1b`, `\u{202e}`), and so
/// are bytes that are not UTF-8 (`\xff`). A backslash is doubled, so that each text stands for one
/// byte string only.
///
/// ```
/// assert_eq!(diskprobe::escape(b"a\n\xffb\\").to_string(), r"a\n\xffb\\");
/// ```
#[must_use]
pub fn escape(bytes: &[u8]) -> Escape<'_> {
    Escape(bytes)
}

/// Displays recorded bytes: see [`escape`].
#[derive(Clone, Copy)]
pub struct Escape<'a>(&'a [u8]);

impl fmt::Display for Escape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '\\' => f.write_str("\\\\")?,
                    '\n' => f.write_str("\\n")?,
                    '\r' => f.write_str("\\r")?,
                    '\t' => f.write_str("\\t")?,
                    c if c.is_ascii_control() => write!(f, "\\x{:02x}", u32::from(c))?,
                    c if is_hidden(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                    c => f.write_char(c)?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Escape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// Whether a terminal acts on the character, or shows nothing for it.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
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
