// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where every call from C comes in: panics stop here, and raw pointers become references.

use super::enums::diskprobe_status;
use super::error::diskprobe_error;
use crate::base::error::{Error, Reason};
use core::ffi::{c_char, c_int, CStr};
use core::fmt::Display;
use core::ptr::null_mut;
use std::ffi::CString;
use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd};
use std::panic::{catch_unwind, AssertUnwindSafe};

/// Why a call failed, with a message for the error handle.
pub(super) trait Failure: Display + From<Error> {
    fn error(&self) -> Error;
}

impl Failure for Error {
    fn error(&self) -> Error {
        *self
    }
}

/// Runs a call that can fail, and reports how it ended. `error` is only ever written.
pub(super) fn call(
    error: *mut *mut diskprobe_error,
    body: impl FnOnce() -> Result<(), Error>,
) -> diskprobe_status {
    report(error, body)
}

/// The same for a failure of another type.
pub(super) fn report<F: Failure>(
    error: *mut *mut diskprobe_error,
    body: impl FnOnce() -> Result<(), F>,
) -> diskprobe_status {
    set(error, null_mut());
    let panicked = |_| Err(Error::from(Reason::Internal("a panic was caught")).into());
    match catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(panicked) {
        Ok(()) => diskprobe_status::DISKPROBE_STATUS_OK,
        Err(failure) => {
            if !error.is_null() {
                set(
                    error,
                    make(|| diskprobe_error::new(failure.error(), &failure)),
                );
            }
            diskprobe_status::from(failure.error().kind())
        }
    }
}

/// Runs a getter; `none` is its answer for a `NULL` handle.
pub(super) fn get<T, R: Copy>(handle: *const T, none: R, body: impl FnOnce(&T) -> R) -> R {
    match given(handle) {
        Some(handle) => or(none, || body(handle)),
        None => none,
    }
}

/// A handle that a call only reads, if there is one.
pub(super) fn given<'a, T>(handle: *const T) -> Option<&'a T> {
    // SAFETY: a handle is NULL, came from `give`, or is lent; and the caller keeps it from being freed
    // or changed during the call.
    unsafe { handle.as_ref() }
}

/// Runs what needs no handle; `none` is the answer where it panics.
pub(super) fn or<R: Copy>(none: R, body: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(none)
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

/// A getter of text, which `body` gives with its final NUL: `NULL` where the fact is absent.
pub(super) fn get_text<T>(
    handle: *const T,
    length: *mut usize,
    body: impl FnOnce(&T) -> Option<&[u8]>,
) -> *const c_char {
    let found = get(handle, None, |handle| {
        let with_nul = body(handle)?;
        let (_nul, text) = with_nul.split_last()?;
        Some((with_nul.as_ptr().cast(), text.len()))
    });
    let (text, size) = found.unwrap_or((core::ptr::null(), 0));
    set(length, size);
    text
}

/// A getter of a name from a fixed list: `NULL` where the fact is absent.
pub(super) fn get_name<T>(
    handle: *const T,
    body: impl FnOnce(&T) -> Option<&'static CStr>,
) -> *const c_char {
    get(handle, None, body).map_or(core::ptr::null(), CStr::as_ptr)
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

/// Makes a handle for C; `NULL` where that panics.
pub(super) fn make<T>(body: impl FnOnce() -> T) -> *mut T {
    or(null_mut(), || give(body()))
}

/// Takes a handle back from C and drops it.
pub(super) fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        // A panic in a destructor has nobody to be told.
        or((), || {
            // SAFETY: a handle that is not NULL came from `give`, and the caller frees it once.
            drop(unsafe { Box::from_raw(handle) });
        });
    }
}

/// A handle that a call needs to read.
pub(super) fn needed<'a, T>(handle: *const T, what: &'static str) -> Result<&'a T, Error> {
    given(handle).ok_or(Reason::InvalidArgument(what).into())
}

/// A handle that a call needs to change.
pub(super) fn needed_mut<'a, T>(handle: *mut T, what: &'static str) -> Result<&'a mut T, Error> {
    // SAFETY: a handle is NULL, came from `give`, or is lent to an opener while that runs; and the
    // caller uses it in one thread at a time and keeps it from being freed during the call.
    unsafe { handle.as_mut() }.ok_or(Reason::InvalidArgument(what).into())
}

