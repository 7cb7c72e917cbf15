// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images by recipe: the lists in `tests/*.txt`, one image on each line, and how each is made.
//!
//! A command that is none of `qemu-img`'s changes the bytes of the image `NAME` itself. Offsets
//! are decimal, hexadecimal, or counted back from the end of the file (`-512`).
#![allow(dead_code, unreachable_pub)] // Each test program uses a part.

use crate::common::{program, vhd_sealed, Images};
use std::path::Path;

/// An image and the commands that make it.
pub struct Recipe {
    pub name: &'static str,
    /// The format to ask for.
    pub asked: Option<&'static str>,
    /// Whether the image is alone in its directory.
    pub alone: bool,
    commands: Vec<&'static str>,
}

/// The images that `qemu-img` alone makes.
pub fn made_by_qemu_img() -> Vec<Recipe> {
    recipes(include_str!("../support/lists/images.txt"))
}

/// Images with bytes that `qemu-img` never writes; most are made from those that it makes.
pub fn crafted() -> Vec<Recipe> {
    recipes(include_str!("../support/lists/crafted.txt"))
}

/// The recipes of a list.
pub fn recipes(list: &'static str) -> Vec<Recipe> {
    let lines = list.lines();
    let recipes = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    recipes.map(recipe).collect()
}

/// The recipe that a line spells.
pub fn recipe(line: &'static str) -> Recipe {
    let mut parts = line.split(" | ").map(str::trim);
    let name = parts.next().expect("a name");
    let (name, alone) = match name.strip_suffix(" alone") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let (name, asked) = match name.split_once(" as ") {
        Some((name, asked)) => (name, Some(asked)),
        None => (name, None),
    };
    let commands = parts.collect();
    Recipe {
        name,
        asked,
        alone,
        commands,
    }
}

/// Makes the image in the directory, which holds those of the lines above it.
pub fn make(images: &Images, recipe: &Recipe) {
    for command in &recipe.commands {
        let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
        let path = images.path(recipe.name);
        match verb {
            "new" => write(&path, &vec![0; number(rest)]),
            "copy" => write(&path, &read(&images.path(rest))),
            "sh" => drop(shell(images, &rest.replace('@', recipe.name))),
            "forget-format" => forget_format(&path),
            "put" | "fill" | "cut" | "seal" => {
                let bytes = changed(read(&path), verb, rest);
                write(&path, &bytes.unwrap_or_else(|| panic!("{command:?}")));
            }
            _ => {
                let mut arguments = vec![verb];
                if command.contains("key-secret=s0") {
                    arguments.extend(["--object", "secret,id=s0,data=abc"]);
                }
                let words = rest.split(' ');
                arguments.extend(words.map(|word| if word == "@" { recipe.name } else { word }));
                images.qemu_img(&arguments);
            }
        }
    }
}

/// Runs a shell command in the directory; it must succeed. Returns what it prints.
pub fn shell(images: &Images, command: &str) -> String {
    let mut shell = program("sh");
    let shell = shell
        .args(["-e", "-c", command])
        .current_dir(images.directory());
    let output = shell.env("LC_ALL", "C").output().expect("a shell");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command}: {complaint} (examples/quickstart has the list of packages)"
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap_or_else(|error| panic!("{path:?}: {error}"));
}

/// Makes the extension that records the backing format one that nobody knows.
fn forget_format(image: &Path) {
    const BACKING_FORMAT: [u8; 4] = 0xe279_2acau32.to_be_bytes();
    let mut bytes = read(image);
    let place = bytes.windows(4).position(|bytes| bytes == BACKING_FORMAT);
    bytes[place.expect("a backing format")..][..4].copy_from_slice(b"none");
    write(image, &bytes);
}

/// One change of bytes. `None`: it is not spelt as the head of the list says.
pub fn changed(mut bytes: Vec<u8>, verb: &str, rest: &str) -> Option<Vec<u8>> {
    let mut words = rest.splitn(2, ' ');
    let offset = words.next()?;
    let offset = match offset.strip_prefix('-') {
        Some(back) => bytes.len().checked_sub(number(back))?,
        None => number(offset),
    };
    let rest = words.next().unwrap_or_default();
    match verb {
        "put" => overwrite(&mut bytes, offset, &content(rest)?),
        "fill" => {
            let (length, byte) = rest.split_once(' ')?;
            overwrite(&mut bytes, offset, &vec![byte_of(byte)?; number(length)]);
        }
        "cut" => bytes.truncate(offset),
        "seal" => bytes = vhd_sealed(bytes, offset),
        _ => return None,
    }
    Some(bytes)
}

fn overwrite(bytes: &mut Vec<u8>, offset: usize, new: &[u8]) {
    let end = offset + new.len();
    bytes.resize(bytes.len().max(end), 0);
    bytes[offset..end].copy_from_slice(new);
}

/// `'text'`, a number such as `be32:7`, or hexadecimal digits; several with blanks between them.
fn content(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_start();
    if text.is_empty() {
        return Some(Vec::new());
    }
    let (first, rest) = match text.strip_prefix('\'') {
        Some(quoted) => {
            let (inner, rest) = quoted.split_once('\'')?;
            (unescaped(inner), rest)
        }
        None => {
            let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
            (number_bytes(word).or_else(|| hexadecimal(word))?, rest)
        }
    };
    Some([first, content(rest)?].concat())
}

fn unescaped(text: &str) -> Vec<u8> {
    text.replace("\\n", "\n").replace("\\0", "\0").into_bytes()
}

fn number_bytes(word: &str) -> Option<Vec<u8>> {
    let (kind, value) = word.split_once(':')?;
    let value = number(value) as u64;
    let short = u32::try_from(value);
    Some(match kind {
        "be32" => short.ok()?.to_be_bytes().to_vec(),
        "le32" => short.ok()?.to_le_bytes().to_vec(),
        "be64" => value.to_be_bytes().to_vec(),
        "le64" => value.to_le_bytes().to_vec(),
        _ => return None,
    })
}

fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|at| byte_of(digits.get(at..at + 2)?)).collect()
}

fn byte_of(digits: &str) -> Option<u8> {
    u8::from_str_radix(digits, 16).ok()
}

fn number(text: &str) -> usize {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => usize::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.unwrap_or_else(|error| panic!("{text:?}: {error}"))
}
