// SPDX-License-Identifier: MIT OR Apache-2.0
//! The image handle: the facts that every format has.

pub(super) mod backing;
pub(super) mod content;
pub(super) mod encryption;
pub(super) mod extents;
pub(super) mod extras;
pub(super) mod findings;
pub(super) mod references;

use super::enums::diskprobe_format;
use super::guard::{free, get, get_name, get_number, get_text};
use crate::image::Image;
use core::ffi::{c_char, CStr};

/// The facts of one disk image. Never changes, is independent of the file and of every other
/// handle, and may be read from many threads at once.
// Said in this way, it stays an opaque type in the header.
#[cfg_attr(feature = "capi", repr(transparent))]
pub struct diskprobe_image {
    image: Image,
}

impl diskprobe_image {
    /// Hands an image over to C as a handle. It stays where it is.
    pub(super) fn give(image: Box<Image>) -> *mut Self {
        Box::into_raw(image).cast()
    }

    /// Lends an image to C as a handle.
    pub(super) fn lend(image: &Image) -> *const Self {
        core::ptr::from_ref(image).cast()
    }

    /// The image behind a handle.
    pub(super) fn facts(&self) -> &Image {
        &self.image
    }
}

fn fact<R: Copy>(
    image: *const diskprobe_image,
    none: R,
    fact: impl FnOnce(&Image) -> Option<R>,
) -> R {
    get(image, none, |image| fact(&image.image).unwrap_or(none))
}

fn number<N: Copy + Default>(
    image: *const diskprobe_image,
    number: *mut N,
    fact: impl FnOnce(&Image) -> Option<N>,
) -> bool {
    get_number(image, number, |image| fact(&image.image))
}

fn text(
    image: *const diskprobe_image,
    length: *mut usize,
    fact: impl FnOnce(&Image) -> Option<&[u8]>,
) -> *const c_char {
    get_text(image, length, |image| {
        image.image.with_nul(fact(&image.image)?)
    })
}

fn name(
    image: *const diskprobe_image,
    fact: impl FnOnce(&Image) -> Option<&'static CStr>,
) -> *const c_char {
    get_name(image, |image| fact(&image.image))
}

/// Frees an image, and with it every string that it lent.
///
/// @param image  the image, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_free(image: *mut diskprobe_image) {
    free(image);
}

/// Gives the format: QEMU's driver for these bytes, or the format that was asked for.
///
/// @param image  the image, or NULL
/// @return the format; DISKPROBE_FORMAT_UNKNOWN for NULL only
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_format(image: *const diskprobe_image) -> diskprobe_format {
    fact(image, diskprobe_format::DISKPROBE_FORMAT_UNKNOWN, |image| {
        Some(image.format().into())
    })
}

/// Gives the variant of the format, such as "monolithicSparse", "dynamic" or "differencing": for
/// VMDK its createType, for VDI, VHD and VHDX the type of the disk.
///
/// @param image  the image, or NULL
/// @return a static string; NULL where the format has no variants, or records an unknown one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_subformat(image: *const diskprobe_image) -> *const c_char {
    name(image, |image| image.c_names().subformat)
}

/// Gives the virtual size: what the guest sees, in bytes. It is QEMU's value, rounding included.
///
/// @param image  the image, or NULL
/// @param size   receives the size, or 0 where it is not known; may be NULL
/// @return whether it is known: not for a directory, for a LUKS header without its data, nor for
///         raw and LUKS where the length is not known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_virtual_size(
    image: *const diskprobe_image,
    size: *mut u64,
) -> bool {
    number(image, size, Image::virtual_size)
}

/// Gives the virtual size as the image records it, in bytes, before any rounding. For VHD that is
/// current_size, even where QEMU goes by the geometry.
///
/// @param image  the image, or NULL
/// @param size   receives the size, or 0 where it is not known; may be NULL
/// @return whether it is known: where diskprobe_image_virtual_size() is
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_recorded_size(
    image: *const diskprobe_image,
    size: *mut u64,
) -> bool {
    number(image, size, Image::recorded_size)
}

/// Gives the physical size: the length of the file, or the size of the block device, in bytes.
///
/// @param image  the image, or NULL
/// @param size   receives the size, or 0 where it is not known; may be NULL
/// @return whether it is known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_physical_size(
    image: *const diskprobe_image,
    size: *mut u64,
) -> bool {
    number(image, size, Image::physical_size)
}

/// Gives the allocated size: the bytes that the file occupies on its file system
/// (st_blocks * 512).
///
/// @param image  the image, or NULL
/// @param size   receives the size, or 0 where it is not known; may be NULL
/// @return whether it is known: only where the file itself was seen
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_allocated_size(
    image: *const diskprobe_image,
    size: *mut u64,
) -> bool {
    number(image, size, Image::allocated_size)
}
