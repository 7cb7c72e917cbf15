// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names that libvirt has for the values of our enumerations.

use super::enums::{diskprobe_format, CEnum};
use super::names::{from_string, to_string};
use crate::base::format::Format;
use core::ffi::c_char;
use core::mem::MaybeUninit;

/// Gives the name that libvirt has for a format in the XML of a volume or disk: "ploop" for
/// parallels, "vhd" for VHDX, and "raw" for LUKS, which is an encryption there. For others, it is
/// that of diskprobe_format_to_string().
///
/// @param format  any number
/// @return a static string; "unknown" for DISKPROBE_FORMAT_UNKNOWN and for a number that is no
///         format: libvirt knows no format of that name
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_to_libvirt_string(
    format: MaybeUninit<diskprobe_format>,
) -> *const c_char {
    to_string(format, |number| {
        diskprobe_format::of_number(number).map(Format::libvirt_c_name)
    })
}

/// Finds the format that libvirt calls so. Its "iso" is DISKPROBE_FORMAT_RAW: what is in a raw image
/// is diskprobe_image_content().
///
/// @param name    NUL-terminated, compared exactly
/// @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN where there is none; may be
///                NULL
/// @return whether there is one: not so for "auto", "none", and "fat", which is a directory that
///         QEMU shows as a file system
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_from_libvirt_string(
    name: *const c_char,
    format: *mut diskprobe_format,
) -> bool {
    let none = diskprobe_format::DISKPROBE_FORMAT_UNKNOWN;
    from_string(name, format, none, |text| {
        Format::from_libvirt_name(text).map(Into::into)
    })
}
