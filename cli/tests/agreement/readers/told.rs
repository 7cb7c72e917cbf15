// SPDX-License-Identifier: MIT OR Apache-2.0
//! A cell of the table: how much of each fact a program reports.

use super::answers::{Answer, PRESENT};
use super::rows::Row;
use std::fmt;

/// How much of a fact a program reports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    No,
    /// The program reports only that the fact exists.
    Presence,
    Fully,
}

/// The facts that one program reports of one image.
pub(crate) struct Cell {
    /// For each fact: how much is reported, and whether the program needs the name of the format.
    facts: Vec<(&'static str, Told, bool)>,
}

impl Cell {
    pub(crate) fn new(row: &Row, unasked: Option<Answer>, asked: Option<Answer>) -> Self {
        let format = [("format", "")];
        let facts = format.iter().chain(row.facts).map(|(fact, value)| {
            let told = |answer: &Option<Answer>| {
                let answer = answer.as_ref().map_or(&[][..], |answer| answer);
                let of_fact = answer.iter().filter(|(name, _)| name == fact);
                let how = of_fact.map(|(_, told)| how(row, fact, value, told));
                how.max().unwrap_or(Told::No)
            };
            let (before, after) = (told(&unasked), told(&asked));
            (*fact, before.max(after), after > before)
        });
        Cell {
            facts: facts.collect(),
        }
    }

    /// Returns whether this cell reports at least as much of each fact as `other`.
    pub(crate) fn tells_all_of(&self, other: &Cell) -> bool {
        let both = self.facts.iter().zip(&other.facts);
        both.into_iter()
            .all(|((_, ours, _), (_, theirs, _))| ours >= theirs)
    }
}

fn how(row: &Row, fact: &str, value: &str, told: &str) -> Told {
    let full = match fact {
        "format" => row.names.contains(&told),
        "encryption" => true,
        "size" => told == value,
        // Some programs add the directory.
        _ => told == value || told.ends_with(&format!("/{value}")),
    };
    match full {
        true => Told::Fully,
        false if told == PRESENT => Told::Presence,
        false => Told::No,
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.facts.iter().filter_map(|(fact, told, asked)| {
            let word = match told {
                Told::No => return None,
                Told::Presence => format!("{fact}: exists"),
                Told::Fully => (*fact).to_owned(),
            };
            Some(if *asked {
                format!("{word} (named)")
            } else {
                word
            })
        });
        let words: Vec<_> = words.collect();
        f.write_str(if words.is_empty() { "–" } else { "" })?;
        f.write_str(&words.join(", "))
    }
}
