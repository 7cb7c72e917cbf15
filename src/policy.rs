// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether an image may be accepted: what of its facts is objected to, by a policy that the caller
//! can change.

mod directory;
mod finding;
mod verdict;

pub use finding::Finding;
pub use verdict::{Verdict, Violation, ViolationKind};

use crate::base::format::Format;
use crate::base::named::Set;
use crate::image::Backing;
use crate::image::Image;

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
/// let verdict = policy.judge(&image, b"");
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
const DENIED: [Finding; 9] = [
    Finding::BackingFile,
    Finding::DataFile,
    Finding::ExternalExtents,
    Finding::Parent,
    Finding::Ambiguous,
    Finding::IncompleteScan,
    Finding::NullCipher,
    Finding::HeadersDiffer,
    Finding::UnknownFeature,
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

    /// Whether images with this finding are refused.
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

    /// Accepts a backing file below this directory too, if its format is recorded, although
    /// [`Finding::BackingFile`] is denied. `None` where the directory is not an absolute path, or
    /// has `..` in it. There can be several.
    ///
    /// Only the spelling decides, after a relative name was joined to the directory of the image;
    /// nothing is opened. So the location must be a plain path (not `json:`, not `file:`, no URI),
    /// must not have `..` as a part anywhere, and nobody who is not trusted may be able to put a
    /// symbolic link into the directory. What the backing file is, and names in turn, is not
    /// looked at: the directory is one of images that are trusted, or were judged themselves.
    #[must_use]
    pub fn allow_backing_under(mut self, directory: &[u8]) -> Option<Self> {
        let sound = directory.starts_with(b"/") && !directory::climbs(directory);
        self.backing_directories.push(directory.to_vec());
        sound.then_some(self)
    }

    /// Judges an image, which was best probed by a [thorough](crate::Options::thorough) probe: any
    /// other is [`Finding::IncompleteScan`], unless the format was asked for.
    ///
    /// `path` is where the image is or will be, for the backing file's place; empty where that is
    /// not known: then a relative name is below no directory.
    #[must_use]
    pub fn judge(&self, image: &Image, path: &[u8]) -> Verdict {
        let mut verdict = Verdict::default();
        let accepts = match self.formats {
            Some(formats) => formats.contains(image.format()),
            None => image.format() != Format::Dir,
        };
        if !accepts {
            verdict.object(Violation::Format(image.format()));
        }
        if let Some(limit) = self.max_virtual_size {
            match image.virtual_size() {
                Some(size) if size <= limit => {}
                size => verdict.object(Violation::VirtualSize { size, limit }),
            }
        }
        for finding in image.findings().filter(|finding| self.denies(*finding)) {
            match image.backing() {
                Some(backing)
                    if finding == Finding::BackingFile && !self.backing_directories.is_empty() =>
                {
                    self.judge_backing(&backing, path, &mut verdict);
                }
                _ => verdict.object(Violation::Finding(finding)),
            }
        }
        verdict
    }

    /// Judges a backing file where there are directories in which one is accepted.
    fn judge_backing(&self, backing: &Backing<&[u8]>, path: &[u8], verdict: &mut Verdict) {
        let mut directories = self.backing_directories.iter();
        if !directories.any(|directory| directory::is_below(backing.location, path, directory)) {
            verdict.object(Violation::BackingPlace);
        }
        if backing.format.is_none_or(|format| format.format.is_none()) {
            verdict.object(Violation::BackingFormat);
        }
    }
}
