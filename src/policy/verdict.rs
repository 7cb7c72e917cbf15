// SPDX-License-Identifier: MIT OR Apache-2.0
//! The result of a policy.

use crate::base::error::{Error, ErrorKind};
use crate::base::format::Format;
use crate::base::message::Message;
use crate::base::named::named_enum;
use crate::policy::Finding;
use core::fmt::{Display, Formatter};

named_enum! {
    /// The rule of a policy that an image violates.
    ViolationKind {
        /// The image has a finding that the policy denies.
        Finding = 1 => "finding",
        /// The policy does not allow the format of the image.
        Format = 2 => "format",
        /// The virtual size is unknown or exceeds the maximum of the policy.
        VirtualSize = 3 => "virtual-size",
        /// The backing file is not under a directory that the policy allows.
        BackingDirectory = 4 => "backing-directory",
        /// The format of the backing file is not recorded or its name is unknown, so that a reader
        /// would detect it from bytes that a guest may have written.
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
    /// The image has a finding that the policy denies.
    Finding(Finding),
    /// The image has this format, which is not among those that the policy allows.
    Format(Format),
    /// The virtual size of the image is larger than the policy allows, or unknown.
    #[non_exhaustive]
    VirtualSize {
        /// The virtual size in bytes. `None`: unknown.
        size: Option<u64>,
        /// The largest size that the policy allows, in bytes.
        limit: u64,
    },
    /// The image has a backing file that is not under a directory where the policy allows one.
    BackingDirectory,
    /// The image has a backing file whose format it does not record by a known name.
    BackingFormat,
}

impl Violation {
    /// Returns the kind of rule that is violated.
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

    /// Returns the finding, if the policy denies one.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        match self {
            Violation::Finding(finding) => Some(*finding),
            _ => None,
        }
    }

    /// Returns a short, stable name: that of the finding, otherwise that of the kind.
    #[must_use]
    pub fn token(&self) -> &'static str {
        match self {
            Violation::Finding(finding) => finding.as_str(),
            other => other.kind().as_str(),
        }
    }
}

impl Violation {
    fn message(&self) -> Message {
        match self {
            Violation::Finding(finding) => Message::new(said(*finding), &[]),
            Violation::Format(format) => Message::new(
                "its format is {format}, which is not allowed",
                &[("format", format)],
            ),
            Violation::VirtualSize {
                size: Some(size),
                limit,
            } => Message::new(
                "its virtual size is {size} bytes, must be at most {limit}",
                &[("size", size), ("limit", limit)],
            ),
            Violation::VirtualSize { size: None, limit } => Message::new(
                "its virtual size is unknown, must be at most {limit}",
                &[("limit", limit)],
            ),
            Violation::BackingDirectory => {
                Message::new("its backing file is not under an allowed directory", &[])
            }
            Violation::BackingFormat => {
                Message::new("its backing format is missing or unknown", &[])
            }
        }
    }
}

impl Display for Violation {
    fn fmt(&self, f: &mut Formatter<'_>) -> core::fmt::Result {
        self.message().fmt(f)
    }
}

fn said(finding: Finding) -> &'static str {
    match finding {
        Finding::BackingFile => "it names a backing file",
        Finding::DataFile => "its data is in another file",
        Finding::ExternalExtents => "it names extent files",
        Finding::Parent => "hypervisors other than QEMU would open its parent",
        Finding::Ambiguous => "its bytes also match another format or content",
        Finding::Dirty => "it was not closed properly",
        Finding::Corrupt => "it is marked as corrupt",
        Finding::Encrypted => "it is encrypted",
        Finding::IncompleteScan => "not all offsets where another format could start were read",
        Finding::NullCipher => "it declares encryption with a null cipher",
        Finding::NoKey => "it is encrypted, but no key slot is active",
        Finding::HeadersDiffer => "its two headers differ",
        Finding::UnknownFeature => "it declares an unknown feature",
        Finding::WritableHeader => "the guest can overwrite its header",
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
#[doc(alias = "diskprobe_verdict")]
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
    #[doc(alias = "diskprobe_verdict_is_accepted")]
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.violations.is_empty()
    }

    /// Returns every reason why the policy rejects the image.
    #[doc(alias = "diskprobe_verdict_violation")]
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

impl Rejected {
    /// A policy has no two violations with the same parameter.
    fn message(&self) -> Message {
        let mut message = Message::default();
        for (index, violation) in self.violations().iter().enumerate() {
            message.add(if index == 0 { "" } else { "; " }, &[]);
            message.append(violation.message());
        }
        message
    }
}

impl Display for Rejected {
    fn fmt(&self, f: &mut Formatter<'_>) -> core::fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for Rejected {}

/// The same message, with [`ErrorKind::Rejected`].
impl From<Rejected> for Error {
    fn from(rejected: Rejected) -> Self {
        Error::with_message(ErrorKind::Rejected, rejected.message())
    }
}
