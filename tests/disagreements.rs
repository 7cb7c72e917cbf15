// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes that programs are known to read differently, one test for each row of a list of 57: what
//! the real qemu-img says of them, asked as the test runs, what we say, and why.

mod common;
#[path = "common/crafted.rs"]
mod crafted;

#[path = "disagreements/bases.rs"]
mod bases;
#[path = "disagreements/facts.rs"]
mod facts;
#[path = "disagreements/formats.rs"]
mod formats;

use common::Images;
use diskprobe::{probe_buffer, Format, Image, Options};
use serde_json::Value;

/// Some bytes, and what is said of them: `FORMAT SIZE` and more facts, or `refused: ` and words of
/// the reason.
struct Bytes {
    bytes: Vec<u8>,
    /// What both sides are told.
    asked: Option<Format>,
    /// What the file is called, of which only QEMU hears.
    name: &'static str,
    qemu: &'static str,
    ours: &'static str,
}

impl Bytes {
    fn both(bytes: Vec<u8>, answer: &'static str) -> Self {
        Bytes::each(bytes, answer, answer)
    }

    fn each(bytes: Vec<u8>, qemu: &'static str, ours: &'static str) -> Self {
        Bytes {
            bytes,
            asked: None,
            name: "asked.img",
            qemu,
            ours,
        }
    }

    fn asked(self, format: Format) -> Self {
        Bytes {
            asked: Some(format),
            ..self
        }
    }

    fn named(self, name: &'static str) -> Self {
        Bytes { name, ..self }
    }
}

/// One test for each row, and the list of their names.
macro_rules! rows {
    ($($name:ident: $why:literal, $bytes:expr;)*) => {
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                crate::check($why, $bytes);
            }
        )*
    };
}
use rows;

/// Compares each answer with what the row says it is.
fn check(why: &str, all: impl IntoIterator<Item = Bytes>) {
    let images = Images::new();
    for name in ["f", "g"] {
        std::fs::write(images.path(name), vec![0; 1 << 20]).expect("a file");
    }
    for (index, bytes) in all.into_iter().enumerate() {
        let qemu = qemu_says(&images, &bytes);
        let options = Options::new().format(bytes.asked);
        let length = bytes.bytes.len() as u64;
        let ours = match probe_buffer(&bytes.bytes, Some(length), &options) {
            Ok(image) => ours(&image),
            Err(error) => format!("refused: {error}"),
        };
        assert_says(&qemu, bytes.qemu, &format!("image {index}, qemu-img"));
        assert_says(&ours, bytes.ours, &format!("image {index}, we: {why}"));
    }
}

#[track_caller]
fn assert_says(answer: &str, expected: &str, who: &str) {
    match expected.strip_prefix("refused: ") {
        Some(words) => {
            let same = answer.starts_with("refused: ") && answer.contains(words);
            assert!(same, "{who}: {answer:?}, not {expected:?}");
        }
        None => assert_eq!(answer, expected, "{who}"),
    }
}

fn qemu_says(images: &Images, bytes: &Bytes) -> String {
    let path = images.path(bytes.name);
    std::fs::write(&path, &bytes.bytes).expect("a file in the temporary directory");
    let mut arguments = vec!["info", "-U", "--output=json"];
    arguments.extend(
        bytes
            .asked
            .iter()
            .flat_map(|format| ["-f", format.as_str()]),
    );
    arguments.push(bytes.name);
    let output = common::run_qemu_img(images.directory(), &arguments);
    if !output.status.success() {
        return format!("refused: {}", String::from_utf8_lossy(&output.stderr));
    }
    let info: Value = serde_json::from_slice(&output.stdout).expect("JSON from qemu-img");
    let data = &info["format-specific"]["data"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    answer(
        text(&info["format"]).expect("a format"),
        info["virtual-size"].as_u64(),
        &[
            ("backing", text(&info["backing-filename"])),
            ("as", text(&info["backing-filename-format"])),
            ("data", text(&data["data-file"])),
            ("encrypted", flag(info["encrypted"] == true)),
            ("dirty", flag(info["dirty-flag"] == true)),
        ],
    )
}

fn ours(image: &Image) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let backing = image.backing();
    let format = backing.and_then(|backing| backing.format);
    let data_file = image.data_file().and_then(|file| file.location);
    answer(
        image.format().as_str().to_owned(),
        image.virtual_size(),
        &[
            ("backing", backing.map(|backing| text(backing.location))),
            ("as", format.map(|format| text(format.text()))),
            ("data", data_file.map(text)),
            ("encrypted", flag(image.encryption().is_some())),
            ("dirty", flag(image.dirty() == Some(true))),
        ],
    )
}

fn flag(set: bool) -> Option<String> {
    set.then(String::new)
}

fn answer(format: String, size: Option<u64>, facts: &[(&str, Option<String>)]) -> String {
    let mut words = vec![format];
    words.extend(size.map(|size| size.to_string()));
    for (key, value) in facts {
        if let Some(value) = value {
            words.push((*key).to_owned());
            words.extend((!value.is_empty()).then(|| value.clone()));
        }
    }
    words.join(" ")
}

#[test]
fn every_row_is_there() {
    let names = [formats::NAMES, facts::NAMES].concat();
    let numbers = names.iter().map(|name| name[4..6].parse());
    let numbers: Vec<usize> = numbers.map(|number| number.expect("row_NN")).collect();
    assert_eq!(numbers, (1..=57).collect::<Vec<_>>());
}
