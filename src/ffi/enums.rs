// SPDX-License-Identifier: MIT OR Apache-2.0
//! The enumerations of the C interface. Their numbers are ABI: values are only ever appended.

use super::guard::{needed_text, or, set};
use crate::error::ErrorKind;
use crate::facts::{EncryptionFormat, Feature};
use crate::format::Format;
use crate::image::ReferenceKind;
use core::ffi::{c_char, c_uint, CStr};
use core::mem::MaybeUninit;

/// How a call ended. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_status {
    /// Success.
    DISKPROBE_STATUS_OK = 0,
    /// A parameter has a value that the call does not take, such as NULL where it is needed.
    DISKPROBE_STATUS_INVALID_ARGUMENT = 1,
    /// No such file.
    DISKPROBE_STATUS_NOT_FOUND = 2,
    /// The file may not be opened or read.
    DISKPROBE_STATUS_PERMISSION_DENIED = 3,
    /// The operating system, or the caller's callback, could not open or read.
    DISKPROBE_STATUS_IO = 4,
    /// Not a file that can hold an image: a FIFO, socket or character device; or a directory,
    /// unless DISKPROBE_FORMAT_DIR was asked for.
    DISKPROBE_STATUS_UNSUPPORTED_FILE = 5,
    /// The file became shorter while it was read.
    DISKPROBE_STATUS_CHANGED = 6,
    /// The bytes are not of the format that was asked for.
    DISKPROBE_STATUS_WRONG_FORMAT = 7,
    /// The format is certain, but a field has an impossible value.
    DISKPROBE_STATUS_INVALID_IMAGE = 8,
    /// The format is certain, but the file ends before its header does.
    DISKPROBE_STATUS_TRUNCATED = 9,
    /// The format is certain, but its version, or a feature that it requires, is not known.
    DISKPROBE_STATUS_UNSUPPORTED_FEATURE = 10,
    /// The format is known by name, but this library does not read it.
    DISKPROBE_STATUS_UNSUPPORTED_FORMAT = 11,
    /// More reads or bytes are needed than the limits allow.
    DISKPROBE_STATUS_LIMIT_EXCEEDED = 12,
    /// Part of the image was given, and the answer needs another part: see the error's offset.
    DISKPROBE_STATUS_NEED_MORE_DATA = 13,
    /// Calls came in an order that makes no sense.
    DISKPROBE_STATUS_WRONG_STATE = 14,
    /// A defect of this library. Nothing was harmed; please report it.
    DISKPROBE_STATUS_INTERNAL = 15,
}

/// An image format, by the name of the QEMU driver that reads it. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum diskprobe_format {
    /// No format. Given to options: detect it. From a getter: a name that this library does not
    /// know.
    #[default]
    DISKPROBE_FORMAT_UNKNOWN = 0,
    /// The bytes are the guest's disk.
    DISKPROBE_FORMAT_RAW = 1,
    /// A directory. Never detected.
    DISKPROBE_FORMAT_DIR = 2,
    /// Bochs "growing" image.
    DISKPROBE_FORMAT_BOCHS = 3,
    /// Compressed loop image, version 2.0.
    DISKPROBE_FORMAT_CLOOP = 4,
    /// User Mode Linux copy-on-write image. Never detected.
    DISKPROBE_FORMAT_COW = 5,
    /// Apple universal disk image (UDIF). Never detected.
    DISKPROBE_FORMAT_DMG = 6,
    /// Linux Unified Key Setup, version 1.
    DISKPROBE_FORMAT_LUKS = 7,
    /// Parallels and Virtuozzo; libvirt says "ploop".
    DISKPROBE_FORMAT_PARALLELS = 8,
    /// QEMU copy-on-write, version 1.
    DISKPROBE_FORMAT_QCOW = 9,
    /// QEMU copy-on-write, versions 2 and 3.
    DISKPROBE_FORMAT_QCOW2 = 10,
    /// QEMU enhanced disk.
    DISKPROBE_FORMAT_QED = 11,
    /// VirtualBox disk image.
    DISKPROBE_FORMAT_VDI = 12,
    /// Hyper-V virtual hard disk, version 2; libvirt says "vhd".
    DISKPROBE_FORMAT_VHDX = 13,
    /// VMware virtual disk.
    DISKPROBE_FORMAT_VMDK = 14,
    /// Connectix and Microsoft virtual hard disk (VHD).
    DISKPROBE_FORMAT_VPC = 15,
}

