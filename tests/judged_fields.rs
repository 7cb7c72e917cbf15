// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every judgement of a field on both sides of its limit, beside qemu-img: `judged_fields.txt`
//! lists them. The tables of `docs/formats.md` come from it, and must be complete.

mod common;
#[allow(dead_code)] // A part of it is used here.
#[path = "format_vhdx/craft.rs"]
mod craft;
#[path = "common/document.rs"]
mod document;
#[path = "judged_fields/message.rs"]
mod message;
#[path = "common/recipes.rs"]
mod recipes;

use common::{probe_with, qemu_info_with, Images};
use diskprobe::{Error, Format, Image, Options};
use document::assert_parts;
use message::Judgement;
use serde_json::Value;
use std::collections::BTreeMap;

/// What qemu-img does with most cut images.
const ZEROS: &str = "QEMU opens it: what is not there reads as zeros";

/// An image that is right, and how it is asked for.
struct Base<'a> {
    images: &'a Images,
    name: &'static str,
    asked: Option<&'static str>,
    bytes: Vec<u8>,
    format: Format,
    /// Whether qemu-img opens it at all.
    known_to_qemu: bool,
}

impl<'a> Base<'a> {
    fn of(images: &'a Images, line: &'static str) -> Self {
        // Two commands that other lists do not have come last.
        let mut commands: Vec<&str> = line.split(" | ").collect();
        let own = commands.iter().position(|command| is_own(command));
        let own = commands.split_off(own.unwrap_or(commands.len()));
        let joined: &'static str = commands.join(" | ").leak();
        let recipe = recipes::recipe(joined);
        recipes::make(images, &recipe);
        let path = images.path(recipe.name);
        let bytes = std::fs::read(&path).expect("the image that was made");
        let mut base = Base {
            images,
            name: recipe.name,
            asked: recipe.asked,
            bytes,
            format: Format::Raw,
            known_to_qemu: true,
        };
        base.bytes = base.changed(&own.join(" + "));
        let image = base.probe(&base.bytes);
        base.format = image
            .unwrap_or_else(|error| panic!("{line}: {error}"))
            .format();
        base.known_to_qemu = base.qemu(&base.bytes).is_some();
        base
    }

    fn changed(&self, commands: &str) -> Vec<u8> {
        let commands = commands
            .split(" + ")
            .filter(|command| !matches!(*command, "=" | ""));
        commands.fold(self.bytes.clone(), |bytes, command| {
            let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
            changed(bytes, verb, rest).unwrap_or_else(|| panic!("{}: {command:?}", self.name))
        })
    }

    fn probe(&self, bytes: &[u8]) -> Result<Image, Error> {
        let asked = self.asked.map(|name| Format::from_name(name.as_bytes()));
        let asked = asked.map(|format| format.expect("a format"));
        probe_with(bytes, &Options::new().format(asked))
    }

    /// What qemu-img says; `None` where it refuses.
    fn qemu(&self, bytes: &[u8]) -> Option<Value> {
        let path = self.images.path("changed.img");
        std::fs::write(&path, bytes).expect("a file in the temporary directory");
        let asked = self.asked.iter().flat_map(|format| ["-f", format]);
        let info = qemu_info_with(&path, &asked.collect::<Vec<_>>())?;
        (info["format"] == self.format.name()).then_some(info)
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

/// What a line shows: the row of a table.
fn row(base: &Base<'_>, line: &str) -> Result<Vec<String>, String> {
    let mut parts = line.split(" | ").peekable();
    let wrong = parts.next().unwrap_or_default();
    let right = parts.next().ok_or("no right image")?;
    let remark = parts.next_if(|part| part.starts_with('('));
    let note = parts.next();
    let judgement = judge_wrong(base, wrong, note.is_some())?;
    for change in right.split(" / ").filter(|change| *change != "-") {
        judge_right(base, change)?;
    }
    let qemu = match note {
        Some("zeros") => ZEROS,
        Some(note) => note,
        None if !base.known_to_qemu => "does not read it",
        None if right == "-" => "refuses it too",
        None => "the same",
    };
    let fault = match remark {
        Some(remark) => format!("{} {remark}", judgement.fault),
        None => judgement.fault,
    };
    let offset = judgement.offset.to_string();
    Ok(vec![judgement.structure, offset, fault, qemu.to_owned()])
}

/// The one reason for which all these changes are refused.
fn judge_wrong(base: &Base<'_>, changes: &str, qemu_opens: bool) -> Result<Judgement, String> {
    let mut reason = None;
    for change in changes.split(" / ") {
        let bytes = base.changed(change);
        let error = base.probe(&bytes).err();
        let error = error.ok_or_else(|| format!("{change}: we open it"))?;
        let found = message::judgement(&error).ok_or_else(|| format!("{change}: {error}"))?;
        if *reason.get_or_insert_with(|| found.clone()) != found {
            return Err(format!("{change}: {error}, unlike {reason:?}"));
        }
        let opened = base.qemu(&bytes).is_some();
        if opened != qemu_opens {
            return Err(format!("{change}: qemu-img opens it: {opened}"));
        }
    }
    reason.ok_or_else(|| "nothing is wrong".to_owned())
}

fn judge_right(base: &Base<'_>, change: &str) -> Result<(), String> {
    let bytes = base.changed(change);
    let image = base.probe(&bytes);
    let ours = image
        .map_err(|error| format!("{change}: {error}"))?
        .virtual_size();
    let info = base.qemu(&bytes);
    let theirs = info.and_then(|info| info["virtual-size"].as_u64());
    match !base.known_to_qemu || ours == theirs {
        true => Ok(()),
        false => Err(format!("{change}: {ours:?}, qemu-img {theirs:?}")),
    }
}

#[test]
fn every_judgement_stands_in_the_document() {
    let images = Images::new();
    let mut base: Option<Base<'_>> = None;
    let mut tables: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    let mut faults = Vec::new();
    let lines = include_str!("judged_fields.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(recipe) = line.strip_prefix("base ") {
            base = Some(Base::of(&images, recipe));
            continue;
        }
        let base = base.as_ref().expect("a base comes first");
        match row(base, line) {
            Ok(row) => tables.entry(base.format.name()).or_default().push(row),
            Err(fault) => faults.push(format!("{}: {line}\n  {fault}", base.name)),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let columns = ["structure", "offset", "an error where", "QEMU"];
    let parts: Vec<(String, String)> = tables
        .iter()
        .map(|(format, rows)| (format!("judged {format}"), document::table(&columns, rows)))
        .collect();
    println!(
        "{} judgements",
        tables.values().map(Vec::len).sum::<usize>()
    );
    assert_parts("docs/formats.md", &parts);
    let document = document::read("docs/formats.md");
    let missing = message::texts_of_the_formats()
        .into_iter()
        .filter(|text| !document.contains(text.as_str()));
    let missing: Vec<String> = missing.collect();
    assert!(missing.is_empty(), "not in docs/formats.md: {missing:#?}");
}
