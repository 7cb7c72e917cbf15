// SPDX-License-Identifier: MIT OR Apache-2.0
//! The reasons of errors.

use super::constraint::Constraint;
use super::error_kind::ErrorKind;
use super::escape::escape;
use super::format::Format;
use super::hint::ContentHint;
use super::message::messages;
use super::range::{ByteRange, Length};
use std::io;
use std::num::NonZero;

/// An error of the operating system, without the allocation that [`io::Error`] may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SystemFault {
    /// Never 0, so that `None` needs no byte of its own. Other reasons would leave that byte
    /// uninitialised, and valgrind reports C callers that branch on it.
    pub(super) errno: Option<NonZero<i32>>,
    pub(super) kind: io::ErrorKind,
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
            Some(errno) => match ERRORS.iter().find(|(number, _)| *number == errno.get()) {
                Some((_, text)) => f.write_str(text),
                None => write!(f, "error {errno}"),
            },
            None => self.kind.fmt(f),
        }
    }
}

/// The usual errors of file systems, in the words of the C locale: a message does not depend on the
/// locale of the program.
#[cfg(unix)]
const ERRORS: &[(i32, &str)] = &[
    (libc::EPERM, "Operation not permitted"),
    (libc::ENOENT, "No such file or directory"),
    (libc::EINTR, "Interrupted system call"),
    (libc::EIO, "Input/output error"),
    (libc::ENXIO, "No such device or address"),
    (libc::EBADF, "Bad file descriptor"),
    (libc::EAGAIN, "Resource temporarily unavailable"),
    (libc::ENOMEM, "Cannot allocate memory"),
    (libc::EACCES, "Permission denied"),
    (libc::EBUSY, "Device or resource busy"),
    (libc::EEXIST, "File exists"),
    (libc::ENODEV, "No such device"),
    (libc::ENOTDIR, "Not a directory"),
    (libc::EISDIR, "Is a directory"),
    (libc::EINVAL, "Invalid argument"),
    (libc::ENFILE, "Too many open files in system"),
    (libc::EMFILE, "Too many open files"),
    (libc::ENOTTY, "Inappropriate ioctl for device"),
    (libc::EFBIG, "File too large"),
    (libc::ENOSPC, "No space left on device"),
    (libc::ESPIPE, "Illegal seek"),
    (libc::EROFS, "Read-only file system"),
    (libc::ENAMETOOLONG, "File name too long"),
    (libc::ENOSYS, "Function not implemented"),
    (libc::ELOOP, "Too many levels of symbolic links"),
    (libc::EOVERFLOW, "Value too large for defined data type"),
    (libc::EOPNOTSUPP, "Operation not supported"),
    (libc::ENETDOWN, "Network is down"),
    (libc::ENETUNREACH, "Network is unreachable"),
    (libc::ETIMEDOUT, "Connection timed out"),
    (libc::ECONNREFUSED, "Connection refused"),
    (libc::ECONNRESET, "Connection reset by peer"),
    (libc::EHOSTUNREACH, "No route to host"),
    (libc::ESTALE, "Stale file handle"),
];
#[cfg(not(unix))]
const ERRORS: &[(i32, &str)] = &[];

/// The start of a recorded text, which an error keeps without an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ShortText {
    bytes: [u8; ShortText::LONGEST],
    length: u8,
}

impl ShortText {
    const LONGEST: usize = 31;
}

impl From<&[u8]> for ShortText {
    fn from(text: &[u8]) -> Self {
        let mut bytes = [0; ShortText::LONGEST];
        bytes
            .iter_mut()
            .zip(text)
            .for_each(|(to, from)| *to = *from);
        let length = u8::try_from(text.len()).unwrap_or(u8::MAX);
        ShortText { bytes, length }
    }
}

impl std::fmt::Display for ShortText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.bytes.get(..self.length.into()) {
            Some(text) => write!(f, "\"{}\"", escape(text)),
            None => write!(f, "\"{}…\"", escape(&self.bytes)),
        }
    }
}

