// SPDX-License-Identifier: MIT OR Apache-2.0
//! Getters, and functions that create and free handles. They keep panics from C.

use super::handle::{give, give_text, given, lend_text, set, take_back};
use crate::base::detail::Detail;
use crate::base::stored::NulText;
use core::ffi::{c_char, CStr};
use core::ptr::{null, null_mut};
use std::ffi::CString;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

/// Returns `none` if `body` panics.
pub(super) fn or<R>(none: R, body: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(none)
}

/// Runs a getter. Returns `none` for a `NULL` handle.
pub(super) fn get<T, R>(handle: *const T, none: R, body: impl FnOnce(&T) -> R) -> R {
    match given(handle) {
        Some(handle) => or(none, || body(handle)),
        None => none,
    }
}

/// Runs a getter of a number. If the fact is absent, returns `false` and writes 0.
pub(super) fn get_number<T, N: Default>(
    handle: *const T,
    number: *mut N,
    body: impl FnOnce(&T) -> Option<N>,
) -> bool {
    let found = get(handle, None, body);
    let is_found = found.is_some();
    set(number, found.unwrap_or_default());
    is_found
}

/// Runs a getter of text. Returns `NULL` if the fact is absent.
pub(super) fn get_text<T>(
    handle: *const T,
    length: *mut usize,
    body: impl FnOnce(&T) -> Option<NulText<'_>>,
) -> *const c_char {
    let text = given(handle).and_then(|handle| or(None, || body(handle)));
    lend_text(length, text)
}

/// Runs a getter of a static name. Returns `NULL` if the fact is absent.
pub(super) fn get_name<T>(
    handle: *const T,
    body: impl FnOnce(&T) -> Option<&'static CStr>,
) -> *const c_char {
    get(handle, None, body).map_or(null(), CStr::as_ptr)
}

/// Runs a getter of a detail. Lends its name and value, which the handle of `body` keeps. Returns
/// whether the value is secret; `None` if `index` is out of range.
pub(super) fn get_detail<T>(
    handle: *const T,
    [name, value]: [*mut *const c_char; 2],
    length: *mut usize,
    index: usize,
    body: impl FnOnce(&T) -> Arc<Vec<Detail>>,
) -> Option<bool> {
    let details = get(handle, None, |handle| Some(body(handle)));
    let detail = details.as_ref().and_then(|details| details.get(index));
    set(name, detail.map_or(null(), |detail| detail.name.as_ptr()));
    let text = detail.map(|detail| detail.value.text());
    set(value, lend_text(length, text));
    detail.map(Detail::is_secret)
}

/// Creates a handle for C. Returns `NULL` if that panics.
pub(super) fn make<T>(body: impl FnOnce() -> T) -> *mut T {
    or(null_mut(), || give(body()))
}

/// Creates a text for C. Returns `NULL` for `None`.
pub(super) fn make_text(length: *mut usize, body: impl FnOnce() -> Option<Vec<u8>>) -> *mut c_char {
    give_text(length, or(None, || CString::new(body()?).ok()))
}

/// Frees a handle. A panic in its destructor is ignored. No handle owns a file, so a thread cannot
/// be cancelled here.
pub(super) fn free<T>(handle: *mut T) {
    if let Some(handle) = take_back(handle) {
        or((), || drop(handle));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_a_getter_is_an_absent_fact() {
        let (mut number, mut length) = (5, 5);
        assert_eq!(get(&1, 7, |_| panic!("deliberate")), 7);
        assert!(!get_number(&1, &mut number, |_| panic!("deliberate")));
        assert_eq!(number, 0);
        assert!(get_text(&1, null_mut(), |_| panic!("deliberate")).is_null());
        assert!(get_name(&1, |_| panic!("deliberate")).is_null());
        assert!(make_text(&mut length, || panic!("deliberate")).is_null());
        assert_eq!(length, 0);
    }

    #[test]
    fn a_panic_in_making_or_freeing_a_handle_does_not_leave_the_call() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("deliberate");
            }
        }
        assert!(make::<u8>(|| panic!("deliberate")).is_null());
        free(make(|| Bomb));
    }
}