/// The bytes of a C string.
pub(super) fn needed_text<'a>(text: *const c_char, what: &'static str) -> Result<&'a [u8], Error> {
    needed_string(text, what).map(CStr::to_bytes)
}

/// A C string.
pub(super) fn needed_string<'a>(
    text: *const c_char,
    what: &'static str,
) -> Result<&'a CStr, Error> {
    if text.is_null() {
        return Err(Reason::InvalidArgument(what).into());
    }
    // SAFETY: the caller passes NULL or a NUL-terminated string that outlives the call.
    Ok(unsafe { CStr::from_ptr(text) })
}

/// Hands a text over to C; `NULL` where there is none.
pub(super) fn give_text(length: *mut usize, body: impl FnOnce() -> Option<Vec<u8>>) -> *mut c_char {
    let text = catch_unwind(AssertUnwindSafe(|| CString::new(body()?).ok()));
    let text = text.unwrap_or_default();
    set(length, text.as_ref().map_or(0, |text| text.count_bytes()));
    text.map_or(null_mut(), CString::into_raw)
}

/// Takes a text back from C and drops it.
pub(super) fn free_text(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: a text that is not NULL came from `give_text`, the caller frees it once and has
        // not changed where it ends.
        drop(unsafe { CString::from_raw(text) });
    }
}

/// A descriptor that stays the caller's.
pub(super) fn lent_fd<'a>(fd: c_int) -> Result<BorrowedFd<'a>, Error> {
    judge_fd(fd)?;
    // SAFETY: not -1, and the caller keeps the descriptor open during the call. One that is closed
    // after all makes the system calls fail, and nothing else.
    Ok(unsafe { BorrowedFd::borrow_raw(fd) })
}

/// A descriptor that the caller gives away.
pub(super) fn given_fd(fd: c_int) -> Result<OwnedFd, Error> {
    judge_fd(fd)?;
    // SAFETY: not -1, and the caller says that it is nobody else's.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn judge_fd(fd: c_int) -> Result<(), Error> {
    match fd < 0 {
        true => Err(Reason::InvalidArgument("fd is negative").into()),
        false => Ok(()),
    }
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
    use super::super::error::{diskprobe_error_free, diskprobe_error_message};
    use super::*;
    use diskprobe_status::{DISKPROBE_STATUS_INTERNAL, DISKPROBE_STATUS_OK};

    #[test]
    fn a_panic_becomes_a_status_and_a_message() {
        let mut error = core::ptr::NonNull::dangling().as_ptr();
        let status = call(&mut error, || panic!("deliberate"));
        assert_eq!(status, DISKPROBE_STATUS_INTERNAL);
        // SAFETY: the message is a C string of the error, which is freed below.
        let text = unsafe { CStr::from_ptr(diskprobe_error_message(error)) };
        assert_eq!(text.to_str(), Ok("internal error: a panic was caught"));
        diskprobe_error_free(error);
        let unasked = call(null_mut(), || panic!("deliberate"));
        assert_eq!(unasked, DISKPROBE_STATUS_INTERNAL);
    }

    #[test]
    fn a_panic_in_a_getter_is_an_absent_fact() {
        let mut number = 5;
        assert_eq!(get(&1, 7, |_| panic!("deliberate")), 7);
        assert!(!get_number(&1, &mut number, |_| panic!("deliberate")));
        assert_eq!(number, 0);
        assert!(get_text(&1, null_mut(), |_| panic!("deliberate")).is_null());
        assert!(get_name(&1, |_| panic!("deliberate")).is_null());
        let mut length = 5;
        assert!(give_text(&mut length, || panic!("deliberate")).is_null());
        assert_eq!(length, 0);
    }

    #[test]
    fn a_panic_in_making_or_freeing_a_handle_stops_there() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("deliberate");
            }
        }
        assert!(make::<u8>(|| panic!("deliberate")).is_null());
        free(make(|| Bomb));
    }

    #[test]
    fn success_writes_no_error() {
        let mut error = core::ptr::NonNull::dangling().as_ptr();
        assert_eq!(call(&mut error, || Ok(())), DISKPROBE_STATUS_OK);
        assert!(error.is_null());
    }
}
