// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `diskprobe info` prints of images that the real `qemu-img` made, beside what `qemu-img
//! info` prints of them, key by key. The images are listed in `qemu_agreement.txt`.
//!
//! Where the meaning of a key is not quite the same: `actual-size` is that of the named file, while
//! QEMU adds the extents that it opens; `cluster-size` and `dirty-flag` are given where the header
//! has them, though QEMU prints neither for parallels; the `cluster-size` of a VMDK in several files
//! stands in those files, which are not opened; and `dirty-flag` is true for a QED image that needs
//! a check, for which qemu-img prints false (none here does).

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/common/recipes.rs"]
mod recipes;
#[path = "../../tests/common/tool.rs"]
mod tool;

use common::Images;
use serde_json::{json, Map, Value};
use std::path::Path;

/// Keys of `qemu-img info` that must be equal, or absent on both sides.
const SAME: [&str; 7] = [
    "filename",
    "format",
    "virtual-size",
    "encrypted",
    "backing-filename",
    "full-backing-filename",
    "backing-filename-format",
];

/// Parts of `format-specific` that are beyond the header, or need what the header does not say.
const LEFT_OUT: [&str; 4] = ["bitmaps", "slots", "master-key-iters", "cipher-alg"];
/// What the header of an extent file says, which only opening it could tell.
const LEFT_OUT_OF_EXTENTS: [&str; 2] = ["cluster-size", "compressed"];

/// The same file by another name each time, because relative names depend on how it is spelt.
fn spelt(images: &Images, index: usize, name: &str) -> String {
    let absolute = images.directory().to_str().expect("UTF-8");
    match index % 4 {
        0 => name.to_owned(),
        1 => format!("{absolute}/{name}"),
        2 => format!("./{name}"),
        _ => format!("sub/..//{name}"),
    }
}

#[test]
fn what_qemu_img_makes_has_the_facts_that_it_shows() {
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let (mut compared, mut differing) = (0, Vec::new());
    for (index, recipe) in recipes::made_by_qemu_img().iter().enumerate() {
        recipes::make(&images, recipe);
        let name = spelt(&images, index, recipe.name);
        let asked: Vec<_> = recipe
            .asked
            .iter()
            .flat_map(|asked| ["-f", asked])
            .collect();
        let theirs = qemu_info(images.directory(), &name, &asked);
        let differences = match our_info(images.directory(), &name, &asked) {
            Ok(ours) => [compare(&ours, &theirs), undocumented(&ours)].concat(),
            Err(message) => vec![message],
        };
        compared += 1;
        differing.extend(
            differences
                .into_iter()
                .map(|text| format!("{}: {text}", recipe.name)),
        );
    }
    println!("{compared} images made by qemu-img compared");
    assert!(
        differing.is_empty(),
        "differences:\n{}",
        differing.join("\n")
    );
    assert!(compared >= 60, "only {compared} images compared");
}

/// Every key must be explained.
fn undocumented(ours: &Value) -> Vec<String> {
    let document = include_str!("../../docs/info.md");
    let keys = ours.as_object().expect("an object").keys();
    let unknown = keys.filter(|key| !document.contains(&format!("\n| `{key}` | ")));
    unknown
        .map(|key| format!("{key} is not in docs/info.md"))
        .collect()
}

fn our_info(directory: &Path, name: &str, asked: &[&str]) -> Result<Value, String> {
    let run = tool::run(
        directory,
        &[&["info", "--output=json"], asked, &[name]].concat(),
    );
    match run.code {
        Some(0) => Ok(run.json()),
        _ => Err(run.err.trim_end().to_owned()),
    }
}

fn qemu_info(directory: &Path, name: &str, asked: &[&str]) -> Value {
    let arguments = [&["info", "-U", "--output=json"], asked, &[name]].concat();
    let output = common::run_qemu_img(directory, &arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let stderr = String::from_utf8_lossy(&output.stderr);
        panic!("qemu-img {arguments:?}: {error}: {stderr}")
    })
}

/// Each key that differs, with both values.
fn compare(ours: &Value, theirs: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    let mut same = |key: &str, ours: &Value, theirs: &Value| {
        if ours != theirs {
            differences.push(format!("{key}: ours {ours}, qemu-img's {theirs}"));
        }
    };
    for key in SAME {
        same(key, &ours[key], &theirs[key]);
    }
    let beyond = |key: &str| ours["format"] == "parallels" && theirs[key].is_null();
    let in_extents = !ours["extents"].is_null() && ours["cluster-size"].is_null();
    if !beyond("cluster-size") && !in_extents {
        same(
            "cluster-size",
            &ours["cluster-size"],
            &theirs["cluster-size"],
        );
    }
    if !beyond("dirty-flag") && !ours["dirty-flag"].is_null() {
        same("dirty-flag", &ours["dirty-flag"], &theirs["dirty-flag"]);
    }
    same(
        "actual-size",
        &ours["actual-size"],
        &size_of_named_file(theirs),
    );
    let specific = header_only(&theirs["format-specific"]);
    same("format-specific", &ours["format-specific"], &specific);
    let snapshots = theirs["snapshots"].as_array().map_or(0, Vec::len);
    same(
        "snapshots",
        &json!(ours["snapshot-count"].as_u64().unwrap_or(0)),
        &json!(snapshots),
    );
    let bitmaps = theirs["format-specific"]["data"]["bitmaps"].as_array();
    same(
        "bitmaps",
        &ours["bitmap-count"],
        &json!(bitmaps.map(Vec::len)),
    );
    let physical = child(theirs, "file").map(|file| file["virtual-size"].clone());
    let rounded = ours["physical-size"]
        .as_u64()
        .map(|size| size.next_multiple_of(512));
    same("physical-size", &json!(rounded), &json!(physical));
    differences
}

fn child<'a>(info: &'a Value, name: &str) -> Option<&'a Value> {
    let children = info["children"].as_array()?;
    let child = children.iter().find(|child| child["name"] == name)?;
    Some(&child["info"])
}

/// QEMU adds up the files that it opened, which the descriptor of a VMDK makes it do.
fn size_of_named_file(info: &Value) -> Value {
    let children = info["children"].as_array().into_iter().flatten();
    let extents = children.filter(|child| {
        let name = child["name"].as_str().unwrap_or_default();
        name.starts_with("extents.")
    });
    let size = |info: &Value| info["actual-size"].as_u64();
    let extents: u64 = extents.filter_map(|child| size(&child["info"])).sum();
    json!(size(info).map(|size| size - extents))
}

fn header_only(specific: &Value) -> Value {
    let mut specific = specific.clone();
    if let Some(data) = specific.get_mut("data").and_then(Value::as_object_mut) {
        remove(data, &LEFT_OUT);
        if let Some(encrypt) = data.get_mut("encrypt").and_then(Value::as_object_mut) {
            remove(encrypt, &LEFT_OUT);
        }
        let extents = data.get_mut("extents").and_then(Value::as_array_mut);
        // The format is empty for the image's own file.
        let files = extents
            .into_iter()
            .flatten()
            .filter(|extent| extent["format"] != "");
        for extent in files {
            remove(
                extent.as_object_mut().expect("an object"),
                &LEFT_OUT_OF_EXTENTS,
            );
        }
    }
    specific
}

fn remove(object: &mut Map<String, Value>, keys: &[&str]) {
    for key in keys {
        object.remove(*key);
    }
}
