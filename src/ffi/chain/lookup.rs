// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lookup of images by name, and relative paths to record.

use super::super::cancellation::NotCancelled;
use super::super::guard::{get_number, make_text, or};
use super::super::handle::{free_text, given, needed_text, set};
use super::diskprobe_chain;
use crate::chain::{Element, Lookup};
use crate::location::DiskTarget;
use core::ffi::c_char;

fn find(
    chain: *const diskprobe_chain,
    below: Option<usize>,
    name: *const c_char,
    disk: *const c_char,
    index: *mut usize,
) -> bool {
    // A comparison of files is a system call.
    let _not_cancelled = NotCancelled::new();
    get_number(chain, index, |chain| {
        let lookup = Lookup {
            name: needed_text(name, "the last").ok(),
            disk: needed_text(disk, "any").ok(),
            below,
        };
        chain.find(&lookup).map(Element::index)
    })
}

/// Finds an image of a chain by name, in the forms that users of libvirt write.
///
/// Accepted names are "vda[2]" for the image at that depth, the path of an image, and its relative
/// path as recorded. Any other path to the same file is accepted too: this process compares files
/// with stat(2), and resolves a relative path in the directory of the image above. Data files are
/// ignored.
///
/// @param chain  the chain, or NULL
/// @param name   NUL-terminated; or NULL for the last image
/// @param disk   the name that the disk must have in "vda[2]"; or NULL for any
/// @param index  receives the index of the element; may be NULL
/// @return true if the image exists
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_find(
    chain: *const diskprobe_chain,
    name: *const c_char,
    disk: *const c_char,
    index: *mut usize,
) -> bool {
    find(chain, None, name, disk, index)
}

/// Finds an image below an element by name, as diskprobe_chain_find() does.
///
/// @param chain  the chain, or NULL
/// @param above  the index of the element, which itself is not searched
/// @param name   NUL-terminated; or NULL for the last image
/// @param disk   the name that the disk must have in "vda[2]"; or NULL for any
/// @param index  receives the index of the element; may be NULL
/// @return true if the image exists
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_find_below(
    chain: *const diskprobe_chain,
    above: usize,
    name: *const c_char,
    disk: *const c_char,
    index: *mut usize,
) -> bool {
    find(chain, Some(above), name, disk, index)
}

/// Finds the image at a depth, which is libvirt's index: 0 is the top image, 1 its backing file.
///
/// @param chain  the chain, or NULL
/// @param depth  the number of backing files from the top image to the image
/// @param index  receives the index of the element; may be NULL
/// @return true if the image exists
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_image_at(
    chain: *const diskprobe_chain,
    depth: u32,
    index: *mut usize,
) -> bool {
    get_number(chain, index, |chain| {
        let mut images = chain.images();
        let found = images.find(|image| image.depth() == depth);
        found.map(Element::index)
    })
}

/// Returns the relative path to record as the new backing file after a block pull removes images.
///
/// If the images from first down to the one directly above last are removed, the image above first
/// must record this path. It is built from the recorded relative paths of first, last and the
/// images between them, and is not normalized.
///
/// @param chain   the chain, or NULL
/// @param first   the index of the first image to remove
/// @param last    the index of the image to record; may equal first
/// @param length  receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, in any encoding; free with diskprobe_string_free(). NULL if one of these
///         images is not recorded with a relative path, or last is above first.
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_relative_backing_path(
    chain: *const diskprobe_chain,
    first: usize,
    last: usize,
    length: *mut usize,
) -> *mut c_char {
    make_text(length, || {
        let elements = given(chain)?.elements();
        let (first, last) = (elements.get(first)?, elements.get(last)?);
        given(chain)?.relative_backing_path(first, last)
    })
}

/// Frees a string that the caller owns. The string must still have its original length.
///
/// @param string  the string, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_string_free(string: *mut c_char) {
    free_text(string);
}

/// Parses "vda" or "vda[2]": the name of a disk, with the index of an image of its chain.
///
/// @param text         NUL-terminated
/// @param disk_length  receives the length of the disk name, at the start of text, in bytes; may be
///                     NULL
/// @param index        receives the number in brackets, or 0 if there is none; may be NULL
/// @return true if text has this form; false for any other text, such as a file name
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_disk_target_parse(
    text: *const c_char,
    disk_length: *mut usize,
    index: *mut u32,
) -> bool {
    let target = or(None, || {
        DiskTarget::parse(needed_text(text, "no text").ok()?)
    });
    set(disk_length, target.map_or(0, |target| target.disk.len()));
    set(index, target.and_then(|target| target.index).unwrap_or(0));
    target.is_some()
}
