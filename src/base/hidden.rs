// SPDX-License-Identifier: MIT OR Apache-2.0
//! Characters that a terminal acts on or does not show.

/// Whether a terminal acts on the character, or shows nothing for it.
pub(crate) fn is_hidden(character: char) -> bool {
    let before = RANGES.partition_point(|(first, _)| *first <= character);
    let last = before.checked_sub(1).and_then(|index| RANGES.get(index));
    last.is_some_and(|(_, last)| character <= *last)
}

/// The characters of these Unicode properties: controls (Cc), format characters (Cf), line and
/// paragraph separators (Zl, Zp), and those that are ignored unless a font shows them
/// (Default_Ignorable_Code_Point). `cargo xtask update hidden` writes the table.
#[rustfmt::skip]
const RANGES: &[(char, char)] = &[
    ('\u{0}', '\u{1f}'),
    ('\u{7f}', '\u{9f}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

#[cfg(test)]
mod tests {
    use super::RANGES;
    use regex_syntax::hir::{Class, HirKind};
    use std::fmt::Write;

    /// The ranges according to the tables of regex-syntax.
    fn ranges() -> Vec<(char, char)> {
        let pattern = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]";
        let parsed = regex_syntax::parse(pattern).expect("a pattern");
        let HirKind::Class(Class::Unicode(class)) = parsed.kind() else {
            panic!("no class: {parsed:?}");
        };
        class
            .ranges()
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect()
    }

    #[cfg_attr(miri, ignore = "Miri has no file system")]
    #[test]
    fn hidden_characters_are_those_of_unicode() {
        let expected = ranges();
        if std::env::var_os("UPDATE_HIDDEN").is_some() {
            let rows = expected
                .iter()
                .fold(String::new(), |mut rows, (first, last)| {
                    let (first, last) = (first.escape_unicode(), last.escape_unicode());
                    let _ = writeln!(rows, "    ('{first}', '{last}'),");
                    rows
                });
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/base/hidden.rs");
            let text = std::fs::read_to_string(path).expect("this file");
            let start = text.find("= &[\n").expect("the table") + 5;
            let end = start + text[start..].find("];").expect("its end");
            let text = [&text[..start], &rows, &text[end..]].concat();
            return std::fs::write(path, text).expect("this file");
        }
        assert_eq!(RANGES, expected, "run cargo xtask update hidden");
    }
}
