// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cancellation of the calling thread by pthread_cancel(3).

use core::ffi::c_int;

/// Blocks cancellation of the calling thread until it is dropped.
///
/// glibc cancels a thread by unwinding its stack, which would abort the process in Rust code.
pub(super) struct NotCancelled {
    before: c_int,
}

impl NotCancelled {
    pub(super) fn new() -> Self {
        NotCancelled {
            before: system::set_state(system::DISABLE),
        }
    }
}

impl Drop for NotCancelled {
    fn drop(&mut self) {
        system::set_state(self.before);
    }
}

#[cfg(all(
    target_os = "linux",
    any(target_env = "gnu", target_env = "musl"),
    not(miri)
))]
mod system {
    use core::ffi::c_int;

    /// `PTHREAD_CANCEL_DISABLE` of `<pthread.h>`, which the libc crate lacks.
    pub(super) const DISABLE: c_int = 1;

    extern "C" {
        fn pthread_setcancelstate(state: c_int, before: *mut c_int) -> c_int;
    }

    /// Sets the state and returns the previous one.
    pub(super) fn set_state(state: c_int) -> c_int {
        let mut before = 0;
        // SAFETY: the function is that of the C library; `before` is writable. It fails only for
        // unknown states.
        unsafe { pthread_setcancelstate(state, &raw mut before) };
        before
    }
}

/// Other systems have other numbers, or no cancellation. Miri does not have the function.
#[cfg(not(all(
    target_os = "linux",
    any(target_env = "gnu", target_env = "musl"),
    not(miri)
)))]
mod system {
    use core::ffi::c_int;

    pub(super) const DISABLE: c_int = 0;

    pub(super) fn set_state(_state: c_int) -> c_int {
        0
    }
}
