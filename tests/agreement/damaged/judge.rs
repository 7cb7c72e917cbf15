// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares the answers of diskprobe and `qemu-img` for one image.

use super::bases::Base;
use super::classes::{Case, CLASSES};
use super::qemu::{self, Answer};
use crate::compared::{self, Difference};
use diskprobe::{Error, ErrorKind, Format, Image, Options};
use diskprobe_test_support::qemu_img;
use diskprobe_test_support::qemu_versions::{Class, VDI_AFTER_VMDK, VPC_CREATORS};
use serde_json::Value;
use std::path::Path;

/// The result of a comparison.
pub(crate) enum Verdict {
    /// Both programs open the image and report the same facts.
    SameFacts,
    /// Both programs refuse the image.
    BothRefuse,
    /// The difference has a known class.
    Class(&'static str),
    /// The difference is due to the version of `qemu-img`.
    Version(&'static Class),
    /// The difference has no known reason.
    Other(String),
}

/// Writes the image and compares the answers of both programs.
pub(crate) fn judge(bytes: &[u8], base: &Base, path: &Path) -> Verdict {
    match compare(bytes, base, path) {
        Verdict::Other(reason) => version(bytes).map_or(Verdict::Other(reason), Verdict::Version),
        verdict => verdict,
    }
}

/// Returns the class of `qemu-img` versions that may answer differently for this image, if the
/// installed version is older.
fn version(bytes: &[u8]) -> Option<&'static Class> {
    let footer = match bytes.starts_with(b"conectix") {
        true => 0,
        false => bytes.len().saturating_sub(512),
    };
    let has = |offset: usize, part: &[u8]| {
        let rest = bytes.get(offset..);
        rest.is_some_and(|rest| rest.starts_with(part))
    };
    let known = [
        b"win ", b"qem2", b"d2v ", b"tap\0", b"CTXS", b"vpc ", b"qemu",
    ];
    let is_known = known.iter().any(|creator| has(footer + 28, &creator[..]));
    let class = match has(footer, b"conectix") && !is_known {
        true => &VPC_CREATORS,
        false => &VDI_AFTER_VMDK,
    };
    let is_of = class.name == VPC_CREATORS.name || has(64, b"\x7f\x10\xda\xbe");
    (is_of && !qemu_img::has(class)).then_some(class)
}

fn compare(bytes: &[u8], base: &Base, path: &Path) -> Verdict {
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
            format!("raw here, and qemu-img reached a limit of the test: {reason}"),
        ),
        (Answer::AtLimits(_), _) => Verdict::Class(class(&Case::NoAnswer).expect("its class")),
    }
}

/// Writes the bytes as a sparse file, without the parts that are zeros.
fn write_sparse(path: &Path, bytes: &[u8]) {
    use std::os::unix::fs::FileExt;
    const PART: usize = 65536;
    let file = std::fs::File::create(path).expect("a file in the temporary directory");
    file.set_len(bytes.len() as u64).expect("a sparse file");
    for (part, at) in bytes.chunks(PART).zip((0..).step_by(PART)) {
        if part != &[0; PART][..part.len()] {
            file.write_all_at(part, at).expect("space for the image");
        }
    }
}

fn class(case: &Case<'_>) -> Option<&'static str> {
    let class = CLASSES.iter().find(|(_, holds)| holds(case));
    class.map(|(name, _)| *name)
}

/// Every difference must have a known reason. The first one determines the class.
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
        // We must not refuse an image that QEMU treats as raw.
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
        // If QEMU gives the same reason with the format given, it detected the same format.
        match qemu::info(path, Some(format)) {
            Answer::Refused(again) if again == reason => {}
            _ => return other(&format!("another format to qemu-img: {reason}")),
        }
    }
    Verdict::Class(name)
}
