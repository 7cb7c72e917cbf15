// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts that each program reports of an image.

use crate::TOOL;
use diskprobe_test_support::oracle::program;
use diskprobe_test_support::qemu_img::info_with;
use diskprobe_test_support::volume::of_volume;
use serde_json::Value;
use std::path::Path;

/// Facts and their values. `format` can have several values: every name that the program prints.
pub(crate) type Answer = Vec<(&'static str, String)>;

/// The value of a fact if the program reports only that it exists.
pub(crate) const PRESENT: &str = "present";

fn add(answer: &mut Answer, fact: &'static str, value: Option<&str>) {
    answer.extend(value.map(|value| (fact, value.to_owned())));
}

fn add_number(answer: &mut Answer, fact: &'static str, value: Option<u64>) {
    answer.extend(value.map(|value| (fact, value.to_string())));
}

fn named(format: Option<&str>) -> Vec<&str> {
    format
        .into_iter()
        .flat_map(|format| ["-f", format])
        .collect()
}

/// Returns the answer of the command line tool of this package.
pub(crate) fn diskprobe(path: &Path, asked: Option<&str>) -> Option<Answer> {
    let name = path.to_str().expect("UTF-8");
    let format = named(asked);
    let arguments = [&["info", "--output=json"], &format[..], &[name]].concat();
    let run = TOOL.run(Path::new("."), &arguments);
    let info = (run.code == Some(0)).then(|| run.json())?;
    let mut answer = Answer::new();
    let names = |key: &str| match &info[key] {
        Value::Array(several) => several.clone(),
        one => vec![one.clone()],
    };
    for key in ["format", "content", "also-contains", "also-matches"] {
        for name in names(key) {
            add(&mut answer, "format", name.as_str());
        }
    }
    add(
        &mut answer,
        "format",
        info["detected-as"]["libvirt"].as_str(),
    );
    add(&mut answer, "format", info["encryption"]["format"].as_str());
    add_number(&mut answer, "size", info["virtual-size"].as_u64());
    add(&mut answer, "backing", info["backing-filename"].as_str());
    add(
        &mut answer,
        "data file",
        info["data-file"]["filename"].as_str(),
    );
    for extent in info["extents"].as_array().into_iter().flatten() {
        add(&mut answer, "extents", extent["filename"].as_str());
    }
    add(
        &mut answer,
        "encryption",
        info["encryption"]["format"].as_str(),
    );
    Some(answer)
}

/// Returns the answer of `qemu-img info`.
pub(crate) fn qemu_img(path: &Path, asked: Option<&str>) -> Option<Answer> {
    let info = info_with(path, &named(asked))?;
    let mut answer = Answer::new();
    add(&mut answer, "format", info["format"].as_str());
    add_number(&mut answer, "size", info["virtual-size"].as_u64());
    add(&mut answer, "backing", info["backing-filename"].as_str());
    let specific = &info["format-specific"]["data"];
    add(&mut answer, "data file", specific["data-file"].as_str());
    for extent in specific["extents"].as_array().into_iter().flatten() {
        let other = extent["filename"]
            .as_str()
            .filter(|name| Path::new(name) != path);
        add(&mut answer, "extents", other);
    }
    let encrypted = info["encrypted"] == true;
    add(&mut answer, "encryption", encrypted.then_some(PRESENT));
    Some(answer)
}

/// Returns the answer of libvirt, from the XML of a volume of a pool.
pub(crate) fn libvirt(xml: &str) -> Answer {
    let facts = of_volume(xml);
    let told = [
        ("format", "format"),
        ("size", "capacity"),
        ("backing", "backing"),
        ("data file", "data-file"),
        ("encryption", "encryption"),
    ];
    let mut answer = Answer::new();
    for (fact, theirs) in told {
        let value = facts.get(theirs).map(String::as_str);
        let value = match fact {
            "data file" => value.map(|_| PRESENT),
            _ => value,
        };
        add(&mut answer, fact, value);
    }
    // libvirt reports LUKS as an encryption format.
    add(
        &mut answer,
        "format",
        facts.get("encryption").map(String::as_str),
    );
    answer
}

/// Returns the answer of libblkid, from `blkid -p`.
pub(crate) fn blkid(path: &Path) -> Option<Answer> {
    let mut blkid = program("blkid");
    let output = blkid.args(["-p", "-o", "export"]).arg(path).output();
    let output = output.expect("blkid starts");
    let mut answer = Answer::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let (key, value) = line.split_once('=')?;
        if matches!(key, "TYPE" | "PTTYPE") {
            add(&mut answer, "format", Some(value));
        }
        if value == "crypto_LUKS" {
            add(&mut answer, "encryption", Some(PRESENT));
        }
    }
    (!answer.is_empty()).then_some(answer)
}

/// Returns the answer of oslo.utils, from a line of `inspect_formats.py`.
pub(crate) fn oslo_utils(line: &str) -> Answer {
    let formats: Value = serde_json::from_str(line).expect("JSON");
    let mut answer = Answer::new();
    for (name, facts) in formats.as_object().expect("an object") {
        add(&mut answer, "format", Some(name));
        add_number(&mut answer, "size", facts["size"].as_u64());
        for failure in facts["failures"].as_array().into_iter().flatten() {
            match failure.as_str() {
                Some("backing_file") => add(&mut answer, "backing", Some(PRESENT)),
                Some("data_file") => add(&mut answer, "data file", Some(PRESENT)),
                _ => {}
            }
        }
        let encrypted = name == "luks";
        add(&mut answer, "encryption", encrypted.then_some(PRESENT));
    }
    answer
}
