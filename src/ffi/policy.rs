// SPDX-License-Identifier: MIT OR Apache-2.0
//! The policy handle.

pub(super) mod verdict;
pub(super) mod violation;

use super::enums::{diskprobe_finding, diskprobe_format, diskprobe_status, number, CEnum};
use super::error::diskprobe_error;
use super::guard::{call, free, get, make, needed_mut, needed_text, or, set};
use super::image::diskprobe_image;
use crate::base::error::{Error, Reason};
use crate::base::format::Format;
use crate::policy::Finding;
use crate::policy::Policy;
use core::ffi::c_char;
use core::mem::{take, MaybeUninit};
use verdict::diskprobe_verdict;

/// What an image has to be like in order to be accepted. Judging only reads it and keeps no
/// reference: many threads may share one while nobody changes it.
pub struct diskprobe_policy {
    policy: Policy,
}

fn change(
    policy: *mut diskprobe_policy,
    body: impl FnOnce(&mut Policy) -> Result<(), Error>,
) -> diskprobe_status {
    call(core::ptr::null_mut(), || {
        body(&mut needed_mut(policy, "policy is NULL")?.policy)
    })
}

fn change_finding(
    policy: *mut diskprobe_policy,
    finding: MaybeUninit<diskprobe_finding>,
    body: impl FnOnce(Policy, Finding) -> Policy,
) -> diskprobe_status {
    change(policy, |policy| {
        let finding = diskprobe_finding::of_number(number(finding));
        let finding = finding.ok_or(Reason::InvalidArgument("finding is no diskprobe_finding"))?;
        *policy = body(take(policy), finding);
        Ok(())
    })
}

/// Makes the policy for a stranger's image that is to be used as it is: it needs nothing outside of
/// itself, and nothing about it is ambiguous or unknown.
///
/// Denied are DISKPROBE_FINDING_BACKING_FILE, DISKPROBE_FINDING_DATA_FILE,
/// DISKPROBE_FINDING_EXTERNAL_EXTENTS, DISKPROBE_FINDING_PARENT, DISKPROBE_FINDING_AMBIGUOUS,
/// DISKPROBE_FINDING_INCOMPLETE_SCAN, DISKPROBE_FINDING_NULL_CIPHER, DISKPROBE_FINDING_HEADERS_DIFFER and
/// DISKPROBE_FINDING_UNKNOWN_FEATURE. Every format but DISKPROBE_FORMAT_DIR is accepted, and every
/// virtual size.
///
/// @return the policy, free with diskprobe_policy_free(); NULL only on an internal error
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_policy_new() -> *mut diskprobe_policy {
    make(|| diskprobe_policy {
        policy: Policy::default(),
    })
}

/// Frees a policy.
///
/// @param policy  the policy, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_policy_free(policy: *mut diskprobe_policy) {
    free(policy);
}

/// Accepts images with this finding.
///
/// @param policy   the policy
/// @param finding  the finding
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where policy is NULL or finding is
///         not one: then nothing has changed
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_policy_allow(
    policy: *mut diskprobe_policy,
    finding: MaybeUninit<diskprobe_finding>,
) -> diskprobe_status {
    change_finding(policy, finding, Policy::allow)
}

/// Refuses images with this finding.
///
/// @param policy   the policy
/// @param finding  the finding
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where policy is NULL or finding is
///         not one: then nothing has changed
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_policy_deny(
    policy: *mut diskprobe_policy,
    finding: MaybeUninit<diskprobe_finding>,
) -> diskprobe_status {
    change_finding(policy, finding, Policy::deny)
}

/// Tells whether images with this finding are refused.
///
/// @param policy   the policy, or NULL for the one that diskprobe_policy_new() makes
/// @param finding  the finding
/// @return whether they are; false for a number that is no finding
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_policy_denies(
    policy: *const diskprobe_policy,
    finding: MaybeUninit<diskprobe_finding>,
) -> bool {
    let Some(finding) = diskprobe_finding::of_number(number(finding)) else {
        return false;
    };
    match policy.is_null() {
        true => or(true, || Policy::default().denies(finding)),
        false => get(policy, true, |policy| policy.policy.denies(finding)),
    }
}

