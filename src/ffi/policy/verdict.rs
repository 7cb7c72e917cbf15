// SPDX-License-Identifier: MIT OR Apache-2.0
//! The verdict handle.

use super::super::enums::diskprobe_finding;
use super::super::guard::{free, get, give, set};
use super::violation::diskprobe_violation_kind;
use crate::policy::{Verdict, Violation};
use core::ffi::c_char;
use std::ffi::CString;

/// What a policy says of an image. Never changes, is independent of both, and may be read from many
/// threads at once.
pub struct diskprobe_verdict {
    verdict: Verdict,
    messages: Vec<CString>,
}

impl diskprobe_verdict {
    /// Hands a verdict over to C as a handle.
    pub(super) fn give(verdict: Verdict) -> *mut Self {
        // They hold fixed text and numbers only, so there is no NUL in them.
        let message =
            |violation: &Violation| CString::new(violation.to_string()).unwrap_or_default();
        let messages = verdict.violations().iter().map(message).collect();
        give(diskprobe_verdict { verdict, messages })
    }
}

/// Frees a verdict, and with it every string that it lent.
///
/// @param verdict  the verdict, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_verdict_free(verdict: *mut diskprobe_verdict) {
    free(verdict);
}

/// Tells whether the policy accepts the image.
///
/// @param verdict  the verdict, or NULL
/// @return whether it does; false for NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_verdict_is_accepted(verdict: *const diskprobe_verdict) -> bool {
    get(verdict, false, |verdict| verdict.verdict.is_accepted())
}

/// Counts the reasons why the policy does not accept the image: all are told, not the first alone.
///
/// @param verdict  the verdict, or NULL
/// @return the number; 0 where it does accept it
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_verdict_violation_count(verdict: *const diskprobe_verdict) -> usize {
    get(verdict, 0, |verdict| verdict.verdict.violations().len())
}

/// Gives such a reason.
///
/// @param verdict  the verdict, or NULL
/// @param index    below diskprobe_verdict_violation_count()
/// @param finding  receives the denied finding where the answer is DISKPROBE_VIOLATION_KIND_FINDING, or
///                 else DISKPROBE_FINDING_NONE; may be NULL
/// @return the reason; DISKPROBE_VIOLATION_KIND_NONE past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_verdict_violation(
    verdict: *const diskprobe_verdict,
    index: usize,
    finding: *mut diskprobe_finding,
) -> diskprobe_violation_kind {
    let violation = get(verdict, None, |verdict| {
        verdict.verdict.violations().get(index).copied()
    });
    let denied = violation.and_then(|violation| violation.finding());
    let none = diskprobe_finding::DISKPROBE_FINDING_NONE;
    set(finding, denied.map_or(none, Into::into));
    let none = diskprobe_violation_kind::DISKPROBE_VIOLATION_KIND_NONE;
    violation.map_or(none, |violation| violation.kind().into())
}

/// Gives such a reason as one line for a person. It has no text that the image's author chose: see
/// diskprobe_image_reference_location() for what it names.
///
/// @param verdict  the verdict, or NULL
/// @param index    below diskprobe_verdict_violation_count()
/// @return the text, which belongs to the verdict; NULL past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_verdict_message(
    verdict: *const diskprobe_verdict,
    index: usize,
) -> *const c_char {
    get(verdict, core::ptr::null(), |verdict| {
        let message = verdict.messages.get(index);
        message.map_or(core::ptr::null(), |message| message.as_ptr())
    })
}
