// SPDX-License-Identifier: MIT OR Apache-2.0
//! What only some formats record, and few callers ask for.

use super::super::guard::set;
use super::{diskprobe_image, fact, number, text};
use crate::image::Image;
use core::ffi::c_char;

/// Tells when a vpc image was made, in seconds since 1970 began (UTC).
///
/// @param image  the image, or NULL
/// @param time   receives the time, or 0; may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_created(image: *const diskprobe_image, time: *mut u64) -> bool {
    number(image, time, Image::created)
}

/// Tells when the backing file of a qcow or cow image was last changed before the image was made, in
/// seconds since 1970 began (UTC). Where it is another time now, the image does not fit it any more.
///
/// @param image  the image, or NULL
/// @param time   receives the time, or 0; may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_backing_mtime(
    image: *const diskprobe_image,
    time: *mut u64,
) -> bool {
    number(image, time, Image::backing_mtime)
}

/// Gives the geometry of a vpc image, which for some creators decides the virtual size.
///
/// @param image      the image, or NULL
/// @param cylinders  receives the number of cylinders, or 0; may be NULL
/// @param heads      receives the number of heads, or 0; may be NULL
/// @param sectors    receives the number of sectors in each track, or 0; may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_geometry(
    image: *const diskprobe_image,
    cylinders: *mut u32,
    heads: *mut u32,
    sectors: *mut u32,
) -> bool {
    let geometry = fact(image, None, |image| Some(image.geometry()));
    set(cylinders, geometry.map_or(0, |geometry| geometry.cylinders));
    set(heads, geometry.map_or(0, |geometry| geometry.heads));
    set(sectors, geometry.map_or(0, |geometry| geometry.sectors));
    geometry.is_some()
}

/// Counts the clusters of a vdi image that hold data: see diskprobe_image_cluster_size().
///
/// @param image  the image, or NULL
/// @param count  receives the number, or 0; may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_allocated_clusters(
    image: *const diskprobe_image,
    count: *mut u32,
) -> bool {
    number(image, count, Image::allocated_clusters)
}

/// Gives the size of a sector of a vhdx disk itself, in bytes, as the guest is told.
///
/// @param image  the image, or NULL
/// @param size   receives the size, or 0; may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_physical_sector_size(
    image: *const diskprobe_image,
    size: *mut u32,
) -> bool {
    number(image, size, Image::physical_sector_size)
}

/// Gives the version of the header of a sparse vmdk file.
///
/// @param image    the image, or NULL
/// @param version  receives the version, or 0; may be NULL
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_format_version(
    image: *const diskprobe_image,
    version: *mut u32,
) -> bool {
    number(image, version, Image::format_version)
}

/// Gives the user's description of a vdi image. Escape it before you show it.
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, in no particular encoding, owned by the image; NULL where there is none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_comment(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, Image::comment)
}

/// Gives the disk controller that the guest of a vmdk disk expects, such as "lsilogic".
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL where it is not recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_adapter_type(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, Image::adapter_type)
}

/// Gives the version of the virtual hardware that a vmdk disk was made for.
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL where it is not recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_hardware_version(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, Image::hardware_version)
}
