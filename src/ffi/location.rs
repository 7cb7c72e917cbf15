// SPDX-License-Identifier: MIT OR Apache-2.0
//! The location handle.

use super::call::produce;
use super::error::diskprobe_error;
use super::guard::{free, get, get_detail, get_name, get_number, get_text, make};
use super::handle::{give, given, needed_bytes, needed_text, set};
use super::number::{
    diskprobe_protocol, diskprobe_status, diskprobe_storage_type, diskprobe_transport, get_enum,
};
use crate::base::detail::Detail;
use crate::base::stored::Stored;
use crate::location::{Location, StoredHost};
use core::ffi::c_char;
use core::ops::Deref;
use core::ptr::null_mut;
use std::sync::Arc;

/// A parsed location. Immutable, and independent of all other handles.
// cbindgen makes an opaque type only of a structure without a plain `repr(transparent)`.
#[cfg_attr(feature = "capi", repr(transparent))]
pub struct diskprobe_location {
    location: Location,
}

impl diskprobe_location {
    /// Lends a location to C as a handle.
    pub(super) fn lend(location: &Location) -> *const Self {
        core::ptr::from_ref(location).cast()
    }

    fn host(&self, index: usize) -> Option<&StoredHost> {
        self.location.hosts.get(index)
    }
}

fn details(location: &diskprobe_location) -> Arc<Vec<Detail>> {
    location.lent_details.get(|| location.details())
}

impl Deref for diskprobe_location {
    type Target = Location;

    fn deref(&self) -> &Location {
        &self.location
    }
}

/// Runs a getter of a text that the location stores.
fn stored(
    location: *const diskprobe_location,
    length: *mut usize,
    body: impl FnOnce(&diskprobe_location) -> Option<&Stored>,
) -> *const c_char {
    get_text(location, length, |location| Some(body(location)?.text()))
}

/// Parses a location, such as one from diskprobe_image_backing_location(): a path, or another QEMU
/// syntax. Nothing is opened or looked up.
///
/// A relative path is relative to the directory of the image that records it. If relative_to is
/// given, the path is joined to this directory textually: links are not followed, and ".." is kept.
/// If the image is on a server, the result is on the same server.
///
/// An unknown protocol, or an unknown driver in "json:{...}", is not an error: the location then
/// has DISKPROBE_STORAGE_TYPE_UNKNOWN.
///
/// @param text         the location, in any encoding; NULL only if length is 0
/// @param length       the length of text in bytes
/// @param relative_to  the location of the image that records text; or NULL to keep relative paths
/// @param location     receives the location; free with diskprobe_location_free()
/// @param error        receives an error on failure; its offset is relative to the start of text;
///                     free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK;
///         DISKPROBE_STATUS_INVALID_LOCATION if text is malformed, or different programs interpret
///         it differently;
///         DISKPROBE_STATUS_LIMIT_EXCEEDED if it is too long or has too many items;
///         DISKPROBE_STATUS_INVALID_ARGUMENT if text or location is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_location_parse(
    text: *const c_char,
    length: usize,
    relative_to: *const diskprobe_location,
    location: *mut *mut diskprobe_location,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    produce(location, "location is NULL", error, || {
        let recorded = needed_bytes(text.cast(), length)?;
        let location = match given(relative_to) {
            Some(image) => Location::parse_relative_to(recorded, image)?,
            None => Location::parse(recorded)?,
        };
        Ok(give(diskprobe_location { location }))
    })
}

/// Creates the location of a file or block device on this machine.
///
/// The path can contain any bytes; a colon has no special meaning. The result can be passed to
/// diskprobe_location_parse() as relative_to. Nothing is opened or looked up.
///
/// @param path  NUL-terminated, in any encoding; a relative path is relative to the current
///              directory
/// @return the location, free with diskprobe_location_free(); NULL if path is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_location_of_path(path: *const c_char) -> *mut diskprobe_location {
    let Ok(path) = needed_text(path, "path is NULL") else {
        return null_mut();
    };
    make(|| diskprobe_location {
        location: Location::from_bytes(path),
    })
}

/// Frees a location and every string that it owns.
///
/// @param location  the location, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_free(location: *mut diskprobe_location) {
    free(location);
}

/// Returns the text of the location, with each credential replaced by "***".
///
/// @param location  the location, or NULL
/// @param length    receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL only if location is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_text(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    stored(location, length, |location| Some(&location.text))
}

/// Checks whether the text contains credentials, such as a user and a password. No function returns
/// them.
///
/// @param location  the location, or NULL
/// @return true if it does
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_has_credentials(location: *const diskprobe_location) -> bool {
    get(location, false, |location| location.has_credentials())
}

