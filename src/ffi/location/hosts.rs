// SPDX-License-Identifier: MIT OR Apache-2.0
//! The hosts of a location on the network.

use super::kinds::diskprobe_transport;
use super::{diskprobe_location, fact, number, text};
use core::ffi::c_char;

/// Counts the hosts.
///
/// @param location  the location, or NULL
/// @return the number; 0 where nothing on the network is named, or none of its hosts
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_host_count(location: *const diskprobe_location) -> usize {
    fact(location, 0, |location| Some(location.hosts.len()))
}

/// Tells how to reach a host.
///
/// @param location  the location, or NULL
/// @param index     below diskprobe_location_host_count()
/// @return the transport; DISKPROBE_TRANSPORT_NONE past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_host_transport(
    location: *const diskprobe_location,
    index: usize,
) -> diskprobe_transport {
    let none = diskprobe_transport::DISKPROBE_TRANSPORT_NONE;
    fact(location, none, |location| {
        Some(location.hosts.get(index)?.transport.into())
    })
}

/// Gives the name or address of a host. An IPv6 address has no brackets, but for iSCSI portals in
/// "json:{...}", which keep them.
///
/// @param location  the location, or NULL
/// @param index     below diskprobe_location_host_count()
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the location; NULL where it has none, and past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_host_name(
    location: *const diskprobe_location,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| {
        location.hosts.get(index)?.name.as_ref()
    })
}

/// Gives the port of a host: where none is recorded, the usual one of the protocol.
///
/// @param location  the location, or NULL
/// @param index     below diskprobe_location_host_count()
/// @param port      receives the port, or 0 where there is none; may be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_host_port(
    location: *const diskprobe_location,
    index: usize,
    port: *mut u16,
) -> bool {
    number(location, port, |location| location.hosts.get(index)?.port)
}

/// Gives the path of the socket by which a host is reached.
///
/// @param location  the location, or NULL
/// @param index     below diskprobe_location_host_count()
/// @param length    receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, in no particular encoding, owned by the location; NULL where it has
///         none, and past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_location_host_socket(
    location: *const diskprobe_location,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    text(location, length, |location| {
        location.hosts.get(index)?.socket.as_ref()
    })
}
