// SPDX-License-Identifier: MIT OR Apache-2.0
//! The image handle: format, sizes, encryption, features and details.

pub(super) mod facts;
pub(super) mod findings;
pub(super) mod related;

use super::guard::{free, get, get_detail, get_name, get_number};
use super::number::{diskprobe_encryption, diskprobe_feature, diskprobe_format, get_enum};
use crate::base::detail::Detail;
use crate::image::Image;
use core::ffi::c_char;
use core::ops::Deref;
use core::ptr::null_mut;
use std::sync::Arc;

/// Facts of one disk image. Immutable, and independent of the file and of all other handles.
// cbindgen makes an opaque type only of a structure without a plain `repr(transparent)`.
#[cfg_attr(feature = "capi", repr(transparent))]
pub struct diskprobe_image {
    image: Image,
}

impl diskprobe_image {
    /// Passes ownership of an image to C as a handle, without moving it.
    pub(super) fn give(image: Box<Image>) -> *mut Self {
        Box::into_raw(image).cast()
    }

    /// Lends an image to C as a handle.
    pub(super) fn lend(image: &Image) -> *const Self {
        core::ptr::from_ref(image).cast()
    }
}

fn details(image: &diskprobe_image) -> Arc<Vec<Detail>> {
    image.lent_details.get(|| image.details())
}

impl Deref for diskprobe_image {
    type Target = Image;

    fn deref(&self) -> &Image {
        &self.image
    }
}

/// Creates a copy of an image. The copy outlives the chain or the callback that owns the image.
///
/// @param image  the image, or NULL
/// @return the copy, free with diskprobe_image_free(); NULL if image is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_image_copy(image: *const diskprobe_image) -> *mut diskprobe_image {
    get(image, null_mut(), |image| {
        diskprobe_image::give(Box::new(image.image.clone()))
    })
}

/// Frees an image and every string that it owns.
///
/// @param image  the image, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_free(image: *mut diskprobe_image) {
    free(image);
}

/// Returns the format: the requested one, or the one whose QEMU driver reads these bytes.
///
/// @param image  the image, or NULL
/// @return the format; DISKPROBE_FORMAT_UNKNOWN only if image is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_format(image: *const diskprobe_image) -> diskprobe_format {
    get_enum(image, |image| Some(image.format()))
}

/// Returns the variant of the format, such as "monolithicSparse", "dynamic" or "differencing".
///
/// It is the createType of a VMDK, or the disk type of a VDI, VHD or VHDX.
///
/// @param image  the image, or NULL
/// @return a static string; NULL if the format has no variants or the recorded variant is unknown
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_subformat(image: *const diskprobe_image) -> *const c_char {
    get_name(image, |image| image.facts().subformat)
}

/// Returns the virtual size, which the guest sees, rounded as in QEMU.
///
/// @param image  the image, or NULL
/// @param size   receives the size in bytes; may be NULL
/// @return true if it is known; false for a directory, for a LUKS header without its payload, and
///         for raw and LUKS images of unknown length
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_virtual_size(
    image: *const diskprobe_image,
    size: *mut u64,
) -> bool {
    get_number(image, size, |image| image.virtual_size())
}

/// Returns the physical size: the length of the file, or the size of the block device.
///
/// @param image  the image, or NULL
/// @param size   receives the size in bytes; may be NULL
/// @return true if it is known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_physical_size(
    image: *const diskprobe_image,
    size: *mut u64,
) -> bool {
    get_number(image, size, |image| image.physical_size())
}

/// Returns the allocated size: the space that the file uses on its file system (st_blocks * 512).
///
/// @param image  the image, or NULL
/// @param size   receives the size in bytes; may be NULL
/// @return true if it is known, that is, if the library had the path or descriptor of the file
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_allocated_size(
    image: *const diskprobe_image,
    size: *mut u64,
) -> bool {
    get_number(image, size, |image| image.allocated_size())
}

/// Returns the size of the allocation unit: cluster, grain or block.
///
/// @param image  the image, or NULL
/// @param size   receives the size in bytes; may be NULL
/// @return true if it is known; false if the format has no allocation unit, and for a VMDK whose
///         data is in extent files
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_cluster_size(
    image: *const diskprobe_image,
    size: *mut u64,
) -> bool {
    get_number(image, size, |image| image.cluster_size())
}

/// Returns the compatibility level of a qcow2 image: "0.10" (version 2) or "1.1" (version 3).
///
/// @param image  the image, or NULL
/// @return a static string; NULL for other formats
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_compat(image: *const diskprobe_image) -> *const c_char {
    get_name(image, |image| image.facts().compat)
}

/// Returns the short, stable name of an encryption method, such as "luks".
///
/// @param encryption  any number
/// @return a static string; "none" for DISKPROBE_ENCRYPTION_NONE, "unknown" for a number that is
///         not an encryption method
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_encryption_to_string(
    encryption: diskprobe_encryption,
) -> *const c_char {
    encryption.name()
}

/// Returns how the guest's data is encrypted.
///
/// @param image  the image, or NULL
/// @return the encryption; DISKPROBE_ENCRYPTION_NONE if the header does not declare any
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_encryption(
    image: *const diskprobe_image,
) -> diskprobe_encryption {
    get_enum(image, |image| Some(image.encryption()?.format))
}

/// Returns the offset of the encrypted data, relative to the start of the LUKS header or the
/// encrypted dmg.
///
/// @param image   the image, or NULL
/// @param offset  receives the offset in bytes; may be NULL. If the header is detached, the offset
///                is recorded as 0.
/// @return true if it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_encryption_payload_offset(
    image: *const diskprobe_image,
    offset: *mut u64,
) -> bool {
    get_number(image, offset, |image| image.encryption()?.payload_offset)
}

/// Returns the short, stable name of a feature, such as "lazy-refcounts".
///
/// @param feature  any number
/// @return a static string; "unknown" for a number that is not a feature
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_feature_to_string(feature: diskprobe_feature) -> *const c_char {
    feature.name()
}

/// Checks whether the header declares a feature.
///
/// @param image    the image, or NULL
/// @param feature  the feature
/// @return true if it does; false if not, or if the number is not a feature
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_has_feature(
    image: *const diskprobe_image,
    feature: diskprobe_feature,
) -> bool {
    get(image, false, |image| {
        feature.value().is_some_and(|it| image.has_feature(it))
    })
}

/// Returns the number of details: facts for display that have no getter of their own.
///
/// @param image  the image, or NULL
/// @return the number
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_detail_count(image: *const diskprobe_image) -> usize {
    get(image, 0, |image| details(image).len())
}

/// Returns the name and the value of a detail.
///
/// The name is a key in the output of `diskprobe info --output=json`, such as "creator", "comment",
/// "snapshot-count", "geometry.heads" or "encryption.cipher". A name can occur several times, and
/// any version can add names. Numbers are decimal, and Booleans are "yes" or "no". Text consists of
/// the bytes that the image records: escape it before you display it.
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_detail_count()
/// @param name    receives a static string; may be NULL
/// @param value   receives the value, NUL-terminated and owned by the image; may be NULL
/// @param length  receives the length of the value in bytes, without the final NUL; may be NULL
/// @return true if index is in range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_detail(
    image: *const diskprobe_image,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
    length: *mut usize,
) -> bool {
    get_detail(image, [name, value], length, index, details).is_some()
}
