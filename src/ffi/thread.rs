// SPDX-License-Identifier: MIT OR Apache-2.0
//! Work in a thread of its own, so that std keeps nothing in the thread of the caller.
//!
//! If a thread starts others, std registers a destructor in it. This library then cannot be
//! unloaded until that thread ends, and if it is the main thread, valgrind reports the memory as
//! possibly lost.

use super::cancellation::NotCancelled;
use crate::base::limits::SCAN_STACK;
use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::thread::Result;

struct Work<F, R> {
    body: Option<F>,
    result: Option<Result<R>>,
}

extern "C" fn run<F: FnOnce() -> R, R>(work: *mut c_void) -> *mut c_void {
    // SAFETY: the caller passes work of this type, and does not use it until this returns.
    let work = unsafe { &mut *work.cast::<Work<F, R>>() };
    let _not_cancelled = NotCancelled::new();
    let body = work.body.take();
    work.result = body.map(|body| catch_unwind(AssertUnwindSafe(body)));
    null_mut()
}

/// Runs `body` in a new thread and waits until that thread ends. If no thread can be created, runs
/// it in this one. Passes a panic on.
pub(super) fn in_own_thread<R: Send, F: FnOnce() -> R + Send>(body: F) -> Option<R> {
    let mut work = Work {
        body: Some(body),
        result: None,
    };
    let data: *mut c_void = (&raw mut work).cast();
    let mut thread = MaybeUninit::uninit();
    let mut attributes = MaybeUninit::uninit();
    // SAFETY: the attributes are initialized first and destroyed last. `work` outlives the thread,
    // which is joined below, and can be sent to it.
    let is_created = unsafe {
        let attributes = attributes.as_mut_ptr();
        libc::pthread_attr_init(attributes) == 0 && {
            libc::pthread_attr_setstacksize(attributes, SCAN_STACK);
            let made = libc::pthread_create(thread.as_mut_ptr(), attributes, run::<F, R>, data);
            libc::pthread_attr_destroy(attributes);
            made == 0
        }
    };
    if is_created {
        // SAFETY: the thread was created above, and is joined once.
        unsafe { libc::pthread_join(thread.assume_init(), null_mut()) };
    } else {
        run::<F, R>(data);
    }
    work.result
        .map(|result| result.unwrap_or_else(|panic| resume_unwind(panic)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no thread attributes")]
    fn the_result_or_panic_of_another_thread_is_returned() {
        let here = std::thread::current().id();
        let there = in_own_thread(|| std::thread::current().id()).unwrap();
        assert_ne!(here, there);
        let panicked = catch_unwind(|| in_own_thread(|| -> u8 { panic!("deliberate") }));
        assert!(panicked.is_err());
    }
}