/// Who defines an image's encryption. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_encryption {
    /// Not encrypted, as far as the format can tell.
    DISKPROBE_ENCRYPTION_NONE = 0,
    /// The AES of qcow and qcow2, which QEMU calls legacy.
    DISKPROBE_ENCRYPTION_AES = 1,
    /// LUKS, version 1.
    DISKPROBE_ENCRYPTION_LUKS = 2,
    /// LUKS, version 2.
    DISKPROBE_ENCRYPTION_LUKS2 = 3,
    /// VMware's: keys are named in the VMDK descriptor.
    DISKPROBE_ENCRYPTION_VMDK = 4,
}

/// Something that an image's header can declare. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_feature {
    /// No feature: for a name that is not one.
    DISKPROBE_FEATURE_NONE = 0,
    /// qcow2: reference counts may lag behind (compatible bit 0).
    DISKPROBE_FEATURE_LAZY_REFCOUNTS = 1,
    /// qcow2: the image is marked as corrupt (incompatible bit 1).
    DISKPROBE_FEATURE_CORRUPT = 2,
    /// qcow2: L2 entries with subclusters (incompatible bit 4).
    DISKPROBE_FEATURE_EXTENDED_L2 = 3,
    /// qcow2: the guest's data is in an external data file (incompatible bit 2).
    DISKPROBE_FEATURE_DATA_FILE = 4,
    /// qcow2: the external data file alone is a valid raw image (autoclear bit 1).
    DISKPROBE_FEATURE_DATA_FILE_RAW = 5,
    /// qcow2: the bitmaps are consistent (autoclear bit 0).
    DISKPROBE_FEATURE_BITMAPS = 6,
}

/// In what role an image names something outside of it. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_reference {
    /// No reference: the index is past the last.
    DISKPROBE_REFERENCE_NONE = 0,
    /// A backing store, which QEMU opens under the image.
    DISKPROBE_REFERENCE_BACKING = 1,
    /// A qcow2 external data file.
    DISKPROBE_REFERENCE_DATA_FILE = 2,
    /// A VMDK extent file.
    DISKPROBE_REFERENCE_EXTENT = 3,
    /// A parent that QEMU does not follow, but other hypervisors do.
    DISKPROBE_REFERENCE_PARENT = 4,
}

/// An enumeration of the C interface beside the core's own.
pub(super) trait CEnum: Copy {
    type Core: Copy + 'static;

    /// The core's value for a number, where the number stands for one.
    fn of_number(number: c_uint) -> Option<Self::Core>;
}

/// Pairs the values of both. A core value without its pair does not compile.
macro_rules! c_enum {
    ($c:ident, $core:ident, $( $c_value:ident = $value:ident, )*) => {
        impl From<$core> for $c {
            fn from(value: $core) -> $c {
                match value { $( $core::$value => $c::$c_value, )* }
            }
        }

        impl CEnum for $c {
            type Core = $core;

            fn of_number(number: c_uint) -> Option<$core> {
                $core::all().find(|value| $c::from(*value) as c_uint == number)
            }
        }
    };
}

