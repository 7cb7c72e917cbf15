// SPDX-License-Identifier: MIT OR Apache-2.0
//! The location handle: what a recorded location names.

pub(super) mod details;
pub(super) mod hosts;
pub(super) mod kind_names;
pub(super) mod kinds;

use super::enums::diskprobe_status;
use super::error::diskprobe_error;
use super::guard::{
    call, free, get, get_name, get_number, get_text, give, given, needed_bytes, needed_text, or,
    set,
};
use crate::base::error::Reason;
use crate::location::{Location, Stored};
use core::ffi::c_char;
use core::ptr::null_mut;
use kinds::{diskprobe_protocol, diskprobe_storage_type};

/// What a recorded location names. Never changes, is independent of every other handle, and may be
/// read from many threads at once.
// Said in this way, it stays an opaque type in the header.
#[cfg_attr(feature = "capi", repr(transparent))]
pub struct diskprobe_location {
    pub(super) location: Location,
}

impl diskprobe_location {
    /// Lends a location to C as a handle.
    pub(super) fn lend(location: &Location) -> *const Self {
        core::ptr::from_ref(location).cast()
    }
}

fn fact<R: Copy>(
    location: *const diskprobe_location,
    none: R,
    fact: impl FnOnce(&Location) -> Option<R>,
) -> R {
    get(location, none, |handle| {
        fact(&handle.location).unwrap_or(none)
    })
}

fn number<N: Copy + Default>(
    location: *const diskprobe_location,
    number: *mut N,
    fact: impl FnOnce(&Location) -> Option<N>,
) -> bool {
    get_number(location, number, |handle| fact(&handle.location))
}

fn text(
    location: *const diskprobe_location,
    length: *mut usize,
    fact: impl FnOnce(&Location) -> Option<&Stored>,
) -> *const c_char {
    get_text(location, length, |handle| {
        Some(fact(&handle.location)?.with_nul())
    })
}

/// Parses a location, such as diskprobe_image_backing_location() gives: a path, or another of
/// QEMU's syntaxes. Nothing is opened or looked up.
///
/// A relative path means a file in the directory of the image that records it. Where image is
/// given, it is joined to that directory, as the path of the image is spelt: no link is followed,
/// and ".." stays. Where the image is on a server, it is on the same one.
///
/// A protocol, or a driver in "json:{...}", that is not known is no failure: the type of the
/// location is then DISKPROBE_STORAGE_TYPE_UNKNOWN.
///
/// @param text      the location, in no particular encoding; NULL only where length is 0
/// @param length    how many bytes
/// @param image     where the image is that records it, or NULL to leave relative paths as they are
/// @param location  receives the location, or NULL on failure; free with
///                  diskprobe_location_free()
/// @param error     receives the reason of a failure, or NULL on success; free with
///                  diskprobe_error_free(). May be NULL. Its offset is a place in text.
/// @return DISKPROBE_STATUS_OK;
///         DISKPROBE_STATUS_INVALID_LOCATION where the text does not follow the rules of its
///         syntax, or means different places to different programs;
///         DISKPROBE_STATUS_LIMIT_EXCEEDED where it is too long or lists too much;
///         DISKPROBE_STATUS_INVALID_ARGUMENT where text or location is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_location_parse(
    text: *const c_char,
    length: usize,
    image: *const diskprobe_location,
    location: *mut *mut diskprobe_location,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    set(location, null_mut());
    call(error, || {
        if location.is_null() {
            return Err(Reason::InvalidArgument("location is NULL").into());
        }
        let recorded = needed_bytes(text.cast(), length)?;
        let beside = |image: &diskprobe_location| {
            Some(Location::parse_relative_to(recorded, &image.location).map(give_location))
        };
        let given = match image.is_null() {
            true => Location::parse(recorded).map(give_location)?,
            false => get(image, None, beside).ok_or(Reason::Internal("a panic was caught"))??,
        };
        set(location, given);
        Ok(())
    })
}

fn give_location(location: Location) -> *mut diskprobe_location {
    give(diskprobe_location { location })
}

