// SPDX-License-Identifier: MIT OR Apache-2.0
//! The values on both sides of each limit: the numbers that `tests/judged_fields.txt` puts into
//! images, and where.

use crate::fields::Field;
use std::collections::{BTreeMap, BTreeSet};

const TEXT: &str = include_str!("../support/lists/field_limits.txt");

/// An offset, where it is negative from the end of the file, and a width.
type Place = (i64, usize);

/// The values by their places, of all formats: where another format has a field of that width at
/// the same place, they are as good there as any.
pub(crate) struct JudgedValues(BTreeMap<Place, BTreeSet<u64>>);

impl JudgedValues {
    pub(crate) fn read() -> Self {
        let mut values = BTreeMap::<Place, BTreeSet<u64>>::new();
        let lines = TEXT.lines();
        for line in lines.filter(|line| !line.starts_with(['#', 'b'])) {
            let changes = line.split(" | ").flat_map(|part| part.split(" / "));
            for command in changes.flat_map(|change| change.split(" + ")) {
                for (place, value) in put(command).unwrap_or_default() {
                    values.entry(place).or_default().insert(value);
                }
            }
        }
        JudgedValues(values)
    }

    /// Those for a field of an image of that length.
    pub(crate) fn of(&self, field: &Field, length: usize) -> BTreeSet<u64> {
        let place = |number: usize| i64::try_from(number).expect("a short file");
        let start = place(field.offset);
        let places = [start, start - place(length)];
        let found = places.map(|offset| self.0.get(&(offset, field.width)));
        found.into_iter().flatten().flatten().copied().collect()
    }
}

/// What `put OFFSET NUMBER NUMBER ...` writes where, up to the first thing that is no number.
fn put(command: &str) -> Option<Vec<(Place, u64)>> {
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

/// `be32:5` and the like, or up to eight bytes of hexadecimal digits.
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
        Some(behind) => Some(-i64::try_from(unsigned(behind)?).ok()?),
        None => i64::try_from(unsigned(text)?).ok(),
    }
}

fn unsigned(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}
