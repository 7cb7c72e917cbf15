// SPDX-License-Identifier: MIT OR Apache-2.0
//! The error handle.

use super::guard::{free, get, get_number, make};
use super::handle::{given, needed_text, set};
use super::number::{diskprobe_status, get_enum};
use crate::base::error::{Error, ErrorKind};
use crate::base::escape::escape;
use crate::base::message::Message;
use core::ffi::{c_char, c_int, CStr};
use core::ptr::null;
use std::borrow::Cow;
use std::ffi::CString;

/// The reason why a call failed. Immutable.
pub struct diskprobe_error {
    error: Error,
    message: CString,
    template: CString,
    /// Names and values.
    parameters: Vec<[CString; 2]>,
}

impl diskprobe_error {
    /// `message` replaces that of the error itself.
    pub(super) fn new(error: Error, message: Option<Box<Message>>) -> Self {
        let message = message.map_or_else(|| error.with_source(), |message| *message);
        let parameters = message.parameters.iter();
        diskprobe_error {
            error,
            message: shown(&message.to_string()),
            template: shown(&message.template),
            parameters: parameters
                .map(|(name, value)| [shown(name), shown(value)])
                .collect(),
        }
    }

    pub(super) fn into_error(self) -> Error {
        self.error
    }
}

/// Returns a part of a message in C. Only a message of the caller can have characters to escape.
/// Backslashes stay, because text from an image is escaped already.
fn shown(text: &str) -> CString {
    let mut all = Vec::with_capacity(text.len());
    for (index, part) in text.split('\\').enumerate() {
        if index > 0 {
            all.push(b'\\');
        }
        all.extend_from_slice(escape(part.as_bytes()).to_string().as_bytes());
    }
    CString::new(all).unwrap_or_default()
}

/// Creates an error for a diskprobe_read_callback or diskprobe_open_callback to return.
///
/// @param status   the kind of failure. DISKPROBE_STATUS_OK and unknown numbers become
///                 DISKPROBE_STATUS_IO.
/// @param message  NUL-terminated UTF-8, copied; or NULL for the name of the status. Control
///                 characters and invalid UTF-8 are replaced.
/// @return the error, owned by the caller until a callback returns it to the library; otherwise
///         free with diskprobe_error_free(). NULL only on an internal error.
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_error_new(
    status: diskprobe_status,
    message: *const c_char,
) -> *mut diskprobe_error {
    make(|| {
        let kind = status.value().unwrap_or(ErrorKind::Io);
        let message: Cow<'static, str> = match needed_text(message, "no message") {
            Ok(message) => String::from_utf8_lossy(message).into_owned().into(),
            Err(_) => kind.as_str().into(),
        };
        diskprobe_error::new(Error::new(kind, message), None)
    })
}

/// Returns the short, stable name of a status, such as "invalid-image".
///
/// @param status  any number
/// @return a static string; "ok" for DISKPROBE_STATUS_OK, "unknown" for a number that is not a
///         status
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_status_to_string(status: diskprobe_status) -> *const c_char {
    status.name()
}

/// Returns English text for a status, such as "the image is invalid".
///
/// The text is the same for every failure with this status; diskprobe_error_message() says what
/// failed.
///
/// @param status  any number
/// @return a static string; "unknown" for a number that is not a status
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_status_message(status: diskprobe_status) -> *const c_char {
    match status.is_zero() {
        true => c"success".as_ptr(),
        false => status.name_by(message),
    }
}

fn message(kind: ErrorKind) -> &'static CStr {
    match kind {
        ErrorKind::InvalidArgument => c"invalid argument",
        ErrorKind::NotFound => c"no such file or directory",
        ErrorKind::PermissionDenied => c"permission denied",
        ErrorKind::Io => c"input/output error",
        ErrorKind::UnsupportedFile => c"the file is of a type that cannot hold an image",
        ErrorKind::Changed => c"the image changed",
        ErrorKind::WrongFormat => c"the image does not have the requested format",
        ErrorKind::InvalidImage => c"the image is invalid",
        ErrorKind::Truncated => c"the image is truncated",
        ErrorKind::UnsupportedFeature => c"the image has an unsupported version or feature",
        ErrorKind::UnsupportedFormat => c"the format is not supported",
        ErrorKind::LimitExceeded => c"a limit was exceeded",
        ErrorKind::NeedMoreData => c"more bytes are needed",
        ErrorKind::WrongState => c"the call is not valid in this state",
        ErrorKind::Internal => c"internal error",
        ErrorKind::InvalidLocation => c"the location is invalid or ambiguous",
        ErrorKind::FormatNotRecorded => c"the backing format is not recorded",
        ErrorKind::Loop => c"the chain contains itself",
        ErrorKind::OutsideRoot => c"the file is outside the directory or file system",
        ErrorKind::Rejected => c"the policy rejects the image",
        ErrorKind::FormatNotAllowed => c"the detected format is not allowed",
        ErrorKind::Busy => c"another process holds a lease on the file",
    }
}

