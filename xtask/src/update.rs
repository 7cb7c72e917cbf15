// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask update`: the commands that regenerate files.

use crate::command::succeed;
use crate::{api, symbols, USAGE};
use std::path::Path;
use std::process::Command;

/// Regenerates one part of the repository, or only checks it.
type Part = fn(root: &Path, write: bool) -> Result<(), String>;

/// The parts. Each is after the parts that it depends on.
const PARTS: [(&str, Part); 6] = [
    ("header", header),
    ("symbols", symbols::update),
    ("api", api::update),
    ("hidden", hidden),
    ("docs", docs),
    ("instructions", instructions),
];

/// Regenerates the parts in the arguments, or all parts.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    let (options, names): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|argument| *argument == "--check");
    let is_part = |name: &&str| PARTS.iter().any(|(part, _)| part == name);
    if let Some(unknown) = names.iter().find(|name| !is_part(name)) {
        return Err(format!("unknown part {unknown:?}\n{USAGE}"));
    }
    for (name, part) in PARTS {
        if names.is_empty() || names.contains(&name) {
            println!("{name}");
            part(root, options.is_empty())?;
        }
    }
    Ok(())
}

fn header(root: &Path, write: bool) -> Result<(), String> {
    let arguments = "--features header --test header";
    tests(root, arguments, write.then_some("UPDATE_HEADER"))
}

fn hidden(root: &Path, write: bool) -> Result<(), String> {
    let arguments = "--package diskprobe --lib hidden_characters";
    tests(root, arguments, write.then_some("UPDATE_HIDDEN"))
}

fn docs(root: &Path, write: bool) -> Result<(), String> {
    for arguments in [
        "--package diskprobe --all-features --test docs",
        "--package diskprobe-cli --test cli reads",
    ] {
        tests(root, arguments, write.then_some("UPDATE_DOCS"))?;
    }
    Ok(())
}

/// Counts the instructions of a probe in the installed C library.
fn instructions(root: &Path, write: bool) -> Result<(), String> {
    let mut install = Command::new(root.join("build-aux/install-below"));
    succeed(root, install.arg(root.join("target/ffi-tests")))?;
    let mut count = Command::new(root.join("benches/instructions"));
    succeed(root, count.args(write.then_some("--update")))
}

/// Runs tests that compare a file with its sources, or write the file if the variable is set.
fn tests(root: &Path, arguments: &str, variable: Option<&str>) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--quiet", "--locked"]);
    command.args(arguments.split(' '));
    command.envs(variable.map(|name| (name, "1")));
    succeed(root, &mut command)
}
