// SPDX-License-Identifier: MIT OR Apache-2.0
//! Receipts: the facts on which an image was accepted, to be compared before each start.

use super::{Policy, Rejected};
use crate::base::error::{Error, ErrorKind, Reason};
use crate::base::escape::escape;
use crate::base::format::Format;
use crate::base::json::{self, json, Json, Value};
use crate::base::options::Options;
use crate::image::Image;
use core::fmt::{self, Write};
use std::path::Path;

/// The facts that a policy accepted, and the policy.
///
/// A guest can write headers and names into its disk. [`verify`](Receipt::verify) checks before the
/// next start that the image is still what was accepted. The receipt has no digest of bytes,
/// because hypervisors rewrite parts of the headers in normal use.
///
/// `Display` formats the receipt as one line of JSON, and [`parse`](Receipt::parse) reads it.
///
/// ```
/// use diskprobe::{probe_buffer, Options, Policy, Receipt};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut disk = [0u8; 4096];
/// let image = probe_buffer(&disk, Some(4096), &Options::new().thorough(true))?;
/// let text = Policy::new().receipt(&image, None)?.to_string();
/// # disk[..8].copy_from_slice(b"QFI\xfb\0\0\0\x03");
///
/// // Later, after the guest has run.
/// let receipt = Receipt::parse(text.as_bytes())?;
/// let image = probe_buffer(&disk, Some(4096), &receipt.options())?;
/// assert!(receipt.verify(&image, None).is_err());
/// # Ok(())
/// # }
/// ```
#[doc(alias = "diskprobe_receipt")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Receipt {
    format: Format,
    text: String,
}

/// The version of the text.
const VERSION: &str = "1";

/// The keys of the version and of the facts that are compared.
const KEYS: [&str; 9] = [
    "receipt",
    "format",
    "virtual-size",
    "largest-virtual-size",
    "encryption",
    "backing-format",
    "references",
    "directory",
    "findings",
];

impl Policy {
    /// Evaluates an image, as [`evaluate`](Policy::evaluate) does, and makes a receipt for it.
    ///
    /// Probe the image with [`thorough`](Options::thorough), and with
    /// [`also_matches`](Options::also_matches) if its format was requested. The probe with
    /// [`Receipt::options`] searches for other formats too.
    ///
    /// # Errors
    /// The violations, if the policy rejects the image.
    #[doc(alias = "diskprobe_receipt_new")]
    pub fn receipt(&self, image: &Image, path: Option<&Path>) -> Result<Receipt, Rejected> {
        self.evaluate(image, path).into_result()?;
        let text = text(json(|json| {
            json.object(|object| {
                facts(object, image, path);
                object.member("policy", Some(self), policy);
            });
        }));
        Ok(Receipt {
            format: image.format(),
            text,
        })
    }
}

impl Receipt {
    /// Parses the text of a receipt.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) if the text is not a receipt, or is a
    /// receipt of a newer version.
    #[doc(alias = "diskprobe_receipt_parse")]
    pub fn parse(text: &[u8]) -> Result<Receipt, Error> {
        let wrong = |what: &'static str| Error::from(Reason::InvalidArgument(what));
        let text = core::str::from_utf8(text).map_err(|_| wrong("receipt: not UTF-8"))?;
        let text = text.trim_end();
        let [version, format, ..] = values(text);
        if version.ok_or(wrong("receipt: not a receipt"))? != VERSION.as_bytes() {
            return Err(wrong("receipt: its version is not supported"));
        }
        let format = format.and_then(Format::from_bytes);
        Ok(Receipt {
            format: format.ok_or(wrong("receipt: its format is unknown"))?,
            text: text.to_owned(),
        })
    }

    /// Returns the options with which to probe the image again.
    ///
    /// The format is that of the receipt. The probe searches for other formats as well, because a
    /// guest can write their signatures.
    #[doc(alias = "diskprobe_receipt_options")]
    #[must_use]
    pub fn options(&self) -> Options {
        let options = Options::new().format(self.format);
        options.thorough(true).also_matches(true)
    }

