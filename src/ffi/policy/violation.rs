// SPDX-License-Identifier: MIT OR Apache-2.0
//! The enumeration of what can be objected. Its numbers are ABI: values are only ever appended.

use super::super::enums::{c_enum, CEnum};
use super::super::names::{from_string, to_string};
use crate::policy::ViolationKind;
use core::ffi::{c_char, c_uint};
use core::mem::MaybeUninit;

/// What sort of rule of a policy an image breaks. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_violation_kind {
    /// No violation: the index is past the last.
    DISKPROBE_VIOLATION_KIND_NONE = 0,
    /// It has a finding that the policy denies.
    DISKPROBE_VIOLATION_KIND_FINDING = 1,
    /// Its format is not among those that the policy accepts.
    DISKPROBE_VIOLATION_KIND_FORMAT = 2,
    /// Its virtual size is larger than the policy accepts, or not known.
    DISKPROBE_VIOLATION_KIND_VIRTUAL_SIZE = 3,
    /// It has a backing file, and that is not below a directory in which the policy accepts it.
    DISKPROBE_VIOLATION_KIND_BACKING_PLACE = 4,
    /// It has a backing file whose format it does not record by a known name: it would be guessed
    /// from bytes that a guest may have written.
    DISKPROBE_VIOLATION_KIND_BACKING_FORMAT = 5,
}

c_enum!(
    diskprobe_violation_kind,
    ViolationKind,
    DISKPROBE_VIOLATION_KIND_FINDING = Finding,
    DISKPROBE_VIOLATION_KIND_FORMAT = Format,
    DISKPROBE_VIOLATION_KIND_VIRTUAL_SIZE = VirtualSize,
    DISKPROBE_VIOLATION_KIND_BACKING_PLACE = BackingPlace,
    DISKPROBE_VIOLATION_KIND_BACKING_FORMAT = BackingFormat,
);

/// Gives the short, stable name of an violation, such as "virtual-size".
///
/// @param violation  any number
/// @return a static string; "unknown" for a number that is no violation
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_violation_kind_to_string(
    violation: MaybeUninit<diskprobe_violation_kind>,
) -> *const c_char {
    to_string(violation, |number| {
        diskprobe_violation_kind::of_number(number).map(ViolationKind::c_name)
    })
}

/// Finds the violation of that name.
///
/// @param name       NUL-terminated, compared exactly
/// @param violation  receives the violation, or DISKPROBE_VIOLATION_KIND_NONE where there is none; may be
///                   NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_violation_kind_from_string(
    name: *const c_char,
    violation: *mut diskprobe_violation_kind,
) -> bool {
    let none = diskprobe_violation_kind::DISKPROBE_VIOLATION_KIND_NONE;
    from_string(name, violation, none, |text| {
        ViolationKind::from_bytes(text).map(Into::into)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::names::tests::round_trip;
    use super::*;

    #[test]
    fn numbers_and_names_are_those_of_the_core() {
        round_trip(
            diskprobe_violation_kind::DISKPROBE_VIOLATION_KIND_NONE,
            c"unknown",
            diskprobe_violation_kind_to_string,
            diskprobe_violation_kind_from_string,
        );
    }
}
