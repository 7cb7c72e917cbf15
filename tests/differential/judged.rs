// SPDX-License-Identifier: MIT OR Apache-2.0
//! One image, asked on both sides, and what came of it.

use crate::bases::Base;
use crate::classes::{Case, CLASSES};
use crate::compared::{self, Difference};
use crate::qemu::{self, Answer};
use diskprobe::{Error, ErrorKind, Format, Image, Options};
use serde_json::Value;
use std::path::Path;

/// What came of one image.
pub(crate) enum Verdict {
    /// Both open it and give the same facts.
    SameFacts,
    /// Both refuse it.
    BothRefuse,
    /// It is of a known class of differences.
    Class(&'static str),
    /// It differs for none of the reasons that are known.
    Other(String),
}

/// Writes the image, as far as it is not zeros, and asks both sides.
pub(crate) fn judge(bytes: &[u8], base: &Base, path: &Path) -> Verdict {
    write_sparse(path, bytes);
    let asked = base.asked;
    let ours = diskprobe::probe_path(path, &Options::new().format(asked));
    match (qemu::info(path, asked), &ours) {
        (_, Err(error)) if error.kind() == ErrorKind::Internal => Verdict::Other(error.to_string()),
        (Answer::Opened(info), Ok(image)) => both_open(image, &info, path),
        (Answer::Opened(info), Err(error)) => we_refuse(&info, error),
        (Answer::Refused(_), Err(_)) => Verdict::BothRefuse,
        (Answer::Refused(reason), Ok(image)) => they_refuse(&reason, image, path, asked),
        (Answer::AtLimits(reason), Ok(image)) if image.format() == Format::Raw => Verdict::Other(
            format!("raw here, and at its limits qemu-img says {reason}"),
        ),
        (Answer::AtLimits(_), _) => Verdict::Class(class(&Case::NoAnswer).expect("its class")),
    }
}

fn write_sparse(path: &Path, bytes: &[u8]) {
    use std::os::unix::fs::FileExt;
    const PART: usize = 65536;
    let file = std::fs::File::create(path).expect("a file in the temporary directory");
    file.set_len(bytes.len() as u64).expect("a sparse file");
    for (part, at) in bytes.chunks(PART).zip((0..).step_by(PART)) {
        if part != &[0; PART][..part.len()] {
            file.write_all_at(part, at).expect("room for the image");
        }
    }
}

fn class(case: &Case<'_>) -> Option<&'static str> {
    let class = CLASSES.iter().find(|(_, holds)| holds(case));
    class.map(|(name, _)| *name)
}

/// Each fact that differs must do so for a known reason; the first counts.
fn both_open(image: &Image, info: &Value, path: &Path) -> Verdict {
    let mut first = None;
    for difference in &compared::differences(image, info, path) {
        let Some(name) = class(&Case::Fact(image, difference)) else {
            let Difference { key, ours, theirs } = difference;
            let format = image.format();
            return Verdict::Other(format!(
                "{key} of {format}: ours {ours}, qemu-img's {theirs}"
            ));
        };
        first = first.or(Some(name));
    }
    first.map_or(Verdict::SameFacts, Verdict::Class)
}

fn we_refuse(info: &Value, error: &Error) -> Verdict {
    let format = info["format"].as_str().expect("a format");
    match class(&Case::Stricter(format, error)) {
        // An image that is raw to QEMU must be raw: no reason will do.
        Some(name) if format != Format::Raw.as_str() => Verdict::Class(name),
        _ => Verdict::Other(format!("qemu-img opens it as {format}: {error}")),
    }
}

fn they_refuse(reason: &str, image: &Image, path: &Path, asked: Option<Format>) -> Verdict {
    let format = image.format();
    let other = |reason: &str| Verdict::Other(format!("{format} here; {reason}"));
    if format == Format::Raw {
        return other(reason);
    }
    let Some(name) = class(&Case::Laxer(image, reason)) else {
        return other(reason);
    };
    if asked.is_none() {
        // That QEMU takes it for the same format shows in its giving the same reason.
        match qemu::info(path, Some(format)) {
            Answer::Refused(again) if again == reason => {}
            _ => return other(&format!("another format to qemu-img: {reason}")),
        }
    }
    Verdict::Class(name)
}