c_enum!(
    diskprobe_status,
    ErrorKind,
    DISKPROBE_STATUS_INVALID_ARGUMENT = InvalidArgument,
    DISKPROBE_STATUS_NOT_FOUND = NotFound,
    DISKPROBE_STATUS_PERMISSION_DENIED = PermissionDenied,
    DISKPROBE_STATUS_IO = Io,
    DISKPROBE_STATUS_UNSUPPORTED_FILE = UnsupportedFile,
    DISKPROBE_STATUS_CHANGED = Changed,
    DISKPROBE_STATUS_WRONG_FORMAT = WrongFormat,
    DISKPROBE_STATUS_INVALID_IMAGE = InvalidImage,
    DISKPROBE_STATUS_TRUNCATED = Truncated,
    DISKPROBE_STATUS_UNSUPPORTED_FEATURE = UnsupportedFeature,
    DISKPROBE_STATUS_UNSUPPORTED_FORMAT = UnsupportedFormat,
    DISKPROBE_STATUS_LIMIT_EXCEEDED = LimitExceeded,
    DISKPROBE_STATUS_NEED_MORE_DATA = NeedMoreData,
    DISKPROBE_STATUS_WRONG_STATE = WrongState,
    DISKPROBE_STATUS_INTERNAL = Internal,
);
c_enum!(
    diskprobe_format,
    Format,
    DISKPROBE_FORMAT_RAW = Raw,
    DISKPROBE_FORMAT_DIR = Dir,
    DISKPROBE_FORMAT_BOCHS = Bochs,
    DISKPROBE_FORMAT_CLOOP = Cloop,
    DISKPROBE_FORMAT_COW = Cow,
    DISKPROBE_FORMAT_DMG = Dmg,
    DISKPROBE_FORMAT_LUKS = Luks,
    DISKPROBE_FORMAT_PARALLELS = Parallels,
    DISKPROBE_FORMAT_QCOW = Qcow,
    DISKPROBE_FORMAT_QCOW2 = Qcow2,
    DISKPROBE_FORMAT_QED = Qed,
    DISKPROBE_FORMAT_VDI = Vdi,
    DISKPROBE_FORMAT_VHDX = Vhdx,
    DISKPROBE_FORMAT_VMDK = Vmdk,
    DISKPROBE_FORMAT_VPC = Vpc,
);
c_enum!(
    diskprobe_encryption,
    EncryptionFormat,
    DISKPROBE_ENCRYPTION_AES = Aes,
    DISKPROBE_ENCRYPTION_LUKS = Luks,
    DISKPROBE_ENCRYPTION_LUKS2 = Luks2,
    DISKPROBE_ENCRYPTION_VMDK = Vmdk,
);
c_enum!(
    diskprobe_feature,
    Feature,
    DISKPROBE_FEATURE_LAZY_REFCOUNTS = LazyRefcounts,
    DISKPROBE_FEATURE_CORRUPT = Corrupt,
    DISKPROBE_FEATURE_EXTENDED_L2 = ExtendedL2,
    DISKPROBE_FEATURE_DATA_FILE = DataFile,
    DISKPROBE_FEATURE_DATA_FILE_RAW = DataFileRaw,
    DISKPROBE_FEATURE_BITMAPS = Bitmaps,
);
c_enum!(
    diskprobe_reference,
    ReferenceKind,
    DISKPROBE_REFERENCE_BACKING = Backing,
    DISKPROBE_REFERENCE_DATA_FILE = DataFile,
    DISKPROBE_REFERENCE_EXTENT = Extent,
    DISKPROBE_REFERENCE_PARENT = Parent,
);

/// The number that C passed, whatever it is.
pub(super) fn number<E: CEnum>(value: MaybeUninit<E>) -> c_uint {
    const { assert!(size_of::<E>() == size_of::<c_uint>()) }
    // SAFETY: the sizes are equal, C passes an initialised value, and any number is a c_uint.
    unsafe { core::mem::transmute_copy(&value) }
}

/// The name of a number that C passed.
fn to_string<E: CEnum>(
    value: MaybeUninit<E>,
    find: impl FnOnce(c_uint) -> Option<&'static CStr>,
) -> *const c_char {
    let unknown = c"unknown";
    or(unknown, || find(number(value)).unwrap_or(unknown)).as_ptr()
}

/// Looks up a name that C passed; `none` goes with the answer `false`.
fn from_string<E: CEnum>(
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
        text => ErrorKind::from_name(text).map(Into::into),
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
        Format::from_name(text).map(Into::into)
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
        text => EncryptionFormat::from_name(text).map(Into::into),
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
        Feature::from_name(text).map(Into::into)
    })
}

/// Gives the short, stable name of a kind of reference, such as "data-file".
///
/// @param reference  any number
/// @return a static string; "unknown" for a number that is no kind of reference
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_reference_to_string(
    reference: MaybeUninit<diskprobe_reference>,
) -> *const c_char {
    to_string(reference, |number| {
        diskprobe_reference::of_number(number).map(ReferenceKind::c_name)
    })
}

/// Finds the kind of reference of that name.
///
/// @param name       NUL-terminated, compared exactly
/// @param reference  receives the kind, or DISKPROBE_REFERENCE_NONE where there is none; may be
///                   NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_reference_from_string(
    name: *const c_char,
    reference: *mut diskprobe_reference,
) -> bool {
    let none = diskprobe_reference::DISKPROBE_REFERENCE_NONE;
    from_string(name, reference, none, |text| {
        ReferenceKind::from_name(text).map(Into::into)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::named::Named;
    use core::fmt::Debug;

    /// Every value of one enumeration: number, name and back.
    fn round_trip<E>(
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
            diskprobe_reference::DISKPROBE_REFERENCE_NONE,
            c"unknown",
            diskprobe_reference_to_string,
            diskprobe_reference_from_string,
        );
    }
}
