// SPDX-License-Identifier: MIT OR Apache-2.0
//! How callers name an image of a chain, and the path to record for one.

use super::super::guard::{get_number, make_text, or};
use super::super::handle::{free_text, given, needed_text, set};
use super::diskprobe_chain;
use crate::chain::{Identity, Lookup};
use crate::location::disk_target;
use core::ffi::c_char;

fn find(
    chain: *const diskprobe_chain,
    below: Option<usize>,
    name: *const c_char,
    disk: *const c_char,
    index: *mut usize,
) -> bool {
    get_number(chain, index, |chain| {
        let lookup = Lookup {
            name: needed_text(name, "the last").ok(),
            disk: needed_text(disk, "any").ok(),
            below,
        };
        chain.find(&lookup, &mut Identity::of_path)
    })
}

/// Finds an image of a chain by a name as libvirt's users write it. Data files are ignored.
///
/// A name is "vda[2]", for the image of that depth; or the path of the image's location, or its
/// relative path as recorded; or any other path, absolute or relative to the directory of the image
/// above, that leads this process to the same file (stat(2)).
///
/// @param chain  the chain, or NULL
/// @param name   NUL-terminated; or NULL for the last image
/// @param disk   the name of the disk, which that in "vda[2]" must equal; or NULL for any
/// @param index  receives the index of the element, or 0; may be NULL
/// @return whether there is such an image
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

/// Finds an image below an element, as diskprobe_chain_find(). The element itself is not searched.
///
/// @param chain  the chain, or NULL
/// @param above  the index of the element
/// @param name   NUL-terminated; or NULL for the last image
/// @param disk   the name of the disk, which that in "vda[2]" must equal; or NULL for any
/// @param index  receives the index of the element, or 0; may be NULL
/// @return whether there is such an image
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

/// Finds the image at a depth, which is libvirt's index: 0 is the top, 1 its backing file.
///
/// @param chain  the chain, or NULL
/// @param depth  the number of backing files from the top to the image
/// @param index  receives the index of the element, or 0; may be NULL
/// @return whether there is such an image
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_image_at(
    chain: *const diskprobe_chain,
    depth: u32,
    index: *mut usize,
) -> bool {
    get_number(chain, index, |chain| {
        let mut images = chain.images();
        let found = images.find(|(_, image)| image.depth() == depth);
        found.map(|(index, _)| index)
    })
}

/// Returns the relative path to record in the image above first if the images from first to the one
/// above last leave the chain, as in a block pull.
///
/// It is joined from the relative paths by which first, last and those between are recorded; it is
/// not normalized.
///
/// @param chain   the chain, or NULL
/// @param first   the index of the first image that leaves
/// @param last    the index of the image to record; may equal first
/// @param length  receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, in no particular encoding, free with diskprobe_string_free(); NULL if
///         one of these images is not recorded by a relative path, or last is above first
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_relative_backing_path(
    chain: *const diskprobe_chain,
    first: usize,
    last: usize,
    length: *mut usize,
) -> *mut c_char {
    make_text(length, || given(chain)?.relative_backing_path(first, last))
}

/// Frees a string that a function handed over.
///
/// @param string  the string, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_string_free(string: *mut c_char) {
    free_text(string);
}

/// Parses "vda" or "vda[2]": a disk, and an image of its chain.
///
/// @param text         NUL-terminated
/// @param disk_length  receives the length of the disk's name, at the start of text, or 0; may be
///                     NULL
/// @param index        receives the number in brackets, or 0 if there is none; may be NULL
/// @return whether it has that form; not if a bracket is followed by anything but a number and the
///         closing bracket: then it can only be the name of a file
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_disk_target_parse(
    text: *const c_char,
    disk_length: *mut usize,
    index: *mut u32,
) -> bool {
    let target = or(None, || disk_target(needed_text(text, "no text").ok()?));
    set(disk_length, target.map_or(0, |target| target.disk.len()));
    set(index, target.map_or(0, |target| target.index));
    target.is_some()
}
