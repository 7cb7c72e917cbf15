// SPDX-License-Identifier: MIT OR Apache-2.0
//! An image of a chain by its name, and the name to record for one.

use super::super::guard::{free_text, get_number, give_text, given, needed_text, or, set};
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
    get_number(chain, index, |handle| {
        let lookup = Lookup {
            name: needed_text(name, "the last").ok(),
            disk: needed_text(disk, "any").ok(),
            below,
        };
        handle.chain.find(&lookup, &mut Identity::of_path)
    })
}

/// Finds an image of a chain, as libvirt's users name it. Data files are not looked at.
///
/// A name is "vda[2]", for the image of that depth; or else a path as the image's location has it,
/// or a relative path as it is recorded; or else any other name of a file, absolute or seen from
/// the directory of the image above, that leads this process to the same file (stat(2)).
///
/// @param chain  the chain, or NULL
/// @param name   NUL-terminated; or NULL for the last image
/// @param disk   the name of the disk, which that in "vda[2]" must be then; or NULL: it may be any
/// @param index  receives the index of the element, or 0; may be NULL
/// @return whether there is one
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

/// Finds an image below an element, as diskprobe_chain_find(): the element itself is not meant.
///
/// @param chain  the chain, or NULL
/// @param above  the index of the element
/// @param name   NUL-terminated; or NULL for the last image
/// @param disk   the name of the disk, or NULL
/// @param index  receives the index of the element, or 0; may be NULL
/// @return whether there is one
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

/// Finds the image of a depth, which is libvirt's index: 0 is the top, 1 its backing file.
///
/// @param chain  the chain, or NULL
/// @param depth  how many steps from a backing file to the next one
/// @param index  receives the index of the element, or 0; may be NULL
/// @return whether there is one
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_image_at(
    chain: *const diskprobe_chain,
    depth: u32,
    index: *mut usize,
) -> bool {
    get_number(chain, index, |handle| {
        let mut images = handle.chain.images();
        images
            .find(|(_, image)| image.depth() == depth)
            .map(|(place, _)| place)
    })
}

/// Gives the relative name to record for the image at last in the image above the one at first, when
/// the images from first to the one above last are taken out of the chain, as by a block pull.
///
/// It is put together from the relative names by which first, last and those between are recorded;
/// nothing in it is tidied.
///
/// @param chain   the chain, or NULL
/// @param first   the index of the first image that goes
/// @param last    the index of the image to record; may be first
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, in no particular encoding, free with diskprobe_string_free(); NULL where
///         one of these images is not recorded by a relative name, or last does not come at or below
///         first
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_relative_backing_path(
    chain: *const diskprobe_chain,
    first: usize,
    last: usize,
    length: *mut usize,
) -> *mut c_char {
    give_text(length, || {
        given(chain)?.chain.relative_backing_path(first, last)
    })
}

/// Frees a string that a call gave you.
///
/// @param string  the string, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_string_free(string: *mut c_char) {
    free_text(string);
}

/// Reads "vda" or "vda[2]": a disk, and an image of its chain.
///
/// @param text         NUL-terminated
/// @param disk_length  receives how many of the first bytes are the name of the disk, or 0; may be
///                     NULL
/// @param index        receives the index, or 0 where none is named; may be NULL
/// @return whether it is one; where what follows the first bracket is not a number and the closing
///         bracket, it can only be the name of a file
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_disk_target_parse(
    text: *const c_char,
    disk_length: *mut usize,
    index: *mut u32,
) -> bool {
    let found = or(None, || {
        let target = disk_target(needed_text(text, "no text").ok()?)?;
        Some((target.disk.len(), target.index))
    });
    set(disk_length, found.map_or(0, |(length, _)| length));
    set(index, found.map_or(0, |(_, index)| index));
    found.is_some()
}
