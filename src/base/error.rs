// SPDX-License-Identifier: MIT OR Apache-2.0
//! Errors, for programs and for people.

pub use super::error_kind::ErrorKind;
use super::escape::escape;
use super::message::{Message, Part};
use super::range::ByteRange;
pub(crate) use super::reason::{Bits, Detected, Reason};
use std::borrow::Cow;
use std::fmt;
use std::io;
use std::num::NonZero;
use std::sync::Arc;

/// Why a call failed.
///
/// `Display` writes one line: what failed, where, the value found and the constraint it breaks.
/// It does not name the file, which the caller knows. If a [`Source`](crate::Source) or an
/// [`Opener`](crate::chain::Opener) failed with an error of its own, that error is the
/// [`source`](std::error::Error::source) and not part of the line.
#[derive(Clone)]
pub struct Error {
    reason: Reason,
    cause: Option<Arc<Cause>>,
}

/// What the caller added to the reason.
enum Cause {
    /// An [`io::Error`] that is more than an error number.
    Io(io::Error),
    Message(Message),
}

/// The operation of an [`io::Error`] that was converted outside of this library.
const ACCESS: &str = "access the file";

impl Error {
    /// Creates an error for a caller's own [`Opener`](crate::chain::Opener) or
    /// [`Source`](crate::Source).
    ///
    /// ```
    /// use diskprobe::{Error, ErrorKind};
    /// let error = Error::new(ErrorKind::PermissionDenied, "not in the pool");
    /// assert_eq!(error.to_string(), "not in the pool");
    /// ```
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        match message.into() {
            Cow::Borrowed(message) => Reason::Custom { kind, message }.into(),
            Cow::Owned(message) => Error::described(kind, "{message}", &[("message", &message)]),
        }
    }

    /// Creates an error with a message of this template, which is too long for a [`Reason`].
    pub(crate) fn described(
        kind: ErrorKind,
        template: &str,
        values: &[(&'static str, &dyn Part)],
    ) -> Self {
        Error::with_message(kind, Message::new(template, values))
    }

    pub(crate) fn with_message(kind: ErrorKind, message: Message) -> Self {
        let reason = Reason::Custom { kind, message: "" };
        let cause = Some(Arc::new(Cause::Message(message)));
        Error { reason, cause }
    }

    /// Returns the kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.reason.kind()
    }

    /// Returns the offset of the field or structure at fault, in bytes from the start of the file
    /// or of the parsed location.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.reason.offset()
    }

    /// Returns the range that is needed for an answer, if it was not given
    /// ([`NeedMoreData`](ErrorKind::NeedMoreData)) or the file has no such bytes
    /// ([`Truncated`](ErrorKind::Truncated), [`Changed`](ErrorKind::Changed)).
    #[must_use]
    pub fn needed(&self) -> Option<ByteRange> {
        self.reason.needed()
    }

    /// Returns the name of the structure at fault, such as `qcow2 header`.
    #[must_use]
    pub fn structure(&self) -> Option<&'static str> {
        self.reason.subject().0
    }

    /// Returns the name of the field at fault, as its specification spells it.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        self.reason.subject().1
    }

    /// Returns the error number of the operating system (`errno`).
    #[must_use]
    pub fn raw_os_error(&self) -> Option<i32> {
        match self.reason {
            Reason::System { reason, .. } => reason.errno.map(NonZero::get),
            #[cfg(unix)]
            Reason::Leased => Some(libc::EAGAIN),
            _ => None,
        }
    }

    /// Returns the template of the message, for translation: text in English, with a placeholder
    /// such as `{offset}` for each of the [`parameters`](Error::parameters).
    ///
    /// Translate the template, and then replace the placeholders in one pass, because a value can
    /// contain braces. The names of parameters are stable, and the words of a template can change
    /// between releases.
    ///
    /// ```
    /// let error = diskprobe::Limits::new().max_reads(5000).unwrap_err();
    /// assert_eq!(error.template(), "max_reads is {value}, must be {least} to {most}");
    /// assert!(error.parameters().any(|parameter| parameter == ("value", "5000".to_owned())));
    /// ```
    #[doc(alias = "diskprobe_error_template")]
    #[must_use]
    pub fn template(&self) -> String {
        self.message().template
    }

    /// Returns the parameters of the message, each with the name of its placeholder in the
    /// [`template`](Error::template): numbers, and names that are not translated.
    #[doc(alias = "diskprobe_error_parameter")]
    #[must_use]
    pub fn parameters(&self) -> impl ExactSizeIterator<Item = (&'static str, String)> {
        self.message().parameters.into_iter()
    }

    fn message(&self) -> Message {
        let mut message = Message::default();
        match (self.cause.as_deref(), &self.reason) {
            (Some(Cause::Message(own)), _) => return own.clone(),
            (Some(Cause::Io(_)), Reason::System { operation, .. }) => {
                message.add("cannot {operation}", &[("operation", operation)]);
            }
            (_, reason) => reason.add_to("", &mut message),
        }
        message
    }

    /// Returns the message, followed by that of the caller's own error.
    pub(crate) fn with_source(&self) -> Message {
        let mut message = self.message();
        if let Some(Cause::Io(source)) = self.cause.as_deref() {
            message.add(": {reason}", &[("reason", &source.to_string())]);
        }
        message
    }

    /// A failed operation of the operating system, or of the caller's code in its place.
    pub(crate) fn system(operation: &'static str, offset: Option<u64>, error: io::Error) -> Self {
        // `error` may be an error of this library that the caller's code passed on as an
        // `io::Error`.
        let error = match error.downcast::<Error>() {
            Ok(own) => return own,
            Err(error) => error,
        };
        Error {
            reason: Reason::system(operation, offset, &error),
            cause: error
                .get_ref()
                .is_some()
                .then(|| Arc::new(Cause::Io(error))),
        }
    }

    /// A name that no value of an enumeration has.
    pub(crate) fn unknown_name(enumeration: &str, name: &str, all: Vec<&str>) -> Self {
        Error::described(
            ErrorKind::InvalidArgument,
            "{enumeration} is {value}, must be one of {names}",
            &[
                ("enumeration", &enumeration),
                ("value", &escape(name.as_bytes())),
                ("names", &all.join(", ")),
            ],
        )
    }

    pub(crate) fn cannot_open(error: io::Error) -> Self {
        Error::system("open", None, error).of_lease()
    }

    /// An open that does not block fails with `EAGAIN` only because of a lease.
    fn of_lease(self) -> Self {
        match self.reason {
            #[cfg(unix)]
            Reason::System { reason, .. }
                if reason.errno.map(NonZero::get) == Some(libc::EAGAIN) && self.cause.is_none() =>
            {
                Reason::Leased.into()
            }
            _ => self,
        }
    }

    /// Sets the operation to `open` if an [`Opener`](crate::chain::Opener) converted an
    /// `io::Error`, which does not record an operation.
    pub(crate) fn while_opening(mut self) -> Self {
        if let Reason::System { operation, .. } = &mut self.reason {
            if *operation == ACCESS {
                *operation = "open";
                return self.of_lease();
            }
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.cause.as_deref(), &self.reason) {
            (Some(Cause::Message(message)), _) => message.fmt(f),
            (Some(Cause::Io(_)), Reason::System { operation, .. }) => {
                write!(f, "cannot {operation}")
            }
            (_, reason) => reason.fmt(f),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct("Error");
        output.field("kind", &self.kind());
        output.field("message", &self.to_string());
        if let Some(Cause::Io(error)) = self.cause.as_deref() {
            output.field("source", error);
        }
        output.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.cause.as_deref()? {
            Cause::Io(error) => Some(error),
            Cause::Message(_) => None,
        }
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Error {
            reason,
            cause: None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::system(ACCESS, None, error)
    }
}

/// An error that is only an error number keeps that number. Everything else becomes a custom error,
/// from which [`io::Error::downcast`] returns the original.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        if let (Some(number), None) = (error.raw_os_error(), &error.cause) {
            return io::Error::from_raw_os_error(number);
        }
        let kind = match error.kind() {
            ErrorKind::NotFound => io::ErrorKind::NotFound,
            ErrorKind::PermissionDenied | ErrorKind::OutsideRoot | ErrorKind::Rejected => {
                io::ErrorKind::PermissionDenied
            }
            ErrorKind::InvalidArgument => io::ErrorKind::InvalidInput,
            ErrorKind::UnsupportedFile
            | ErrorKind::UnsupportedFeature
            | ErrorKind::UnsupportedFormat
            | ErrorKind::FormatNotAllowed => io::ErrorKind::Unsupported,
            ErrorKind::Busy => io::ErrorKind::ResourceBusy,
            ErrorKind::Truncated | ErrorKind::Changed | ErrorKind::NeedMoreData => {
                io::ErrorKind::UnexpectedEof
            }
            ErrorKind::WrongFormat
            | ErrorKind::InvalidImage
            | ErrorKind::InvalidLocation
            | ErrorKind::FormatNotRecorded
            | ErrorKind::Loop => io::ErrorKind::InvalidData,
            ErrorKind::Io
            | ErrorKind::LimitExceeded
            | ErrorKind::WrongState
            | ErrorKind::Internal => io::ErrorKind::Other,
        };
        io::Error::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, ErrorKind, Reason};
    use std::error::Error as _;
    use std::io;

    #[test]
    fn an_error_is_small() {
        assert!(size_of::<Error>() <= 88, "{}", size_of::<Error>());
    }

    #[test]
    fn the_callers_error_is_the_source() {
        let error = Error::from(io::Error::other("host key changed")).while_opening();
        assert_eq!(error.to_string(), "cannot open");
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("host key changed"));
    }

    #[test]
    fn an_error_number_stays_one() {
        let error = Error::from(io::Error::from_raw_os_error(libc::ENOENT));
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.source().is_none());
        assert_eq!(io::Error::from(error).raw_os_error(), Some(libc::ENOENT));
    }

    #[test]
    fn an_error_survives_the_way_through_io_error() {
        let error = Error::from(Reason::ChainLimit { limit: 3 });
        let same = Error::from(io::Error::from(error.clone()));
        assert_eq!(same.kind(), error.kind());
        assert_eq!(same.to_string(), error.to_string());
    }
}
