// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of the enumerations' values.

use super::enums::*;
use super::guard::{needed_text, or, set};
use crate::base::error::ErrorKind;
use crate::base::format::Format;
use crate::image::ReferenceKind;
use crate::image::{Content, Tool};
use crate::image::{EncryptionFormat, Feature};
use crate::policy::Finding;
use core::ffi::{c_char, c_uint, CStr};
use core::mem::MaybeUninit;

/// The name of a number that C passed.
pub(super) fn to_string<E: CEnum>(
    value: MaybeUninit<E>,
    find: impl FnOnce(c_uint) -> Option<&'static CStr>,
) -> *const c_char {
    let unknown = c"unknown";
    or(unknown, || find(number(value)).unwrap_or(unknown)).as_ptr()
}

/// ContentHint up a name that C passed; `none` goes with the answer `false`.
pub(super) fn from_string<E: CEnum>(
    name: *const c_char,
    out: *mut E,
    none: E,
    find: impl FnOnce(&[u8]) -> Option<E>,
) -> bool {
    let found = or(None, || find(needed_text(name, "the name is NULL").ok()?));
    set(out, found.unwrap_or(none));
    found.is_some()
}

/// Gives the short, stable name of a status, such as "invalid-image"; "ok" for success.
///
/// @param status  any number
/// @return a static string; "unknown" for a number that is no status
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_status_to_string(
    status: MaybeUninit<diskprobe_status>,
) -> *const c_char {
    to_string(status, |number| match number {
        0 => Some(c"ok"),
        number => diskprobe_status::of_number(number).map(ErrorKind::c_name),
    })
}

/// Finds the status of that name.
///
/// @param name    NUL-terminated, compared exactly
/// @param status  receives the status, or DISKPROBE_STATUS_INTERNAL where there is none; may be
///                NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_status_from_string(
    name: *const c_char,
    status: *mut diskprobe_status,
) -> bool {
    let none = diskprobe_status::DISKPROBE_STATUS_INTERNAL;
    from_string(name, status, none, |text| match text {
        b"ok" => Some(diskprobe_status::DISKPROBE_STATUS_OK),
        text => ErrorKind::from_bytes(text).map(Into::into),
    })
}

/// Gives the name of a format: that of QEMU's driver; for "cow" and "dir", libvirt's name.
///
/// @param format  any number
/// @return a static string; "unknown" for DISKPROBE_FORMAT_UNKNOWN and for a number that is no
///         format
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_to_string(
    format: MaybeUninit<diskprobe_format>,
) -> *const c_char {
    to_string(format, |number| {
        diskprobe_format::of_number(number).map(Format::c_name)
    })
}

/// Finds the format of that name, as QEMU spells it. There are no aliases, and "unknown" is none:
/// a user's misspelling never becomes a request to detect.
///
/// @param name    NUL-terminated, compared exactly
/// @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN where there is none; may be
///                NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_from_string(
    name: *const c_char,
    format: *mut diskprobe_format,
) -> bool {
    let none = diskprobe_format::DISKPROBE_FORMAT_UNKNOWN;
    from_string(name, format, none, |text| {
        Format::from_bytes(text).map(Into::into)
    })
}

/// Gives the short, stable name of an encryption: "none", "aes", "luks" and so on.
///
/// @param encryption  any number
/// @return a static string; "unknown" for a number that is no encryption
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_encryption_to_string(
    encryption: MaybeUninit<diskprobe_encryption>,
) -> *const c_char {
    to_string(encryption, |number| match number {
        0 => Some(c"none"),
        number => diskprobe_encryption::of_number(number).map(EncryptionFormat::c_name),
    })
}

/// Finds the encryption of that name.
///
/// @param name        NUL-terminated, compared exactly
/// @param encryption  receives the encryption, or DISKPROBE_ENCRYPTION_NONE where there is none;
///                    may be NULL
/// @return whether there is one; true for "none"
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_encryption_from_string(
    name: *const c_char,
    encryption: *mut diskprobe_encryption,
) -> bool {
    let none = diskprobe_encryption::DISKPROBE_ENCRYPTION_NONE;
    from_string(name, encryption, none, |text| match text {
        b"none" => Some(none),
        text => EncryptionFormat::from_bytes(text).map(Into::into),
    })
}

