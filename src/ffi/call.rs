// SPDX-License-Identifier: MIT OR Apache-2.0
//! Calls that can fail. Each returns a status and, on request, an error handle.

use super::cancellation::NotCancelled;
use super::error::diskprobe_error;
use super::guard::make;
use super::handle::{needed_mut, set};
use super::number::{diskprobe_status, OK};
use crate::base::error::{Error, Reason};
use crate::base::message::Message;
use core::ptr::null_mut;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// The reason why a call failed.
pub(super) struct Failure {
    pub(super) error: Error,
    /// The message of the error handle, if it differs from that of the error.
    // Boxed, because every result has space for it and few failures have one.
    pub(super) message: Option<Box<Message>>,
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure {
            error: error.into(),
            message: None,
        }
    }
}

/// Runs a call that can fail. Returns its status, and writes its error.
pub(super) fn call(
    error: *mut *mut diskprobe_error,
    body: impl FnOnce() -> Result<(), Failure>,
) -> diskprobe_status {
    set(error, null_mut());
    let _not_cancelled = NotCancelled::new();
    let panicked = |_| Err(Reason::Internal("a panic was caught").into());
    match catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(panicked) {
        Ok(()) => OK,
        Err(failure) => {
            let kind = failure.error.kind();
            if !error.is_null() {
                set(
                    error,
                    make(|| diskprobe_error::new(failure.error, failure.message)),
                );
            }
            kind.into()
        }
    }
}

/// Runs a call that creates a handle. `missing` is the message if `handle` is `NULL`.
pub(super) fn produce<T>(
    handle: *mut *mut T,
    missing: &'static str,
    error: *mut *mut diskprobe_error,
    body: impl FnOnce() -> Result<*mut T, Failure>,
) -> diskprobe_status {
    set(handle, null_mut());
    call(error, || {
        if handle.is_null() {
            return Err(Reason::InvalidArgument(missing).into());
        }
        set(handle, body()?);
        Ok(())
    })
}

/// Runs a call that changes a handle and returns only a status.
pub(super) fn change<T>(
    handle: *mut T,
    body: impl FnOnce(&mut T) -> Result<(), Error>,
) -> diskprobe_status {
    call(null_mut(), || {
        Ok(body(needed_mut(handle, "the handle is NULL")?)?)
    })
}

#[cfg(test)]
mod tests {
    use super::super::error::{diskprobe_error_free, diskprobe_error_message};
    use super::*;
    use crate::ErrorKind;
    use core::ffi::CStr;
    use core::ptr::NonNull;

    #[test]
    fn a_panic_becomes_a_status_and_a_message_and_success_writes_no_error() {
        let mut error = NonNull::dangling().as_ptr();
        let internal = ErrorKind::Internal.into();
        assert_eq!(call(&mut error, || panic!("deliberate")), internal);
        // SAFETY: the message is a C string of the error, which is freed below.
        let text = unsafe { CStr::from_ptr(diskprobe_error_message(error)) };
        assert_eq!(text.to_str(), Ok("internal error: a panic was caught"));
        diskprobe_error_free(error);
        assert_eq!(call(null_mut(), || panic!("deliberate")), internal);
        assert_eq!(call(&mut error, || Ok(())), OK);
        assert!(error.is_null());
    }
}
