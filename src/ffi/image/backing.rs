// SPDX-License-Identifier: MIT OR Apache-2.0
//! The backing store, the data file, and the parent.

use super::{diskprobe_format, diskprobe_image, number, text};
use crate::facts::{DataFile, Parent};
use crate::image::Image;
use core::ffi::c_char;

/// The backing store's location: the exact bytes that the image records, uninterpreted. They may
/// be a path, or another of QEMU's syntaxes such as "nbd://host/export" or "json:{...}".
///
/// The image's author chose these bytes. Escape them before you show them, and do not open what
/// they name for a guest that you do not trust with it.
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

/// The format that the image records for its backing store. It is never guessed.
///
/// @param image   the image, or NULL
/// @param format  receives the format; DISKPROBE_FORMAT_UNKNOWN where none is recorded, and where
///                the recorded name is not known (see diskprobe_image_backing_format_name()). May
///                be NULL.
/// @return whether a format is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_backing_format(
    image: *const diskprobe_image,
    format: *mut diskprobe_format,
) -> bool {
    let unknown = diskprobe_format::DISKPROBE_FORMAT_UNKNOWN;
    let recorded = super::get(image, None, |image| {
        let recorded = image.image.backing()?.format?;
        Some(recorded.format.map_or(unknown, Into::into))
    });
    super::super::guard::set(format, recorded.unwrap_or(unknown));
    recorded.is_some()
}

/// The name by which the image records the format of its backing store.
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

fn data_file(image: *const diskprobe_image, fact: impl FnOnce(DataFile<&[u8]>) -> bool) -> bool {
    super::get(image, false, |image| {
        image.image.data_file().is_some_and(fact)
    })
}

/// Whether the guest's data is in a file of its own (qcow2 external data file).
///
/// @param image  the image, or NULL
/// @return whether it is; an image can say so without naming the file
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_has_data_file(image: *const diskprobe_image) -> bool {
    data_file(image, |_| true)
}

/// The data file's location: the exact bytes that the image records, uninterpreted.
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

/// Whether the data file alone is a valid raw image.
///
/// @param image  the image, or NULL
/// @return whether the image says so
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_data_file_is_raw(image: *const diskprobe_image) -> bool {
    data_file(image, |file| file.raw)
}

fn parent(image: *const diskprobe_image, fact: impl FnOnce(Parent<&[u8]>) -> bool) -> bool {
    super::get(image, false, |image| image.image.parent().is_some_and(fact))
}

/// Whether the image has a parent that QEMU does not follow, but other hypervisors do:
/// differencing VHD and VHDX, VDI with parent identifiers.
///
/// @param image  the image, or NULL
/// @return whether it has
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_has_parent(image: *const diskprobe_image) -> bool {
    parent(image, |_| true)
}

/// The identity that the parent must have.
///
/// @param image  the image, or NULL
/// @param uuid   receives 16 bytes in the order of RFC 9562 (all zero where it is not recorded);
///               may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_parent_uuid(
    image: *const diskprobe_image,
    uuid: *mut [u8; 16],
) -> bool {
    number(image, uuid, |image| image.parent()?.uuid)
}

/// Where the parent was, in UTF-8.
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

/// The image's own identity.
///
/// @param image  the image, or NULL
/// @param uuid   receives 16 bytes in the order of RFC 9562 (all zero where it is not recorded);
///               may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_uuid(image: *const diskprobe_image, uuid: *mut [u8; 16]) -> bool {
    number(image, uuid, Image::uuid)
}
