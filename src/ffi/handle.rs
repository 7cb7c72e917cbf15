// SPDX-License-Identifier: MIT OR Apache-2.0
//! Raw pointers, descriptors and texts from C and for C. Each use states what C guarantees.

use crate::base::error::{Error, Reason};
use crate::base::stored::NulText;
use core::ffi::{c_char, c_int, CStr};
use core::mem::MaybeUninit;
use core::ptr::{null, null_mut};
use std::ffi::CString;
use std::io;
use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd};

/// Passes ownership of a value to C as a handle.
pub(super) fn give<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Takes ownership of a handle back from C.
pub(super) fn take_back<T>(handle: *mut T) -> Option<Box<T>> {
    // SAFETY: a handle that is not NULL came from a Box of that type, and the caller frees it once.
    (!handle.is_null()).then(|| unsafe { Box::from_raw(handle) })
}

/// Borrows a handle, if the caller passed one.
pub(super) fn given<'a, T>(handle: *const T) -> Option<&'a T> {
    // SAFETY: a handle is NULL, came from a Box, or is lent; and the caller does not free or
    // change it during the call.
    unsafe { handle.as_ref() }
}

/// Borrows a required handle. `missing` is the message if it is `NULL`.
pub(super) fn needed<'a, T>(handle: *const T, missing: &'static str) -> Result<&'a T, Error> {
    given(handle).ok_or(Reason::InvalidArgument(missing).into())
}

/// Borrows a required handle mutably.
pub(super) fn needed_mut<'a, T>(handle: *mut T, missing: &'static str) -> Result<&'a mut T, Error> {
    // SAFETY: a handle is NULL, came from a Box, or is lent to an opener while that runs; and the
    // caller uses it in one thread at a time and does not free it during the call.
    unsafe { handle.as_mut() }.ok_or(Reason::InvalidArgument(missing).into())
}

/// Writes an out-parameter, if the caller wants it.
pub(super) fn set<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: an out-parameter is NULL or points to a writable value, which may be
        // uninitialised: `write` does not read or drop it.
        unsafe { out.write(value) }
    }
}

/// Writes the first `size` bytes of an out-parameter of a caller that may know fewer or more
/// members. The bytes after the known ones become 0.
pub(super) fn set_prefix<T>(out: *mut T, value: &MaybeUninit<T>, size: usize) {
    if !out.is_null() {
        let known = size.min(size_of::<T>());
        let out: *mut u8 = out.cast();
        // SAFETY: `out` is not NULL, so it points to `size` writable bytes of the caller.
        unsafe {
            core::ptr::copy_nonoverlapping(value.as_ptr().cast(), out, known);
            out.add(known).write_bytes(0, size.saturating_sub(known));
        }
    }
}

/// Borrows a required C string.
pub(super) fn needed_string<'a>(
    text: *const c_char,
    missing: &'static str,
) -> Result<&'a CStr, Error> {
    if text.is_null() {
        return Err(Reason::InvalidArgument(missing).into());
    }
    // SAFETY: `text` is not NULL, so the caller passes a NUL-terminated string that outlives the
    // call.
    Ok(unsafe { CStr::from_ptr(text) })
}

/// Borrows the bytes of a required C string.
pub(super) fn needed_text<'a>(
    text: *const c_char,
    missing: &'static str,
) -> Result<&'a [u8], Error> {
    needed_string(text, missing).map(CStr::to_bytes)
}

/// Borrows an array from C. `(NULL, 0)` is an empty array.
pub(super) fn needed_array<'a, T>(
    data: *const T,
    count: usize,
    [missing, too_large]: [&'static str; 2],
) -> Result<&'a [T], Error> {
    if count == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Reason::InvalidArgument(missing).into());
    }
    let size = count.checked_mul(size_of::<T>());
    if size.and_then(|size| isize::try_from(size).ok()).is_none() {
        return Err(Reason::InvalidArgument(too_large).into());
    }
    // SAFETY: the caller passes `count` readable values that outlive the call; NULL and sizes that
    // no object can have are rejected above.
    Ok(unsafe { core::slice::from_raw_parts(data, count) })
}

/// Borrows a buffer from C.
pub(super) fn needed_bytes<'a>(data: *const u8, size: usize) -> Result<&'a [u8], Error> {
    needed_array(
        data,
        size,
        ["data is NULL", "size is larger than any object"],
    )
}

/// Lends a text to C, and writes its length.
pub(super) fn lend_text(length: *mut usize, text: Option<NulText<'_>>) -> *const c_char {
    set(length, text.map_or(0, |text| text.bytes().len()));
    // The pointer covers the NUL too, which C reads.
    text.map_or(null(), |text| text.with_nul().as_ptr().cast())
}

/// Passes ownership of a text to C, and writes its length.
pub(super) fn give_text(length: *mut usize, text: Option<CString>) -> *mut c_char {
    set(length, text.as_ref().map_or(0, |text| text.count_bytes()));
    text.map_or(null_mut(), CString::into_raw)
}

/// Frees a text that C owns.
pub(super) fn free_text(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: a text that is not NULL came from `give_text`; the caller frees it once and has
        // not changed its length.
        drop(unsafe { CString::from_raw(text) });
    }
}

/// Borrows a descriptor that the caller keeps.
pub(super) fn lent_fd<'a>(fd: c_int) -> Result<BorrowedFd<'a>, Error> {
    check_fd(fd)?;
    // SAFETY: not -1, and the caller keeps the descriptor open during the call. If it is closed
    // after all, system calls fail, or read the file that gets its number; memory stays safe.
    Ok(unsafe { BorrowedFd::borrow_raw(fd) })
}

/// Takes ownership of a descriptor from C.
pub(super) fn given_fd(fd: c_int) -> Result<OwnedFd, Error> {
    check_fd(fd)?;
    // std aborts debug builds that close a descriptor which is not open.
    // SAFETY: F_GETFD takes no argument and fails if the descriptor is not open.
    if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
        return Err(Error::system("use fd", None, io::Error::last_os_error()));
    }
    // SAFETY: not -1, and the caller gives the descriptor away.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn check_fd(fd: c_int) -> Result<(), Error> {
    match fd < 0 {
        true => Err(Reason::InvalidArgument("fd is negative").into()),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::given_fd;

    /// std would abort this build when it closes the descriptor.
    #[test]
    fn a_descriptor_that_is_not_open_is_an_error() {
        let error = given_fd(i32::MAX).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::EBADF));
        assert_eq!(error.to_string(), "cannot use fd: Bad file descriptor");
    }
}
