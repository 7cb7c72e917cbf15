// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything outside the file that the image names.

use super::super::enums::diskprobe_reference_kind;
use super::super::guard::set;
use super::{diskprobe_image, fact, text};
use core::ffi::c_char;

/// Counts the things outside the file that the image names: backing store, data file, extents,
/// parent.
///
/// An image can also need a file that it does not name: see diskprobe_image_has_data_file() and
/// diskprobe_image_has_parent().
///
/// @param image  the image, or NULL
/// @return the number
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_reference_count(image: *const diskprobe_image) -> usize {
    fact(image, 0, |image| Some(image.references().count()))
}

/// Tells in what role the image names something, and which bytes of the file hold the name.
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_reference_count()
/// @param offset  receives the offset of the name in the file, in bytes, or 0; may be NULL
/// @param length  receives the length of the name in the file, in bytes, or 0; may be NULL
/// @return the role; DISKPROBE_REFERENCE_KIND_NONE past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_reference(
    image: *const diskprobe_image,
    index: usize,
    offset: *mut u64,
    length: *mut u64,
) -> diskprobe_reference_kind {
    let none = (
        diskprobe_reference_kind::DISKPROBE_REFERENCE_KIND_NONE,
        0,
        0,
    );
    let (kind, from, size) = fact(image, none, |image| {
        let reference = image.references().nth(index)?;
        let origin = reference.origin;
        Some((reference.kind.into(), origin.offset, origin.length))
    });
    set(offset, from);
    set(length, size);
    kind
}

/// Gives the name of such a thing: the exact bytes, or UTF-8 where the format stores UTF-16.
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