/// Checks whether the text is one that QEMU accepts but libvirt does not, such as "file:/path".
///
/// @param location  the location, or NULL
/// @return true if so
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_is_qemu_only(location: *const diskprobe_location) -> bool {
    get(location, false, |location| location.is_qemu_only())
}

/// Checks whether two locations name the same object, by their text.
///
/// Paths are compared byte by byte, and hosts with their ports in order. Nothing is looked up, so
/// different names of one file are not equivalent. Slices and access options (cookies, users) are
/// ignored.
///
/// @param location  the location, or NULL
/// @param other     the other location, or NULL
/// @return true if they do; false if not, or if one is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_is_equivalent(
    location: *const diskprobe_location,
    other: *const diskprobe_location,
) -> bool {
    get(location, false, |location| {
        given(other).is_some_and(|other| location.is_equivalent(other))
    })
}

/// Returns the short, stable name of a type of storage, such as "network".
///
/// @param storage_type  any number
/// @return a static string; "unknown" for DISKPROBE_STORAGE_TYPE_UNKNOWN and for a number that is
///         not a type of storage
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_storage_type_to_string(
    storage_type: diskprobe_storage_type,
) -> *const c_char {
    storage_type.name()
}

/// Returns the type of storage that the location names.
///
/// @param location  the location, or NULL
/// @return the type; DISKPROBE_STORAGE_TYPE_UNKNOWN if the protocol or driver is unknown: then only
///         diskprobe_location_protocol_name() is known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_type(
    location: *const diskprobe_location,
) -> diskprobe_storage_type {
    get_enum(location, |location| location.kind())
}

/// Returns the path of a file or directory, or the name (without the volume) of an object on a
/// server.
///
/// If the path is relative and diskprobe_location_is_relative_to_image() is false, it is relative
/// to the current directory of the hypervisor. See also diskprobe_location_slice().
///
/// @param location  the location, or NULL
/// @param length    receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, in any encoding, owned by the location; NULL if there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_path(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    stored(location, length, |location| location.path.as_ref())
}

/// Checks whether the path is relative to the directory of the image that records it, and not yet
/// joined to that directory.
///
/// @param location  the location, or NULL
/// @return true if it is
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_is_relative_to_image(
    location: *const diskprobe_location,
) -> bool {
    get(location, false, |location| location.is_relative_to_image())
}

/// Returns the recorded relative path, if it was joined to the directory of the image.
///
/// @param location  the location, or NULL
/// @param length    receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL if it was not joined
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_relative_name(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    stored(location, length, |location| location.relative.as_ref())
}

/// Returns the range of the file that the location selects.
///
/// @param location  the location, or NULL
/// @param offset    receives the offset in bytes; may be NULL
/// @param size      receives the size in bytes, or 0 for all bytes after offset; may be NULL
/// @return true if the location selects a range; false for the whole file
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_slice(
    location: *const diskprobe_location,
    offset: *mut u64,
    size: *mut u64,
) -> bool {
    let slice = get(location, None, |location| location.slice());
    set(offset, slice.map_or(0, |slice| slice.offset));
    set(size, slice.and_then(|slice| slice.size).unwrap_or(0));
    slice.is_some()
}

/// Returns the format that the location specifies: "fat" for a directory that QEMU presents as FAT,
/// or that of the format driver at the top of "json:{...}".
///
/// @param location  the location, or NULL
/// @return a static string; NULL if the syntax implies none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_format(location: *const diskprobe_location) -> *const c_char {
    get_name(location, |location| location.format)
}

/// Returns the short, stable name of a protocol, such as "nbd".
///
/// @param protocol  any number
/// @return a static string; "unknown" for DISKPROBE_PROTOCOL_NONE and for a number that is not a
///         protocol
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_protocol_to_string(protocol: diskprobe_protocol) -> *const c_char {
    protocol.name()
}

/// Returns the protocol of the server.
///
/// @param location  the location, or NULL
/// @return the protocol; DISKPROBE_PROTOCOL_NONE if there is none or it is unknown
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_protocol(
    location: *const diskprobe_location,
) -> diskprobe_protocol {
    get_enum(location, |location| location.protocol())
}

/// Returns the name of the protocol; if the protocol or driver is unknown, its recorded name.
///
/// @param location  the location, or NULL
/// @param length    receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL if there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_protocol_name(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    stored(location, length, |location| location.protocol.as_ref())
}

/// Returns the number of hosts.
///
/// @param location  the location, or NULL
/// @return the number; 0 if the location is not on a server or names no host
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_host_count(location: *const diskprobe_location) -> usize {
    get(location, 0, |location| location.hosts.len())
}

