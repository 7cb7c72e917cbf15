// SPDX-License-Identifier: MIT OR Apache-2.0
//! The lines of a descriptor, and keys in upper or lower case.

use core::iter::once;

/// Returns the lines of a text, which end with a line feed or a carriage return.
pub(super) fn lines_of_any_end(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = memchr::memchr2_iter(b'\n', b'\r', text);
    let mut start = 0usize;
    ends.chain(once(text.len())).filter_map(move |end| {
        let line = text.get(start..end);
        start = end.saturating_add(1);
        line
    })
}

/// Returns what follows `prefix` if `text` starts with it, in upper or lower case.
pub(super) fn after_prefix<'t>(text: &'t [u8], prefix: &[u8]) -> Option<&'t [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_parts_of_a_split() {
        for text in ["", "a", "\n", "a\n", "\na\r\nb", "\r\n\r\n", "a\rb\n\nc"] {
            let text = text.as_bytes();
            let any = text.split(|byte| matches!(byte, b'\n' | b'\r'));
            assert!(lines_of_any_end(text).eq(any));
        }
    }
}
