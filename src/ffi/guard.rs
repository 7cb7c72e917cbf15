// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where every call from C comes in: panics stop here, and raw pointers become references.

use super::enums::diskprobe_status;
use super::error::diskprobe_error;
use crate::error::{Error, Reason};
use core::ffi::{c_char, CStr};
use std::panic::{catch_unwind, AssertUnwindSafe};

/// Runs a call that can fail, and reports how it ended. `error` is only ever written.
pub(super) fn call(
    error: *mut *mut diskprobe_error,
    body: impl FnOnce() -> Result<(), Error>,
) -> diskprobe_status {
    set(error, core::ptr::null_mut());
    let outcome = catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|_| Err(Reason::Internal("a panic was caught").into()));
    match outcome {
        Ok(()) => diskprobe_status::DISKPROBE_STATUS_OK,
        Err(reason) => {
            if !error.is_null() {
                let report =
                    catch_unwind(|| Box::into_raw(Box::new(diskprobe_error::new(&reason))));
                set(error, report.unwrap_or(core::ptr::null_mut()));
            }
            diskprobe_status::from(reason.kind())
        }
    }
}

/// Runs a getter; `none` is its answer for a `NULL` handle.
pub(super) fn get<T, R: Copy>(handle: *const T, none: R, body: impl FnOnce(&T) -> R) -> R {
    // SAFETY: a handle is NULL or came from `give`, and the caller keeps it from being freed or
    // changed during the call.
    match unsafe { handle.as_ref() } {
        Some(handle) => catch_unwind(AssertUnwindSafe(|| body(handle))).unwrap_or(none),
        None => none,
    }
}

/// A getter of a number: `false` where the fact is absent, and then the out-parameter is zero.
pub(super) fn get_number<T, N: Copy + Default>(
    handle: *const T,
    number: *mut N,
    body: impl FnOnce(&T) -> Option<N>,
) -> bool {
    let found = get(handle, None, body);
    set(number, found.unwrap_or_default());
    found.is_some()
}

/// A getter of text that the handle keeps with a NUL behind it: `NULL` where the fact is absent.
pub(super) fn get_text<T>(
    handle: *const T,
    length: *mut usize,
    body: impl FnOnce(&T) -> Option<&[u8]>,
) -> *const c_char {
    let absent = (core::ptr::null(), 0);
    let (text, size) = get(handle, absent, |handle| {
        body(handle).map_or(absent, |text| (text.as_ptr().cast(), text.len()))
    });
    set(length, size);
    text
}

/// A name from a fixed list: `NULL` where there is none.
pub(super) fn name(name: Option<&'static CStr>) -> *const c_char {
    name.map_or(core::ptr::null(), CStr::as_ptr)
}

/// Writes an out-parameter, if the caller wants it.
pub(super) fn set<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: an out-parameter is NULL or points to room for a value, which need not be
        // initialised, because `write` does not read or drop it.
        unsafe { out.write(value) }
    }
}

/// Hands a value over to C as a handle.
pub(super) fn give<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Makes a handle; `NULL` where that panics.
pub(super) fn make<T>(body: impl FnOnce() -> T) -> *mut T {
    catch_unwind(AssertUnwindSafe(|| give(body()))).unwrap_or(core::ptr::null_mut())
}

/// Takes a handle back from C and drops it.
pub(super) fn free<T>(handle: *mut T) {
    if handle.is_null() {
        return;
    }
    // A panic in a destructor has nobody to be told.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: a handle that is not NULL came from `give`, and the caller frees it once.
        drop(unsafe { Box::from_raw(handle) });
    }));
}

/// A handle that a call needs to change.
pub(super) fn needed_mut<'a, T>(handle: *mut T, what: &'static str) -> Result<&'a mut T, Error> {
    // SAFETY: a handle is NULL or came from `give`, and the caller uses it in one thread at a time
    // and keeps it from being freed during the call.
    unsafe { handle.as_mut() }.ok_or(Reason::InvalidArgument(what).into())
}

/// The bytes of a C string.
pub(super) fn needed_text<'a>(text: *const c_char, what: &'static str) -> Result<&'a [u8], Error> {
    if text.is_null() {
        return Err(Reason::InvalidArgument(what).into());
    }
    // SAFETY: the caller passes NULL or a NUL-terminated string that outlives the call.
    Ok(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// A buffer from C; `(NULL, 0)` is an empty one.
pub(super) fn needed_bytes<'a>(data: *const u8, size: usize) -> Result<&'a [u8], Error> {
    if size == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Reason::InvalidArgument("data is NULL").into());
    }
    if isize::try_from(size).is_err() {
        return Err(Reason::InvalidArgument("size is larger than any object").into());
    }
    // SAFETY: the caller passes `size` readable bytes that outlive the call; NULL and sizes that
    // no object can have were refused above.
    Ok(unsafe { core::slice::from_raw_parts(data, size) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use diskprobe_status::{DISKPROBE_STATUS_INTERNAL, DISKPROBE_STATUS_OK};

    #[test]
    fn a_panic_becomes_a_status_and_a_message() {
        let mut error = core::ptr::dangling_mut();
        let status = call(&mut error, || panic!("deliberate"));
        assert_eq!(status as u32, DISKPROBE_STATUS_INTERNAL as u32);
        // SAFETY: the message is a C string of the error, which is freed below.
        let text = unsafe { CStr::from_ptr(super::super::diskprobe_error_message(error)) };
        assert_eq!(text.to_str(), Ok("internal error: a panic was caught"));
        free(error);
        assert_eq!(
            call(core::ptr::null_mut(), || panic!("deliberate")) as u32,
            status as u32
        );
    }

    #[test]
    fn a_panic_in_a_getter_is_an_absent_fact() {
        assert_eq!(get(&1, 7, |_| panic!("deliberate")), 7);
        assert!(make::<u8>(|| panic!("deliberate")).is_null());
    }

    #[test]
    fn success_writes_no_error() {
        let mut error = core::ptr::dangling_mut();
        assert_eq!(
            call(&mut error, || Ok(())) as u32,
            DISKPROBE_STATUS_OK as u32
        );
        assert!(error.is_null());
    }
}
