// SPDX-License-Identifier: MIT OR Apache-2.0
//! The receipt handle.

use super::super::call::{call, produce};
use super::super::error::diskprobe_error;
use super::super::guard::{free, get, get_text};
use super::super::handle::{give, needed, needed_bytes};
use super::super::image::diskprobe_image;
use super::super::number::diskprobe_status;
use super::super::options::diskprobe_options;
use super::{diskprobe_policy, given_path, with_policy};
use crate::base::stored::Stored;
use crate::policy::Receipt;
use core::ffi::c_char;
use core::ptr::null_mut;

/// The facts that a policy accepted, and the policy. Immutable, and independent of
/// the policy and the image.
pub struct diskprobe_receipt {
    receipt: Receipt,
    text: Stored,
}

fn give_receipt(receipt: Receipt) -> *mut diskprobe_receipt {
    let text = Stored::new(receipt.to_string().as_bytes());
    give(diskprobe_receipt { receipt, text })
}

/// Evaluates an image, as diskprobe_policy_evaluate() does, and creates a receipt for it.
///
/// A guest can write headers and names into its disk. Call diskprobe_receipt_verify() before the
/// next start of the guest, to check that the image still matches what was accepted.
///
/// Probe the image with diskprobe_options_set_thorough(), and with
/// diskprobe_options_set_also_matches() if its format was requested. The probe with
/// diskprobe_receipt_options() searches for other formats too.
///
/// @param policy   the policy, or NULL for the default policy
/// @param image    the image
/// @param path     the path of the image, NUL-terminated, or NULL if it is unknown; as for
///                 diskprobe_policy_evaluate(). If the image names other files, the directory of
///                 the path is part of the receipt.
/// @param receipt  receives the receipt; free with diskprobe_receipt_free()
/// @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_REJECTED if the policy rejects the image, with all
///         violations in the message; DISKPROBE_STATUS_INVALID_ARGUMENT if image or receipt is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_receipt_new(
    policy: *const diskprobe_policy,
    image: *const diskprobe_image,
    path: *const c_char,
    receipt: *mut *mut diskprobe_receipt,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    let missing = "image or receipt is NULL";
    produce(receipt, missing, error, || {
        let image = needed(image, missing)?;
        let receipt = with_policy(policy, |policy| policy.receipt(image, given_path(path)));
        Ok(give_receipt(receipt?))
    })
}

/// Parses the text of a receipt.
///
/// @param data     the text; NULL only if size is 0
/// @param size     its length in bytes
/// @param receipt  receives the receipt; free with diskprobe_receipt_free()
/// @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if the text is not a receipt or
///         is a receipt of a newer version, or if receipt is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_receipt_parse(
    data: *const c_char,
    size: usize,
    receipt: *mut *mut diskprobe_receipt,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    produce(receipt, "receipt is NULL", error, || {
        let text = needed_bytes(data.cast(), size)?;
        Ok(give_receipt(Receipt::parse(text)?))
    })
}

/// Returns the text of a receipt: one line of JSON, for diskprobe_receipt_parse().
///
/// The text contains what the image names, which can include credentials.
///
/// @param receipt  the receipt, or NULL
/// @param length   receives the length in bytes, without the NUL; may be NULL
/// @return the text, NUL-terminated, owned by the receipt; NULL if receipt is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_receipt_text(
    receipt: *const diskprobe_receipt,
    length: *mut usize,
) -> *const c_char {
    get_text(receipt, length, |handle| Some(handle.text.text()))
}

/// Creates the options with which to probe the image again.
///
/// The format is that of the receipt. The probe searches for other formats as well, because a guest
/// can write their signatures.
///
/// @param receipt  the receipt, or NULL
/// @return the options, free with diskprobe_options_free(); NULL if receipt is NULL, or on an
///         internal error
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_receipt_options(
    receipt: *const diskprobe_receipt,
) -> *mut diskprobe_options {
    get(receipt, null_mut(), |handle| {
        give(diskprobe_options::new(handle.receipt.options()))
    })
}

/// Checks that the facts of the image are still those in the receipt.
///
/// These are the format, virtual size, encryption, backing format, references and findings. The
/// content of the disk is not compared.
///
/// @param receipt  the receipt
/// @param image    the image, probed with the options of diskprobe_receipt_options()
/// @param path     the path of the image, NUL-terminated, or NULL, as for diskprobe_receipt_new()
/// @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_CHANGED if a fact differs (the message lists all
///         facts that differ); DISKPROBE_STATUS_INVALID_ARGUMENT if receipt or image is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_receipt_verify(
    receipt: *const diskprobe_receipt,
    image: *const diskprobe_image,
    path: *const c_char,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    let missing = "receipt or image is NULL";
    call(error, || {
        let receipt = &needed(receipt, missing)?.receipt;
        let image = needed(image, missing)?;
        Ok(receipt.verify(image, given_path(path))?)
    })
}

/// Frees a receipt and its text.
///
/// @param receipt  the receipt, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_receipt_free(receipt: *mut diskprobe_receipt) {
    free(receipt);
}
