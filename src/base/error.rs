// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why there is no answer, in a form for programs and in one line for people.

use crate::base::constraint::Constraint;
use crate::base::format::Format;
use crate::base::hint::ContentHint;
use crate::base::named::named_enum;
use crate::base::range::{ByteRange, Length};
use std::io;
use std::num::NonZero;

named_enum! {
    /// The kind of a failure, for programs to act on.
    ErrorKind {
        /// An argument has a value that the call does not accept, such as a missing handle.
        InvalidArgument = 1 => "invalid-argument",
        /// The file does not exist.
        NotFound = 2 => "not-found",
        /// The process may not open or read the file.
        PermissionDenied = 3 => "permission-denied",
        /// The operating system, or a callback of the caller, failed to open or read.
        Io = 4 => "io",
        /// Not a file that can hold an image: a FIFO, socket or character device; or a directory,
        /// unless the format `dir` was requested.
        UnsupportedFile = 5 => "unsupported-file",
        /// The file became shorter while it was read.
        Changed = 6 => "changed",
        /// The bytes are not of the requested format.
        WrongFormat = 7 => "wrong-format",
        /// The format is certain, but a field has an invalid value.
        InvalidImage = 8 => "invalid-image",
        /// The format is certain, but the file ends before its header does.
        Truncated = 9 => "truncated",
        /// The format is certain, but its version or a feature that it requires is unknown.
        UnsupportedFeature = 10 => "unsupported-feature",
        /// The format is known by name, but this library does not read it.
        UnsupportedFormat = 11 => "unsupported-format",
        /// The answer needs more than a limit allows: reads, bytes, images or directories.
        LimitExceeded = 12 => "limit-exceeded",
        /// Part of the image was given, and the answer needs another part: see the error's offset.
        NeedMoreData = 13 => "need-more-data",
        /// The call is not valid in the current state of the handle.
        WrongState = 14 => "wrong-state",
        /// A defect of this library. Nothing was damaged; please report it.
        Internal = 15 => "internal",
        /// A backing location violates the rules of its syntax, or programs interpret it
        /// differently.
        InvalidLocation = 16 => "invalid-location",
        /// An image of a chain does not record the format of its backing file, and the caller does
        /// not allow to guess it.
        FormatNotRecorded = 17 => "format-not-recorded",
        /// An image of a chain names one that the chain already contains.
        Loop = 18 => "loop",
        /// A path leads out of the directory that must contain all files, or out of the file system
        /// that is scanned.
        OutsideRoot = 19 => "outside-root",
    }
    C diskprobe_status {
        /// Success.
        OK = 0 => "ok",
    }
}

/// Why there is no answer.
///
/// `Display` gives one line: what, where, what is expected and what was found. It does not name
/// the file, which the caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Error {
    reason: Reason,
}

impl Error {
    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.reason.kind()
    }

    /// The offset, in bytes from the start of the file (or of the location that was parsed), of the
    /// field or structure at fault; where the failure has one.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.reason.offset()
    }

    /// The operating system's error number (`errno`), where there is one.
    #[must_use]
    pub fn os_error(&self) -> Option<i32> {
        match self.reason {
            Reason::System { fault, .. } => fault.errno.map(NonZero::get),
            _ => None,
        }
    }
}

impl Error {
    /// That something could not be opened: for an [`Opener`](crate::chain::Opener).
    #[must_use]
    pub fn cannot_open(error: &io::Error) -> Self {
        Reason::system("open", None, error).into()
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Error { reason }
    }
}

/// An operating system's error, without the allocation that [`io::Error`] may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SystemFault {
    /// Never 0, so that absence takes no byte of its own: one that other reasons leave unset, and
    /// on which valgrind sees C callers branch.
    errno: Option<NonZero<i32>>,
    kind: io::ErrorKind,
}

impl From<&io::Error> for SystemFault {
    fn from(error: &io::Error) -> Self {
        SystemFault {
            errno: error.raw_os_error().and_then(NonZero::new),
            kind: error.kind(),
        }
    }
}

