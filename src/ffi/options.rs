// SPDX-License-Identifier: MIT OR Apache-2.0
//! The options handle.

use super::call::change;
use super::guard::{free, make};
use super::handle::{given, needed_text};
use super::number::{diskprobe_format, diskprobe_status, Bool};
use crate::base::detectable::Detectable;
use crate::base::error::{Error, Reason};
use crate::base::limits::{MAX_BYTES, MAX_READS};
use crate::base::options::Limits;
use crate::base::options::Options;
use core::ffi::c_char;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// Maximum number of reads of a probe, for any image.
pub const DISKPROBE_MAX_READS: u32 = 16;
/// Maximum number of bytes that a probe reads, for any image.
pub const DISKPROBE_MAX_BYTES: u64 = 1048576;

/// The formats that libvirt 11.3 detects: raw, luks, parallels, qcow, qcow2, qed, vdi, vmdk
/// (without descriptors) and vpc.
pub const DISKPROBE_FORMATS_LIBVIRT: u64 = 0xdf82;
/// Formats without extent files, for a program that copies images according to their format: raw,
/// bochs, cloop, luks, parallels, qcow, qcow2, qed, vdi and vpc. The program must check that the
/// image has no backing file and no data file.
pub const DISKPROBE_FORMATS_COPY: u64 = 0x9f9a;
/// VMDK descriptors: text that names the files of a disk, alone or in a sparse file whose header has
/// no size.
pub const DISKPROBE_FORMATS_VMDK_DESCRIPTOR: u64 = 0x1;

const _: () = {
    assert!(DISKPROBE_FORMATS_LIBVIRT == Detectable::LIBVIRT.bits() as u64);
    assert!(DISKPROBE_FORMATS_COPY == Detectable::COPY.bits() as u64);
    assert!(DISKPROBE_FORMATS_VMDK_DESCRIPTOR == Detectable::VMDK_DESCRIPTOR.bits() as u64);
};
const _: () = assert!(DISKPROBE_MAX_READS == MAX_READS && DISKPROBE_MAX_BYTES == MAX_BYTES);

/// Options of a probe. A probe keeps no reference to them.
pub struct diskprobe_options {
    options: Options,
}

impl diskprobe_options {
    pub(super) fn new(options: Options) -> Self {
        diskprobe_options { options }
    }
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

/// Creates options with the default values: detect the format, and apply the limits of the library.
///
/// @return the options, free with diskprobe_options_free(); NULL only on an internal error
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_new() -> *mut diskprobe_options {
    make(|| diskprobe_options::new(Options::default()))
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
/// Only the parser of this format runs. If the bytes have another format, the probe fails with
/// DISKPROBE_STATUS_WRONG_FORMAT. For DISKPROBE_FORMAT_RAW no content is read.
///
/// Detection returns only formats that QEMU detects. The following must be requested: a fixed VHD
/// (DISKPROBE_FORMAT_VPC), LUKS2 (DISKPROBE_FORMAT_LUKS), DISKPROBE_FORMAT_DMG,
/// DISKPROBE_FORMAT_COW and DISKPROBE_FORMAT_DIR.
///
/// @param options  the options
/// @param format   the format, or DISKPROBE_FORMAT_UNKNOWN to detect it (the default)
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or format is
///         not a value of diskprobe_format
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
            return Err(Reason::InvalidArgument("format is not a diskprobe_format").into());
        }
        handle.options.format = known;
        Ok(())
    })
}

/// Sets the formats that detection may return.
///
/// If the bytes have the signature of a format that is not in the set, the probe fails with
/// DISKPROBE_STATUS_FORMAT_NOT_ALLOWED, even if they also match an allowed format; they are never
/// treated as raw instead. In a chain, the set applies to each image whose format is detected. The
/// set does not restrict a requested format.
///
/// DISKPROBE_FORMAT_BIT(DISKPROBE_FORMAT_VMDK) does not include VMDK descriptors: add
/// DISKPROBE_FORMATS_VMDK_DESCRIPTOR if an image may name its extent files.
///
/// @param options  the options
/// @param formats  DISKPROBE_FORMATS_LIBVIRT, DISKPROBE_FORMATS_COPY, or values of
///                 DISKPROBE_FORMAT_BIT() combined with |; all formats are the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or formats has
///         a bit that is none of these
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_detectable(
    options: *mut diskprobe_options,
    formats: u64,
) -> diskprobe_status {
    change(options, |handle| {
        let wrong = Reason::InvalidArgument("formats has a bit that is not a format");
        handle.options.detectable = Detectable::from_bits(formats).ok_or(wrong)?;
        Ok(())
    })
}

