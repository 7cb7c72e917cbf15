// SPDX-License-Identifier: MIT OR Apache-2.0
//! The backing store, the data file, and the parent.

use super::{diskprobe_format, diskprobe_image, fact, number, text};
use crate::image::Image;
use crate::image::{DataFile, Parent, Uuid};
use core::ffi::c_char;

/// Gives the backing store's location: the exact bytes that the image records.
///
/// They are not interpreted: a path, or another of QEMU's syntaxes such as "nbd://host/export" or
/// "json:{...}". Nothing is opened. The image's author chose these bytes: escape them before you
/// show them, and do not open what they name on behalf of somebody who may not.
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, in no particular encoding, owned by the image; NULL where there is no
///         backing store
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_backing_location(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, |image| Some(image.backing()?.location))
}

/// Gives the format that the image records for its backing store. It is never guessed.
///
/// @param image   the image, or NULL
/// @param format  receives the format; DISKPROBE_FORMAT_UNKNOWN where none is recorded, and where
///                the recorded name is one that this library does not know: see
///                diskprobe_image_backing_format_name(). May be NULL.
/// @return whether one is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_backing_format(
    image: *const diskprobe_image,
    format: *mut diskprobe_format,
) -> bool {
    number(image, format, |image| {
        let known = image.backing()?.format?.format;
        Some(known.map_or(diskprobe_format::default(), Into::into))
    })
}

/// Gives the name by which the image records the format of its backing store.
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL where none is recorded, and where it is
///         recorded by a flag or implied by the image's own format
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_backing_format_name(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, |image| image.backing()?.format?.name)
}

/// Tells whether QEMU takes the bytes of the backing store as they are: its format is recorded as
/// raw, or by the name of a QEMU driver below the format, such as "file" or "nbd".
///
/// @param image  the image, or NULL
/// @return whether it does; false where no format is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_backing_is_raw(image: *const diskprobe_image) -> bool {
    fact(image, false, |image| {
        Some(image.backing()?.format?.is_raw())
    })
}

fn data_file(image: *const diskprobe_image, is: impl FnOnce(DataFile<&[u8]>) -> bool) -> bool {
    fact(image, false, |image| image.data_file().map(is))
}

/// Tells whether the guest's data is in a file of its own (qcow2 external data file).
///
/// @param image  the image, or NULL
/// @return whether it is; an image can say so without naming the file
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_has_data_file(image: *const diskprobe_image) -> bool {
    data_file(image, |_| true)
}

/// Gives the data file's location: the exact bytes that the image records. Nothing is opened.
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, in no particular encoding, owned by the image; NULL where none is named
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_data_file_location(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, |image| image.data_file()?.location)
}

/// Tells whether the data file alone is a valid raw image.
///
/// @param image  the image, or NULL
/// @return whether the image says so
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_data_file_is_raw(image: *const diskprobe_image) -> bool {
    data_file(image, |file| file.raw)
}

fn parent(image: *const diskprobe_image, is: impl FnOnce(Parent<&[u8]>) -> bool) -> bool {
    fact(image, false, |image| image.parent().map(is))
}

/// Tells whether the image has a parent that QEMU does not follow, but other hypervisors do:
/// differencing VHD and VHDX, VDI with parent identifiers.
///
/// @param image  the image, or NULL
/// @return whether it has
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_has_parent(image: *const diskprobe_image) -> bool {
    parent(image, |_| true)
}

/// Gives the identity that the parent must have.
///
/// @param image  the image, or NULL
/// @param uuid   receives 16 bytes in the order of RFC 9562, all zero where it is not recorded;
///               may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_parent_uuid(
    image: *const diskprobe_image,
    uuid: *mut u8,
) -> bool {
    number(image, uuid.cast::<Uuid>(), |image| image.parent()?.uuid)
}

/// Gives another identity that the parent of a VHDX image may have instead.
///
/// @param image  the image, or NULL
/// @param uuid   receives 16 bytes in the order of RFC 9562, all zero where it is not recorded;
///               may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_parent_alternative_uuid(
    image: *const diskprobe_image,
    uuid: *mut u8,
) -> bool {
    number(image, uuid.cast::<Uuid>(), |image| {
        image.parent()?.alternative_uuid
    })
}

/// Gives the place where the parent was: of those that the image records, the one that is looked at
/// first. Nothing is opened. All of them are among what diskprobe_image_reference() tells.
///
/// It is UTF-8 where the format stores UTF-16, and else the exact bytes.
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL where it is not recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_parent_location(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, |image| image.parent()?.location)
}

/// Gives the image's own identity: of VDI and VHD their UUID, of VHDX its data write GUID, by which
/// a child knows it.
///
/// @param image  the image, or NULL
/// @param uuid   receives 16 bytes in the order of RFC 9562, all zero where it is not recorded;
///               may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_uuid(image: *const diskprobe_image, uuid: *mut u8) -> bool {
    number(image, uuid.cast::<Uuid>(), Image::uuid)
}