/// Returns the short, stable name of a transport, such as "tcp".
///
/// @param transport  any number
/// @return a static string; "unknown" for DISKPROBE_TRANSPORT_NONE and for a number that is not a
///         transport
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_transport_to_string(transport: diskprobe_transport) -> *const c_char {
    transport.name()
}

/// Returns the transport to a host.
///
/// @param location  the location, or NULL
/// @param index     below diskprobe_location_host_count()
/// @return the transport; DISKPROBE_TRANSPORT_NONE if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_host_transport(
    location: *const diskprobe_location,
    index: usize,
) -> diskprobe_transport {
    get_enum(location, |handle| Some(handle.host(index)?.transport))
}

/// Returns the name or address of a host.
///
/// An IPv6 address has no brackets, except in an iSCSI portal of "json:{...}", which is kept as
/// recorded.
///
/// @param location  the location, or NULL
/// @param index     below diskprobe_location_host_count()
/// @param length    receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL if the host has no name, or index is out of
///         range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_host_name(
    location: *const diskprobe_location,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    stored(location, length, |handle| handle.host(index)?.name.as_ref())
}

/// Returns the port of a host, or the default port of the protocol if none is recorded.
///
/// @param location  the location, or NULL
/// @param index     below diskprobe_location_host_count()
/// @param port      receives the port; may be NULL
/// @return true if the host has a port
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_host_port(
    location: *const diskprobe_location,
    index: usize,
    port: *mut u16,
) -> bool {
    get_number(location, port, |handle| handle.host(index)?.port)
}

/// Returns the socket path of a host.
///
/// @param location  the location, or NULL
/// @param index     below diskprobe_location_host_count()
/// @param length    receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, in any encoding, owned by the location; NULL if the host has no socket,
///         or index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_host_socket(
    location: *const diskprobe_location,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    stored(location, length, |handle| {
        handle.host(index)?.socket.as_ref()
    })
}

/// Returns the volume (gluster) or the pool (rbd).
///
/// @param location  the location, or NULL
/// @param length    receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL if there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_volume(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    stored(location, length, |location| location.volume.as_ref())
}

/// Returns the snapshot (rbd).
///
/// @param location  the location, or NULL
/// @param length    receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL if there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_snapshot(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    stored(location, length, |location| location.snapshot.as_ref())
}

/// Returns the PCI address of an NVMe controller, such as "0000:01:00.0".
///
/// @param location  the location, or NULL
/// @param length    receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL if there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_nvme_address(
    location: *const diskprobe_location,
    length: *mut usize,
) -> *const c_char {
    stored(location, length, |handle| Some(&handle.nvme.as_ref()?.1))
}

/// Returns the namespace number of an NVMe controller.
///
/// @param location  the location, or NULL
/// @param number    receives the namespace number; may be NULL
/// @return true if the location has one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_nvme_namespace(
    location: *const diskprobe_location,
    number: *mut u32,
) -> bool {
    get_number(location, number, |handle| Some(handle.nvme.as_ref()?.0))
}

/// Returns the number of details: options that have no getter of their own.
///
/// @param location  the location, or NULL
/// @return the number
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_detail_count(location: *const diskprobe_location) -> usize {
    get(location, 0, |location| details(location).len())
}

/// Returns the name and the value of a detail.
///
/// The name is a key in the output of `diskprobe location --output=json`, such as "timeout"
/// (seconds), "readahead" (bytes), "sslverify", "query", "config_file", "ssh_user",
/// "ssh_host_key_check", "rbd_namespace", "rbd_user", "nfs_user" or "nfs_group". Each cookie is a
/// detail named "cookies" with the value "NAME=VALUE". Each option that has no effect in this
/// library is a detail named "ignored" whose value is the name of the option. Any version can add
/// names. Numbers are decimal, Booleans are "yes" or "no", and text consists of the bytes in the
/// location.
///
/// @param location   the location, or NULL
/// @param index      below diskprobe_location_detail_count()
/// @param name       receives a static string; may be NULL
/// @param value      receives the value, NUL-terminated and owned by the location; may be NULL
/// @param length     receives the length of the value in bytes, without the final NUL; may be NULL
/// @param is_secret  receives true if the value is a secret such as a password: do not display it;
///                   may be NULL
/// @return true if index is in range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_detail(
    location: *const diskprobe_location,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
    length: *mut usize,
    is_secret: *mut bool,
) -> bool {
    let secret = get_detail(location, [name, value], length, index, details);
    set(is_secret, secret == Some(true));
    secret.is_some()
}
