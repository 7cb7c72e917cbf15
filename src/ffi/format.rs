// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of image formats.

use super::number::diskprobe_format;
use crate::base::format::Format;
use core::ffi::c_char;

/// Returns the name of a format: QEMU's driver; for "cow" and "dir", libvirt's name.
///
/// @param format  any number
/// @return a static string; "unknown" for DISKPROBE_FORMAT_UNKNOWN and for a number that is no
///         format
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_to_string(format: diskprobe_format) -> *const c_char {
    format.name()
}

/// Parses the name of a format, as QEMU spells it.
///
/// There are no aliases, and "unknown" is not a name: a misspelt name never becomes a request to
/// detect the format.
///
/// @param name    NUL-terminated, compared exactly
/// @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN; may be NULL
/// @return whether it is the name of a format
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_from_string(
    name: *const c_char,
    format: *mut diskprobe_format,
) -> bool {
    diskprobe_format::parse(name, format, Format::from_bytes)
}

/// Returns libvirt's name of a format in the XML of a volume or disk.
///
/// That is "ploop" for parallels, "vhd" for VHDX, "raw" for LUKS, which is an encryption there, and
/// the name from diskprobe_format_to_string() for the others.
///
/// @param format  any number
/// @return a static string; "unknown", which is not a name in libvirt, for DISKPROBE_FORMAT_UNKNOWN
///         and for a number that is no format
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_to_libvirt_string(format: diskprobe_format) -> *const c_char {
    format.name_by(Format::libvirt_c_name)
}

/// Parses libvirt's name of a format. "iso" is DISKPROBE_FORMAT_RAW: see diskprobe_image_content().
///
/// @param name    NUL-terminated, compared exactly
/// @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN; may be NULL
/// @return whether libvirt has a format of that name: not so for "auto", "none", and "fat", which
///         is a directory that QEMU presents as a file system
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_from_libvirt_string(
    name: *const c_char,
    format: *mut diskprobe_format,
) -> bool {
    diskprobe_format::parse(name, format, Format::from_libvirt_bytes)
}
