// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text from images and command lines, as it may be shown to a person.
//!
//! Whoever made an image chose the names in it. On a terminal, such a name could move the cursor,
//! forge a line, or show its letters in another order.

use diskprobe::Uuid;
use std::fmt::Write;

/// The text on one line, with all that does not show as itself escaped: `\n`, `\x1b`, `\u{202e}`,
/// and `\xff` for a byte that is not UTF-8. A backslash is doubled, so that what is shown stands
/// for one text only.
pub(crate) fn shown(bytes: &[u8]) -> String {
    let mut out = escaped(bytes);
    // A blank at an end would be overlooked.
    if out.ends_with(' ') {
        out.pop();
        out.push_str("\\x20");
    }
    if out.starts_with(' ') {
        out.replace_range(..1, "\\x20");
    }
    out
}

/// The same, for a part of a line: a blank at an end stays.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| show(c, &mut out));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

fn show(c: char, out: &mut String) {
    let _ = match c {
        '\\' => out.write_str("\\\\"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        c if c.is_ascii_control() => write!(out, "\\x{:02x}", u32::from(c)),
        c if is_hidden(c) => write!(out, "\\u{{{:x}}}", u32::from(c)),
        c => out.write_char(c),
    };
}

/// Whether a terminal would act on the character, or show nothing for it.
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

/// The UUID in its usual spelling.
pub(crate) fn uuid(uuid: Uuid) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in uuid.iter().enumerate() {
        let dash = if matches!(index, 4 | 6 | 8 | 10) {
            "-"
        } else {
            ""
        };
        let _ = write!(text, "{dash}{byte:02x}");
    }
    text
}

/// A time in seconds since 1970 began, as people write it.
pub(crate) fn utc(seconds: u64) -> String {
    const DAY: u64 = 86_400;
    let (mut day, second) = (seconds / DAY, seconds % DAY);
    let mut year = 1970u64;
    let days_in = |year: u64| if leaps(year) { 366 } else { 365 };
    while day >= days_in(year) {
        day = day.saturating_sub(days_in(year));
        year = year.saturating_add(1);
    }
    let mut month = 1u64;
    for days in [
        31,
        if leaps(year) { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
    ] {
        if day < days {
            break;
        }
        day = day.saturating_sub(days);
        month = month.saturating_add(1);
    }
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let day = day.saturating_add(1);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

fn leaps(year: u64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[cfg(test)]
mod tests {
    use super::{shown, utc, uuid};

    #[test]
    fn times_as_people_write_them() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (978_307_199, "2000-12-31 23:59:59 UTC"),
            (1_107_172_800, "2005-01-31 12:00:00 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
            (5_241_652_095, "2136-02-07 06:28:15 UTC"),
        ] {
            assert_eq!(utc(seconds), text);
        }
    }

    #[test]
    fn a_uuid_has_four_dashes() {
        let counting = std::array::from_fn(|index| u8::try_from(index * 17).expect("below 256"));
        assert_eq!(uuid(counting), "00112233-4455-6677-8899-aabbccddeeff");
    }

    #[test]
    fn what_shows_as_itself_stays() {
        for text in ["", "base.img", "a b", "Größe 大.img", "e\u{301}", "'\"$(x)"] {
            assert_eq!(shown(text.as_bytes()), text);
        }
    }

    #[test]
    fn what_does_not_is_escaped() {
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
            (b" ", r"\x20"),
            (b" a ", r"\x20a\x20"),
        ] {
            assert_eq!(shown(bytes), text);
        }
    }
}