    /// Checks that the facts of the image are still those in the receipt. The image should be
    /// probed with the [options](Receipt::options) of the receipt, and `path` is its path.
    ///
    /// # Errors
    /// [`Changed`](ErrorKind::Changed), whose message lists the facts that differ.
    #[doc(alias = "diskprobe_receipt_verify")]
    pub fn verify(&self, image: &Image, path: Option<&Path>) -> Result<(), Error> {
        let now = text(json(|json| {
            json.object(|object| facts(object, image, path));
        }));
        let mut facts = String::new();
        for ((key, then), now) in KEYS.iter().zip(values(&self.text)).zip(values(&now)) {
            if then != now {
                let separator = if facts.is_empty() { "" } else { ", " };
                facts.extend([separator, key]);
            }
        }
        match facts.is_empty() {
            true => Ok(()),
            false => Err(Error::described(
                ErrorKind::Changed,
                "differs from the receipt in: {facts}",
                &[("facts", &facts)],
            )),
        }
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Without names, which may contain credentials.
impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// Adds the facts that the policy evaluates. Names are escaped, so that different bytes have
/// different texts.
fn facts(object: &mut Json<'_>, image: &Image, path: Option<&Path>) {
    let encryption = image.encryption();
    let encryption = encryption.map(|encryption| encryption.format.as_str());
    let size = image.virtual_size();
    let largest_size = image
        .largest_size()
        .filter(|largest| Some(*largest) != size);
    let backing_format = image.backing().and_then(|backing| backing.format);
    let references = image.references();
    let references =
        references.map(|one| text(format_args!("{}: {}", one.kind, escape(one.location))));
    // In another directory, a relative name refers to another file.
    let directory = path.and_then(Path::parent);
    let directory = directory.filter(|_| image.references().next().is_some());
    object
        .value("receipt", Some(VERSION))
        .text("format", Some(image.format().as_str()))
        .value("virtual-size", size)
        .value("largest-virtual-size", largest_size)
        .text("encryption", encryption)
        .text(
            "backing-format",
            backing_format.map(|format| text(escape(format.name()))),
        )
        .texts("references", Some(references))
        .text(
            "directory",
            directory.map(|path| text(escape(path.as_os_str().as_encoded_bytes()))),
        )
        .texts(
            "findings",
            Some(image.findings().map(|finding| finding.as_str())),
        );
}

/// Adds the policy for the reader of the receipt. It is not compared, because equal facts have the
/// same verdict.
fn policy(object: &mut Json<'_>, policy: &Policy) {
    let formats = policy.formats.map(|formats| formats.values());
    let directories = policy.backing_directories.iter();
    let directories = directories.map(|path| escape(path.as_os_str().as_encoded_bytes()));
    object
        .texts(
            "denied",
            Some(policy.denied().map(|finding| finding.as_str())),
        )
        .texts(
            "formats",
            formats.map(|formats| formats.map(|format| format.as_str())),
        )
        .value("max-virtual-size", policy.max_virtual_size)
        .texts("backing-directories", Some(directories.map(text)));
}

/// Does the same as `to_string`, but without the panic if a `Display` fails.
fn text(shown: impl fmt::Display) -> String {
    let mut text = String::new();
    let _ = write!(text, "{shown}");
    text
}

/// Returns the text of the value of each of the [`KEYS`]. For a string or a list, this is the text
/// between the quotes or brackets. A list of strings has quotes, so that no string is equal to a
/// list. Of equal keys, the first one counts.
fn values(text: &str) -> [Option<&[u8]>; KEYS.len()] {
    let mut values = [None; KEYS.len()];
    for (name, value) in json::object(text.as_bytes()).into_iter().flatten() {
        let mut all = KEYS.iter().zip(&mut values);
        if let Some((_, known)) = all.find(|(key, _)| key.as_bytes() == name.bytes) {
            known.get_or_insert(match value {
                Value::String(text) => Some(text.bytes),
                Value::Number(text) => Some(text),
                Value::Array(elements) => Some(elements.text),
                Value::Object(_) | Value::Bool(_) | Value::Null => None,
            });
        }
    }
    values.map(Option::flatten)
}