/// Makes the location of a file or block device of this machine by its path, whatever bytes that
/// has: a colon in it means nothing. It is what diskprobe_location_parse() wants as the image.
/// Nothing is opened or looked up.
///
/// @param path  NUL-terminated, in no particular encoding; a relative one starts in the current
///              directory
/// @return the location, free with diskprobe_location_free(); NULL where path is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_location_of_path(path: *const c_char) -> *mut diskprobe_location {
    or(null_mut(), || {
        let path = needed_text(path, "path is NULL");
        path.map_or(null_mut(), |path| give_location(Location::of_path(path)))
    })
}

/// Frees a location, and with it every string that it lent.
///
/// @param location  the location, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_free(location: *mut diskprobe_location) {
    free(location);
}

/// Gives the text that was parsed, with "***" in the place of each credential.
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL for NULL only
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_text(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| Some(&location.text))
}

/// Tells what sort of thing is named.
///
/// @param location  the location, or NULL
/// @return the type; DISKPROBE_STORAGE_TYPE_UNKNOWN where the protocol or driver is not known:
///         diskprobe_location_protocol_name() gives its name, and nothing else is known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_type(
    location: *const diskprobe_location,
) -> diskprobe_storage_type {
    let unknown = diskprobe_storage_type::DISKPROBE_STORAGE_TYPE_UNKNOWN;
    fact(location, unknown, |location| Some(location.kind()?.into()))
}

/// Gives the path; of what a server holds, the name that the server has for it, without the
/// volume.
///
/// Where the path of a file is relative and diskprobe_location_is_relative_to_image() does not hold, it
/// starts where the hypervisor runs. Where there is a slice, only that part of the file is meant.
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, in no particular encoding, owned by the location; NULL where there is
///         none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_path(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.path.as_ref())
}

/// Tells whether the path is one that starts in the directory of the image that records it, and
/// was not joined to that.
///
/// @param location  the location, or NULL
/// @return whether it is
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_is_relative_to_image(
    location: *const diskprobe_location,
) -> bool {
    fact(location, false, |location| {
        Some(location.is_relative_to_image())
    })
}

/// Gives the recorded path, where it is relative and was joined to the directory of the image.
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where it was not joined
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_relative_name(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.relative.as_ref())
}

/// Gives the format where the syntax fixes one: "fat" for a directory that is shown as such.
///
/// @param location  the location, or NULL
/// @return a static string; NULL where the syntax fixes none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_format(location: *const diskprobe_location) -> *const c_char {
    get_name(location, |handle| handle.location.format)
}

/// Gives the protocol by which a server is reached.
///
/// @param location  the location, or NULL
/// @return the protocol; DISKPROBE_PROTOCOL_NONE where there is none, or it is not known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_protocol(
    location: *const diskprobe_location,
) -> diskprobe_protocol {
    let none = diskprobe_protocol::DISKPROBE_PROTOCOL_NONE;
    fact(location, none, |location| Some(location.protocol()?.into()))
}

/// Gives the name of the protocol; of one, or of a driver, that is not known too.
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_protocol_name(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.protocol.as_ref())
}

/// Tells whether the text holds credentials, such as a user and a password. No getter gives them.
///
/// @param location  the location, or NULL
/// @return whether it does
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_has_credentials(location: *const diskprobe_location) -> bool {
    fact(location, false, |location| Some(location.has_credentials()))
}

/// Tells whether QEMU understands the text and libvirt does not, as is so of "file:/path".
///
/// @param location  the location, or NULL
/// @return whether it is so
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_is_qemu_only(location: *const diskprobe_location) -> bool {
    fact(location, false, |location| Some(location.is_qemu_only()))
}

/// Tells whether two locations name the same thing as far as their spelling says: paths are compared
/// byte by byte, hosts in their order with their ports.
///
/// Nothing is looked up: one file has many names. A slice does not count, nor how a server is asked
/// (cookies, users).
///
/// @param location  the location, or NULL
/// @param other     the other, or NULL
/// @return whether they do; false for NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_is_equivalent(
    location: *const diskprobe_location,
    other: *const diskprobe_location,
) -> bool {
    fact(location, false, |location| {
        Some(location.is_equivalent(&given(other)?.location))
    })
}
