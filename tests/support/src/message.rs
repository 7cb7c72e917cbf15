// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks of the template and the parameters of a message.

use crate::document;
use diskprobe::Error;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Asserts that the template of an error gives its message.
#[track_caller]
pub fn assert_template(error: &Error) {
    assert_parts(&error.to_string(), error.template(), error.parameters());
}

/// Asserts that the template gives the message: each parameter, whose name `docs/errors.md` lists,
/// replaces one placeholder, and every placeholder has a parameter.
#[track_caller]
pub fn assert_parts(
    message: &str,
    template: String,
    parameters: impl Iterator<Item = (&'static str, String)>,
) {
    let given: Vec<_> = parameters.collect();
    let mut left: BTreeMap<_, _> = given.iter().cloned().collect();
    assert_eq!(
        left.len(),
        given.len(),
        "two values of a parameter: {given:?}"
    );
    let mut parts = template.split('{');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, words) = part.split_once('}').expect("the end of a placeholder");
        let value = left.remove(name);
        whole += &value.unwrap_or_else(|| panic!("{template:?} has no value of {name}"));
        whole += words;
        assert!(names().contains(name), "docs/errors.md lacks {name}");
        assert!(!words.contains('}'), "{template:?}");
    }
    assert!(left.is_empty(), "{template:?} has no {left:?}");
    assert_eq!(whole, message);
}

/// Returns the names of parameters that the document lists.
pub fn names() -> &'static BTreeSet<String> {
    static NAMES: OnceLock<BTreeSet<String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let document = document::read("docs/errors.md");
        let (_, below) = document
            .split_once("\n## Translation\n")
            .expect("the heading");
        let section = below.split("\n## ").next().expect("a section");
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `{"));
        let names = rows.map(|row| row.split_once("}`").expect("a placeholder").0);
        names.map(str::to_owned).collect()
    })
}