/// Gives the short, stable name of a feature, such as "lazy-refcounts".
///
/// @param feature  any number
/// @return a static string; "unknown" for a number that is no feature
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_feature_to_string(
    feature: MaybeUninit<diskprobe_feature>,
) -> *const c_char {
    to_string(feature, |number| {
        diskprobe_feature::of_number(number).map(Feature::c_name)
    })
}

/// Finds the feature of that name.
///
/// @param name     NUL-terminated, compared exactly
/// @param feature  receives the feature, or DISKPROBE_FEATURE_NONE where there is none; may be
///                 NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_feature_from_string(
    name: *const c_char,
    feature: *mut diskprobe_feature,
) -> bool {
    let none = diskprobe_feature::DISKPROBE_FEATURE_NONE;
    from_string(name, feature, none, |text| {
        Feature::from_bytes(text).map(Into::into)
    })
}

/// Gives the short, stable name of a kind of reference, such as "data-file".
///
/// @param reference  any number
/// @return a static string; "unknown" for a number that is no kind of reference
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_reference_kind_to_string(
    reference: MaybeUninit<diskprobe_reference_kind>,
) -> *const c_char {
    to_string(reference, |number| {
        diskprobe_reference_kind::of_number(number).map(ReferenceKind::c_name)
    })
}

/// Finds the kind of reference of that name.
///
/// @param name       NUL-terminated, compared exactly
/// @param reference  receives the kind, or DISKPROBE_REFERENCE_KIND_NONE where there is none; may be
///                   NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_reference_kind_from_string(
    name: *const c_char,
    reference: *mut diskprobe_reference_kind,
) -> bool {
    let none = diskprobe_reference_kind::DISKPROBE_REFERENCE_KIND_NONE;
    from_string(name, reference, none, |text| {
        ReferenceKind::from_bytes(text).map(Into::into)
    })
}

/// Gives the short, stable name of a finding, such as "backing-file".
///
/// @param finding  any number
/// @return a static string; "unknown" for a number that is no finding
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_finding_to_string(
    finding: MaybeUninit<diskprobe_finding>,
) -> *const c_char {
    to_string(finding, |number| {
        diskprobe_finding::of_number(number).map(Finding::c_name)
    })
}

/// Finds the finding of that name.
///
/// @param name     NUL-terminated, compared exactly
/// @param finding  receives the finding, or DISKPROBE_FINDING_NONE where there is none; may be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_finding_from_string(
    name: *const c_char,
    finding: *mut diskprobe_finding,
) -> bool {
    let none = diskprobe_finding::DISKPROBE_FINDING_NONE;
    from_string(name, finding, none, |text| {
        Finding::from_bytes(text).map(Into::into)
    })
}

/// Gives the short, stable name of a content, such as "iso9660".
///
/// @param content  any number
/// @return a static string; "unknown" for a number that is no content
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_content_kind_to_string(
    content: MaybeUninit<diskprobe_content_kind>,
) -> *const c_char {
    to_string(content, |number| {
        diskprobe_content_kind::of_number(number).map(Content::c_name)
    })
}

/// Finds the content of that name.
///
/// @param name     NUL-terminated, compared exactly
/// @param content  receives the content, or DISKPROBE_CONTENT_KIND_NONE where there is none; may be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_content_kind_from_string(
    name: *const c_char,
    content: *mut diskprobe_content_kind,
) -> bool {
    let none = diskprobe_content_kind::DISKPROBE_CONTENT_KIND_NONE;
    from_string(name, content, none, |text| {
        Content::from_bytes(text).map(Into::into)
    })
}

/// Gives the short, stable name of a reader, such as "libvirt".
///
/// @param reader  any number
/// @return a static string; "unknown" for a number that is no reader
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_tool_to_string(reader: MaybeUninit<diskprobe_tool>) -> *const c_char {
    to_string(reader, |number| {
        diskprobe_tool::of_number(number).map(Tool::c_name)
    })
}

