// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe check`: one verdict after another.

use crate::args::{Check, Output};
use crate::text::{escaped, shown};
use crate::{complain, json};
use diskprobe::{Content, Finding, Format, Image, Options, ReferenceKind, Verdict, Violation};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

/// Whether every image is accepted, or what is wrong with the usage; the error of writing to `out`.
pub(crate) fn run(args: &Check, out: &mut impl Write) -> io::Result<Result<bool, &'static str>> {
    let policy = match args.policy() {
        Ok(policy) => policy,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let options = Options::new()
        .format(args.format)
        .thorough(true)
        .also_matches(args.also_matches);
    let several = args.files.len() > 1;
    let mut all_accepted = true;
    for file in &args.files {
        let name = file.as_bytes();
        let probed = diskprobe::probe_path(file, &options.file_name(name));
        let judged = probed.map(|image| (policy.judge(&image, &absolute(file)), image));
        all_accepted &= matches!(&judged, Ok((verdict, _)) if verdict.is_accepted());
        match (&judged, args.output) {
            (Ok((verdict, image)), Output::Human) => {
                out.write_all(human(name, image, verdict).as_bytes())?;
            }
            (Err(_), Output::Human) => writeln!(out, "{}: refused", escaped(name))?,
            (judged, Output::Json) => {
                let object = match judged {
                    Ok((verdict, image)) => json::check::judged(name, image, verdict),
                    Err(error) => json::check::failed(name, error),
                };
                let text = match several {
                    true => json::line(&object),
                    false => json::pretty(&object),
                };
                writeln!(out, "{}", text?)?;
            }
        }
        out.flush()?;
        if let Err(error) = judged {
            complain(name, &error);
        }
    }
    Ok(Ok(all_accepted))
}

/// The path from the root, as it is spelt; empty where there is no knowing from where to go.
fn absolute(file: &OsStr) -> Vec<u8> {
    let path = std::path::absolute(file);
    path.map_or_else(
        |_| Vec::new(),
        |path| path.into_os_string().as_bytes().to_vec(),
    )
}

/// As wide as the longest token and a blank.
const TOKEN_WIDTH: usize = 17;

/// The verdict in one line, and one for each violation.
fn human(name: &[u8], image: &Image, verdict: &Verdict) -> String {
    let mut text = format!("{}: ", escaped(name));
    if verdict.is_accepted() {
        text.push_str("accepted");
        let noted: Vec<&str> = image.findings().map(Finding::as_str).collect();
        if !noted.is_empty() {
            let _ = write!(text, " ({})", noted.join(", "));
        }
    } else {
        text.push_str("refused");
    }
    text.push('\n');
    for violation in verdict.violations() {
        let _ = write!(text, "    {:TOKEN_WIDTH$}{violation}", violation.token());
        let details = details(violation, image);
        if !details.is_empty() {
            let _ = write!(text, ": {}", details.join(", "));
        }
        text.push('\n');
    }
    text
}

/// What the violation is about, escaped.
fn details(violation: &Violation, image: &Image) -> Vec<String> {
    let named = |kind| {
        let references = image
            .references()
            .filter(|reference| reference.kind == kind);
        references
            .map(|reference| shown(reference.location))
            .collect()
    };
    match violation {
        Violation::Finding(Finding::BackingFile) | Violation::BackingPlace => {
            named(ReferenceKind::Backing)
        }
        Violation::Finding(Finding::DataFile) => named(ReferenceKind::DataFile),
        Violation::Finding(Finding::ExternalExtents) => named(ReferenceKind::Extent),
        Violation::Finding(Finding::Parent) => named(ReferenceKind::Parent),
        Violation::Finding(Finding::Ambiguous) => {
            let formats = image.also_matches().map(Format::as_str);
            let held = image.content().map(Content::as_str);
            formats.chain(held).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}