/// Returns the status of the call that failed.
///
/// @param error  the error, or NULL
/// @return the status; DISKPROBE_STATUS_OK if error is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_error_status(error: *const diskprobe_error) -> diskprobe_status {
    get_enum(error, |error| Some(error.error.kind()))
}

/// Returns the message: one line with structure, field, value, offset and limit.
///
/// The message does not contain the file name: print "FILE: MESSAGE". It contains no control
/// characters, no line breaks and no text from the image.
///
/// @param error  the error, or NULL
/// @return the message, owned by the error; an empty string if error is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_message(error: *const diskprobe_error) -> *const c_char {
    get(error, c"".as_ptr(), |error| error.message.as_ptr())
}

/// Returns the template of the message, for translation.
///
/// It is English text with a placeholder such as "{offset}" for each parameter, and contains all
/// words of the message: "{structure}: {field} is {value} (offset {offset}), must be at most
/// {most}". A program translates it, and then replaces the placeholders. A message that a callback
/// passed to diskprobe_error_new() has the template "{message}".
///
/// @param error  the error, or NULL
/// @return the template, owned by the error; an empty string if error is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_template(error: *const diskprobe_error) -> *const c_char {
    get(error, c"".as_ptr(), |error| error.template.as_ptr())
}

/// Returns the number of parameters of the message.
///
/// @param error  the error, or NULL
/// @return the number; 0 if error is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_parameter_count(error: *const diskprobe_error) -> usize {
    get(error, 0, |error| error.parameters.len())
}

/// Returns a parameter of the message: the value that replaces one placeholder of the template.
///
/// Values are numbers and names, which are not translated. They contain no control characters.
/// docs/errors.md lists the names, which are stable.
///
/// @param error  the error, or NULL
/// @param index  an index below diskprobe_error_parameter_count()
/// @param name   receives the name, such as "offset", owned by the error; NULL if index is out of
///               range. May be NULL.
/// @param value  receives the value, owned by the error; NULL if index is out of range. May be
///               NULL.
/// @return true if the parameter exists
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_parameter(
    error: *const diskprobe_error,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> bool {
    let parameter = given(error).and_then(|error| error.parameters.get(index));
    set(name, parameter.map_or(null(), |[name, _]| name.as_ptr()));
    set(value, parameter.map_or(null(), |[_, value]| value.as_ptr()));
    parameter.is_some()
}

/// Returns the errno of the operating system or of a callback.
///
/// @param error  the error, or NULL
/// @return the errno; 0 if the failure has none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_errno(error: *const diskprobe_error) -> c_int {
    get(error, 0, |error| error.error.raw_os_error().unwrap_or(0))
}

/// Returns the offset of the invalid field or structure, or of the missing bytes.
///
/// @param error   the error, or NULL
/// @param offset  receives the offset from the start of the file, in bytes; may be NULL
/// @return true if the failure has an offset
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_offset(error: *const diskprobe_error, offset: *mut u64) -> bool {
    get_number(error, offset, |error| error.error.offset())
}

/// Returns the range of bytes that a probe lacks.
///
/// Failures with DISKPROBE_STATUS_NEED_MORE_DATA, DISKPROBE_STATUS_TRUNCATED or
/// DISKPROBE_STATUS_CHANGED have such a range. A caller of diskprobe_probe_buffer() can read up to
/// offset + length and probe again.
///
/// @param error   the error, or NULL
/// @param offset  receives the offset of the first byte from the start of the file; may be NULL
/// @param length  receives the number of bytes; may be NULL
/// @return true if bytes are missing
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_needed(
    error: *const diskprobe_error,
    offset: *mut u64,
    length: *mut u64,
) -> bool {
    let needed = get(error, None, |error| error.error.needed());
    set(offset, needed.map_or(0, |range| range.offset));
    set(length, needed.map_or(0, |range| range.length));
    needed.is_some()
}

/// Frees an error.
///
/// @param error  the error, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_free(error: *mut diskprobe_error) {
    free(error);
}
