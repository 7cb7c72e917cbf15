// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every judgement of a field on both sides of its limit, beside qemu-img: `judged_fields.txt`
//! lists them. The tables of `docs/formats.md` come from it, and must be complete.

mod common;
#[allow(dead_code)] // A part of it is used here.
#[path = "format_vhdx/craft.rs"]
mod craft;
#[path = "common/document.rs"]
mod document;
#[path = "common/judged.rs"]
mod judged;
#[path = "judged_fields/message.rs"]
mod message;
#[path = "common/recipes.rs"]
mod recipes;

use common::{probe_with, qemu_info_with, Images};
use diskprobe::{Error, Format, Image, Options};
use document::assert_parts;
use judged::{changes, Base};
use message::Judgement;
use serde_json::Value;
use std::collections::BTreeMap;

/// What qemu-img does with most cut images.
const ZEROS: &str = "QEMU opens it: what is not there reads as zeros";

/// An image that is right, beside qemu-img.
struct Judged<'a> {
    base: Base,
    images: &'a Images,
    format: Format,
    /// Whether qemu-img opens it at all.
    known_to_qemu: bool,
}

impl<'a> Judged<'a> {
    fn of(images: &'a Images, base: Base) -> Self {
        let mut judged = Judged {
            base,
            images,
            format: Format::Raw,
            known_to_qemu: true,
        };
        let image = judged.probe(&judged.base.bytes);
        judged.format = image
            .unwrap_or_else(|error| panic!("{}: {error}", judged.base.name))
            .format();
        judged.known_to_qemu = judged.qemu(&judged.base.bytes).is_some();
        judged
    }

    fn probe(&self, bytes: &[u8]) -> Result<Image, Error> {
        probe_with(bytes, &Options::new().format(self.base.asked()))
    }

    /// What qemu-img says; `None` where it refuses.
    fn qemu(&self, bytes: &[u8]) -> Option<Value> {
        let path = self.images.path("changed.img");
        std::fs::write(&path, bytes).expect("a file in the temporary directory");
        let asked = self.base.asked.iter().flat_map(|format| ["-f", format]);
        let info = qemu_info_with(&path, &asked.collect::<Vec<_>>())?;
        (info["format"] == self.format.as_str()).then_some(info)
    }
}

/// What a line shows: the row of a table.
fn row(judged: &Judged<'_>, line: &str) -> Result<Vec<String>, String> {
    let mut parts = line.split(" | ").skip(2).peekable();
    let remark = parts.next_if(|part| part.starts_with('('));
    let note = parts.next();
    let (wrong, right) = changes(line);
    let judgement = judge_wrong(judged, &wrong, note.is_some())?;
    for change in &right {
        judge_right(judged, change)?;
    }
    let qemu = match note {
        Some("zeros") => ZEROS,
        Some(note) => note,
        None if !judged.known_to_qemu => "does not read it",
        None if right.is_empty() => "refuses it too",
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
fn judge_wrong(
    judged: &Judged<'_>,
    changes: &[&str],
    qemu_opens: bool,
) -> Result<Judgement, String> {
    let mut reason = None;
    for change in changes {
        let bytes = judged.base.changed(change);
        let error = judged.probe(&bytes).err();
        let error = error.ok_or_else(|| format!("{change}: we open it"))?;
        let found = message::judgement(&error).ok_or_else(|| format!("{change}: {error}"))?;
        if *reason.get_or_insert_with(|| found.clone()) != found {
            return Err(format!("{change}: {error}, unlike {reason:?}"));
        }
        let opened = judged.qemu(&bytes).is_some();
        if opened != qemu_opens {
            return Err(format!("{change}: qemu-img opens it: {opened}"));
        }
    }
    reason.ok_or_else(|| "nothing is wrong".to_owned())
}

fn judge_right(judged: &Judged<'_>, change: &str) -> Result<(), String> {
    let bytes = judged.base.changed(change);
    let image = judged.probe(&bytes);
    let ours = image
        .map_err(|error| format!("{change}: {error}"))?
        .virtual_size();
    let info = judged.qemu(&bytes);
    let theirs = info.and_then(|info| info["virtual-size"].as_u64());
    match !judged.known_to_qemu || ours == theirs {
        true => Ok(()),
        false => Err(format!("{change}: {ours:?}, qemu-img {theirs:?}")),
    }
}

#[test]
fn every_judgement_stands_in_the_document() {
    let images = Images::new();
    let mut tables: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    let mut faults = Vec::new();
    for (base, lines) in judged::bases(&images) {
        let judged = Judged::of(&images, base);
        for line in lines {
            match row(&judged, line) {
                Ok(row) => tables.entry(judged.format.as_str()).or_default().push(row),
                Err(fault) => faults.push(format!("{}: {line}\n  {fault}", judged.base.name)),
            }
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
