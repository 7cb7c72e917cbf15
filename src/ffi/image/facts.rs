// SPDX-License-Identifier: MIT OR Apache-2.0
//! The six facts of an image in one structure, and all facts as JSON.

use super::super::call::{call, Failure};
use super::super::error::diskprobe_error;
use super::super::guard::get;
use super::super::handle::{give_text, needed, needed_text, set, set_prefix};
use super::super::number::{
    diskprobe_encryption, diskprobe_format, diskprobe_status, Bool, Number,
};
use super::diskprobe_image;
use crate::base::error::Reason;
use crate::image::Image;
use core::ffi::c_char;
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;

/// The six facts of an image.
///
/// A later version can append members: see diskprobe_image_facts().
#[repr(C)]
pub struct diskprobe_facts {
    /// The virtual size in bytes: see diskprobe_image_virtual_size().
    pub virtual_size: u64,
    /// The physical size in bytes: see diskprobe_image_physical_size().
    pub physical_size: u64,
    /// The offset of the encrypted data: see diskprobe_image_encryption_payload_offset().
    pub encryption_payload_offset: u64,
    /// The location of the backing store, owned by the image; NULL if it has none.
    pub backing_location: *const c_char,
    /// The length of backing_location in bytes, without the final NUL.
    pub backing_location_length: usize,
    /// The format.
    pub format: diskprobe_format,
    /// The recorded backing format: see diskprobe_image_backing_format().
    pub backing_format: diskprobe_format,
    /// How the guest's data is encrypted.
    pub encryption: diskprobe_encryption,
    /// Whether virtual_size is known.
    pub has_virtual_size: Bool,
    /// Whether physical_size is known.
    pub has_physical_size: Bool,
    /// Whether encryption_payload_offset is recorded.
    pub has_encryption_payload_offset: Bool,
    /// Whether a backing format is recorded.
    pub has_backing_format: Bool,
}

impl diskprobe_facts {
    fn fill(&mut self, image: &Image) {
        let fill = |value: Option<u64>| (value.unwrap_or(0), Bool(value.is_some().into()));
        (self.virtual_size, self.has_virtual_size) = fill(image.virtual_size());
        (self.physical_size, self.has_physical_size) = fill(image.physical_size());
        let encryption = image.encryption();
        let payload = encryption.and_then(|encryption| encryption.payload_offset);
        (
            self.encryption_payload_offset,
            self.has_encryption_payload_offset,
        ) = fill(payload);
        self.encryption = encryption.map(|encryption| encryption.format).into();
        self.format = image.format().into();
        if let Some(backing) = &image.facts().backing {
            let location = image.lent(&backing.location);
            self.backing_location = location.with_nul().as_ptr().cast();
            self.backing_location_length = location.bytes().len();
        }
        if let Some(format) = image.backing().and_then(|backing| backing.format) {
            self.backing_format = Number::from(format.format());
            self.has_backing_format = Bool(1);
        }
    }
}

/// Returns the six facts in a structure.
///
/// Pass sizeof(diskprobe_facts) as size. If the library is older than the header and knows fewer
/// members, the others become 0, NULL or false.
///
/// @param image  the image, or NULL
/// @param facts  receives the facts, all 0, NULL or false if image is NULL; may be NULL
/// @param size   the size of the structure in bytes
/// @return true if image is not NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_facts(
    image: *const diskprobe_image,
    facts: *mut diskprobe_facts,
    size: usize,
) -> bool {
    // Zero is valid for every member. Padding stays zero as well: a later version may use it.
    let mut found = MaybeUninit::zeroed();
    // SAFETY: as above.
    let members: &mut diskprobe_facts = unsafe { found.assume_init_mut() };
    let is_filled = get(image, false, |image| {
        members.fill(image);
        true
    });
    set_prefix(facts, &found, size);
    is_filled
}

/// Returns all facts as a JSON object on one line, with the keys of
/// `diskprobe info --output=json`. It has no line break at its end.
///
/// @param image      the image
/// @param file_name  the file name of the image, which is included in the JSON object. Relative
///                   locations in the image are relative to the directory of this file. Nothing is
///                   opened.
/// @param json       receives the object as UTF-8; free with diskprobe_string_free()
/// @param length     receives the length of json in bytes, without the final NUL; may be NULL
/// @param error      receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK;
///         DISKPROBE_STATUS_INVALID_ARGUMENT if image, file_name or json is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_image_to_json(
    image: *const diskprobe_image,
    file_name: *const c_char,
    json: *mut *mut c_char,
    length: *mut usize,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    set(json, null_mut());
    set(length, 0);
    call(error, || {
        if json.is_null() {
            return Err(Reason::InvalidArgument("json is NULL").into());
        }
        let image = needed(image, "image is NULL")?;
        let name = needed_text(file_name, "file_name is NULL")?;
        let text = image.json(OsStr::from_bytes(name), image.allocated_size());
        let text = CString::new(text.to_string());
        let text = text.map_err(|_| Failure::from(Reason::Internal("JSON contains a NUL")))?;
        set(json, give_text(length, Some(text)));
        Ok(())
    })
}
