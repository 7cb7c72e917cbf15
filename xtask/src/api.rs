// SPDX-License-Identifier: MIT OR Apache-2.0
//! `docs/public-api.txt`: every item of the public Rust API, so that a review sees each change.

use crate::command::succeed;
use std::fs;
use std::path::Path;
use std::process::Command;

const LIST: &str = "docs/public-api.txt";

/// Writes the list, or compares it with the sources.
///
/// rustdoc describes the crate; its JSON is a feature of the nightly compiler.
pub(crate) fn update(root: &Path, write: bool) -> Result<(), String> {
    let mut rustdoc = Command::new("cargo");
    rustdoc.args([
        "+nightly",
        "rustdoc",
        "--locked",
        "--quiet",
        "--package",
        "diskprobe",
        "--lib",
    ]);
    rustdoc.args(["--", "-Z", "unstable-options", "--output-format", "json"]);
    // cargo sets variables that select its own compiler for child processes.
    rustdoc.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO");
    succeed(root, &mut rustdoc)?;
    let new = items(&root.join("target/doc/diskprobe.json"))?;
    let path = root.join(LIST);
    if write {
        return fs::write(path, new).map_err(|error| format!("{LIST}: {error}"));
    }
    let old = fs::read_to_string(path).map_err(|error| format!("{LIST}: {error}"))?;
    if old == new {
        return Ok(());
    }
    let message = difference(&old, &new);
    Err(format!(
        "{message}{LIST} is out of date; run cargo xtask update api"
    ))
}

/// Returns the items, one per line, without the implementations that every type has.
fn items(json: &Path) -> Result<String, String> {
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .map_err(|error| format!("cannot parse the nightly compiler's rustdoc JSON: {error}"))?;
    Ok(api.items().map(|item| format!("{item}\n")).collect())
}

/// Returns the lines that only one of two lists has.
fn difference(old: &str, new: &str) -> String {
    let only = |sign, a: &str, b: &str| -> String {
        let lines = a
            .lines()
            .filter(|line| !b.lines().any(|other| other == *line));
        lines.map(|line| format!("{sign}{line}\n")).collect()
    };
    only('-', old, new) + &only('+', new, old)
}
