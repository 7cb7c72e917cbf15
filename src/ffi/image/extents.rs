// SPDX-License-Identifier: MIT OR Apache-2.0
//! The extent files of a VMDK descriptor.

use super::{diskprobe_image, fact, number, text};
use core::ffi::c_char;

/// Counts the extent files that a VMDK descriptor lists. None of them is opened.
///
/// @param image  the image, or NULL
/// @return the number; 0 for other formats
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_extent_count(image: *const diskprobe_image) -> usize {
    fact(image, 0, |image| Some(image.extents().len()))
}

/// Gives the name of an extent file: the exact bytes that the descriptor holds.
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_extent_count()
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_extent_location(
    image: *const diskprobe_image,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    text(image, length, |image| {
        Some(image.extents().nth(index)?.location)
    })
}

/// Gives the kind of an extent as recorded, such as "FLAT" or "SPARSE".
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_extent_count()
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_extent_kind(
    image: *const diskprobe_image,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    text(image, length, |image| {
        Some(image.extents().nth(index)?.kind)
    })
}

/// Tells how many bytes of the disk an extent is declared to hold.
///
/// @param image  the image, or NULL
/// @param index  below diskprobe_image_extent_count()
/// @param size   receives the size, or 0; may be NULL
/// @return whether there is such an extent
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_extent_size(
    image: *const diskprobe_image,
    index: usize,
    size: *mut u64,
) -> bool {
    number(image, size, |image| Some(image.extents().nth(index)?.size))
}

/// Tells where an extent's data starts in its file, in bytes.
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_extent_count()
/// @param offset  receives the offset, or 0; may be NULL
/// @return whether it is recorded: for extents of kind FLAT, and 0 for those of kind VMFS
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_extent_file_offset(
    image: *const diskprobe_image,
    index: usize,
    offset: *mut u64,
) -> bool {
    number(image, offset, |image| {
        image.extents().nth(index)?.file_offset
    })
}
