// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parts of a document that a test writes, between `<!-- NAME: ... -->` and `<!-- end -->`.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

fn path(document: &str) -> PathBuf {
    crate::root().join(document)
}

/// Returns the text of a document.
pub fn read(document: &str) -> String {
    let path = path(document);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

/// Asserts that the document has these parts, each with its name. If the environment has
/// `UPDATE_DOCS`, writes them instead.
pub fn assert_parts(document: &str, parts: &[(String, String)]) {
    // Another test may write other parts.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let old = read(document);
    let new = parts.iter().fold(old.clone(), |text, (name, part)| {
        replaced(&text, name, part).unwrap_or_else(|| panic!("{document} has no part {name:?}"))
    });
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path(document), &new).expect("a document to write");
        return;
    }
    let lines = new.lines().zip(old.lines()).zip(1..);
    let differing: Vec<String> = lines
        .filter(|((new, old), _)| new != old)
        .map(|((new, old), number)| format!("{document}:{number}\n - {old}\n + {new}"))
        .take(5)
        .collect();
    assert!(
        new == old,
        "{document} is out of date; run the test again with UPDATE_DOCS=1\n{}",
        differing.join("\n")
    );
}

/// The text with another part of that name; `None` if it has none.
fn replaced(text: &str, name: &str, part: &str) -> Option<String> {
    let (before, rest) = text.split_once(&format!("<!-- {name}: "))?;
    let (mark, rest) = rest.split_once("-->\n")?;
    let (_, after) = rest.split_once("<!-- end -->")?;
    Some(format!(
        "{before}<!-- {name}: {mark}-->\n{part}<!-- end -->{after}"
    ))
}

/// Returns a table of Markdown with these columns.
pub fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
    let rule = vec!["---".to_owned(); columns.len()];
    let rows = rows.iter().map(|cells| {
        assert_eq!(cells.len(), columns.len(), "{cells:?}");
        row(cells)
    });
    [row(&heads), row(&rule)].into_iter().chain(rows).collect()
}
