// SPDX-License-Identifier: MIT OR Apache-2.0
//! References of an image: backing store, data file, parent and extents. Also the identifiers by
//! which other images refer to it.

use super::super::guard::{get, get_number, get_text};
use super::super::handle::set;
use super::super::number::{diskprobe_format, diskprobe_reference_kind, Number};
use super::diskprobe_image;
use crate::base::range::ByteRange;
use crate::base::stored::NulText;
use crate::image::{Image, ReferenceKind};
use core::ffi::c_char;

/// Returns the location of the backing store: the exact bytes that the image records.
///
/// The location is a path, or uses another QEMU syntax such as "nbd://host/export" or "json:{...}".
/// It is not interpreted, and nothing is opened. The author of the image chose these bytes: escape
/// them before you display them, and do not open the location with permissions that the author does
/// not have.
///
/// @param image   the image, or NULL
/// @param length  receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, in any encoding, owned by the image; NULL if it has none
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_backing_location(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    get_text(image, length, |image| {
        Some(image.lent(&image.facts().backing.as_ref()?.location))
    })
}

/// Returns the format that the image records for its backing store. It is never detected.
///
/// @param image   the image, or NULL
/// @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN if none is recorded or the
///                recorded name is unknown: see diskprobe_image_backing_format_name(). May be NULL.
/// @return true if a format is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_backing_format(
    image: *const diskprobe_image,
    format: *mut diskprobe_format,
) -> bool {
    get_number(image, format, |image| {
        Some(Number::from(image.backing()?.format?.format()))
    })
}

/// Returns the name of the backing format, as the image records it.
///
/// @param image   the image, or NULL
/// @param length  receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL if no format is recorded, or if a flag or the
///         format of the image implies it
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_backing_format_name(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    get_text(image, length, |image| {
        let format = image.facts().backing.as_ref()?.format.as_ref()?;
        Some(image.lent(format.name.as_ref()?))
    })
}

/// Checks whether QEMU treats the backing store as raw.
///
/// It does so if the recorded backing format is raw or the name of a protocol driver, such as
/// "file" or "nbd".
///
/// @param image  the image, or NULL
/// @return true if it does; false if not, or if no format is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_backing_is_raw(image: *const diskprobe_image) -> bool {
    get(image, false, |image| {
        let format = image.backing().and_then(|backing| backing.format);
        format.is_some_and(|format| format.is_raw())
    })
}

/// Returns the modification time that the backing file had when a qcow or cow image was created.
///
/// If the backing file now has another modification time, it no longer matches the image.
///
/// @param image  the image, or NULL
/// @param time   receives the time in seconds since 1970-01-01 00:00 UTC; may be NULL
/// @return true if it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_backing_mtime(
    image: *const diskprobe_image,
    time: *mut u64,
) -> bool {
    get_number(image, time, |image| image.backing_mtime_seconds())
}

/// Checks whether the guest's data is in another file (qcow2 external data file).
///
/// @param image  the image, or NULL
/// @return true if it is, even if the image does not name the file
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_has_data_file(image: *const diskprobe_image) -> bool {
    get(image, false, |image| image.data_file().is_some())
}

/// Returns the location of the data file: the exact bytes that the image records. Nothing is
/// opened.
///
/// @param image   the image, or NULL
/// @param length  receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, in any encoding, owned by the image; NULL if none is named
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_data_file_location(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    get_text(image, length, |image| {
        let file = image.facts().data_file.as_ref()?;
        Some(image.lent(file.location.as_ref()?))
    })
}

/// Checks whether the data file alone is a valid raw image.
///
/// @param image  the image, or NULL
/// @return true if the image declares it
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_data_file_is_raw(image: *const diskprobe_image) -> bool {
    get(image, false, |image| {
        image.data_file().is_some_and(|file| file.raw)
    })
}

/// Checks whether the image has a parent that other hypervisors follow, but QEMU does not.
///
/// Such images are differencing VHD and VHDX images, and VDI images with parent identifiers.
///
/// @param image  the image, or NULL
/// @return true if it has one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_has_parent(image: *const diskprobe_image) -> bool {
    get(image, false, |image| image.parent().is_some())
}

/// Returns the UUID that the parent must have.
///
/// @param image  the image, or NULL
/// @param uuid   receives 16 bytes in the order of RFC 9562, all zero if not recorded; may be NULL
/// @return true if it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_parent_uuid(
    image: *const diskprobe_image,
    uuid: *mut u8,
) -> bool {
    get_number(image, uuid.cast::<[u8; 16]>(), |image| {
        Some(*image.parent()?.uuid?.as_bytes())
    })
}

/// Returns the alternative UUID that the parent of a VHDX image may have.
///
/// @param image  the image, or NULL
/// @param uuid   receives 16 bytes in the order of RFC 9562, all zero if not recorded; may be NULL
/// @return true if it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_parent_alternative_uuid(
    image: *const diskprobe_image,
    uuid: *mut u8,
) -> bool {
    get_number(image, uuid.cast::<[u8; 16]>(), |image| {
        Some(*image.parent()?.alternative_uuid?.as_bytes())
    })
}