impl std::fmt::Display for SystemFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.errno {
            Some(errno) => f.write_str(&words_of_errno(errno.get())),
            None => self.kind.fmt(f),
        }
    }
}

/// What the system calls an error.
fn words_of_errno(errno: i32) -> String {
    let mut text = io::Error::from_raw_os_error(errno).to_string();
    // std appends " (os error N)", which says nothing to a person.
    let plain = text.rfind(" (os error").unwrap_or(text.len());
    text.truncate(plain);
    text
}

/// Each way to fail, with what its message needs. `Copy`, so that failing never allocates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Reason {
    #[error("{structure}: {field} is {found} (offset {offset}), must be {must}")]
    Invalid {
        structure: &'static str,
        field: &'static str,
        offset: u64,
        found: u64,
        must: Constraint,
    },
    #[error("{structure}: {what} (offset {offset})")]
    Broken {
        structure: &'static str,
        what: &'static str,
        offset: u64,
    },
    #[error("{structure}: {field} is {found} (offset {offset}), supported: {must}")]
    Unsupported {
        structure: &'static str,
        field: &'static str,
        offset: u64,
        found: u64,
        must: Constraint,
    },
    #[error("{structure}: {field} has unknown bits {unknown:#x} (offset {offset}), which a reader must understand")]
    UnknownBits {
        structure: &'static str,
        field: &'static str,
        offset: u64,
        unknown: u64,
    },
    #[error("{structure}: {what} (offset {offset}), which is not supported")]
    UnsupportedText {
        structure: &'static str,
        what: &'static str,
        offset: u64,
    },
    #[error(
        "{structure}: needs {} bytes at offset {}, but the file {}",
        range.length, range.offset, Ends(*length)
    )]
    Truncated {
        structure: &'static str,
        range: ByteRange,
        length: Length,
    },
    #[error("{structure}: cannot be read (offset {offset})")]
    Unparsed {
        structure: &'static str,
        offset: u64,
    },
    #[error("{structure}: cannot be found, because the length of the file is not known")]
    LengthNeeded { structure: &'static str },
    #[error("not a {format} image: {missing} (offset {offset}){instead}")]
    WrongFormat {
        format: Format,
        missing: &'static str,
        offset: u64,
        instead: ContentHint,
    },
    #[error("{format} image: reading this format is not supported")]
    UnsupportedFormat { format: Format },
    #[error("cannot {operation}: {fault}")]
    System {
        operation: &'static str,
        offset: Option<u64>,
        fault: SystemFault,
    },
    #[error("{0}")]
    UnsupportedFile(&'static str),
    #[error(
        "the file changed while it was read: {} bytes at offset {} are gone, the file was {length} bytes long",
        range.length, range.offset
    )]
    Changed { range: ByteRange, length: u64 },
    #[error("more reads are needed than the limit of {limit}, the next at offset {offset}")]
    TooManyReads { limit: u32, offset: u64 },
    #[error(
        "more bytes are needed than the limit of {limit}, the next {} at offset {}",
        range.length, range.offset
    )]
    TooManyBytes { limit: u64, range: ByteRange },
    #[error(
        "{} bytes at offset {} are needed, and only the first {given} bytes were given",
        range.length, range.offset
    )]
    NotGiven { range: ByteRange, given: u64 },
    #[error("{syntax}: {what} (offset {offset})")]
    Location {
        syntax: &'static str,
        what: &'static str,
        offset: u64,
    },
    #[error("location: more than {limit} {what} (offset {offset})")]
    LocationLimit {
        what: &'static str,
        limit: usize,
        offset: u64,
    },
    #[error("{0}")]
    NotRecorded(&'static str),
    #[error("its format is recorded by a name that is not known")]
    UnknownFormat,
    #[error("{0}")]
    Loop(&'static str),
    #[error("the chain has more than {limit} images")]
    ChainLimit { limit: u32 },
    #[error("outside the root directory")]
    OutsideRoot,
    #[error("on another file system than the directory that is scanned")]
    OtherFileSystem,
    #[error("more than {limit} directories deep")]
    TooDeep { limit: u32 },
    #[error("{0}")]
    InvalidArgument(&'static str),
    #[error("{0}")]
    WrongState(&'static str),
    #[error("internal error: {0}")]
    #[cfg_attr(not(feature = "capi"), allow(dead_code))]
    Internal(&'static str),
}

struct Ends(Length);

impl std::fmt::Display for Ends {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Length::Known(end) => write!(f, "is {end} bytes long"),
            Length::AtMost(end) => write!(f, "ends at offset {end} or before"),
            Length::Unknown => f.write_str("cannot be that long"),
        }
    }
}

impl Reason {
    pub(crate) fn system(operation: &'static str, offset: Option<u64>, error: &io::Error) -> Self {
        Reason::System {
            operation,
            offset,
            fault: SystemFault::from(error),
        }
    }

    fn kind(&self) -> ErrorKind {
        match self {
            Reason::Invalid { .. } | Reason::Broken { .. } | Reason::Unparsed { .. } => {
                ErrorKind::InvalidImage
            }
            Reason::Unsupported { .. }
            | Reason::UnknownBits { .. }
            | Reason::UnsupportedText { .. } => ErrorKind::UnsupportedFeature,
            Reason::Truncated { .. } => ErrorKind::Truncated,
            Reason::LengthNeeded { .. } | Reason::NotGiven { .. } => ErrorKind::NeedMoreData,
            Reason::WrongFormat { .. } => ErrorKind::WrongFormat,
            Reason::UnsupportedFormat { .. } | Reason::UnknownFormat => {
                ErrorKind::UnsupportedFormat
            }
            Reason::System { fault, .. } => match fault.kind {
                io::ErrorKind::NotFound => ErrorKind::NotFound,
                io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
                _ => ErrorKind::Io,
            },
            Reason::UnsupportedFile(_) => ErrorKind::UnsupportedFile,
            Reason::Changed { .. } => ErrorKind::Changed,
            Reason::TooManyReads { .. }
            | Reason::TooManyBytes { .. }
            | Reason::ChainLimit { .. }
            | Reason::TooDeep { .. }
            | Reason::LocationLimit { .. } => ErrorKind::LimitExceeded,
            Reason::Location { .. } => ErrorKind::InvalidLocation,
            Reason::NotRecorded(_) => ErrorKind::FormatNotRecorded,
            Reason::Loop(_) => ErrorKind::Loop,
            Reason::OutsideRoot | Reason::OtherFileSystem => ErrorKind::OutsideRoot,
            Reason::InvalidArgument(_) => ErrorKind::InvalidArgument,
            Reason::WrongState(_) => ErrorKind::WrongState,
            Reason::Internal(_) => ErrorKind::Internal,
        }
    }

    fn offset(&self) -> Option<u64> {
        match self {
            Reason::Invalid { offset, .. }
            | Reason::Broken { offset, .. }
            | Reason::Unsupported { offset, .. }
            | Reason::UnknownBits { offset, .. }
            | Reason::UnsupportedText { offset, .. }
            | Reason::Unparsed { offset, .. }
            | Reason::WrongFormat { offset, .. }
            | Reason::Location { offset, .. }
            | Reason::LocationLimit { offset, .. }
            | Reason::TooManyReads { offset, .. } => Some(*offset),
            Reason::Truncated { range, .. }
            | Reason::Changed { range, .. }
            | Reason::TooManyBytes { range, .. }
            | Reason::NotGiven { range, .. } => Some(range.offset),
            Reason::System { offset, .. } => *offset,
            Reason::LengthNeeded { .. }
            | Reason::UnsupportedFormat { .. }
            | Reason::UnsupportedFile(_)
            | Reason::NotRecorded(_)
            | Reason::UnknownFormat
            | Reason::Loop(_)
            | Reason::ChainLimit { .. }
            | Reason::OutsideRoot
            | Reason::OtherFileSystem
            | Reason::TooDeep { .. }
            | Reason::InvalidArgument(_)
            | Reason::WrongState(_)
            | Reason::Internal(_) => None,
        }
    }
}
