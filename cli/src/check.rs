// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe check`: one verdict after another.

use crate::answers::Answers;
use crate::text::{joined, shown};
use crate::values::{one_of, Output};
use crate::{complain_of_file, Failure};
use diskprobe::{escape, probe_path, Finding, Format, Image, Options, Policy};
use diskprobe::{ReferenceKind, Verdict, Violation};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::absolute;

/// Say whether disk images may be accepted from a stranger as they are
#[derive(clap::Args)]
#[command(after_help = NOTES)]
pub(crate) struct Check {
    /// For people; or for programs: one JSON object for one FILE, one on each line for several
    #[arg(long, value_name = "HOW", default_value = "human")]
    output: Output,

    /// The format that the images are declared to have, instead of the one that their bytes show
    #[arg(short, value_name = "FMT", value_parser = one_of(Format::ALL, Format::as_str))]
    format: Option<Format>,

    /// With -f: look for other formats all the same, and find the image ambiguous where its bytes
    /// show one
    #[arg(long, requires = "format")]
    also_matches: bool,

    /// Accept images with this finding
    #[arg(long, value_name = "TOKEN", value_parser = one_of(Finding::ALL, Finding::as_str))]
    allow: Vec<Finding>,

    /// Refuse images with this finding
    #[arg(long, value_name = "TOKEN", value_parser = one_of(Finding::ALL, Finding::as_str))]
    deny: Vec<Finding>,

    /// Accept these formats only, with commas between
    #[arg(long, value_name = "LIST", value_delimiter = ',',
          value_parser = one_of(Format::ALL, Format::as_str))]
    formats: Vec<Format>,

    /// Accept no image of which the guest would see more than N bytes; K, M, G, T, P or E behind N
    /// stand for powers of 1024
    #[arg(long, value_name = "N", value_parser = size)]
    max_virtual_size: Option<u64>,

    /// Accept a backing file that is named as a path below DIR, if its format is recorded
    #[arg(long, value_name = "DIR")]
    allow_backing_under: Vec<OsString>,

    /// The images: regular files or block devices
    #[arg(value_name = "FILE", required = true)]
    files: Vec<OsString>,
}

const NOTES: &str = "\
Refused unless allowed: backing-file, data-file, external-extents, parent, ambiguous, incomplete-scan,
null-cipher, headers-differ, unknown-feature. Accepted unless denied: dirty, corrupt, encrypted,
no-key. Nothing that an image names is opened.

Examples:
  diskprobe check upload.img
  diskprobe check --formats=qcow2,raw --max-virtual-size=100G --deny=encrypted upload.img
  diskprobe check -f raw --also-matches upload.img
  diskprobe check --allow-backing-under=/srv/templates /srv/guests/*.qcow2

Exit status:
  0  every image may be accepted
  1  some image may not, or could not be probed; the answer says why
  2  wrong usage";

/// Returns a number of bytes, of which a unit may be appended.
fn size(text: &str) -> Result<u64, &'static str> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.strip_prefix(digits).unwrap_or_default() {
        "k" => "K",
        unit => unit,
    };
    let mut units = (0u32..).zip(["", "K", "M", "G", "T", "P", "E"]);
    let unit = units.find(|(_, name)| *name == unit);
    let (power, _) = unit.ok_or("the unit is none of K, M, G, T, P, E")?;
    let number: u64 = digits.parse().map_err(|_| "not a number of bytes")?;
    let unit = 1024u64.checked_pow(power);
    let bytes = unit.and_then(|unit| number.checked_mul(unit));
    bytes.ok_or("more bytes than there can be")
}

impl Check {
    /// Returns the policy; or what is wrong with it.
    fn policy(&self) -> Result<Policy, &'static str> {
        if self.allow.iter().any(|finding| self.deny.contains(finding)) {
            return Err("one finding is both allowed and denied");
        }
        let (allow, deny) = (self.allow.iter().copied(), self.deny.iter().copied());
        let policy = deny.fold(allow.fold(Policy::new(), Policy::allow), Policy::deny);
        let formats = self.formats.iter().copied();
        let mut policy = formats.fold(policy, Policy::allow_format);
        if let Some(limit) = self.max_virtual_size {
            policy = policy.max_virtual_size(limit);
        }
        for directory in &self.allow_backing_under {
            let directory = absolute(directory).map_err(|_| "DIR is not a directory")?;
            policy = policy
                .allow_backing_under(directory)
                .map_err(|_| "DIR must not have .. in it")?;
        }
        Ok(policy)
    }
}

/// Returns whether every image is accepted.
pub(crate) fn run(args: &Check) -> Result<bool, Failure> {
    let policy = args.policy().map_err(Failure::Usage)?;
    let options = Options::new().format(args.format).thorough(true);
    let options = options.also_matches(args.also_matches);
    let mut answers = Answers::new(args.output, args.files.len(), "");
    let mut all_accepted = true;
    for file in &args.files {
        let name = file.as_bytes();
        match probe_path(file, &options.clone().file_name(file)) {
            Ok(image) => {
                // If the current directory is unknown, the image is nowhere.
                let path = absolute(file).ok();
                let verdict = policy.evaluate(&image, path.as_deref());
                answers.write(|| human(name, &image, &verdict), verdict.json(file, &image))?;
                all_accepted &= verdict.is_accepted();
            }
            Err(error) => {
                let human = || format!("{}: refused\n", escape(name));
                answers.write(human, Verdict::failure_json(file, &error))?;
                complain_of_file(name, &error);
                all_accepted = false;
            }
        }
    }
    Ok(all_accepted)
}

/// As wide as the longest token and a blank.
const TOKEN_WIDTH: usize = 17;

/// Returns the verdict in one line, and one for each violation.
fn human(name: &[u8], image: &Image, verdict: &Verdict) -> String {
    let name = escape(name);
    if verdict.is_accepted() {
        let noted = joined(image.findings()).map(|noted| format!(" ({noted})"));
        return format!("{name}: accepted{}\n", noted.unwrap_or_default());
    }
    let lines = verdict.violations().iter().map(|violation| {
        let details = details(violation, image).map(|details| format!(": {details}"));
        let (token, details) = (violation.token(), details.unwrap_or_default());
        format!("    {token:TOKEN_WIDTH$}{violation}{details}\n")
    });
    format!("{name}: refused\n{}", lines.collect::<String>())
}

/// Returns what the violation is about, escaped.
fn details(violation: &Violation, image: &Image) -> Option<String> {
    use Finding::{Ambiguous, BackingFile, DataFile, ExternalExtents, Parent};
    let kind = match violation {
        Violation::Finding(BackingFile) | Violation::BackingDirectory => ReferenceKind::Backing,
        Violation::Finding(DataFile) => ReferenceKind::DataFile,
        Violation::Finding(ExternalExtents) => ReferenceKind::Extent,
        Violation::Finding(Parent) => ReferenceKind::Parent,
        Violation::Finding(Ambiguous) => {
            let formats = image.also_matches().map(|format| format.as_str());
            return joined(formats.chain(image.content().map(|content| content.as_str())));
        }
        _ => return None,
    };
    let references = image.references().filter(|one| one.kind == kind);
    joined(references.map(|one| shown(one.location)))
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_binary_units() {
        for (text, bytes) in [
            ("0", 0),
            ("512", 512),
            ("4k", 4096),
            ("10G", 10 << 30),
            ("15E", 15 << 60),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in [
            "",
            "G",
            "-1",
            "1.5G",
            "16E",
            "10GB",
            "1 G",
            "1g",
            "１",
            "18446744073709551616",
        ] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
