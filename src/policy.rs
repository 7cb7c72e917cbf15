// SPDX-License-Identifier: MIT OR Apache-2.0
//! Policies: whether an image may be accepted.

mod directory;
mod finding;
mod receipt;
mod verdict;

pub use finding::Finding;
pub use receipt::Receipt;
pub use verdict::{Rejected, Verdict, Violation, ViolationKind};

use crate::base::error::{Error, ErrorKind};
use crate::base::escape::escape;
use crate::base::format::Format;
use crate::base::named::{Set, Values};
use crate::image::Backing;
use crate::image::Image;
use std::path::{Path, PathBuf};

/// The rules that an image must meet to be accepted.
///
/// The default is for images from untrusted sources. An image must not need any other file, and
/// must not be ambiguous or declare unknown features. It may be encrypted, not closed properly, or
/// marked as corrupt.
///
/// ```
/// use diskprobe::{Finding, Options, Policy};
/// # fn main() -> Result<(), diskprobe::Error> {
/// # let upload = [0u8; 1024];
/// let options = Options::new().thorough(true);
/// let image = diskprobe::probe_buffer(&upload, Some(1024), &options)?;
/// let policy = Policy::new().deny(Finding::Encrypted).max_virtual_size(1 << 40);
/// let verdict = policy.evaluate(&image, None);
/// for violation in verdict.violations() {
///     println!("refused: {violation}");
/// }
/// assert!(verdict.is_accepted());
/// # Ok(())
/// # }
/// ```
#[doc(alias = "diskprobe_policy")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    denied: Set<Finding>,
    /// `None`: every format except a directory.
    formats: Option<Set<Format>>,
    max_virtual_size: Option<u64>,
    /// Absolute.
    backing_directories: Vec<PathBuf>,
}

/// The findings that the default policy denies. The others are informational.
const DENIED: [Finding; 11] = [
    Finding::BackingFile,
    Finding::DataFile,
    Finding::ExternalExtents,
    Finding::Parent,
    Finding::Ambiguous,
    Finding::IncompleteScan,
    Finding::NullCipher,
    Finding::HeadersDiffer,
    Finding::UnknownFeature,
    Finding::WritableHeader,
    Finding::LogInUse,
];

impl Default for Policy {
    fn default() -> Self {
        Policy {
            denied: DENIED.into_iter().collect(),
            formats: None,
            max_virtual_size: None,
            backing_directories: Vec::new(),
        }
    }
}

impl Policy {
    /// Creates the default policy.
    #[must_use]
    pub fn new() -> Self {
        Policy::default()
    }

    /// Allows images with this finding.
    #[doc(alias = "diskprobe_policy_allow")]
    #[must_use]
    pub fn allow(mut self, finding: Finding) -> Self {
        self.denied = self.denied.without(finding);
        self
    }

    /// Rejects images with this finding.
    #[doc(alias = "diskprobe_policy_deny")]
    #[must_use]
    pub fn deny(mut self, finding: Finding) -> Self {
        self.denied.insert(finding);
        self
    }

    /// Returns the findings that are denied.
    #[must_use]
    pub fn denied(&self) -> Values<Finding> {
        self.denied.values()
    }

    /// Returns whether a finding is denied.
    #[doc(alias = "diskprobe_policy_denies")]
    #[must_use]
    pub fn denies(&self, finding: Finding) -> bool {
        self.denied.contains(finding)
    }

    /// Allows this format, and no other format unless another call allows it. The
    /// default is every format except [`Format::Dir`], which is not an image.
    #[doc(alias = "diskprobe_policy_allow_format")]
    #[must_use]
    pub fn allow_format(mut self, format: Format) -> Self {
        self.formats.get_or_insert_with(Set::default).insert(format);
        self
    }

    /// Sets the largest virtual size that is accepted. An image whose size is unknown is then
    /// rejected. By default, every size is accepted.
    #[doc(alias = "diskprobe_policy_set_max_virtual_size")]
    #[must_use]
    pub fn max_virtual_size(mut self, bytes: u64) -> Self {
        self.max_virtual_size = Some(bytes);
        self
    }

    /// Sets a directory that may hold the backing file even if [`Finding::BackingFile`] is denied.
    /// The format of the backing file must be recorded. Can be called several times.
    ///
    /// Only the spelling is checked, after a relative name is joined to the directory of the image.
    /// Nothing is opened. The location must be a plain path (not `json:`, `file:` or a URI) without
    /// `..`. Untrusted users must not be able to create symbolic links in the directory. The
    /// backing file itself is not checked: the directory must hold only trusted or checked images.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) if the directory is not an absolute
    /// path, or contains `..`.
    #[doc(alias = "diskprobe_policy_allow_backing_under")]
    pub fn allow_backing_under(mut self, directory: impl AsRef<Path>) -> Result<Self, Error> {
        let directory = directory.as_ref();
        let bytes = directory.as_os_str().as_encoded_bytes();
        if !bytes.starts_with(b"/") || directory::climbs(bytes) {
            return Err(Error::described(
                ErrorKind::InvalidArgument,
                "directory is {value}, must be an absolute path without ..",
                &[("value", &escape(bytes))],
            ));
        }
        self.backing_directories.push(directory.to_owned());
        Ok(self)
    }

    /// Evaluates an image. Unless its format was given, it should come from a
    /// [thorough](crate::Options::thorough) probe; otherwise it has the finding
    /// [`IncompleteScan`](Finding::IncompleteScan).
    ///
    /// `path` is the current or future path of the image. Without it, a relative backing location
    /// is not in any directory.
    #[doc(alias = "diskprobe_policy_evaluate")]
    pub fn evaluate(&self, image: &Image, path: Option<&Path>) -> Verdict {
        let mut violations = Vec::new();
        let allows = match self.formats {
            Some(formats) => formats.contains(image.format()),
            None => image.format() != Format::Dir,
        };
        if !allows {
            violations.push(Violation::Format(image.format()));
        }
        if let Some(limit) = self.max_virtual_size {
            match image.largest_size() {
                Some(size) if size <= limit => {}
                size => violations.push(Violation::VirtualSize { size, limit }),
            }
        }
        for finding in image.findings().filter(|finding| self.denies(*finding)) {
            match image.backing() {
                Some(backing)
                    if finding == Finding::BackingFile && !self.backing_directories.is_empty() =>
                {
                    self.check_backing(&backing, path, &mut violations);
                }
                _ => violations.push(Violation::Finding(finding)),
            }
        }
        Verdict::new(violations)
    }

    /// Checks a backing file if some directories are allowed.
    fn check_backing(
        &self,
        backing: &Backing<'_>,
        path: Option<&Path>,
        violations: &mut Vec<Violation>,
    ) {
        let path = path.map(|path| path.as_os_str().as_encoded_bytes());
        let path = path.unwrap_or_default();
        let directories = self.backing_directories.iter();
        let mut directories = directories.map(|path| path.as_os_str().as_encoded_bytes());
        if !directories.any(|directory| directory::is_under(backing.location, path, directory)) {
            violations.push(Violation::BackingDirectory);
        }
        if backing
            .format
            .is_none_or(|format| format.format().is_none())
        {
            violations.push(Violation::BackingFormat);
        }
    }
}
