// SPDX-License-Identifier: MIT OR Apache-2.0
//! The verdict handle.

use super::super::guard::{free, get};
use super::super::handle::set;
use super::super::number::{diskprobe_finding, diskprobe_violation_kind, Number};
use crate::policy::{Verdict, Violation};
use core::ffi::c_char;
use core::ptr::null;
use std::ffi::CString;

/// The result of evaluating an image. Immutable, and independent of the policy and the image.
pub struct diskprobe_verdict {
    verdict: Verdict,
    messages: Vec<CString>,
}

impl diskprobe_verdict {
    pub(super) fn new(verdict: Verdict) -> Self {
        // The messages consist of fixed text and numbers, so they contain no NUL.
        let message =
            |violation: &Violation| CString::new(violation.to_string()).unwrap_or_default();
        let messages = verdict.violations().iter().map(message).collect();
        diskprobe_verdict { verdict, messages }
    }
}

/// Returns the short, stable name of a kind of violation, such as "virtual-size".
///
/// @param kind  any number
/// @return a static string; "unknown" for a number that is not a kind of violation
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_violation_kind_to_string(
    kind: diskprobe_violation_kind,
) -> *const c_char {
    kind.name()
}

/// Frees a verdict and every string that it owns.
///
/// @param verdict  the verdict, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_verdict_free(verdict: *mut diskprobe_verdict) {
    free(verdict);
}

/// Checks whether the policy accepts the image.
///
/// @param verdict  the verdict, or NULL
/// @return true if it does; false if not, or if verdict is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_verdict_is_accepted(verdict: *const diskprobe_verdict) -> bool {
    get(verdict, false, |handle| handle.verdict.is_accepted())
}

/// Returns the number of violations. A verdict lists all violations, not only the first.
///
/// @param verdict  the verdict, or NULL
/// @return the number; 0 if the image is accepted
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_verdict_violation_count(verdict: *const diskprobe_verdict) -> usize {
    get(verdict, 0, |handle| handle.verdict.violations().len())
}

/// Returns the kind of a violation: the rule that the image violates.
///
/// @param verdict  the verdict, or NULL
/// @param index    below diskprobe_verdict_violation_count()
/// @param finding  receives the denied finding for DISKPROBE_VIOLATION_KIND_FINDING, otherwise
///                 DISKPROBE_FINDING_NONE; may be NULL
/// @return the kind; DISKPROBE_VIOLATION_KIND_NONE if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_verdict_violation(
    verdict: *const diskprobe_verdict,
    index: usize,
    finding: *mut diskprobe_finding,
) -> diskprobe_violation_kind {
    let violation = get(verdict, None, |handle| {
        handle.verdict.violations().get(index).copied()
    });
    let denied = violation.and_then(|violation| violation.finding());
    set(finding, Number::from(denied));
    violation.map(|violation| violation.kind()).into()
}

/// Returns a violation as a one-line message.
///
/// The message does not contain text from the image: diskprobe_image_reference_location() returns
/// what the image names.
///
/// @param verdict  the verdict, or NULL
/// @param index    below diskprobe_verdict_violation_count()
/// @return the message, owned by the verdict; NULL if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_verdict_message(
    verdict: *const diskprobe_verdict,
    index: usize,
) -> *const c_char {
    get(verdict, null(), |handle| {
        let message = handle.messages.get(index);
        message.map_or(null(), |message| message.as_ptr())
    })
}
