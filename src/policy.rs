// SPDX-License-Identifier: MIT OR Apache-2.0
//! Policies: whether an image may be accepted.

mod directory;
mod finding;
mod verdict;

pub use finding::Finding;
pub use verdict::{Rejected, Verdict, Violation, ViolationKind};

use crate::base::error::{Error, Reason};
use crate::base::format::Format;
use crate::base::named::{Set, Values};
use crate::image::Backing;
use crate::image::Image;
use std::path::Path;

/// What an image has to be like in order to be accepted.
///
/// The default is for a stranger's image that is to be used as it is: it needs nothing outside of
/// itself, and nothing about it is ambiguous or unknown. That it is encrypted, not closed
/// properly, or marked as corrupt is no violation.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    denied: Set<Finding>,
    /// None: every format but a directory.
    formats: Option<Set<Format>>,
    max_virtual_size: Option<u64>,
    /// Names of directories, absolute.
    backing_directories: Vec<Vec<u8>>,
}

/// What the default policy denies. The others inform.
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
    /// The default policy.
    #[must_use]
    pub fn new() -> Self {
        Policy::default()
    }

    /// Accepts images with this finding.
    #[must_use]
    pub fn allow(mut self, finding: Finding) -> Self {
        self.denied = self.denied.without(finding);
        self
    }

    /// Refuses images with this finding.
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
    #[must_use]
    pub fn denies(&self, finding: Finding) -> bool {
        self.denied.contains(finding)
    }

    /// Accepts this format, and of the others only those that another call names too. The default
    /// is every format but [`Format::Dir`], which is no image.
    #[must_use]
    pub fn allow_format(mut self, format: Format) -> Self {
        self.formats.get_or_insert_with(Set::default).insert(format);
        self
    }

    /// Accepts no image of which the guest would see more bytes, or it is not known how many.
    /// The default is that the size does not matter.
    #[must_use]
    pub fn max_virtual_size(mut self, bytes: u64) -> Self {
        self.max_virtual_size = Some(bytes);
        self
    }

    /// Allows a backing file in this directory or below it, if its format is recorded, although
    /// [`Finding::BackingFile`] is denied. Can be called several times.
    ///
    /// Only the spelling decides, after a relative name was joined to the directory of the image;
    /// nothing is opened. The location must be a plain path (not `json:`, not `file:`, no URI)
    /// without `..`, and untrusted users must not be able to create symbolic links in the directory.
    /// The backing file itself is not checked: the directory must hold trusted images, or images
    /// that were checked themselves.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) if the directory is not an absolute
    /// path, or contains `..`.
    pub fn allow_backing_under(mut self, directory: impl AsRef<Path>) -> Result<Self, Error> {
        let directory = directory.as_ref().as_os_str().as_encoded_bytes();
        if !directory.starts_with(b"/") || directory::climbs(directory) {
            const WHAT: &str = "the directory must be an absolute path without ..";
            return Err(Reason::InvalidArgument(WHAT).into());
        }
        self.backing_directories.push(directory.to_vec());
        Ok(self)
    }

    /// Evaluates an image. Unless its format was given, it should come from a
    /// [thorough](crate::Options::thorough) probe: any other has the finding
    /// [`IncompleteScan`](Finding::IncompleteScan).
    ///
    /// `path` is the path at which the image is or will be. Without it, a relative backing location
    /// is in no directory.
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
        let mut directories = self.backing_directories.iter();
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
