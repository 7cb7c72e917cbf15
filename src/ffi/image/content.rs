// SPDX-License-Identifier: MIT OR Apache-2.0
//! What only some formats have.

use super::super::enums::{diskprobe_feature, number as enum_number, CEnum};
use super::{diskprobe_image, fact, name, number, text};
use crate::image::Image;
use core::ffi::c_char;
use core::mem::MaybeUninit;

/// Gives the unit of allocation, in bytes: cluster, grain or block.
///
/// @param image  the image, or NULL
/// @param size   receives the size, or 0; may be NULL
/// @return whether it is known: not where the format has none, nor for a VMDK whose data is in
///         files of its own
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_cluster_size(
    image: *const diskprobe_image,
    size: *mut u64,
) -> bool {
    number(image, size, Image::cluster_size)
}

/// Gives the compatibility level of a qcow2 image, "0.10" (version 2) or "1.1" (version 3).
///
/// @param image  the image, or NULL
/// @return a static string; NULL for other formats
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_compat(image: *const diskprobe_image) -> *const c_char {
    name(image, |image| image.c_names().compat)
}

/// Tells how compressed clusters of a qcow2 image are compressed: "zlib" or "zstd".
///
/// @param image  the image, or NULL
/// @return a static string; NULL for other formats
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_compression_type(image: *const diskprobe_image) -> *const c_char {
    name(image, |image| image.c_names().compression_type)
}

/// Gives the width of a reference count of a qcow2 image, in bits.
///
/// @param image  the image, or NULL
/// @param bits   receives the width, or 0; may be NULL
/// @return whether it is known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_refcount_bits(
    image: *const diskprobe_image,
    bits: *mut u32,
) -> bool {
    number(image, bits, Image::refcount_bits)
}

/// Counts the internal snapshots of a qcow2 image. Their table is not read.
///
/// @param image  the image, or NULL
/// @param count  receives the number, or 0; may be NULL
/// @return whether it is known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_snapshot_count(
    image: *const diskprobe_image,
    count: *mut u32,
) -> bool {
    number(image, count, Image::snapshot_count)
}

/// Counts the persistent bitmaps of a qcow2 image, where it says that they are valid. Their
/// directory is not read.
///
/// @param image  the image, or NULL
/// @param count  receives the number, or 0; may be NULL
/// @return whether it is known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_bitmap_count(
    image: *const diskprobe_image,
    count: *mut u32,
) -> bool {
    number(image, count, Image::bitmap_count)
}

/// Tells whether the image was not closed properly: qcow2's dirty bit, QED's need for a check, the
/// log of a VHDX in use, or the in_use of parallels. One that is in use right now may say so too.
///
/// @param image  the image, or NULL
/// @param dirty  receives the answer, or false; may be NULL
/// @return whether the format can tell
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_dirty(image: *const diskprobe_image, dirty: *mut bool) -> bool {
    number(image, dirty, Image::dirty)
}

/// Tells whether the header declares a feature.
///
/// @param image    the image, or NULL
/// @param feature  the feature
/// @return whether it does; false for a number that is no feature
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_has_feature(
    image: *const diskprobe_image,
    feature: MaybeUninit<diskprobe_feature>,
) -> bool {
    fact(image, false, |image| {
        let feature = diskprobe_feature::of_number(enum_number(feature))?;
        Some(image.has_feature(feature))
    })
}

/// Gives the name of the program that made the image, as the image records it: VHD's four bytes,
/// such as "qemu" or "win ", or VHDX's text, in UTF-8.
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL where it is not recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_creator(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, Image::creator)
}

/// Gives the content identifier of a VMDK image, which changes when the content does.
///
/// @param image  the image, or NULL
/// @param cid    receives the identifier, or 0; may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_cid(image: *const diskprobe_image, cid: *mut u32) -> bool {
    number(image, cid, Image::cid)
}

/// Gives the content identifier that the parent of a VMDK image had; 0xffffffff where there is no
/// parent.
///
/// @param image  the image, or NULL
/// @param cid    receives the identifier, or 0; may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_parent_cid(image: *const diskprobe_image, cid: *mut u32) -> bool {
    number(image, cid, Image::parent_cid)
}
