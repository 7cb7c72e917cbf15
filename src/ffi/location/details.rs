// SPDX-License-Identifier: MIT OR Apache-2.0
//! What else a location says, by protocol.

use super::super::guard::set;
use super::{diskprobe_location, fact, number, text};
use crate::location::Location;
use core::ffi::c_char;

/// Gives the volume (gluster) or the pool (rbd).
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_volume(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.volume.as_ref())
}

/// Gives the snapshot (rbd).
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_snapshot(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.snapshot.as_ref())
}

/// Gives the path of Ceph's configuration file (rbd).
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_config_file(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.config_file.as_ref())
}

/// Gives the query part of the URL, as it stands (http, https).
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_query(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.query.as_ref())
}

/// Counts the cookies to send (http, https).
///
/// @param location  the location, or NULL
/// @return the number
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_cookie_count(location: *const diskprobe_location) -> usize {
    fact(location, 0, |location| Some(location.cookies.len()))
}

/// Gives the name of a cookie.
///
/// @param location  the location, or NULL
/// @param index     below diskprobe_location_cookie_count()
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_cookie_name(
    location: *const diskprobe_location,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| {
        Some(&location.cookies.get(index)?.name)
    })
}

/// Gives the value of a cookie, which may be as good as a password.
///
/// @param location  the location, or NULL
/// @param index     below diskprobe_location_cookie_count()
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_cookie_value(
    location: *const diskprobe_location,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| {
        Some(&location.cookies.get(index)?.value)
    })
}

/// Tells whether the server's certificate is verified (https, ftps).
///
/// @param location  the location, or NULL
/// @param verify    receives whether it is, or false where that is not said; may be NULL
/// @return whether it is said
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_sslverify(
    location: *const diskprobe_location,
    verify: *mut bool,
) -> bool {
    number(location, verify, Location::sslverify)
}

/// Gives how many bytes to read ahead (http, https, ftp, ftps, tftp).
///
/// @param location  the location, or NULL
/// @param bytes     receives the number, or 0 where it is not said; may be NULL
/// @return whether it is said
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_readahead(
    location: *const diskprobe_location,
    bytes: *mut u64,
) -> bool {
    number(location, bytes, Location::readahead)
}

/// Gives after how many seconds to give up (http, https, ftp, ftps, tftp).
///
/// @param location  the location, or NULL
/// @param seconds   receives the number, or 0 where it is not said; may be NULL
/// @return whether it is said
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_timeout(
    location: *const diskprobe_location,
    seconds: *mut u64,
) -> bool {
    number(location, seconds, Location::timeout)
}

/// Gives the part that is meant of the file.
///
/// @param location  the location, or NULL
/// @param offset    receives where it starts, in bytes, or 0; may be NULL
/// @param size      receives how many bytes it has, or 0 for all that follow; may be NULL
/// @return whether only a part is meant
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_slice(
    location: *const diskprobe_location,
    offset: *mut u64,
    size: *mut u64,
) -> bool {
    let slice = fact(location, None, |location| Some(location.slice()));
    set(offset, slice.map_or(0, |slice| slice.offset));
    set(size, slice.map_or(0, |slice| slice.size));
    slice.is_some()
}

/// Gives the number of the namespace of an NVMe controller.
///
/// @param location  the location, or NULL
/// @param namespace receives the number, or 0; may be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_nvme_namespace(
    location: *const diskprobe_location,
    namespace: *mut u32,
) -> bool {
    number(location, namespace, |location| {
        Some(location.nvme.as_ref()?.namespace)
    })
}

/// Gives the PCI address of an NVMe controller, such as "0000:01:00.0".
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_nvme_address(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| {
        Some(&location.nvme.as_ref()?.address)
    })
}

/// Gives the user to log in as (ssh, from "json:{...}").
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_ssh_user(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.ssh_user.as_ref())
}

/// Gives "host_key_check", as recorded (ssh, from "json:{...}").
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_ssh_host_key_check(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| {
        location.ssh_host_key_check.as_ref()
    })
}

/// Gives the user whom Ceph knows, as recorded ("id" in "rbd:..."). No getter gives the key.
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_rbd_user(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.rbd_user.as_ref())
}

/// Gives the user to act as: "+" and a number (nfs).
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_nfs_user(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.nfs_user.as_ref())
}

/// Gives the group to act as: "+" and a number (nfs).
///
/// @param location  the location, or NULL
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_nfs_group(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.nfs_group.as_ref())
}

/// Counts the options that the text has, and that no getter speaks of.
///
/// @param location  the location, or NULL
/// @return the number
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_ignored_count(location: *const diskprobe_location) -> usize {
    fact(location, 0, |location| Some(location.ignored.len()))
}

/// Gives the name of such an option.
///
/// @param location  the location, or NULL
/// @param index     below diskprobe_location_ignored_count()
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_ignored(
    location: *const diskprobe_location,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| location.ignored.get(index))
}
