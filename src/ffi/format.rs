// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of image formats.

use super::number::diskprobe_format;
use crate::base::format::Format;
use core::ffi::c_char;

/// Returns the name of a format: that of the QEMU driver, or for "cow" and "dir" that of libvirt.
///
/// @param format  any number
/// @return a static string; "unknown" for DISKPROBE_FORMAT_UNKNOWN and for a number that is not a
///         format
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_to_string(format: diskprobe_format) -> *const c_char {
    format.name()
}

/// Parses the name of a format, as spelled in QEMU.
///
/// Aliases and "unknown" are not accepted. Check the result: DISKPROBE_FORMAT_UNKNOWN requests
/// detection.
///
/// @param name    NUL-terminated, compared exactly
/// @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN; may be NULL
/// @return true if name is the name of a format
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_from_string(
    name: *const c_char,
    format: *mut diskprobe_format,
) -> bool {
    diskprobe_format::parse(name, format, Format::from_bytes)
}

/// Returns libvirt's name for a format in the XML of a volume or disk.
///
/// It is "ploop" for parallels, "vhd" for VHDX, and "raw" for LUKS, which libvirt treats as
/// encryption. For other formats, the name is that of diskprobe_format_to_string().
///
/// @param format  any number
/// @return a static string; "unknown", which is not a name in libvirt, for DISKPROBE_FORMAT_UNKNOWN
///         and for a number that is not a format
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_to_libvirt_string(format: diskprobe_format) -> *const c_char {
    format.name_by(Format::libvirt_c_name)
}

/// Parses libvirt's name for a format.
///
/// "iso" is DISKPROBE_FORMAT_RAW: see diskprobe_image_content(). "auto", "none" and "fat" (a
/// directory that QEMU presents as a file system) are rejected.
///
/// @param name    NUL-terminated, compared exactly
/// @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN; may be NULL
/// @return true if name is the name of a format
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_from_libvirt_string(
    name: *const c_char,
    format: *mut diskprobe_format,
) -> bool {
    diskprobe_format::parse(name, format, Format::from_libvirt_bytes)
}
