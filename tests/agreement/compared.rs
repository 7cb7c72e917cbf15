// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares our facts with those of `qemu-img info`, under QEMU's names.

use diskprobe::location::resolve;
use diskprobe::{EncryptionFormat, Feature, Format, Image, ReferenceKind};
use diskprobe_test_support::probe::{detail, number};
use serde_json::{json, Value};
use std::path::Path;

/// A fact whose values differ.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) key: &'static str,
    pub(crate) ours: Value,
    pub(crate) theirs: Value,
}

/// Returns all differences between facts that both programs report.
pub(crate) fn differences(image: &Image, info: &Value, path: &Path) -> Vec<Difference> {
    let ours = ours(image, path);
    ours.into_iter()
        .map(|(key, ours)| Difference {
            key,
            ours,
            theirs: theirs(info, key),
        })
        .filter(|difference| difference.ours != difference.theirs)
        .collect()
}

fn ours(image: &Image, path: &Path) -> Vec<(&'static str, Value)> {
    let encryption = image.encryption().map(|encryption| encryption.format);
    let backing = image.backing();
    let mut references = image.references();
    let reference = references.find(|one| one.kind == ReferenceKind::Backing);
    let full = reference.map(|reference| text(&resolve(&reference, path)));
    let format = backing.and_then(|backing| backing.format);
    let mut facts = vec![
        ("format", json!(image.format().as_str())),
        ("virtual-size", json!(image.virtual_size())),
        (
            "backing-filename",
            json!(backing.map(|backing| text(backing.location))),
        ),
        ("full-backing-filename", json!(full)),
        (
            "backing-filename-format",
            json!(format.map(|format| text(format.name()))),
        ),
        (
            "encrypted",
            match encryption {
                // QEMU knows only these encryption formats.
                Some(EncryptionFormat::Aes | EncryptionFormat::Luks) => json!(true),
                _ => Value::Null,
            },
        ),
    ];
    // QEMU reports these facts for some formats only, or reads them from files that diskprobe does
    // not open.
    if image.format() != Format::Parallels && image.extents().len() == 0 {
        let given = !matches!(image.format(), Format::Bochs | Format::Cloop | Format::Dmg);
        facts.extend(given.then(|| ("cluster-size", json!(image.cluster_size()))));
    }
    if let (Some(dirty), true) = (image.is_dirty(), image.format() != Format::Parallels) {
        facts.push(("dirty-flag", json!(dirty)));
    }
    match image.format() {
        Format::Qcow2 => qcow2(image, &mut facts),
        Format::Vmdk => vmdk(image, path, &mut facts),
        _ => {}
    }
    facts
}

fn qcow2(image: &Image, facts: &mut Vec<(&'static str, Value)>) {
    facts.extend([
        ("compat", json!(image.compat())),
        ("compression-type", json!(detail(image, "compression-type"))),
        ("refcount-bits", json!(number(image, "refcount-bits"))),
        ("snapshots", json!(number(image, "snapshot-count"))),
    ]);
    if image.compat() == Some("0.10") {
        return;
    }
    let has = |feature| image.has_feature(feature);
    let file = image.data_file();
    let name = file.and_then(|file| file.location).map(text);
    facts.extend([
        ("lazy-refcounts", json!(has(Feature::LazyRefcounts))),
        ("corrupt", json!(has(Feature::Corrupt))),
        ("extended-l2", json!(has(Feature::ExtendedL2))),
        ("bitmaps", json!(number(image, "bitmap-count"))),
        ("data-file", json!(name)),
    ]);
    if has(Feature::DataFile) {
        facts.push(("data-file-raw", json!(has(Feature::DataFileRaw))));
    }
}

fn vmdk(image: &Image, path: &Path, facts: &mut Vec<(&'static str, Value)>) {
    let id = image.content_id();
    facts.extend([
        ("cid", json!(id.map(|id| id.own))),
        (
            "parent-cid",
            json!(id.map(|id| id.parent.unwrap_or(u32::MAX))),
        ),
        ("create-type", json!(image.subformat())),
    ]);
    if image.extents().len() > 0 {
        let references = image.references();
        let named = references.filter(|one| one.kind == ReferenceKind::Extent);
        let extents = image.extents().zip(named).map(|(extent, named)| {
            json!({
                "filename": text(&resolve(&named, path)),
                "format": text(extent.kind),
                "virtual-size": extent.size,
            })
        });
        facts.push(("extents", extents.collect()));
    }
}

/// Returns the value that qemu-img printed for this fact.
fn theirs(info: &Value, key: &str) -> Value {
    let data = &info["format-specific"]["data"];
    let count = |list: &Value| list.as_array().map(Vec::len);
    match key {
        "format" | "virtual-size" | "encrypted" | "cluster-size" | "dirty-flag" => {
            info[key].clone()
        }
        "backing-filename" | "full-backing-filename" | "backing-filename-format" => {
            match info[key].as_str() {
                Some(name) => json!(text(name.as_bytes())),
                None => Value::Null,
            }
        }
        "snapshots" => json!(count(&info[key]).unwrap_or(0)),
        "bitmaps" => json!(count(&data[key])),
        "data-file" => match data[key].as_str() {
            Some(name) => json!(text(name.as_bytes())),
            None => Value::Null,
        },
        "create-type" => match data[key].as_str() {
            Some("") | None => Value::Null,
            Some(name) => json!(name),
        },
        "extents" => {
            let extents = data[key].as_array().into_iter().flatten();
            let extent = |extent: &Value| {
                json!({
                    "filename": text(extent["filename"].as_str().unwrap_or_default().as_bytes()),
                    "format": text(extent["format"].as_str().unwrap_or_default().as_bytes()),
                    "virtual-size": extent["virtual-size"],
                })
            };
            extents.map(extent).collect()
        }
        _ => data[key].clone(),
    }
}

/// Returns a name as text. Each run of invalid bytes becomes one replacement character, because the
/// two programs split such bytes differently.
fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for character in String::from_utf8_lossy(bytes).chars() {
        let point = u32::from(character);
        let none = matches!(point, 0xfdd0..=0xfdef) || point & 0xfffe == 0xfffe;
        let character = if none { '\u{fffd}' } else { character };
        if character != '\u{fffd}' || !text.ends_with(character) {
            text.push(character);
        }
    }
    text
}