/// Accepts this format, and of the others only those that another call names too.
///
/// @param policy  the policy
/// @param format  the format
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where policy is NULL or format is
///         not one: then nothing has changed
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_policy_allow_format(
    policy: *mut diskprobe_policy,
    format: MaybeUninit<diskprobe_format>,
) -> diskprobe_status {
    change(policy, |policy| {
        let format: Option<Format> = diskprobe_format::of_number(number(format));
        let format = format.ok_or(Reason::InvalidArgument("format is no diskprobe_format"))?;
        *policy = take(policy).allow_format(format);
        Ok(())
    })
}

/// Accepts no image of which the guest would see more bytes, or it is not known how many.
///
/// @param policy  the policy
/// @param bytes   the largest virtual size; there is none by default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where policy is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_policy_set_max_virtual_size(
    policy: *mut diskprobe_policy,
    bytes: u64,
) -> diskprobe_status {
    change(policy, |policy| {
        *policy = take(policy).max_virtual_size(bytes);
        Ok(())
    })
}

/// Accepts a backing file below this directory too, if its format is recorded, although
/// DISKPROBE_FINDING_BACKING_FILE is denied. There can be several.
///
/// Only the spelling decides, after a relative name was joined to the directory of the image;
/// nothing is opened. So the location must be a plain path (not "json:", not "file:", no URI) and
/// must not have ".." as a part anywhere, and nobody who is not trusted may be able to put a symbolic
/// link into the directory. What the backing file is, and names in turn, is not looked at: the
/// directory is one of images that are trusted, or were judged themselves.
///
/// @param policy     the policy
/// @param directory  NUL-terminated, an absolute path without ".." in it; it need not exist
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where policy or directory is NULL,
///         or directory is no such path: then nothing has changed
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_policy_allow_backing_under(
    policy: *mut diskprobe_policy,
    directory: *const c_char,
) -> diskprobe_status {
    change(policy, |policy| {
        let directory = needed_text(directory, "directory is NULL")?;
        let wrong = "directory is no absolute path without ..";
        let changed = policy.clone().allow_backing_under(directory);
        *policy = changed.ok_or(Reason::InvalidArgument(wrong))?;
        Ok(())
    })
}

/// Judges an image. That it is refused is no failure: diskprobe_verdict_is_accepted() tells.
///
/// The image is best probed with diskprobe_options_set_thorough(): any other is
/// DISKPROBE_FINDING_INCOMPLETE_SCAN, unless the format was asked for.
///
/// @param policy   the policy, or NULL for the one that diskprobe_policy_new() makes
/// @param image    the image
/// @param path     where the image is or will be, NUL-terminated, for
///                 diskprobe_policy_allow_backing_under(): to which a relative name is joined. NULL
///                 where that is not known: then a relative name is below no directory.
/// @param verdict  receives the verdict, or NULL on failure; free with diskprobe_verdict_free()
/// @param error    receives the reason of a failure, or NULL on success; free with
///                 diskprobe_error_free(). May be NULL.
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where image or verdict is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_policy_evaluate(
    policy: *const diskprobe_policy,
    image: *const diskprobe_image,
    path: *const c_char,
    verdict: *mut *mut diskprobe_verdict,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    set(verdict, core::ptr::null_mut());
    call(error, || {
        if image.is_null() || verdict.is_null() {
            return Err(Reason::InvalidArgument("image or verdict is NULL").into());
        }
        let path = needed_text(path, "no path").unwrap_or_default();
        let given = get(image, None, |image| {
            let judged =
                |policy: &Policy| diskprobe_verdict::give(policy.judge(image.facts(), path));
            Some(match policy.is_null() {
                true => judged(&Policy::default()),
                false => get(policy, core::ptr::null_mut(), |policy| {
                    judged(&policy.policy)
                }),
            })
        });
        let given = given.filter(|given| !given.is_null());
        set(
            verdict,
            given.ok_or(Reason::Internal("a panic was caught"))?,
        );
        Ok(())
    })
}
