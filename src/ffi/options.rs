// SPDX-License-Identifier: MIT OR Apache-2.0
//! The options handle.

use super::enums::{diskprobe_format, diskprobe_status, number, CEnum};
use super::guard::{call, free, get, make, needed_mut, needed_text};
use crate::base::error::{Error, Reason};
use crate::base::limits::Limits;
use crate::base::options::Options;
use core::ffi::c_char;
use core::mem::MaybeUninit;

/// How to probe. A probe only reads it and keeps no reference: probes in many threads may share
/// one while nobody changes it.
pub struct diskprobe_options {
    options: Options,
}

/// What a probe was given, or the defaults for NULL.
pub(super) fn options_or_default(options: *const diskprobe_options) -> Options {
    get(options, Options::default(), |options| options.options)
}

fn change(
    options: *mut diskprobe_options,
    body: impl FnOnce(&mut Options) -> Result<(), Error>,
) -> diskprobe_status {
    call(core::ptr::null_mut(), || {
        body(&mut needed_mut(options, "options is NULL")?.options)
    })
}

fn change_limits(
    options: *mut diskprobe_options,
    lower: impl FnOnce(Limits) -> Option<Limits>,
) -> diskprobe_status {
    change(options, |options| {
        let limits = lower(options.limits).ok_or(Reason::InvalidArgument(
            "the limit is above the library's own",
        ))?;
        *options = options.limits(limits);
        Ok(())
    })
}

/// Makes options that hold the defaults: detect the format, work within the library's limits.
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

/// Sets the format that the image is known to have.
///
/// Only that format's parser runs then, and bytes that are not of that format are
/// DISKPROBE_STATUS_WRONG_FORMAT. For DISKPROBE_FORMAT_RAW no content is read at all.
///
/// Detection sees what QEMU's probing sees. Who asks also gets: a fixed VHD, as
/// DISKPROBE_FORMAT_VPC; LUKS2, as DISKPROBE_FORMAT_LUKS; DISKPROBE_FORMAT_DMG,
/// DISKPROBE_FORMAT_COW and DISKPROBE_FORMAT_DIR.
///
/// @param options  the options
/// @param format   the format, or DISKPROBE_FORMAT_UNKNOWN to detect it (the default)
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or format
///         is not one: then nothing has changed
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_format(
    options: *mut diskprobe_options,
    format: MaybeUninit<diskprobe_format>,
) -> diskprobe_status {
    change(options, |options| {
        let number = number(format);
        let format = diskprobe_format::of_number(number);
        if format.is_none() && number != 0 {
            return Err(Reason::InvalidArgument("format is no diskprobe_format").into());
        }
        *options = options.format(format);
        Ok(())
    })
}

/// Sets the name of the image's file, as it would be given to QEMU: its probing goes by the name for
/// one format.
///
/// Where the name ends in ".dmg" (in small letters, with something in front), and the first sector
/// has no signature that QEMU gives more weight, the end of the file is read too; with a UDIF trailer
/// there, the format is DISKPROBE_FORMAT_DMG. QEMU refuses such a file without a trailer; here it is
/// detected as if it had another name. Names mean nothing else, and diskprobe_probe_path() does not
/// pass on its path by itself.
///
/// @param options  the options
/// @param name     NUL-terminated, not kept; or NULL for no name (the default)
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_options_set_file_name(
    options: *mut diskprobe_options,
    name: *const c_char,
) -> diskprobe_status {
    change(options, |options| {
        *options = options.file_name(needed_text(name, "no name").unwrap_or_default());
        Ok(())
    })
}

/// Lowers the number of reads that a probe may do.
///
/// One that needs more ends with DISKPROBE_STATUS_LIMIT_EXCEEDED.
///
/// @param options  the options
/// @param reads    at most DISKPROBE_MAX_READS, which is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or reads is
///         above that: then nothing has changed
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_max_reads(
    options: *mut diskprobe_options,
    reads: u32,
) -> diskprobe_status {
    change_limits(options, |limits| limits.max_reads(reads))
}

/// Lowers the number of bytes that a probe may read.
///
/// One that needs more ends with DISKPROBE_STATUS_LIMIT_EXCEEDED.
///
/// @param options  the options
/// @param bytes    at most DISKPROBE_MAX_BYTES, which is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or bytes is
///         above that: then nothing has changed
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_max_bytes(
    options: *mut diskprobe_options,
    bytes: u64,
) -> diskprobe_status {
    change_limits(options, |limits| limits.max_bytes(bytes))
}

/// Sets whether to look also where a second reading of the same bytes would show.
///
/// Without it a probe reads what the facts need, which for most images is one small read. With it a
/// probe that detects the format also looks at the 32 KiB behind the first 32 KiB (ISO 9660, UDF)
/// and at the end (the footer of a fixed VHD, the trailer of a UDIF image), two reads more, for
/// diskprobe_image_content(), all of diskprobe_image_also_matches(), and
/// diskprobe_image_detected_as(). For who accepts images from strangers.
///
/// @param options   the options
/// @param thorough  whether to; false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_options_set_thorough(
    options: *mut diskprobe_options,
    thorough: bool,
) -> diskprobe_status {
    change(options, |options| {
        *options = options.thorough(thorough);
        Ok(())
    })
}

/// Sets whether to look for the signatures of other formats also where the format is given.
///
/// Without it a given format is believed, and for DISKPROBE_FORMAT_RAW no content is read at all. With
/// it diskprobe_image_also_matches() gives what a probe without a given format would have found (its
/// format too), diskprobe_image_content() is known, and all places are looked at as in a thorough
/// probe. The other facts stay those of the given format. For who takes the word of a stranger for
/// the format, and wants to know where the bytes say otherwise. Nothing changes where no format is
/// given.
///
/// @param options  the options
/// @param look     whether to; false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_options_set_also_matches(
    options: *mut diskprobe_options,
    look: bool,
) -> diskprobe_status {
    change(options, |options| {
        *options = options.also_matches(look);
        Ok(())
    })
}
