// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of the enumerations' values that locations have.

use super::super::enums::CEnum;
use super::super::names::{from_string, to_string};
use super::kinds::*;
use crate::location::{LocationKind, Protocol, Transport};
use core::ffi::c_char;
use core::mem::MaybeUninit;

/// Gives the short, stable name of a type of storage, such as "network".
///
/// @param storage_type  any number
/// @return a static string; "unknown" for DISKPROBE_STORAGE_TYPE_UNKNOWN and for a
///         number that is no type of storage
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_storage_type_to_string(
    storage_type: MaybeUninit<diskprobe_storage_type>,
) -> *const c_char {
    to_string(storage_type, |number| {
        diskprobe_storage_type::of_number(number).map(LocationKind::c_name)
    })
}

/// Finds the type of storage of that name.
///
/// @param name          NUL-terminated, compared exactly
/// @param storage_type  receives the type of storage, or DISKPROBE_STORAGE_TYPE_UNKNOWN where
///                there is none; may be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_storage_type_from_string(
    name: *const c_char,
    storage_type: *mut diskprobe_storage_type,
) -> bool {
    let none = diskprobe_storage_type::DISKPROBE_STORAGE_TYPE_UNKNOWN;
    from_string(name, storage_type, none, |text| {
        LocationKind::from_bytes(text).map(Into::into)
    })
}

/// Gives the short, stable name of a protocol, such as "nbd".
///
/// @param protocol  any number
/// @return a static string; "unknown" for DISKPROBE_PROTOCOL_NONE and for a
///         number that is no protocol
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_protocol_to_string(
    protocol: MaybeUninit<diskprobe_protocol>,
) -> *const c_char {
    to_string(protocol, |number| {
        diskprobe_protocol::of_number(number).map(Protocol::c_name)
    })
}

/// Finds the protocol of that name.
///
/// @param name      NUL-terminated, compared exactly
/// @param protocol  receives the protocol, or DISKPROBE_PROTOCOL_NONE where
///                there is none; may be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_protocol_from_string(
    name: *const c_char,
    protocol: *mut diskprobe_protocol,
) -> bool {
    let none = diskprobe_protocol::DISKPROBE_PROTOCOL_NONE;
    from_string(name, protocol, none, |text| {
        Protocol::from_bytes(text).map(Into::into)
    })
}

/// Gives the short, stable name of a transport, such as "tcp".
///
/// @param transport  any number
/// @return a static string; "unknown" for DISKPROBE_TRANSPORT_NONE and for a
///         number that is no transport
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_transport_to_string(
    transport: MaybeUninit<diskprobe_transport>,
) -> *const c_char {
    to_string(transport, |number| {
        diskprobe_transport::of_number(number).map(Transport::c_name)
    })
}

/// Finds the transport of that name.
///
/// @param name       NUL-terminated, compared exactly
/// @param transport  receives the transport, or DISKPROBE_TRANSPORT_NONE where
///                there is none; may be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_transport_from_string(
    name: *const c_char,
    transport: *mut diskprobe_transport,
) -> bool {
    let none = diskprobe_transport::DISKPROBE_TRANSPORT_NONE;
    from_string(name, transport, none, |text| {
        Transport::from_bytes(text).map(Into::into)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::names::tests::round_trip;
    use super::*;

    #[test]
    fn numbers_and_names_are_those_of_the_core() {
        round_trip(
            diskprobe_storage_type::DISKPROBE_STORAGE_TYPE_UNKNOWN,
            c"unknown",
            diskprobe_storage_type_to_string,
            diskprobe_storage_type_from_string,
        );
        round_trip(
            diskprobe_protocol::DISKPROBE_PROTOCOL_NONE,
            c"unknown",
            diskprobe_protocol_to_string,
            diskprobe_protocol_from_string,
        );
        round_trip(
            diskprobe_transport::DISKPROBE_TRANSPORT_NONE,
            c"unknown",
            diskprobe_transport_to_string,
            diskprobe_transport_from_string,
        );
    }
}
