// SPDX-License-Identifier: MIT OR Apache-2.0
//! The error handle.

use super::enums::diskprobe_status;
use super::guard::{free, get, get_number};
use crate::base::error::Error;
use core::ffi::{c_char, c_int};
use core::fmt::Display;
use std::ffi::CString;

/// Why a call failed. Never changes, and may be read from many threads at once.
pub struct diskprobe_error {
    error: Error,
    message: CString,
}

impl diskprobe_error {
    pub(super) fn new(error: Error, message: &impl Display) -> Self {
        diskprobe_error {
            error,
            // Messages hold fixed text and numbers only, so there is no NUL in them.
            message: CString::new(message.to_string()).unwrap_or_default(),
        }
    }
}

/// Gives the status that the failed call returned.
///
/// @param error  the error, or NULL
/// @return the status; DISKPROBE_STATUS_OK for NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_status(error: *const diskprobe_error) -> diskprobe_status {
    get(error, diskprobe_status::DISKPROBE_STATUS_OK, |error| {
        error.error.kind().into()
    })
}

/// Gives one line for a person: what, where, what was found and what is expected.
///
/// It does not name the file, which you know: "FILE: MESSAGE" reads well. It has no control
/// characters, no line break, and no text that the image's author chose.
///
/// @param error  the error, or NULL
/// @return the message, which belongs to the error; an empty string for NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_message(error: *const diskprobe_error) -> *const c_char {
    get(error, c"".as_ptr(), |error| error.message.as_ptr())
}

/// Gives the error number of the operating system, or of your callback, as in errno.
///
/// @param error  the error, or NULL
/// @return the number; 0 where the failure has none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_errno(error: *const diskprobe_error) -> c_int {
    get(error, 0, |error| error.error.os_error().unwrap_or(0))
}

/// Tells where in the file the field or structure at fault is, or the bytes that are missing.
///
/// @param error   the error, or NULL
/// @param offset  receives the offset in bytes from the start of the file, or 0; may be NULL
/// @return whether the failure has a place in the file
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_offset(error: *const diskprobe_error, offset: *mut u64) -> bool {
    get_number(error, offset, |error| error.error.offset())
}

/// Frees an error.
///
/// @param error  the error, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_error_free(error: *mut diskprobe_error) {
    free(error);
}
