// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares `diskprobe info` with `qemu-img info`, key by key, for images that `qemu-img` made.
//!
//! Some keys have slightly different meanings:
//! - `actual-size` is the size of the given file; QEMU adds the extents that it opens.
//! - `cluster-size` and `dirty-flag` are reported if the header has them; QEMU prints neither for
//!   parallels.
//! - A VMDK in several files records `cluster-size` in its extent files, which are not opened.

use crate::TOOL;
use diskprobe_test_support::oracle::{trial, Need, QEMU_IMG};
use diskprobe_test_support::qemu_versions::{CHILDREN, DETACHED_HEADER};
use diskprobe_test_support::{qemu_img, recipes, Images};
use libtest_mimic::Trial;
use serde_json::{json, Map, Value};
use std::path::Path;

/// Keys that only some versions of `qemu-img` print, or derive from other keys.
const OF_SOME_VERSIONS: [&str; 3] = ["physical-size", "actual-size", "detached-header"];

pub(crate) fn trials() -> Vec<Trial> {
    let newer = [
        QEMU_IMG,
        Need::QemuImg(&CHILDREN),
        Need::QemuImg(&DETACHED_HEADER),
    ];
    let name = |what: &str| format!("images::{what}_match_qemu_img_info");
    let of_all = |key: &str| !OF_SOME_VERSIONS.contains(&key);
    let of_some = |key: &str| OF_SOME_VERSIONS.contains(&key);
    vec![
        trial(name("facts"), &[QEMU_IMG], move || compare_all(of_all)),
        trial(name("sizes_in_files"), &newer, move || compare_all(of_some)),
    ]
}

/// Keys of `qemu-img info` that must be equal, or absent in both outputs.
const SAME: [&str; 7] = [
    "filename",
    "format",
    "virtual-size",
    "encrypted",
    "backing-filename",
    "full-backing-filename",
    "backing-filename-format",
];

/// Keys of `format-specific` that QEMU does not read from the header alone.
const LEFT_OUT: [&str; 4] = ["bitmaps", "slots", "master-key-iters", "cipher-alg"];
/// Keys that are recorded in the header of an extent file.
const LEFT_OUT_OF_EXTENTS: [&str; 2] = ["cluster-size", "compressed"];

/// Returns one of several paths of a file. Names relative to the image depend on its path.
fn path(images: &Images, index: usize, name: &str) -> String {
    let absolute = images.directory().to_str().expect("UTF-8");
    match index % 4 {
        0 => name.to_owned(),
        1 => format!("{absolute}/{name}"),
        2 => format!("./{name}"),
        _ => format!("sub/..//{name}"),
    }
}

/// Compares the keys that `is_compared` selects, for all images.
fn compare_all(is_compared: fn(&str) -> bool) {
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let (mut compared, mut differing) = (0, Vec::new());
    for (index, recipe) in recipes::made_by_qemu_img().iter().enumerate() {
        qemu_img::make_recipe(&images, recipe);
        let name = path(&images, index, recipe.name);
        let asked = recipe.asked.map(|format| ["-f", format.as_str()]);
        let asked: Vec<_> = asked.into_iter().flatten().collect();
        let theirs = qemu_info(images.directory(), &name, &asked);
        let differences = match our_info(images.directory(), &name, &asked) {
            Ok(ours) => [compare(&ours, &theirs, is_compared), undocumented(&ours)].concat(),
            Err(message) => vec![message],
        };
        compared += 1;
        let named = differences
            .into_iter()
            .map(|text| format!("{}: {text}", recipe.name));
        differing.extend(named);
    }
    println!("{compared} images of qemu-img compared");
    assert!(
        differing.is_empty(),
        "differences:\n{}",
        differing.join("\n")
    );
    assert!(compared >= 60, "only {compared} images compared");
}

