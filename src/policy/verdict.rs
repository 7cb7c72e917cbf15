// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a policy says of an image.

use crate::base::format::Format;
use crate::base::named::named_enum;
use crate::policy::Finding;
use core::fmt::{Display, Formatter};

named_enum! {
    /// The rule of a policy that an image violates.
    ViolationKind {
        /// It has a finding that the policy denies.
        Finding = 1 => "finding",
        /// Its format is not among those that the policy allows.
        Format = 2 => "format",
        /// Its virtual size is larger than the policy allows, or unknown.
        VirtualSize = 3 => "virtual-size",
        /// It has a backing file that is not under a directory where the policy allows one.
        BackingDirectory = 4 => "backing-directory",
        /// It has a backing file whose format it does not record by a known name: a reader would
        /// guess it from bytes that a guest may have written.
        BackingFormat = 5 => "backing-format",
    }
    C diskprobe_violation_kind {
        /// No violation: the index is out of range.
        NONE = 0 => "unknown",
    }
}

/// A reason why an image is not accepted. Its text is one line for a person, without any text of
/// the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Violation {
    /// It has a finding that the policy denies.
    Finding(Finding),
    /// It has this format, which is not among those that the policy allows.
    Format(Format),
    /// Its virtual size is larger than the policy allows, or not known.
    #[non_exhaustive]
    VirtualSize {
        /// What the guest would see, in bytes; `None` where that is not known.
        size: Option<u64>,
        /// The most that the policy allows, in bytes.
        limit: u64,
    },
    /// It has a backing file, and that is not below a directory in which the policy allows it.
    BackingDirectory,
    /// It has a backing file whose format it does not record by a known name.
    BackingFormat,
}

impl Violation {
    /// What sort of rule is broken.
    #[must_use]
    pub fn kind(&self) -> ViolationKind {
        match self {
            Violation::Finding(_) => ViolationKind::Finding,
            Violation::Format(_) => ViolationKind::Format,
            Violation::VirtualSize { .. } => ViolationKind::VirtualSize,
            Violation::BackingDirectory => ViolationKind::BackingDirectory,
            Violation::BackingFormat => ViolationKind::BackingFormat,
        }
    }

    /// The finding that the policy denies, where it is one.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        match self {
            Violation::Finding(finding) => Some(*finding),
            _ => None,
        }
    }

    /// A short, stable name: that of the finding, or else of the kind.
    #[must_use]
    pub fn token(&self) -> &'static str {
        match self {
            Violation::Finding(finding) => finding.as_str(),
            other => other.kind().as_str(),
        }
    }
}

impl Display for Violation {
    fn fmt(&self, f: &mut Formatter<'_>) -> core::fmt::Result {
        match self {
            Violation::Finding(finding) => f.write_str(said(*finding)),
            Violation::Format(format) => {
                write!(
                    f,
                    "its format is {format}, which is not among those accepted"
                )
            }
            Violation::VirtualSize {
                size: Some(size),
                limit,
            } => write!(
                f,
                "its virtual size is {size} bytes, must be at most {limit}"
            ),
            Violation::VirtualSize { size: None, limit } => {
                write!(f, "its virtual size is not known, must be at most {limit}")
            }
            Violation::BackingDirectory => {
                f.write_str("its backing file is not below a directory where one is accepted")
            }
            Violation::BackingFormat => {
                f.write_str("the format of its backing file is not recorded, or not known")
            }
        }
    }
}

fn said(finding: Finding) -> &'static str {
    match finding {
        Finding::BackingFile => "it names a backing file",
        Finding::DataFile => "its data is in another file",
        Finding::ExternalExtents => "it names extent files",
        Finding::Parent => "it needs a parent, for hypervisors other than QEMU",
        Finding::Ambiguous => "its bytes can also be read as something else",
        Finding::Dirty => "it was not closed properly",
        Finding::Corrupt => "it is marked as corrupt",
        Finding::Encrypted => "it is encrypted",
        Finding::IncompleteScan => "not every place was seen where another format could show",
        Finding::NullCipher => "it is declared to be encrypted, and is not",
        Finding::NoKey => "it is encrypted, and nobody has a key",
        Finding::HeadersDiffer => "it describes itself twice, and in different ways",
        Finding::UnknownFeature => "it declares a feature that is not known here",
        Finding::WritableHeader => "a write of the guest can change its header",
        Finding::LogInUse => "its log is in use, and replaying it can change every fact",
    }
}

/// The verdict of a [`Policy`](crate::Policy) on an image.
///
/// ```
/// use diskprobe::{probe_buffer, Options, Policy};
/// # fn upload() -> Result<(), Box<dyn std::error::Error>> {
/// let image = probe_buffer(&[0; 1024], Some(1024), &Options::new().thorough(true))?;
/// Policy::new().evaluate(&image, None).into_result()?;
/// # Ok(())
/// # }
/// # upload().unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct Verdict {
    violations: Vec<Violation>,
}

impl Verdict {
    pub(super) fn new(violations: Vec<Violation>) -> Self {
        Verdict { violations }
    }

    /// Returns whether the policy accepts the image.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.violations.is_empty()
    }

    /// Returns every reason why the policy rejects the image.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Converts the verdict for use with `?`.
    ///
    /// # Errors
    /// The violations, if the policy rejects the image.
    pub fn into_result(self) -> Result<(), Rejected> {
        match self.is_accepted() {
            true => Ok(()),
            false => Err(Rejected(self)),
        }
    }
}

/// A verdict that rejects an image. `Display` lists the violations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rejected(Verdict);

impl Rejected {
    /// Returns the violations: at least one.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        self.0.violations()
    }
}

impl Display for Rejected {
    fn fmt(&self, f: &mut Formatter<'_>) -> core::fmt::Result {
        for (index, violation) in self.violations().iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{violation}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Rejected {}
