// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the message of an error says of the field at fault, without the value that was found; and
//! the texts that such messages are made of.

use diskprobe::Error;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where what is judged stands, and when it is an error.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judgement {
    pub(crate) structure: String,
    pub(crate) offset: u64,
    pub(crate) fault: String,
}

/// `None` where the message has none of the forms that errors of an image have.
pub(crate) fn judgement(error: &Error) -> Option<Judgement> {
    let message = error.to_string();
    let (structure, rest) = message.split_once(": ")?;
    Some(Judgement {
        structure: structure.to_owned(),
        offset: error.offset()?,
        fault: fault(rest)?,
    })
}

fn fault(text: &str) -> Option<String> {
    if let Some(needs) = text.strip_prefix("needs ") {
        let (length, _) = needs.split_once(" bytes at offset ")?;
        return Some(format!("the file ends within {length} bytes from here"));
    }
    let (before, after) = text.split_once(" (offset ")?;
    let (_, after) = after.split_once(')')?;
    if let Some((name, _)) = before.split_once(" has unknown bits ") {
        return Some(format!("`{name}` has unknown bits"));
    }
    let must = after.strip_prefix(", must be ");
    let must = must.or(after.strip_prefix(", supported: "));
    Some(match (before.split_once(" is "), must) {
        // Its value is a different one each time that qemu-img makes the image.
        (Some(("Checksum", _)), Some(_)) => "`Checksum` is not the CRC-32C of its block".to_owned(),
        (Some((name, _)), Some(must)) => format!("`{name}` is not {must}"),
        _ => before.to_owned(),
    })
}

/// Texts that no image makes anyone see, or that say nothing of a field.
const UNSEEN: [&str; 10] = [
    // Parsers that cannot run out, because they get all that they take.
    "cannot be read",
    // Bounds that other limits come before.
    "numSectors",
    "geometry in sectors",
    "qed backing file name",
    "raw image",
    "length",
    "size of the segments",
    // Where this cannot be read, the first copy counts, or the error is that of the first.
    "LUKS2 secondary header",
    // Parts of numbers.
    "+",
    "0x",
];

/// The texts of messages in the source of the formats: names of structures and of the fields that
/// are checked, and what is wrong.
pub(crate) fn texts_of_the_formats() -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/formats")) {
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

/// The names of the fields in header tables whose value or offset the code checks.
fn checked_fields(code: &str) -> Vec<String> {
    let is_checked = |name: &str| {
        let call = format!(".{name}()");
        let mut uses = code.split(&call).skip(1).map(str::trim_start);
        uses.any(|after| !after.starts_with(".text(") && !after.starts_with(".offset"))
    };
    let name = |row: &str| {
        let (offset, rest) = row.trim().split_once(' ')?;
        let (name, _) = rest.split_once(": ")?;
        let is_row = offset.bytes().all(|byte| byte.is_ascii_digit()) && !row.contains(" = ");
        (is_row && is_checked(name)).then(|| name.to_owned())
    };
    code.lines().filter_map(name).collect()
}

/// The string literals of some code, without those of bytes and for C.
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
