// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe check`: a verdict for each image.

use crate::answers::Answers;
use crate::text::{joined, shown_location};
use crate::values::{one_of, Output};
use crate::{complain, complain_of_file, verify, Failure};
use diskprobe::{escape, probe_path, Finding, Format, Image, Options, Policy};
use diskprobe::{ReferenceKind, Verdict, Violation};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{absolute, Path};

/// Check whether disk images from untrusted sources can be accepted
#[derive(clap::Args)]
#[command(after_help = NOTES)]
pub(crate) struct Check {
    /// Output format: text, or JSON (one object; for several files, one object per line)
    #[arg(long, value_name = "HOW", default_value = "human")]
    output: Output,

    /// Use this format instead of detecting it
    #[arg(short, value_name = "FMT", value_parser = one_of(Format::ALL, Format::as_str))]
    format: Option<Format>,

    /// With -f: also search for signatures of other formats, which make the image ambiguous
    #[arg(long, requires = "format")]
    also_matches: bool,

    /// Accept images with this finding
    #[arg(long, value_name = "TOKEN", value_parser = one_of(Finding::ALL, Finding::as_str))]
    allow: Vec<Finding>,

    /// Refuse images with this finding
    #[arg(long, value_name = "TOKEN", value_parser = one_of(Finding::ALL, Finding::as_str))]
    deny: Vec<Finding>,

    /// Accept only these formats, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',',
          value_parser = one_of(Format::ALL, Format::as_str))]
    formats: Vec<Format>,

    /// Refuse images with a virtual size of more than N bytes (suffixes K, M, G, T, P, E: powers of
    /// 1024)
    #[arg(long, value_name = "N", value_parser = size)]
    max_virtual_size: Option<u64>,

    /// Accept a backing file with a path under DIR, if its format is recorded
    #[arg(long, value_name = "DIR")]
    allow_backing_under: Vec<OsString>,

    /// If FILE is accepted, record its facts in the new file RECEIPT, for `diskprobe verify`.
    /// Requires exactly one FILE, and implies --also-matches
    #[arg(long, value_name = "RECEIPT")]
    pub(crate) receipt: Option<OsString>,

    /// Images: regular files or block devices
    #[arg(value_name = "FILE", required = true)]
    files: Vec<OsString>,
}

const NOTES: &str = "\
Refused unless allowed: backing-file, data-file, external-extents, parent, ambiguous,
incomplete-scan, null-cipher, headers-differ, unknown-feature, writable-header, log-in-use.
Accepted unless denied: dirty, corrupt, encrypted, no-key.
Files that an image names are not opened.

Examples:
  diskprobe check upload.img
  diskprobe check --formats=qcow2,raw --max-virtual-size=100G --deny=encrypted upload.img
  diskprobe check -f raw --also-matches upload.img
  diskprobe check --allow-backing-under=/srv/templates /srv/guests/*.qcow2
  diskprobe check --receipt=disk.receipt disk.qcow2

Exit status:
  0  all images are accepted
  1  an image is refused or could not be probed; the output states the reason
  2  wrong usage";

/// Parses a number of bytes with an optional unit.
fn size(text: &str) -> Result<u64, &'static str> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.strip_prefix(digits).unwrap_or_default() {
        "k" => "K",
        unit => unit,
    };
    let mut units = (0u32..).zip(["", "K", "M", "G", "T", "P", "E"]);
    let unit = units.find(|(_, name)| *name == unit);
    let (power, _) = unit.ok_or("the unit must be K, M, G, T, P or E")?;
    let number: u64 = digits.parse().map_err(|_| "not a number of bytes")?;
    let unit = 1024u64.checked_pow(power);
    let bytes = unit.and_then(|unit| number.checked_mul(unit));
    bytes.ok_or("the size must be less than 16E")
}

impl Check {
    /// Returns the policy.
    ///
    /// # Errors
    /// The reason why the options are invalid.
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
                .map_err(|_| "DIR must not contain ..")?;
        }
        Ok(policy)
    }
}

/// Runs the command. Returns whether all images are accepted.
pub(crate) fn run(args: &Check) -> Result<bool, Failure> {
    let policy = args
        .policy()
        .map_err(|wrong| Failure::Usage(wrong.to_owned()))?;
    if args.receipt.is_some() && args.files.len() != 1 {
        let wrong = "--receipt requires exactly one FILE";
        return Err(Failure::Usage(wrong.to_owned()));
    }
    let options = Options::new().format(args.format).thorough(true);
    // `verify` searches for signatures too. Without this search, it would report signatures that
    // the accepted image already had.
    let options = options.also_matches(args.also_matches || args.receipt.is_some());
    let mut answers = Answers::new(args.output, args.files.len(), "");
    let mut all_accepted = true;
    for file in &args.files {
        let name = file.as_bytes();
        match probe_path(file, &options.clone().file_name(file)) {
            Ok(image) => {
                // Fails only if the current directory is unknown. Relative backing locations are
                // then refused.
                let path = absolute(file).ok();
                let verdict = policy.evaluate(&image, path.as_deref());
                if let Some(receipt) = &args.receipt {
                    all_accepted &= record(receipt, &policy, &image, path.as_deref());
                }
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

/// Writes the receipt if the image is accepted. Returns false only if writing it failed.
fn record(name: &OsStr, policy: &Policy, image: &Image, path: Option<&Path>) -> bool {
    let Ok(receipt) = policy.receipt(image, path) else {
        return true;
    };
    let written = verify::write(name, &receipt);
    written
        .map_err(|error| complain(name.as_bytes(), error))
        .is_ok()
}

/// The width of the longest token and a space.
const TOKEN_WIDTH: usize = 18;

/// Returns one line for the verdict and one for each violation.
fn human(name: &[u8], image: &Image, verdict: &Verdict) -> String {
    let name = escape(name);
    if verdict.is_accepted() {
        let content = joined(image.content()).map(|content| format!("content: {content}"));
        let noted = [joined(image.findings()), content].into_iter().flatten();
        let noted = noted.collect::<Vec<_>>().join("; ");
        return match &*noted {
            "" => format!("{name}: accepted\n"),
            noted => format!("{name}: accepted ({noted})\n"),
        };
    }
    let lines = verdict.violations().iter().map(|violation| {
        let details = details(violation, image).map(|details| format!(": {details}"));
        let (token, details) = (violation.token(), details.unwrap_or_default());
        format!("    {token:TOKEN_WIDTH$}{violation}{details}\n")
    });
    format!("{name}: refused\n{}", lines.collect::<String>())
}

/// Returns the names that the violation refers to, escaped.
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
    joined(references.map(|one| shown_location(one.location)))
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
