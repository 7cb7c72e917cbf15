// SPDX-License-Identifier: MIT OR Apache-2.0
//! The values at both sides of each limit, by offset: the numbers that `field_limits.txt` writes
//! into images.

use super::fields::Field;
use diskprobe_test_support::field_limits::LIST;
use std::collections::{BTreeMap, BTreeSet};

/// An offset and a width. A negative offset is relative to the end of the file.
type Target = (i64, usize);

/// The values of all formats, by offset and width. A field of another format with the same offset
/// and width uses them too.
pub(crate) struct LimitValues(BTreeMap<Target, BTreeSet<u64>>);

impl LimitValues {
    pub(crate) fn read() -> Self {
        let mut values = BTreeMap::<Target, BTreeSet<u64>>::new();
        let lines = LIST.lines();
        for line in lines.filter(|line| !line.starts_with(['#', 'b'])) {
            let changes = line.split(" | ").flat_map(|part| part.split(" / "));
            for command in changes.flat_map(|change| change.split(" + ")) {
                for (target, value) in put(command).unwrap_or_default() {
                    values.entry(target).or_default().insert(value);
                }
            }
        }
        LimitValues(values)
    }

    /// Returns the values for a field of an image of this length.
    pub(crate) fn of(&self, field: &Field, length: usize) -> BTreeSet<u64> {
        let signed = |number: usize| i64::try_from(number).expect("a short file");
        let start = signed(field.offset);
        let offsets = [start, start - signed(length)];
        let found = offsets.map(|offset| self.0.get(&(offset, field.width)));
        found.into_iter().flatten().flatten().copied().collect()
    }
}

/// Returns the numbers that `put OFFSET NUMBER NUMBER ...` writes, up to the first word that is not
/// a number.
fn put(command: &str) -> Option<Vec<(Target, u64)>> {
    let mut words = command.strip_prefix("put ")?.split(' ');
    let mut offset = number(words.next()?)?;
    let mut found = Vec::new();
    for word in words {
        let Some((width, value)) = stored(word) else {
            break;
        };
        found.push(((offset, width), value));
        offset += i64::try_from(width).expect("8 at most");
    }
    Some(found)
}

/// Parses `be32:5` and the like, or up to eight bytes of hexadecimal digits.
fn stored(word: &str) -> Option<(usize, u64)> {
    if let Some((kind, value)) = word.split_once(':') {
        let bits: usize = kind
            .strip_prefix("be")
            .or(kind.strip_prefix("le"))?
            .parse()
            .ok()?;
        return Some((bits / 8, unsigned(value)?));
    }
    let value = u64::from_str_radix(word, 16).ok()?;
    (word.len() % 2 == 0).then_some((word.len() / 2, value))
}

fn number(text: &str) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(back) => Some(-i64::try_from(unsigned(back)?).ok()?),
        None => i64::try_from(unsigned(text)?).ok(),
    }
}

fn unsigned(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}
