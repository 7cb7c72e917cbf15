// SPDX-License-Identifier: MIT OR Apache-2.0
//! The options handle.

use super::call::change;
use super::guard::{free, make};
use super::handle::{given, needed_text};
use super::number::{diskprobe_format, diskprobe_status};
use crate::base::error::{Error, Reason};
use crate::base::limits::{Limits, MAX_BYTES, MAX_READS};
use crate::base::options::Options;
use core::ffi::c_char;
use core::mem::take;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// The most reads of one probe, whatever the image says.
pub const DISKPROBE_MAX_READS: u32 = 16;
/// The most bytes that one probe reads, whatever the image says.
pub const DISKPROBE_MAX_BYTES: u64 = 1048576;

const _: () = assert!(DISKPROBE_MAX_READS == MAX_READS && DISKPROBE_MAX_BYTES == MAX_BYTES);

/// How to probe an image. A probe reads it and keeps no reference: probes in many threads may share
/// one while no thread changes it.
pub struct diskprobe_options {
    options: Options,
}

/// Returns the options of a probe: the defaults for NULL.
pub(super) fn options_or_default(options: *const diskprobe_options) -> Options {
    match given(options) {
        Some(handle) => handle.options.clone(),
        None => Options::default(),
    }
}

fn set_limit(
    options: *mut diskprobe_options,
    lower: impl FnOnce(Limits) -> Result<Limits, Error>,
) -> diskprobe_status {
    change(options, |handle| {
        handle.options.limits = lower(handle.options.limits.clone())?;
        Ok(())
    })
}

/// Makes options with the default values: detect the format, work within the library's limits.
///
/// @return the options, free with diskprobe_options_free(); NULL only on an internal error
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_new() -> *mut diskprobe_options {
    make(|| diskprobe_options {
        options: Options::default(),
    })
}

/// Frees options.
///
/// @param options  the options, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_options_free(options: *mut diskprobe_options) {
    free(options);
}

/// Sets the format of the image.
///
/// Only the parser of that format runs, and other bytes fail with DISKPROBE_STATUS_WRONG_FORMAT.
/// For DISKPROBE_FORMAT_RAW no content is read.
///
/// Detection returns only formats that QEMU's probing returns. Some others must be requested: a
/// fixed VHD as DISKPROBE_FORMAT_VPC, LUKS2 as DISKPROBE_FORMAT_LUKS, and DISKPROBE_FORMAT_DMG,
/// DISKPROBE_FORMAT_COW and DISKPROBE_FORMAT_DIR.
///
/// @param options  the options
/// @param format   the format, or DISKPROBE_FORMAT_UNKNOWN to detect it (the default)
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
///         is NULL or format is no format
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_format(
    options: *mut diskprobe_options,
    format: diskprobe_format,
) -> diskprobe_status {
    change(options, |handle| {
        let known = format.value();
        if known.is_none() && !format.is_zero() {
            return Err(Reason::InvalidArgument("format is no diskprobe_format").into());
        }
        handle.options.format = known;
        Ok(())
    })
}

/// Sets the name of the image's file. QEMU's probing uses the name for one format.
///
/// If the name ends in ".dmg" (lower case, with at least one character before it) and the first
/// sector has no signature that QEMU prefers, the end of the file is read too. A UDIF trailer there
/// makes the format DISKPROBE_FORMAT_DMG. QEMU rejects such a file without a trailer; here the name
/// then has no effect. diskprobe_probe_path() does not use its path as this name.
///
/// @param options  the options
/// @param name     NUL-terminated, not kept; or NULL for none (the default)
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_file_name(
    options: *mut diskprobe_options,
    name: *const c_char,
) -> diskprobe_status {
    change(options, |handle| {
        let name = needed_text(name, "no name").unwrap_or_default();
        handle.options = take(&mut handle.options).file_name(OsStr::from_bytes(name));
        Ok(())
    })
}

/// Lowers the number of reads that a probe may do.
///
/// A probe that needs more fails with DISKPROBE_STATUS_LIMIT_EXCEEDED.
///
/// @param options  the options
/// @param reads    at most DISKPROBE_MAX_READS, which is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
///         is NULL or reads is above that
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_max_reads(
    options: *mut diskprobe_options,
    reads: u32,
) -> diskprobe_status {
    set_limit(options, |limits| limits.max_reads(reads))
}

/// Lowers the number of bytes that a probe may read.
///
/// A probe that needs more fails with DISKPROBE_STATUS_LIMIT_EXCEEDED.
///
/// @param options  the options
/// @param bytes    at most DISKPROBE_MAX_BYTES, which is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
///         is NULL or bytes is above that
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_max_bytes(
    options: *mut diskprobe_options,
    bytes: u64,
) -> diskprobe_status {
    set_limit(options, |limits| limits.max_bytes(bytes))
}

/// Sets whether detection also searches for formats that do not start at offset 0.
///
/// By default a probe reads only what the facts require, usually one read of 1.5 KiB. A thorough
/// probe makes two more reads: 32 KiB at offset 32 KiB (ISO 9660, UDF) and the last 4096 bytes (the
/// footer of a fixed VHD, the trailer of a UDIF image). Only then are diskprobe_image_content(),
/// diskprobe_image_detected_as() and all of diskprobe_image_also_match() known. Use it for images
/// from untrusted sources; without it, an image has DISKPROBE_FINDING_INCOMPLETE_SCAN.
///
/// @param options   the options
/// @param thorough  false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_thorough(
    options: *mut diskprobe_options,
    thorough: bool,
) -> diskprobe_status {
    change(options, |handle| {
        handle.options.thorough = thorough;
        Ok(())
    })
}

/// Sets whether a probe with a given format also searches for the signatures of other formats.
///
/// By default a given format is accepted as it is, and for DISKPROBE_FORMAT_RAW no content is read.
/// With this option diskprobe_image_also_match() returns what a probe without a given format would
/// find, diskprobe_image_content() is known, and the same offsets are read as in a thorough probe.
/// The other facts remain those of the given format. Use it if an untrusted source states the
/// format. It has no effect if no format is given.
///
/// @param options       the options
/// @param also_matches  false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_also_matches(
    options: *mut diskprobe_options,
    also_matches: bool,
) -> diskprobe_status {
    change(options, |handle| {
        handle.options.also_matches = also_matches;
        Ok(())
    })
}