/// Returns the recorded location of the parent. Nothing is opened.
///
/// If the image records several locations, this is the one that hypervisors try first;
/// diskprobe_image_reference() returns all of them. UTF-16 is converted to UTF-8; other locations
/// are the exact bytes.
///
/// @param image   the image, or NULL
/// @param length  receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL if none is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_parent_location(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    get_text(image, length, |image| {
        let parent = image.facts().parent.as_ref()?;
        Some(image.lent(parent.locations.first()?))
    })
}

/// Returns the content identifier (CID) that the parent of a VMDK image must have.
///
/// @param image  the image, or NULL
/// @param cid    receives the identifier (0xffffffff: the image has no parent); may be NULL
/// @return true if it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_parent_cid(image: *const diskprobe_image, cid: *mut u32) -> bool {
    get_number(image, cid, |image| image.parent_cid())
}

/// Returns the content identifier (CID) of a VMDK image, which changes with the content.
///
/// @param image  the image, or NULL
/// @param cid    receives the identifier; may be NULL
/// @return true if it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_cid(image: *const diskprobe_image, cid: *mut u32) -> bool {
    get_number(image, cid, |image| image.cid())
}

/// Returns the UUID by which other images refer to this one; for VHDX, the data write GUID.
///
/// @param image  the image, or NULL
/// @param uuid   receives 16 bytes in the order of RFC 9562, all zero if not recorded; may be NULL
/// @return true if it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_uuid(image: *const diskprobe_image, uuid: *mut u8) -> bool {
    get_number(image, uuid.cast::<[u8; 16]>(), |image| {
        Some(*image.uuid()?.as_bytes())
    })
}

/// Returns the short, stable name of a kind of reference, such as "data-file".
///
/// @param kind  any number
/// @return a static string; "unknown" for a number that is not a kind of reference
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_reference_kind_to_string(
    kind: diskprobe_reference_kind,
) -> *const c_char {
    kind.name()
}

/// Returns the number of references: names of anything outside the file.
///
/// An image can also depend on a file that it does not name: see diskprobe_image_has_data_file()
/// and diskprobe_image_has_parent().
///
/// @param image  the image, or NULL
/// @return the number of named backing stores, data files, extents and parents
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_reference_count(image: *const diskprobe_image) -> usize {
    get(image, 0, |image| image.references().count())
}

/// Returns the kind of a reference, and the range of bytes in the file that hold its name.
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_reference_count()
/// @param offset  receives the offset of the name in the file, in bytes; may be NULL
/// @param length  receives the size of the name in the file, in bytes; may be NULL
/// @return the kind; DISKPROBE_REFERENCE_KIND_NONE if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_reference(
    image: *const diskprobe_image,
    index: usize,
    offset: *mut u64,
    length: *mut u64,
) -> diskprobe_reference_kind {
    let found = get(image, None, |image| {
        let (kind, _, origin) = nth_reference(image, index)?;
        Some((kind, origin))
    });
    set(offset, found.map_or(0, |(_, origin)| origin.offset));
    set(length, found.map_or(0, |(_, origin)| origin.length));
    found.map(|(kind, _)| kind).into()
}

/// Returns the location that a reference names.
///
/// UTF-16 is converted to UTF-8; other locations are the exact bytes.
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_reference_count()
/// @param length  receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_reference_location(
    image: *const diskprobe_image,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    get_text(image, length, |image| {
        let (_, location, _) = nth_reference(image, index)?;
        Some(location)
    })
}

/// Returns the number of extent files that a VMDK descriptor names. None of them is opened.
///
/// @param image  the image, or NULL
/// @return the number; 0 for other formats
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_extent_count(image: *const diskprobe_image) -> usize {
    get(image, 0, |image| image.extents().len())
}

/// Returns the location of an extent file: the exact bytes in the descriptor.
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_extent_count()
/// @param length  receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_extent_location(
    image: *const diskprobe_image,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    get_text(image, length, |image| {
        Some(image.lent_extent(index)?.location)
    })
}

/// Returns the type of an extent as recorded, such as "FLAT" or "SPARSE".
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_extent_count()
/// @param length  receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_extent_kind(
    image: *const diskprobe_image,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    get_text(image, length, |image| Some(image.lent_extent(index)?.kind))
}

/// Returns the declared size of an extent.
///
/// @param image  the image, or NULL
/// @param index  below diskprobe_image_extent_count()
/// @param size   receives the size in bytes; may be NULL
/// @return true if index is in range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_extent_size(
    image: *const diskprobe_image,
    index: usize,
    size: *mut u64,
) -> bool {
    get_number(image, size, |image| Some(image.lent_extent(index)?.size))
}

/// Returns the offset of the extent's data in its file.
///
/// @param image   the image, or NULL
/// @param index   below diskprobe_image_extent_count()
/// @param offset  receives the offset in bytes; may be NULL
/// @return true if the offset is recorded, as for FLAT extents; for VMFS extents the offset is 0
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_extent_file_offset(
    image: *const diskprobe_image,
    index: usize,
    offset: *mut u64,
) -> bool {
    get_number(image, offset, |image| image.lent_extent(index)?.file_offset)
}

/// A reference, and its name with the NUL that C needs.
fn nth_reference(image: &Image, index: usize) -> Option<(ReferenceKind, NulText<'_>, ByteRange)> {
    let mut references = image.references();
    (0..index).try_for_each(|_| references.next_lent().map(|_| ()))?;
    references.next_lent()
}
