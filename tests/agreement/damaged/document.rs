// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks `docs/differences/qemu.md`, which explains each class and lists its counts.

use super::classes::CLASSES;
use std::collections::BTreeMap;

const TEXT: &str = include_str!("../../../docs/differences/qemu.md");

/// The number of images of each class.
pub(crate) type Counts = BTreeMap<&'static str, usize>;

/// The columns of counts.
#[derive(Clone, Copy)]
pub(crate) enum Column {
    Mutations = 0,
    Sweep = 1,
}

/// Returns the rows of the table: names and counts.
fn rows() -> Vec<(&'static str, [&'static str; 2])> {
    let row = |line: &'static str| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        let (rest, swept) = rest.strip_suffix(" |")?.rsplit_once(" | ")?;
        let (explanation, count) = rest.rsplit_once(" | ")?;
        assert!(explanation.len() > 40, "{name} is not explained");
        Some((name, [count, swept]))
    };
    TEXT.lines().filter_map(row).collect()
}

/// Returns the sentence in the document that names the run.
pub(crate) fn counted(version: &str, what: &str) -> String {
    format!("Counted with qemu-img {version}, {what}.")
}

/// Asserts that the document has exactly one row for each class, in order.
pub(crate) fn assert_complete() {
    let documented: Vec<_> = rows().into_iter().map(|(name, _)| name).collect();
    let known: Vec<_> = CLASSES.iter().map(|(name, _)| *name).collect();
    assert_eq!(documented, known, "the classes in docs/differences/qemu.md");
}

/// Asserts that the document has these counts, if they are of the same run.
pub(crate) fn assert_counts(counted: &str, column: Column, counts: &Counts) {
    if !TEXT.contains(counted) {
        println!("docs/differences/qemu.md has the counts of another run");
        return;
    }
    let known = CLASSES.iter().map(|(name, _)| *name);
    let now: Vec<_> = known
        .map(|name| (name, counts.get(name).unwrap_or(&0).to_string()))
        .collect();
    let documented: Vec<_> = rows()
        .into_iter()
        .map(|(name, counts)| (name, counts[column as usize].to_owned()))
        .collect();
    assert_eq!(documented, now, "the counts in docs/differences/qemu.md");
}
