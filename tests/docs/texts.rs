// SPDX-License-Identifier: MIT OR Apache-2.0
//! The texts that error messages about an image are made of.

use diskprobe_test_support::root;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Texts that no image can cause, or that do not describe a field.
const UNSEEN: [&str; 10] = [
    // These parsers always get enough bytes.
    "cannot be read",
    // Another limit is always exceeded first.
    "numSectors",
    "geometry in sectors",
    "qed backing file name",
    "raw image",
    "length",
    "size of the segments",
    // If this copy cannot be read, the first copy is used, or its error is reported.
    "LUKS2 secondary header",
    // Parts of numbers.
    "+",
    "0x",
];

/// Returns the texts of messages in the source of the formats: the names of structures and checked
/// fields, and the constraints.
pub(crate) fn of_the_formats() -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for path in sources(&root().join("src/formats")) {
        let source = std::fs::read_to_string(&path).expect("a source file");
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default());
        let code = lines.collect::<Vec<_>>().join("\n");
        texts.extend(strings(&code));
        texts.extend(checked_fields(&code));
    }
    texts.retain(|text| !UNSEEN.contains(&text.as_str()));
    texts
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().expect("the folder of the formats");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => vec![path],
        })
        .collect()
}

/// The operations on a field whose name no message contains.
const UNNAMED: [&str; 5] = [
    ".text(",
    ".offset",
    ".broken(",
    ".unsupported(",
    ".check_signature(",
];

/// Returns the names of header fields whose value the code checks.
fn checked_fields(code: &str) -> Vec<String> {
    let is_checked = |name: &str| {
        let call = format!(".{name}()");
        let mut uses = code.split(&call).skip(1).map(str::trim_start);
        uses.any(|after| !UNNAMED.iter().any(|unnamed| after.starts_with(unnamed)))
    };
    let name = |row: &str| {
        let (offset, rest) = row.trim().split_once(' ')?;
        let (name, _) = rest.split_once(": ")?;
        let is_row = offset.bytes().all(|byte| byte.is_ascii_digit()) && !row.contains(" = ");
        (is_row && is_checked(name)).then(|| name.to_owned())
    };
    code.lines().filter_map(name).collect()
}

/// Returns the string literals in the code, without byte strings and C strings.
fn strings(code: &str) -> Vec<String> {
    let code = code.replace("'\"'", "").replace("\\\"", "");
    let mut parts = code.split('"');
    let mut before = parts.next().unwrap_or_default();
    let mut found = Vec::new();
    while let (Some(inside), Some(after)) = (parts.next(), parts.next()) {
        if !before.ends_with(['b', 'c']) {
            let lines = inside.split("\\\n").map(str::trim_start);
            found.push(lines.collect::<String>());
        }
        before = after;
    }
    found
}
