// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything outside the file that the image names.

use super::super::enums::diskprobe_reference;
use super::super::guard::set;
use super::{diskprobe_image, get, text};
use core::ffi::c_char;

/// How many things outside the file the image names: backing store, data file, extents, parent.
///
/// @param image  the image, or NULL
/// @return the number
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_reference_count(image: *const diskprobe_image) -> usize {
    get(image, 0, |image| image.image.references().count())
}

/// In what role the image names something, and which bytes of the file do so.
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_reference_count()
/// @param offset  receives the offset of the name in the file, in bytes, or 0; may be NULL
/// @param length  receives the length of the name in the file, in bytes, or 0; may be NULL
/// @return the role; DISKPROBE_REFERENCE_NONE past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_reference(
    image: *const diskprobe_image,
    index: usize,
    offset: *mut u64,
    length: *mut u64,
) -> diskprobe_reference {
    let none = (diskprobe_reference::DISKPROBE_REFERENCE_NONE, 0, 0);
    let (kind, from, size) = get(image, none, |image| {
        image
            .image
            .references()
            .nth(index)
            .map_or(none, |reference| {
                (
                    reference.kind.into(),
                    reference.origin.offset,
                    reference.origin.length,
                )
            })
    });
    set(offset, from);
    set(length, size);
    kind
}

/// The name: the exact bytes, or UTF-8 where the format stores UTF-16.
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_reference_count()
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_reference_location(
    image: *const diskprobe_image,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    text(image, length, |image| {
        Some(image.references().nth(index)?.location)
    })
}
