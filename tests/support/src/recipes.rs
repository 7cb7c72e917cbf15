// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images by recipe: the files of `lists/`, with one image on each line, and how each is made.
//!
//! The head of each list explains its commands. Offsets are decimal, hexadecimal (`0x10`), or
//! counted back from the end of the file (`-512`).

use crate::build::vhd_checksum;
use crate::bytes::position;
use crate::{create, Images};
use diskprobe::Format;
use std::path::Path;
use std::process::Command;

/// An image and the commands that make it.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The name of the file.
    pub name: &'static str,
    /// The format to ask for.
    pub asked: Option<Format>,
    /// Whether the image is alone in its directory.
    pub alone: bool,
    commands: Vec<&'static str>,
}

/// The images that `qemu-img` alone makes.
pub fn made_by_qemu_img() -> Vec<Recipe> {
    recipes(include_str!("../lists/images.txt"))
}

/// Those of them that the builders make as well.
pub fn built() -> Vec<Recipe> {
    let all = made_by_qemu_img().into_iter();
    all.filter(Recipe::is_built).collect()
}

/// Images with bytes that `qemu-img` never writes. Most are made from those of [`built`].
pub fn crafted() -> Vec<Recipe> {
    recipes(include_str!("../lists/crafted.txt"))
}

/// Images that are meant to cost a reader much, or to crash it.
pub fn hostile() -> Vec<Recipe> {
    recipes(include_str!("../lists/hostile.txt"))
}

/// The recipes of a list.
pub fn recipes(list: &'static str) -> Vec<Recipe> {
    let lines = list.lines();
    let recipes = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    recipes.map(recipe).collect()
}

/// The recipe of a line.
pub fn recipe(line: &'static str) -> Recipe {
    let mut parts = line.split(" | ").map(str::trim);
    let name = parts.next().expect("a name");
    let (name, alone) = match name.strip_suffix(" alone") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let (name, asked) = match name.split_once(" as ") {
        Some((name, asked)) => (name, Some(asked.parse().expect("a format"))),
        None => (name, None),
    };
    Recipe {
        name,
        asked,
        alone,
        commands: parts.collect(),
    }
}

/// Runs a command that this module does not know.
type Other<'a> = &'a dyn Fn(&Images, &Recipe, &str);

impl Recipe {
    fn is_built(&self) -> bool {
        let known = |command: &&str| match command.split_once(' ') {
            Some(("create", words)) => create::is_supported(words),
            Some(("resize", _)) => command.starts_with("resize -f raw "),
            Some(_) => false,
            None => *command == "forget-format",
        };
        self.commands.iter().all(known)
    }

    /// Returns the format that the first command makes.
    pub fn format(&self) -> &'static str {
        let words = self.commands.first().map_or("", |command| *command);
        let (_, rest) = words.split_once("-f ").expect("a format");
        rest.split(' ').next().expect("a word")
    }

    /// Whether images of other formats in the list are over this one.
    pub fn is_base(&self) -> bool {
        ["raw.img", "q3.qcow2", "q2.qcow2", "v.vmdk"].contains(&self.name)
    }

    /// Creates the image in the directory, which has the images of the lines above it.
    pub fn build(&self, images: &Images) {
        self.make(images, &|images, recipe, command| {
            let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
            match verb {
                "create" => create::create(images, recipe.name, rest),
                "resize" => resize(images, recipe.name, rest),
                _ => panic!("{}: {command:?}", recipe.name),
            }
        });
    }

    /// The same, with `other` for the commands of `qemu-img`.
    pub fn make(&self, images: &Images, other: Other<'_>) {
        for command in &self.commands {
            let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
            match verb {
                "new" => drop(images.write(self.name, vec![0; number(rest)])),
                "copy" => drop(images.write(self.name, images.read(rest))),
                "sh" => drop(shell(images, &rest.replace('@', self.name))),
                "forget-format" => forget_format(&images.path(self.name)),
                "put" | "fill" | "cut" | "seal" => {
                    let bytes = changed(images.read(self.name), verb, rest);
                    let bytes = bytes.unwrap_or_else(|| panic!("{}: {command:?}", self.name));
                    images.write(self.name, bytes);
                }
                _ => other(images, self, command),
            }
        }
    }
}

/// Makes a raw image longer: `-f raw @ SIZE`.
fn resize(images: &Images, name: &str, words: &str) {
    let words = words.replace("-f raw @", "-f raw");
    create::create(images, name, &words);
}

/// Runs a shell command in the directory; it must succeed. Returns what it prints.
pub fn shell(images: &Images, command: &str) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", command]).env("LC_ALL", "C");
    shell.env("PATH", format!("{path}:/usr/local/sbin:/usr/sbin:/sbin"));
    let output = shell.current_dir(images.directory()).output();
    let output = output.expect("a shell");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}: {complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Turns the extension that records a backing format into one of an unknown kind.
pub fn forget_format(image: &Path) {
    let mut bytes = std::fs::read(image).expect("an image");
    let offset = position(&bytes, &[0xe2, 0x79, 0x2a, 0xca]);
    bytes[offset..offset + 4].copy_from_slice(b"none");
    std::fs::write(image, bytes).expect("an image");
}

/// Carries out one change of bytes. Returns `None` if it is not one of the list's commands.
pub fn changed(mut bytes: Vec<u8>, verb: &str, rest: &str) -> Option<Vec<u8>> {
    let (offset, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let offset = match offset.strip_prefix('-') {
        Some(back) => bytes.len().checked_sub(number(back))?,
        None => number(offset),
    };
    match verb {
        "put" => overwrite(&mut bytes, offset, &content(rest)?),
        "fill" => {
            let (length, byte) = rest.split_once(' ')?;
            overwrite(&mut bytes, offset, &vec![byte_of(byte)?; number(length)]);
        }
        "cut" => bytes.truncate(offset),
        "seal" => bytes = vhd_checksum(bytes, offset),
        _ => return None,
    }
    Some(bytes)
}

fn overwrite(bytes: &mut Vec<u8>, offset: usize, new: &[u8]) {
    let end = offset + new.len();
    bytes.resize(bytes.len().max(end), 0);
    bytes[offset..end].copy_from_slice(new);
}

/// Bytes as `'text'`, a number such as `be32:7`, or hexadecimal digits; or several of them.
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
    let value: u64 = number(value);
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

fn number<N: TryFrom<u64>>(text: &str) -> N {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    let parsed = parsed.unwrap_or_else(|error| panic!("{text:?}: {error}"));
    N::try_from(parsed).unwrap_or_else(|_| panic!("{text:?}: too large"))
}
