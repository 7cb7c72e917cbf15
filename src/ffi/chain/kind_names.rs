// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of the enumerations' values that chains have.

use super::super::enums::CEnum;
use super::super::names::{from_string, to_string};
use super::kinds::*;
use crate::chain::{ElementKind, FormatSource, UnrecordedFormat};
use core::ffi::c_char;
use core::mem::MaybeUninit;

/// Gives the short, stable name of an element's role, such as "data-file".
///
/// @param element  any number
/// @return a static string; "unknown" for DISKPROBE_ELEMENT_KIND_NONE and for a number that is no role
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_element_kind_to_string(
    element: MaybeUninit<diskprobe_element_kind>,
) -> *const c_char {
    to_string(element, |number| {
        diskprobe_element_kind::of_number(number).map(ElementKind::c_name)
    })
}

/// Finds the role of that name.
///
/// @param name     NUL-terminated, compared exactly
/// @param element  receives the role, or DISKPROBE_ELEMENT_KIND_NONE where there is none; may be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_element_kind_from_string(
    name: *const c_char,
    element: *mut diskprobe_element_kind,
) -> bool {
    let none = diskprobe_element_kind::DISKPROBE_ELEMENT_KIND_NONE;
    from_string(name, element, none, |text| {
        ElementKind::from_bytes(text).map(Into::into)
    })
}

/// Gives the short, stable name of a policy, such as "refuse".
///
/// @param policy  any number
/// @return a static string; "unknown" for DISKPROBE_UNRECORDED_FORMAT_NONE and for a number that is
///         no policy
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_unrecorded_format_to_string(
    policy: MaybeUninit<diskprobe_unrecorded_format>,
) -> *const c_char {
    to_string(policy, |number| {
        diskprobe_unrecorded_format::of_number(number).map(UnrecordedFormat::c_name)
    })
}

/// Finds the policy of that name.
///
/// @param name    NUL-terminated, compared exactly
/// @param policy  receives the policy, or DISKPROBE_UNRECORDED_FORMAT_NONE where there is none; may
///                be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_unrecorded_format_from_string(
    name: *const c_char,
    policy: *mut diskprobe_unrecorded_format,
) -> bool {
    let none = diskprobe_unrecorded_format::DISKPROBE_UNRECORDED_FORMAT_NONE;
    from_string(name, policy, none, |text| {
        UnrecordedFormat::from_bytes(text).map(Into::into)
    })
}

/// Gives the short, stable name of how a format came to be known, such as "recorded".
///
/// @param source  any number
/// @return a static string; "unknown" for DISKPROBE_FORMAT_SOURCE_UNKNOWN and for a number that is
///         none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_source_to_string(
    source: MaybeUninit<diskprobe_format_source>,
) -> *const c_char {
    to_string(source, |number| {
        diskprobe_format_source::of_number(number).map(FormatSource::c_name)
    })
}

/// Finds how a format came to be known by the name of that. "unknown" is none.
///
/// @param name    NUL-terminated, compared exactly
/// @param source  receives how, or DISKPROBE_FORMAT_SOURCE_UNKNOWN where there is none; may be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_source_from_string(
    name: *const c_char,
    source: *mut diskprobe_format_source,
) -> bool {
    let none = diskprobe_format_source::DISKPROBE_FORMAT_SOURCE_UNKNOWN;
    from_string(name, source, none, |text| {
        let found = FormatSource::from_bytes(text)?;
        (found != FormatSource::Unknown).then(|| found.into())
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::names::tests::round_trip;
    use super::*;
    use crate::ffi::enums::number;
    use core::ffi::CStr;

    #[test]
    fn numbers_and_names_are_those_of_the_core() {
        round_trip(
            diskprobe_element_kind::DISKPROBE_ELEMENT_KIND_NONE,
            c"unknown",
            diskprobe_element_kind_to_string,
            diskprobe_element_kind_from_string,
        );
        round_trip(
            diskprobe_unrecorded_format::DISKPROBE_UNRECORDED_FORMAT_NONE,
            c"unknown",
            diskprobe_unrecorded_format_to_string,
            diskprobe_unrecorded_format_from_string,
        );
    }

    /// The core has a value of its own for what is not known.
    #[test]
    fn a_source_has_the_number_and_name_of_the_core() {
        let mut found = diskprobe_format_source::DISKPROBE_FORMAT_SOURCE_GIVEN;
        for (core, expected) in FormatSource::ALL.iter().copied().zip(0..) {
            let value = diskprobe_format_source::from(core);
            assert_eq!(number(MaybeUninit::new(value)), expected);
            let name = diskprobe_format_source_to_string(MaybeUninit::new(value));
            // SAFETY: the function returns static C strings.
            assert_eq!(unsafe { CStr::from_ptr(name) }, core.c_name());
            let is_known = core != FormatSource::Unknown;
            assert_eq!(
                diskprobe_format_source_from_string(name, &mut found),
                is_known
            );
            assert_eq!(found, value);
        }
        assert!(!diskprobe_format_source_from_string(
            c"x".as_ptr(),
            &mut found
        ));
        assert_eq!(
            found,
            diskprobe_format_source::DISKPROBE_FORMAT_SOURCE_UNKNOWN
        );
    }
}