/// Returns an error text for each key that docs/info.md does not list.
fn undocumented(ours: &Value) -> Vec<String> {
    let document = include_str!("../../../docs/info.md");
    let keys = ours.as_object().expect("an object").keys();
    let unknown = keys.filter(|key| !document.contains(&format!("\n| `{key}` | ")));
    unknown
        .map(|key| format!("{key} is not in docs/info.md"))
        .collect()
}

fn our_info(directory: &Path, name: &str, asked: &[&str]) -> Result<Value, String> {
    let arguments = [&["info", "--output=json"], asked, &[name]].concat();
    let run = TOOL.run(directory, &arguments);
    match run.code {
        Some(0) => Ok(run.json()),
        _ => Err(run.err.trim_end().to_owned()),
    }
}

fn qemu_info(directory: &Path, name: &str, asked: &[&str]) -> Value {
    let arguments = [&["info", "-U", "--output=json"], asked, &[name]].concat();
    let output = qemu_img::run(directory, &arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let stderr = String::from_utf8_lossy(&output.stderr);
        panic!("qemu-img {arguments:?}: {error}: {stderr}")
    })
}

/// Returns each key that differs, with both values.
fn compare(ours: &Value, theirs: &Value, is_compared: fn(&str) -> bool) -> Vec<String> {
    let mut differences = Vec::new();
    let mut same = |key: &str, ours: &Value, theirs: &Value| {
        if is_compared(key) && ours != theirs {
            differences.push(format!("{key}: ours {ours}, qemu-img's {theirs}"));
        }
    };
    for key in SAME {
        same(key, &ours[key], &theirs[key]);
    }
    let is_left_out = |key: &str| ours["format"] == "parallels" && theirs[key].is_null();
    let in_extents = !ours["extents"].is_null() && ours["cluster-size"].is_null();
    if !is_left_out("cluster-size") && !in_extents {
        same(
            "cluster-size",
            &ours["cluster-size"],
            &theirs["cluster-size"],
        );
    }
    if !is_left_out("dirty-flag") && !ours["dirty-flag"].is_null() {
        same("dirty-flag", &ours["dirty-flag"], &theirs["dirty-flag"]);
    }
    same(
        "actual-size",
        &ours["actual-size"],
        &size_of_given_file(theirs),
    );
    let [(our_specific, our_header), (specific, header)] = [
        ours["format-specific"].clone(),
        header_only(&theirs["format-specific"]),
    ]
    .map(without_detached_header);
    same("detached-header", &our_header, &header);
    same("format-specific", &our_specific, &specific);
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

/// Returns the size of the given file. QEMU adds the extents of a VMDK, so they are subtracted.
fn size_of_given_file(info: &Value) -> Value {
    let children = info["children"].as_array().into_iter().flatten();
    let extents = children.filter(|child| {
        let name = child["name"].as_str().unwrap_or_default();
        name.starts_with("extents.")
    });
    let size = |info: &Value| info["actual-size"].as_u64();
    let extents: u64 = extents.filter_map(|child| size(&child["info"])).sum();
    json!(size(info).map(|size| size - extents))
}

/// Removes `detached-header` and returns it. An encrypted qcow2 image can contain it in its data.
fn without_detached_header(mut specific: Value) -> (Value, Value) {
    let data = &mut specific["data"];
    let is_inside = data["encrypt"].is_object();
    let object = if is_inside {
        &mut data["encrypt"]
    } else {
        data
    };
    let object = object.as_object_mut();
    let removed = object.and_then(|object| object.remove("detached-header"));
    (specific, removed.unwrap_or_default())
}

fn header_only(specific: &Value) -> Value {
    let mut specific = specific.clone();
    if let Some(data) = specific.get_mut("data").and_then(Value::as_object_mut) {
        remove(data, &LEFT_OUT);
        if let Some(encrypt) = data.get_mut("encrypt").and_then(Value::as_object_mut) {
            remove(encrypt, &LEFT_OUT);
        }
        let extents = data.get_mut("extents").and_then(Value::as_array_mut);
        // QEMU prints an empty format for the image's own file.
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
