// SPDX-License-Identifier: MIT OR Apache-2.0
//! The real `qemu-img`: the images that it makes, and what it says of an image.

use crate::qemu_versions::{Class, Version};
use crate::recipes::Recipe;
use crate::Images;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The error of 7.2 if it measures no processor time for the first key derivation of a LUKS image.
/// On a fast machine, nine of ten attempts fail.
const ACCIDENT: &str = "Unable to get accurate CPU usage";
const ATTEMPTS: u32 = 300;

/// Returns its first line about itself, without its name; `None` if it is not installed.
pub fn version_text() -> Option<&'static str> {
    static TEXT: OnceLock<Option<String>> = OnceLock::new();
    let ask = || {
        let output = Command::new("qemu-img").arg("--version").output().ok()?;
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let line = text.lines().next()?.strip_prefix("qemu-img version ")?;
        Some(line.to_owned())
    };
    TEXT.get_or_init(ask).as_deref()
}

/// Returns its version; `None` if it is not installed.
pub fn version() -> Option<Version> {
    let mut numbers = version_text()?.split(['.', ' ']).map(str::parse);
    let mut next = || numbers.next().and_then(Result::ok).expect("a number");
    Some(Version(next(), next()))
}

/// Whether its version is known to answer as that class does.
pub fn has(class: &Class) -> bool {
    version().is_some_and(|version| version >= class.since)
}

/// Runs it in the directory.
pub fn run(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("qemu-img");
    command.args(arguments).current_dir(directory);
    for _ in 1..ATTEMPTS {
        let output = command.output().expect("qemu-img starts");
        if !String::from_utf8_lossy(&output.stderr).contains(ACCIDENT) {
            return output;
        }
    }
    command.output().expect("qemu-img starts")
}

/// Runs it in the directory of the images; it must succeed.
pub fn make(images: &Images, arguments: &[&str]) {
    let output = run(images.directory(), arguments);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "qemu-img {arguments:?}: {complaint}"
    );
}

/// Makes the image of a recipe, by its own commands.
pub fn make_recipe(images: &Images, recipe: &Recipe) {
    recipe.make(images, &|images, recipe, command| {
        let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
        let mut arguments = vec![verb];
        if rest.contains("key-secret=s0") {
            arguments.extend(["--object", "secret,id=s0,data=abc"]);
        }
        let words = rest.split(' ');
        arguments.extend(words.map(|word| if word == "@" { recipe.name } else { word }));
        make(images, &arguments);
    });
}

/// Returns what `info` says of the image at `path`; `None` if it refuses the image.
pub fn info(path: &Path) -> Option<Value> {
    info_with(path, &[])
}

/// Like [`info`], with more arguments, such as `-f`.
pub fn info_with(path: &Path, more: &[&str]) -> Option<Value> {
    let name = path.to_str().expect("a UTF-8 name");
    let arguments = [&["info", "-U", "--output=json"], more, &[name]].concat();
    let output = run(Path::new("."), &arguments);
    let facts = || serde_json::from_slice(&output.stdout).expect("JSON from qemu-img");
    output.status.success().then(facts)
}

/// Returns what `info` says of these bytes; `None` if it refuses them.
pub fn info_of(images: &Images, bytes: &[u8]) -> Option<Value> {
    info(&images.write("asked.img", bytes))
}
