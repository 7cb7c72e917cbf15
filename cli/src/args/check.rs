// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line of `diskprobe check`.

use super::{format, Output};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use diskprobe::{Finding, Format, Policy};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Say whether disk images may be accepted from a stranger as they are
#[derive(clap::Args)]
#[command(after_help = NOTES)]
pub(crate) struct Check {
    /// For people; or for programs: one JSON object for one FILE, one on each line for several
    #[arg(long, value_name = "HOW", default_value = "human")]
    pub(crate) output: Output,

    /// The format that the images are declared to have, instead of the one that their bytes show
    #[arg(short, value_name = "FMT", value_parser = format())]
    pub(crate) format: Option<Format>,

    /// With -f: look for other formats all the same, and find the image ambiguous where its bytes
    /// show one
    #[arg(long, requires = "format")]
    pub(crate) also_matches: bool,

    /// Accept images with this finding
    #[arg(long, value_name = "TOKEN", value_parser = finding())]
    allow: Vec<Finding>,

    /// Refuse images with this finding
    #[arg(long, value_name = "TOKEN", value_parser = finding())]
    deny: Vec<Finding>,

    /// Accept these formats only, with commas between
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = format())]
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
    pub(crate) files: Vec<OsString>,
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

fn finding() -> impl TypedValueParser<Value = Finding> {
    let names = Finding::ALL.iter().copied().map(Finding::as_str);
    PossibleValuesParser::new(names).try_map(|name| {
        name.parse::<Finding>()
            .map_err(|_| "not the name of a finding")
    })
}

fn size(text: &str) -> Result<u64, &'static str> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let power = match text.strip_prefix(digits) {
        Some("") => 0u32,
        Some("K" | "k") => 1,
        Some("M") => 2,
        Some("G") => 3,
        Some("T") => 4,
        Some("P") => 5,
        Some("E") => 6,
        _ => return Err("the unit is none of K, M, G, T, P, E"),
    };
    let number: u64 = digits.parse().map_err(|_| "not a number of bytes")?;
    let bytes = 1024u64.checked_pow(power);
    let bytes = bytes.and_then(|unit| number.checked_mul(unit));
    bytes.ok_or("more bytes than there can be")
}

impl Check {
    /// The policy; or what is wrong with it.
    pub(crate) fn policy(&self) -> Result<Policy, &'static str> {
        let mut policy = Policy::new();
        if self.allow.iter().any(|finding| self.deny.contains(finding)) {
            return Err("one finding is both allowed and denied");
        }
        for finding in &self.allow {
            policy = policy.allow(*finding);
        }
        for finding in &self.deny {
            policy = policy.deny(*finding);
        }
        for format in &self.formats {
            policy = policy.allow_format(*format);
        }
        if let Some(limit) = self.max_virtual_size {
            policy = policy.max_virtual_size(limit);
        }
        for directory in &self.allow_backing_under {
            let absolute = std::path::absolute(directory).map_err(|_| "DIR is not a directory")?;
            policy = policy
                .allow_backing_under(absolute.as_os_str().as_bytes())
                .ok_or("DIR must not have .. in it")?;
        }
        Ok(policy)
    }
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
