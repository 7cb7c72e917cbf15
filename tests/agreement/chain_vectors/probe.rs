// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes of single images: all facts by descriptor, the format by path.

use super::differences::Differences;
use super::facts::{differing, of_image, path, theirs, Facts};
use super::Unpacked;
use diskprobe::{Error, Image, Options};
use diskprobe_test_support::vectors::{read, text};
use diskprobe_test_support::Images;
use serde_json::Value;
use std::fs::File;

fn probed(unpacked: &Unpacked, vector: &Value) -> Result<Image, Error> {
    let path = unpacked.path(path(text(&vector["path"])).as_ref());
    let options = Options::new();
    match text(&vector["entry"]) {
        "fd" => diskprobe::probe_fd(File::open(path)?, &options),
        _ => diskprobe::probe_path(path, &options),
    }
}

fn compared(vector: &Value, image: Result<Image, Error>) -> String {
    let expected = &vector["expect"];
    let image = match (image, expected.is_null()) {
        (Err(_), true) => return String::new(),
        (Ok(_), true) => return "accepted".into(),
        (Err(error), false) => return format!("refused: {}", error.kind()),
        (Ok(image), false) => image,
    };
    let mut ours: Facts = of_image(&image);
    ours.insert("format".to_owned(), image.format().to_string());
    let mut theirs = theirs(expected);
    // Only elements of a chain have these facts.
    for name in ["type", "path", "id", "readonly"] {
        theirs.remove(name);
    }
    if vector["entry"] == "path" {
        ours.retain(|name, _| name == "format");
    }
    differing("", &ours, &theirs).join("; ")
}

pub(crate) fn compare() {
    let images = Images::new();
    let unpacked = Unpacked::new(&images);
    let mut differences = Differences::new("probe.jsonl", "probe-");
    for vector in &read("probe.jsonl") {
        let found = compared(vector, probed(&unpacked, vector));
        differences.add(text(&vector["id"]), &found);
    }
    differences.check();
}
