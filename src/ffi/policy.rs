// SPDX-License-Identifier: MIT OR Apache-2.0
//! The policy handle.

pub(super) mod receipt;
pub(super) mod verdict;

use super::call::{change, produce};
use super::error::diskprobe_error;
use super::guard::{free, make, or};
use super::handle::{give, given, needed, needed_text};
use super::image::diskprobe_image;
use super::number::{diskprobe_finding, diskprobe_format, diskprobe_status};
use crate::base::error::Reason;
use crate::policy::{Finding, Policy};
use core::ffi::c_char;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use verdict::diskprobe_verdict;

/// Rules for accepting images. An evaluation keeps no reference to them.
pub struct diskprobe_policy {
    policy: Policy,
}

/// Runs `body` with a policy: the default policy for NULL.
fn with_policy<R>(policy: *const diskprobe_policy, body: impl FnOnce(&Policy) -> R) -> R {
    match given(policy) {
        Some(handle) => body(&handle.policy),
        None => body(&Policy::default()),
    }
}

fn given_path<'a>(path: *const c_char) -> Option<&'a Path> {
    let path = needed_text(path, "no path").ok();
    path.map(|path| Path::new(OsStr::from_bytes(path)))
}

fn change_finding(
    policy: *mut diskprobe_policy,
    finding: diskprobe_finding,
    body: impl FnOnce(Policy, Finding) -> Policy,
) -> diskprobe_status {
    change(policy, |handle| {
        let wrong = Reason::InvalidArgument("finding is not a diskprobe_finding");
        let finding = finding.value().ok_or(wrong)?;
        handle.policy = body(handle.policy.clone(), finding);
        Ok(())
    })
}

/// Creates the default policy, for images from untrusted sources that are used unchanged.
///
/// An accepted image depends on no other file, and is not ambiguous. The policy denies
/// DISKPROBE_FINDING_BACKING_FILE, DISKPROBE_FINDING_DATA_FILE, DISKPROBE_FINDING_EXTERNAL_EXTENTS,
/// DISKPROBE_FINDING_PARENT, DISKPROBE_FINDING_AMBIGUOUS, DISKPROBE_FINDING_INCOMPLETE_SCAN,
/// DISKPROBE_FINDING_NULL_CIPHER, DISKPROBE_FINDING_HEADERS_DIFFER,
/// DISKPROBE_FINDING_UNKNOWN_FEATURE, DISKPROBE_FINDING_WRITABLE_HEADER and
/// DISKPROBE_FINDING_LOG_IN_USE. It allows every format except DISKPROBE_FORMAT_DIR, and every
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

/// Allows images with a finding.
///
/// @param policy   the policy
/// @param finding  the finding
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if policy is NULL or finding is
///         not a value of diskprobe_finding
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_policy_allow(
    policy: *mut diskprobe_policy,
    finding: diskprobe_finding,
) -> diskprobe_status {
    change_finding(policy, finding, Policy::allow)
}

/// Denies images with a finding.
///
/// @param policy   the policy
/// @param finding  the finding
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if policy is NULL or finding is
///         not a value of diskprobe_finding
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_policy_deny(
    policy: *mut diskprobe_policy,
    finding: diskprobe_finding,
) -> diskprobe_status {
    change_finding(policy, finding, Policy::deny)
}

/// Checks whether a policy denies images with a finding.
///
/// @param policy   the policy, or NULL for the default policy
/// @param finding  the finding
/// @return true if it does; false if not, or if the number is not a finding
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_policy_denies(
    policy: *const diskprobe_policy,
    finding: diskprobe_finding,
) -> bool {
    let denies = |finding| with_policy(policy, |policy| policy.denies(finding));
    let finding = finding.value();
    finding.is_some_and(|finding| or(true, || denies(finding)))
}

/// Allows a format. The first call denies all other formats; further calls allow further formats.
///
/// @param policy  the policy
/// @param format  the format
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if policy is NULL or format is
///         not a value of diskprobe_format
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_policy_allow_format(
    policy: *mut diskprobe_policy,
    format: diskprobe_format,
) -> diskprobe_status {
    change(policy, |handle| {
        let wrong = Reason::InvalidArgument("format is not a diskprobe_format");
        let format = format.value().ok_or(wrong)?;
        handle.policy = handle.policy.clone().allow_format(format);
        Ok(())
    })
}

/// Sets the maximum virtual size. The policy then denies images of unknown virtual size.
///
/// @param policy  the policy
/// @param bytes   the maximum in bytes; unlimited by default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if policy is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_policy_set_max_virtual_size(
    policy: *mut diskprobe_policy,
    bytes: u64,
) -> diskprobe_status {
    change(policy, |handle| {
        handle.policy = handle.policy.clone().max_virtual_size(bytes);
        Ok(())
    })
}

/// Allows backing files under a directory, even if DISKPROBE_FINDING_BACKING_FILE is denied.
///
/// The image must record the format of the backing file. Several directories can be allowed.
///
/// Only the text of the location is checked, after a relative path is joined to the directory of
/// the image; nothing is opened. The location must be a plain path without ".." (not "json:",
/// "file:" or a URI). Untrusted users must not be able to create symbolic links under the
/// directory. The backing file and the files that it names are not checked: evaluate all images
/// under the directory, or trust them.
///
/// @param policy     the policy
/// @param directory  NUL-terminated, an absolute path without ".."; it need not exist
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if policy or directory is NULL,
///         or if directory is not an absolute path without ".."
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_policy_allow_backing_under(
    policy: *mut diskprobe_policy,
    directory: *const c_char,
) -> diskprobe_status {
    change(policy, |handle| {
        let directory = needed_text(directory, "directory is NULL")?;
        let directory = OsStr::from_bytes(directory);
        handle.policy = handle.policy.clone().allow_backing_under(directory)?;
        Ok(())
    })
}

/// Evaluates an image. A denied image is not an error: see diskprobe_verdict_is_accepted().
///
/// Probe the image with diskprobe_options_set_thorough(). Otherwise it has
/// DISKPROBE_FINDING_INCOMPLETE_SCAN, unless its format was requested.
///
/// @param policy   the policy, or NULL for the default policy
/// @param image    the image
/// @param path     the present or future path of the image, NUL-terminated. Relative backing
///                 locations are joined to its directory for
///                 diskprobe_policy_allow_backing_under(). NULL if it is unknown: no relative
///                 location is then under an allowed directory.
/// @param verdict  receives the verdict; free with diskprobe_verdict_free()
/// @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if image or verdict is NULL
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
    let missing = "image or verdict is NULL";
    produce(verdict, missing, error, || {
        let image = needed(image, missing)?;
        let verdict = with_policy(policy, |policy| policy.evaluate(image, given_path(path)));
        Ok(give(diskprobe_verdict::new(verdict)))
    })
}
