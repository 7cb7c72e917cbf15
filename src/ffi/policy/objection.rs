// SPDX-License-Identifier: MIT OR Apache-2.0
//! The enumeration of what can be objected. Its numbers are ABI: values are only ever appended.

use super::super::enums::{c_enum, CEnum};
use super::super::names::{from_string, to_string};
use crate::policy::ObjectionKind;
use core::ffi::{c_char, c_uint};
use core::mem::MaybeUninit;

/// What sort of rule of a policy an image breaks. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_objection {
    /// No objection: the index is past the last.
    DISKPROBE_OBJECTION_NONE = 0,
    /// It has a finding that the policy denies.
    DISKPROBE_OBJECTION_FINDING = 1,
    /// Its format is not among those that the policy accepts.
    DISKPROBE_OBJECTION_FORMAT = 2,
    /// Its virtual size is larger than the policy accepts, or not known.
    DISKPROBE_OBJECTION_VIRTUAL_SIZE = 3,
    /// It has a backing file, and that is not below a directory in which the policy accepts it.
    DISKPROBE_OBJECTION_BACKING_PLACE = 4,
    /// It has a backing file whose format it does not record by a known name: it would be guessed
    /// from bytes that a guest may have written.
    DISKPROBE_OBJECTION_BACKING_FORMAT = 5,
}

c_enum!(
    diskprobe_objection,
    ObjectionKind,
    DISKPROBE_OBJECTION_FINDING = Finding,
    DISKPROBE_OBJECTION_FORMAT = Format,
    DISKPROBE_OBJECTION_VIRTUAL_SIZE = VirtualSize,
    DISKPROBE_OBJECTION_BACKING_PLACE = BackingPlace,
    DISKPROBE_OBJECTION_BACKING_FORMAT = BackingFormat,
);

/// Gives the short, stable name of an objection, such as "virtual-size".
///
/// @param objection  any number
/// @return a static string; "unknown" for a number that is no objection
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_objection_to_string(
    objection: MaybeUninit<diskprobe_objection>,
) -> *const c_char {
    to_string(objection, |number| {
        diskprobe_objection::of_number(number).map(ObjectionKind::c_name)
    })
}

/// Finds the objection of that name.
///
/// @param name       NUL-terminated, compared exactly
/// @param objection  receives the objection, or DISKPROBE_OBJECTION_NONE where there is none; may be
///                   NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_objection_from_string(
    name: *const c_char,
    objection: *mut diskprobe_objection,
) -> bool {
    let none = diskprobe_objection::DISKPROBE_OBJECTION_NONE;
    from_string(name, objection, none, |text| {
        ObjectionKind::from_name(text).map(Into::into)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::names::tests::round_trip;
    use super::*;

    #[test]
    fn numbers_and_names_are_those_of_the_core() {
        round_trip(
            diskprobe_objection::DISKPROBE_OBJECTION_NONE,
            c"unknown",
            diskprobe_objection_to_string,
            diskprobe_objection_from_string,
        );
    }
}