/// Feature bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bits(pub(crate) u64);

impl std::fmt::Display for Bits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

messages! {
    /// Each way to fail, with the values that its message needs. `Copy`, so that failing never
    /// allocates.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
    pub(crate) enum Reason {
        #[error("{structure}: {field} is {value} (offset {offset}), must be {must}")]
        Invalid {
            structure: &'static str,
            field: &'static str,
            offset: u64,
            value: u64,
            must: Constraint,
        },
        #[error("{structure}: {what} (offset {offset})")]
        Broken {
            structure: &'static str,
            what: &'static str,
            offset: u64,
        },
        #[error("{structure}: {field} is {value} (offset {offset}), supported: {must}")]
        Unsupported {
            structure: &'static str,
            field: &'static str,
            offset: u64,
            value: u64,
            must: Constraint,
        },
        #[error(
            "{structure}: {field} has unknown bits {bits} (offset {offset}), which a reader must \
             understand"
        )]
        UnknownBits {
            structure: &'static str,
            field: &'static str,
            offset: u64,
            bits: Bits,
        },
        #[error("{structure}: {what} (offset {offset}), which is not supported")]
        UnsupportedText {
            structure: &'static str,
            what: &'static str,
            offset: u64,
        },
        #[error("{structure}: {field} is {value} (offset {offset}), which is not supported")]
        UnsupportedName {
            structure: &'static str,
            field: &'static str,
            offset: u64,
            value: ShortText,
        },
        #[error("{structure}: needs {size} bytes at offset {offset}, but the file {end}")]
        Truncated {
            structure: &'static str,
            size: u64,
            offset: u64,
            end: End,
        },
        #[error("{structure}: cannot be read (offset {offset})")]
        Unparsed {
            structure: &'static str,
            offset: u64,
        },
        #[error("{structure}: cannot be located, because the length of the file is unknown")]
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
        #[error("{what}: detected, but not allowed")]
        NotAllowed { what: Detected },
        #[error("cannot {operation}: {reason}")]
        System {
            operation: &'static str,
            offset: Option<u64>,
            reason: SystemFault,
        },
        #[error("busy: another process holds a lease on the file")]
        Leased,
        #[error("{text}", text = .0)]
        UnsupportedFile(&'static str),
        #[error(
            "the file shrank during the probe: {size} bytes at offset {offset} are missing, and \
             its size was {length} bytes"
        )]
        Changed { size: u64, offset: u64, length: u64 },
        #[error("the file was replaced during the probe")]
        Replaced,
        #[error("the file size changed from {before} to {now} bytes during the probe")]
        LengthChanged { before: u64, now: u64 },
        #[error("the read limit ({limit}) is exceeded by a read at offset {offset}")]
        TooManyReads { limit: u32, offset: u64 },
        #[error(
            "the byte limit ({limit}) is exceeded by a read of {size} bytes at offset {offset}"
        )]
        TooManyBytes { limit: u64, size: u64, offset: u64 },
        #[error(
            "needs {size} bytes at offset {offset}, but only the first {given} bytes were \
             provided"
        )]
        NotGiven { size: u64, offset: u64, given: u64 },
        #[error("{syntax}: {what} (offset {offset})")]
        Location {
            syntax: &'static str,
            what: &'static str,
            offset: u64,
        },
        #[error("{syntax}: the option {option} {what} (offset {offset})")]
        LocationOption {
            syntax: &'static str,
            option: &'static str,
            what: &'static str,
            offset: u64,
        },
        #[error("location: more than {limit} {what} (offset {offset})")]
        LocationLimit {
            what: &'static str,
            limit: usize,
            offset: u64,
        },
        #[error("{text}", text = .0)]
        NotRecorded(&'static str),
        #[error("its recorded format is unknown")]
        UnknownFormat,
        #[error("{text}", text = .0)]
        Loop(&'static str),
        #[error("the chain has more than {limit} images")]
        ChainLimit { limit: u32 },
        #[error("outside the root directory")]
        OutsideRoot,
        #[error("on a different file system than the scanned directory")]
        OtherFileSystem,
        #[error("more than {limit} directories deep")]
        TooDeep { limit: u32 },
        #[error("{text}", text = .0)]
        InvalidArgument(&'static str),
        #[error("{name} is {value}, must be {least} to {most}")]
        Argument {
            name: &'static str,
            value: u64,
            least: u64,
            most: u64,
        },
        #[error("{text}", text = .0)]
        WrongState(&'static str),
        #[error("{message}")]
        /// An error that the caller created.
        Custom {
            kind: ErrorKind,
            message: &'static str,
        },
        #[error("internal error: {text}", text = .0)]
        #[cfg_attr(not(feature = "capi"), allow(dead_code))]
        Internal(&'static str),
    }
}

messages! {
    /// What detection found.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
    pub(crate) enum Detected {
        #[error("{format} image", format = .0)]
        Format(Format),
        #[error("vmdk descriptor, which names other files")]
        VmdkDescriptor,
    }
}

messages! {
    /// The end of a file.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
    pub(crate) enum End {
        #[error("is {length} bytes long", length = .0)]
        Known(u64),
        #[error("ends at offset {end} or before", end = .0)]
        AtMost(u64),
        #[error("cannot be that long")]
        Unknown,
    }
}

impl From<Length> for End {
    fn from(length: Length) -> Self {
        match length {
            Length::Known(end) => End::Known(end),
            Length::AtMost(end) => End::AtMost(end),
            Length::Unknown => End::Unknown,
        }
    }
}

impl Reason {
    pub(crate) fn system(operation: &'static str, offset: Option<u64>, error: &io::Error) -> Self {
        Reason::System {
            operation,
            offset,
            reason: SystemFault::from(error),
        }
    }

    /// Returns the structure whose content is wrong.
    pub(crate) fn structure(&self) -> Option<&'static str> {
        match self {
            Reason::Truncated { .. } => None,
            other => other.subject().0,
        }
    }

    /// Returns whether the header is valid but requires something that this library does not
    /// support.
    pub(crate) fn is_unknown_feature(&self) -> bool {
        matches!(
            self,
            Reason::Unsupported { .. } | Reason::UnknownBits { .. }
        )
    }

    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Reason::Invalid { .. } | Reason::Broken { .. } | Reason::Unparsed { .. } => {
                ErrorKind::InvalidImage
            }
            Reason::Unsupported { .. }
            | Reason::UnknownBits { .. }
            | Reason::UnsupportedText { .. }
            | Reason::UnsupportedName { .. } => ErrorKind::UnsupportedFeature,
            Reason::Truncated { .. } => ErrorKind::Truncated,
            Reason::LengthNeeded { .. } | Reason::NotGiven { .. } => ErrorKind::NeedMoreData,
            Reason::WrongFormat { .. } => ErrorKind::WrongFormat,
            Reason::UnsupportedFormat { .. } | Reason::UnknownFormat => {
                ErrorKind::UnsupportedFormat
            }
            Reason::System { reason, .. } => match reason.kind {
                io::ErrorKind::NotFound => ErrorKind::NotFound,
                io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
                _ => ErrorKind::Io,
            },
            Reason::NotAllowed { .. } => ErrorKind::FormatNotAllowed,
            Reason::Leased => ErrorKind::Busy,
            Reason::UnsupportedFile(_) => ErrorKind::UnsupportedFile,
            Reason::Changed { .. } | Reason::Replaced | Reason::LengthChanged { .. } => {
                ErrorKind::Changed
            }
            Reason::TooManyReads { .. }
            | Reason::TooManyBytes { .. }
            | Reason::ChainLimit { .. }
            | Reason::TooDeep { .. }
            | Reason::LocationLimit { .. } => ErrorKind::LimitExceeded,
            Reason::Location { .. } | Reason::LocationOption { .. } => ErrorKind::InvalidLocation,
            Reason::NotRecorded(_) => ErrorKind::FormatNotRecorded,
            Reason::Loop(_) => ErrorKind::Loop,
            Reason::OutsideRoot | Reason::OtherFileSystem => ErrorKind::OutsideRoot,
            Reason::InvalidArgument(_) | Reason::Argument { .. } => ErrorKind::InvalidArgument,
            Reason::WrongState(_) => ErrorKind::WrongState,
            Reason::Custom { kind, .. } => *kind,
            Reason::Internal(_) => ErrorKind::Internal,
        }
    }

    pub(super) fn offset(&self) -> Option<u64> {
        match self {
            Reason::Invalid { offset, .. }
            | Reason::Broken { offset, .. }
            | Reason::Unsupported { offset, .. }
            | Reason::UnknownBits { offset, .. }
            | Reason::UnsupportedText { offset, .. }
            | Reason::UnsupportedName { offset, .. }
            | Reason::Unparsed { offset, .. }
            | Reason::WrongFormat { offset, .. }
            | Reason::Location { offset, .. }
            | Reason::LocationOption { offset, .. }
            | Reason::LocationLimit { offset, .. }
            | Reason::TooManyReads { offset, .. }
            | Reason::Truncated { offset, .. }
            | Reason::Changed { offset, .. }
            | Reason::TooManyBytes { offset, .. }
            | Reason::NotGiven { offset, .. } => Some(*offset),
            Reason::System { offset, .. } => *offset,
            Reason::LengthNeeded { .. }
            | Reason::Replaced
            | Reason::LengthChanged { .. }
            | Reason::UnsupportedFormat { .. }
            | Reason::NotAllowed { .. }
            | Reason::Leased
            | Reason::UnsupportedFile(_)
            | Reason::NotRecorded(_)
            | Reason::UnknownFormat
            | Reason::Loop(_)
            | Reason::ChainLimit { .. }
            | Reason::OutsideRoot
            | Reason::OtherFileSystem
            | Reason::TooDeep { .. }
            | Reason::InvalidArgument(_)
            | Reason::Argument { .. }
            | Reason::WrongState(_)
            | Reason::Custom { .. }
            | Reason::Internal(_) => None,
        }
    }

    /// The range that is needed and could not be read.
    pub(super) fn needed(&self) -> Option<ByteRange> {
        match self {
            Reason::NotGiven { size, offset, .. }
            | Reason::Truncated { size, offset, .. }
            | Reason::Changed { size, offset, .. } => Some(ByteRange {
                offset: *offset,
                length: *size,
            }),
            _ => None,
        }
    }

    /// The structure at fault, and its field.
    pub(super) fn subject(&self) -> (Option<&'static str>, Option<&'static str>) {
        match self {
            Reason::Invalid {
                structure, field, ..
            }
            | Reason::Unsupported {
                structure, field, ..
            }
            | Reason::UnknownBits {
                structure, field, ..
            }
            | Reason::UnsupportedName {
                structure, field, ..
            } => (Some(structure), Some(field)),
            Reason::Broken { structure, .. }
            | Reason::UnsupportedText { structure, .. }
            | Reason::Truncated { structure, .. }
            | Reason::Unparsed { structure, .. }
            | Reason::LengthNeeded { structure } => (Some(structure), None),
            _ => (None, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ERRORS;

    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[cfg_attr(miri, ignore = "Miri has words of its own")]
    fn the_texts_are_those_of_the_c_locale() {
        for (number, text) in ERRORS {
            let system = std::io::Error::from_raw_os_error(*number).to_string();
            assert_eq!(system, format!("{text} (os error {number})"));
        }
    }
}