/// Sets the file name of the image, which detection uses for DISKPROBE_FORMAT_DMG, as QEMU does.
///
/// If the name ends in ".dmg" (lower case, after at least one character) and the first sector has
/// no signature that takes precedence in QEMU, the probe also reads the end of the file. A UDIF
/// trailer at the end makes the format DISKPROBE_FORMAT_DMG. Without a trailer the name has no
/// effect, whereas QEMU rejects the file. diskprobe_probe_path() does not use its path as the file
/// name.
///
/// @param options  the options
/// @param name     NUL-terminated, not kept; or NULL for no name (the default)
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
        handle.options = handle.options.clone().file_name(OsStr::from_bytes(name));
        Ok(())
    })
}

/// Lowers the maximum number of reads of a probe.
///
/// A probe that needs more reads fails with DISKPROBE_STATUS_LIMIT_EXCEEDED.
///
/// @param options  the options
/// @param reads    at most DISKPROBE_MAX_READS, the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or reads
///         exceeds the maximum
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_max_reads(
    options: *mut diskprobe_options,
    reads: u32,
) -> diskprobe_status {
    set_limit(options, |limits| limits.max_reads(reads))
}

/// Lowers the maximum number of bytes that a probe reads.
///
/// A probe that needs more bytes fails with DISKPROBE_STATUS_LIMIT_EXCEEDED.
///
/// @param options  the options
/// @param bytes    at most DISKPROBE_MAX_BYTES, the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or bytes
///         exceeds the maximum
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
/// footer of a fixed VHD, the trailer of a UDIF image). Only a thorough probe returns the values of
/// diskprobe_image_content() and diskprobe_image_detected_as(), and all values of
/// diskprobe_image_also_match(). Use it for images from untrusted sources; without it, an image has
/// DISKPROBE_FINDING_INCOMPLETE_SCAN.
///
/// @param options   the options
/// @param thorough  true for a thorough probe; false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_thorough(
    options: *mut diskprobe_options,
    thorough: Bool,
) -> diskprobe_status {
    change(options, |handle| {
        handle.options.thorough = thorough.is_true();
        Ok(())
    })
}

/// Sets whether a probe of an image with an unknown version or feature still returns the facts that
/// are certain.
///
/// By default, such a probe fails with DISKPROBE_STATUS_UNSUPPORTED_FEATURE. Use this option if
/// another program decides whether the image is accepted, and the facts are needed only for
/// display. The image has DISKPROBE_FEATURE_UNKNOWN_REQUIRED and DISKPROBE_FINDING_UNKNOWN_FEATURE,
/// which policies deny by default. If feature bits are unknown, the header fields keep their usual
/// meaning; the detail "unknown-features" contains the bits. If the version is unknown, only the
/// format is certain. The image may contain names that are not reported, so a chain with such an
/// image is never complete.
///
/// @param options  the options
/// @param allow    true to return facts; false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_allow_unknown_features(
    options: *mut diskprobe_options,
    allow: Bool,
) -> diskprobe_status {
    change(options, |handle| {
        handle.options.allow_unknown_features = allow.is_true();
        Ok(())
    })
}

/// Sets whether opening a file waits until another process releases its lease (fcntl(2),
/// F_SETLEASE).
///
/// By default, opening never blocks, and a probe of a file with such a lease fails with
/// DISKPROBE_STATUS_BUSY. With this option, the library waits if the file is a regular file; the
/// kernel bounds the wait, by default to 45 seconds (/proc/sys/fs/lease-break-time). Opening a FIFO
/// or a device never blocks. The option applies to diskprobe_probe_path() and to the files that the
/// library opens for a chain, and requires Linux with /proc. Scans do not wait.
///
/// @param options  the options
/// @param wait     true to wait; false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_wait_for_lease(
    options: *mut diskprobe_options,
    wait: Bool,
) -> diskprobe_status {
    change(options, |handle| {
        handle.options.wait_for_lease = wait.is_true();
        Ok(())
    })
}

/// Sets whether a probe with a requested format also searches for signatures of other formats.
///
/// By default such a probe runs only the parser of that format, and reads no content for
/// DISKPROBE_FORMAT_RAW. With this option it reads the same offsets as a thorough probe, and
/// diskprobe_image_also_match() and diskprobe_image_content() return what detection would find. The
/// other facts remain those of the requested format. Use this option if the format comes from an
/// untrusted source. It has no effect without a requested format.
///
/// @param options       the options
/// @param also_matches  true to search; false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_options_set_also_matches(
    options: *mut diskprobe_options,
    also_matches: Bool,
) -> diskprobe_status {
    change(options, |handle| {
        handle.options.also_matches = also_matches.is_true();
        Ok(())
    })
}
