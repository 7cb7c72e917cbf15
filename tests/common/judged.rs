// SPDX-License-Identifier: MIT OR Apache-2.0
//! The images of `judged_fields.txt`. Whoever uses this has the recipes, and the VHDX that is made
//! by hand, as modules beside it.
#![allow(dead_code, unreachable_pub)] // Each program uses a part.

use crate::common::Images;
use crate::{craft, recipes};
use diskprobe::Format;

/// An image that is right, and how it is asked for.
pub struct Base {
    pub name: &'static str,
    pub asked: Option<&'static str>,
    pub bytes: Vec<u8>,
}

/// The bases, each with the lines about it.
pub fn bases(images: &Images) -> impl Iterator<Item = (Base, Vec<&'static str>)> + '_ {
    let list = include_str!("../support/lists/field_limits.txt");
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in list.lines() {
        if let Some(recipe) = line.strip_prefix("base ") {
            groups.push((recipe, Vec::new()));
        } else if !line.is_empty() && !line.starts_with('#') {
            groups.last_mut().expect("a base comes first").1.push(line);
        }
    }
    let groups = groups.into_iter();
    groups.map(|(recipe, lines)| (Base::of(images, recipe), lines))
}

/// The changes of a line: those that make the base wrong, and those that do not.
pub fn changes(line: &str) -> (Vec<&str>, Vec<&str>) {
    assert!(line.contains(" | "), "no right image: {line}");
    let mut parts = line.split(" | ").map(|part| part.split(" / "));
    let mut next = || parts.next().into_iter().flatten().collect::<Vec<_>>();
    let (wrong, mut right) = (next(), next());
    right.retain(|change| *change != "-");
    (wrong, right)
}

impl Base {
    fn of(images: &Images, line: &'static str) -> Self {
        // Three commands that other lists do not have come last.
        let mut commands: Vec<&str> = line.split(" | ").collect();
        let own = commands.iter().position(|command| is_own(command));
        let own = commands.split_off(own.unwrap_or(commands.len()));
        let joined: &'static str = commands.join(" | ").leak();
        let recipe = recipes::recipe(joined);
        recipes::make(images, &recipe);
        let path = images.path(recipe.name);
        let bytes = std::fs::read(&path).expect("the image that was made");
        let mut base = Base {
            name: recipe.name,
            asked: recipe.asked,
            bytes,
        };
        base.bytes = base.changed(&own.join(" + "));
        base
    }

    /// The format to ask for.
    pub fn asked(&self) -> Option<Format> {
        let asked = self.asked.map(|name| name.parse::<Format>().ok());
        asked.map(|format| format.expect("a format"))
    }

    /// The image with these changes.
    pub fn changed(&self, commands: &str) -> Vec<u8> {
        let commands = commands
            .split(" + ")
            .filter(|command| !matches!(*command, "=" | ""));
        commands.fold(self.bytes.clone(), |bytes, command| {
            let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
            changed(bytes, verb, rest).unwrap_or_else(|| panic!("{}: {command:?}", self.name))
        })
    }
}

fn is_own(command: &str) -> bool {
    ["utf16", "repeat", "checksums"]
        .iter()
        .any(|verb| command.starts_with(verb))
}

/// Beside the commands of other lists: `repeat OFFSET N HEX`, `utf16 OFFSET TEXT` (little-endian),
/// and `checksums`, which makes those of a VHDX right.
fn changed(bytes: Vec<u8>, verb: &str, rest: &str) -> Option<Vec<u8>> {
    match verb {
        "checksums" => Some(craft::crafted(&bytes, &[])),
        "utf16" => {
            let (offset, text) = rest.split_once(' ')?;
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            let digits: String = units.map(|byte| format!("{byte:02x}")).collect();
            recipes::changed(bytes, "put", &format!("{offset} {digits}"))
        }
        "repeat" => {
            let mut words = rest.split(' ');
            let (offset, count, digits) = (words.next()?, words.next()?, words.next()?);
            let digits = digits.repeat(count.parse().ok()?);
            recipes::changed(bytes, "put", &format!("{offset} {digits}"))
        }
        _ => recipes::changed(bytes, verb, rest),
    }
}