/// Finds the reader of that name.
///
/// @param name    NUL-terminated, compared exactly
/// @param reader  receives the reader, or DISKPROBE_TOOL_NONE where there is none; may be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_tool_from_string(
    name: *const c_char,
    reader: *mut diskprobe_tool,
) -> bool {
    let none = diskprobe_tool::DISKPROBE_TOOL_NONE;
    from_string(name, reader, none, |text| {
        Tool::from_bytes(text).map(Into::into)
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::base::named::Named;
    use core::fmt::Debug;

    /// Every value of one enumeration: number, name and back.
    pub(in crate::ffi) fn round_trip<E>(
        zero: E,
        zero_name: &CStr,
        to_string: extern "C" fn(MaybeUninit<E>) -> *const c_char,
        from_string: extern "C" fn(*const c_char, *mut E) -> bool,
    ) where
        E: CEnum + From<E::Core> + PartialEq + Debug,
        E::Core: Named + PartialEq + Debug,
    {
        let name_of = |value| {
            // SAFETY: the functions return static C strings.
            unsafe { CStr::from_ptr(to_string(value)) }
        };
        for (core, expected) in E::Core::ALL.iter().zip(1..) {
            let value = E::from(*core);
            assert_eq!(number(MaybeUninit::new(value)), expected, "{value:?}");
            assert_eq!(E::of_number(expected), Some(*core));
            let name = name_of(MaybeUninit::new(value));
            assert_ne!(name, c"unknown");
            let mut found = zero;
            assert!(from_string(name.as_ptr(), &mut found), "{name:?}");
            assert_eq!(found, value);
            assert!(from_string(name.as_ptr(), core::ptr::null_mut()));
        }
        assert_eq!(name_of(MaybeUninit::new(zero)), zero_name);
        for unnamed in [E::Core::ALL.len() as c_uint + 1, c_uint::MAX] {
            assert_eq!(E::of_number(unnamed), None);
            // SAFETY: the sizes are equal, and `MaybeUninit` may hold any bytes.
            let value = unsafe { core::mem::transmute_copy(&unnamed) };
            assert_eq!(name_of(value), c"unknown");
        }
        for no_name in [c"unknown".as_ptr(), c"".as_ptr(), core::ptr::null()] {
            let mut found = E::from(E::Core::ALL[0]);
            assert!(!from_string(no_name, &mut found));
            assert_ne!(found, E::from(E::Core::ALL[0]));
        }
    }

    #[test]
    fn numbers_and_names_are_those_of_the_core() {
        round_trip(
            diskprobe_status::DISKPROBE_STATUS_OK,
            c"ok",
            diskprobe_status_to_string,
            diskprobe_status_from_string,
        );
        round_trip(
            diskprobe_format::DISKPROBE_FORMAT_UNKNOWN,
            c"unknown",
            diskprobe_format_to_string,
            diskprobe_format_from_string,
        );
        round_trip(
            diskprobe_encryption::DISKPROBE_ENCRYPTION_NONE,
            c"none",
            diskprobe_encryption_to_string,
            diskprobe_encryption_from_string,
        );
        round_trip(
            diskprobe_feature::DISKPROBE_FEATURE_NONE,
            c"unknown",
            diskprobe_feature_to_string,
            diskprobe_feature_from_string,
        );
        round_trip(
            diskprobe_reference_kind::DISKPROBE_REFERENCE_KIND_NONE,
            c"unknown",
            diskprobe_reference_kind_to_string,
            diskprobe_reference_kind_from_string,
        );
        round_trip(
            diskprobe_finding::DISKPROBE_FINDING_NONE,
            c"unknown",
            diskprobe_finding_to_string,
            diskprobe_finding_from_string,
        );
        round_trip(
            diskprobe_content_kind::DISKPROBE_CONTENT_KIND_NONE,
            c"unknown",
            diskprobe_content_kind_to_string,
            diskprobe_content_kind_from_string,
        );
        round_trip(
            diskprobe_tool::DISKPROBE_TOOL_NONE,
            c"unknown",
            diskprobe_tool_to_string,
            diskprobe_tool_from_string,
        );
    }
}
