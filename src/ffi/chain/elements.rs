// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a chain says of its elements.

use super::super::enums::diskprobe_format;
use super::super::error::diskprobe_error;
use super::super::guard::{get, get_number, get_text, set};
use super::super::image::diskprobe_image;
use super::super::location::diskprobe_location;
use super::diskprobe_chain;
use super::kinds::{diskprobe_element_kind, diskprobe_format_source};
use crate::chain::Element;
use crate::location::Stored;
use core::ffi::c_char;
use core::ptr::null;

fn fact<R: Copy>(
    chain: *const diskprobe_chain,
    index: usize,
    none: R,
    fact: impl FnOnce(&Element) -> Option<R>,
) -> R {
    get(chain, none, |handle| {
        let element = handle.chain.elements().get(index);
        element.and_then(fact).unwrap_or(none)
    })
}

fn text(
    chain: *const diskprobe_chain,
    index: usize,
    length: *mut usize,
    fact: impl FnOnce(&Element) -> Option<&Stored>,
) -> *const c_char {
    get_text(chain, length, |handle| {
        Some(fact(handle.chain.elements().get(index)?)?.with_nul())
    })
}

/// Counts the elements: the image at the top is the first, each data file is behind its image, and
/// then comes the backing file of that image.
///
/// @param chain  the chain, or NULL
/// @return the number; 0 for NULL only
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_count(chain: *const diskprobe_chain) -> usize {
    get(chain, 0, |handle| handle.chain.elements().len())
}

/// Tells whether it is known that nothing more is under the disk: not where the last image was left
/// unopened, nor where the chain is broken.
///
/// @param chain  the chain, or NULL
/// @return whether it is
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_is_complete(chain: *const diskprobe_chain) -> bool {
    get(chain, false, |handle| handle.chain.is_complete())
}

/// Tells in what role an element is.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return the role; DISKPROBE_ELEMENT_KIND_NONE past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_kind(
    chain: *const diskprobe_chain,
    index: usize,
) -> diskprobe_element_kind {
    let none = diskprobe_element_kind::DISKPROBE_ELEMENT_KIND_NONE;
    fact(chain, index, none, |element| Some(element.kind().into()))
}

/// Gives the depth of an element: how many steps from a backing file to the next one lie between the
/// top and it. It is libvirt's index, the 2 of "vda[2]". A data file has that of its image.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @param depth  receives the depth, or 0; may be NULL
/// @return whether there is such an element
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_depth(
    chain: *const diskprobe_chain,
    index: usize,
    depth: *mut u32,
) -> bool {
    get_number(chain, depth, |handle| {
        Some(handle.chain.elements().get(index)?.depth())
    })
}

/// Finds the image that names an element.
///
/// @param chain   the chain, or NULL
/// @param index   below diskprobe_chain_element_count()
/// @param parent  receives the index of the image, or 0; may be NULL
/// @return whether there is one: not for the top
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_parent(
    chain: *const diskprobe_chain,
    index: usize,
    parent: *mut usize,
) -> bool {
    get_number(chain, parent, |handle| {
        handle.chain.elements().get(index)?.parent()
    })
}

/// Gives what the image that names an element has recorded: the exact bytes.
///
/// @param chain   the chain, or NULL
/// @param index   below diskprobe_chain_element_count()
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, in no particular encoding, owned by the chain; NULL for the top, and for
///         a data file that is not named
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_recorded(
    chain: *const diskprobe_chain,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    text(chain, index, length, |element| element.recorded.as_ref())
}

/// Gives what that names, relative paths joined to the directory of the image that records them.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return the location, owned by the chain: not to be freed; NULL where it cannot be understood
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_location(
    chain: *const diskprobe_chain,
    index: usize,
) -> *const diskprobe_location {
    fact(chain, index, null(), |element| {
        element.location().map(diskprobe_location::lend)
    })
}

/// Gives the format of an element; where it was not opened, the one that it is said to have.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return the format; DISKPROBE_FORMAT_UNKNOWN where it is not known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_format(
    chain: *const diskprobe_chain,
    index: usize,
) -> diskprobe_format {
    let unknown = diskprobe_format::DISKPROBE_FORMAT_UNKNOWN;
    fact(chain, index, unknown, |element| {
        Some(element.format()?.into())
    })
}

/// Tells how the format of an element came to be known.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return how; DISKPROBE_FORMAT_SOURCE_UNKNOWN where it is not known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_format_source(
    chain: *const diskprobe_chain,
    index: usize,
) -> diskprobe_format_source {
    let unknown = diskprobe_format_source::DISKPROBE_FORMAT_SOURCE_UNKNOWN;
    fact(chain, index, unknown, |element| {
        Some(element.format_source().into())
    })
}

/// Gives the name by which the format of an element is recorded, whether it is known or not.
///
/// @param chain   the chain, or NULL
/// @param index   below diskprobe_chain_element_count()
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the chain; NULL where it is recorded by a flag, or not
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_format_name(
    chain: *const diskprobe_chain,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    text(chain, index, length, |element| element.format_name.as_ref())
}

/// Gives the facts of an element.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return the image, owned by the chain: not to be freed; NULL where it was left unopened, or has
///         an error
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_image(
    chain: *const diskprobe_chain,
    index: usize,
) -> *const diskprobe_image {
    fact(chain, index, null(), |element| {
        element.image().map(diskprobe_image::lend)
    })
}

/// Tells which file an element is, whatever its names are.
///
/// @param chain   the chain, or NULL
/// @param index   below diskprobe_chain_element_count()
/// @param device  receives what holds it (st_dev), or 0; may be NULL
/// @param inode   receives its number there (st_ino), or 0; may be NULL
/// @return whether that can be told: where it was opened, and an opener that reads by functions said
///         it
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_identity(
    chain: *const diskprobe_chain,
    index: usize,
    device: *mut u64,
    inode: *mut u64,
) -> bool {
    let identity = fact(chain, index, None, |element| Some(element.identity()));
    set(device, identity.map_or(0, |identity| identity.device));
    set(inode, identity.map_or(0, |identity| identity.inode));
    identity.is_some()
}

/// Gives what is wrong with an element. Only the last one of a chain that is not whole has an error.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return the error, owned by the chain: not to be freed; NULL where nothing is wrong
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_error(
    chain: *const diskprobe_chain,
    index: usize,
) -> *const diskprobe_error {
    get(chain, null(), |handle| {
        let element = handle.chain.elements().get(index);
        let error = handle.error.as_ref();
        let error = error.filter(|_| element.is_some_and(|element| element.error().is_some()));
        error.map_or(null(), core::ptr::from_ref)
    })
}
