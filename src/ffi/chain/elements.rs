// SPDX-License-Identifier: MIT OR Apache-2.0
//! The elements of a chain.

use super::super::error::diskprobe_error;
use super::super::guard::{get, get_number, get_text};
use super::super::handle::set;
use super::super::image::diskprobe_image;
use super::super::location::diskprobe_location;
use super::super::number::{
    diskprobe_element_kind, diskprobe_format, diskprobe_format_source, get_enum,
};
use super::diskprobe_chain;
use crate::base::stored::{NulText, Stored};
use crate::chain::Element;
use core::ffi::c_char;
use core::ptr::{from_ref, null};

fn text(stored: &Option<Stored>) -> Option<NulText<'_>> {
    stored.as_ref().map(Stored::text)
}

/// Returns the short, stable name of a kind of element, such as "data-file".
///
/// @param kind  any number
/// @return a static string; "unknown" for a number that is not a kind of element
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_element_kind_to_string(kind: diskprobe_element_kind) -> *const c_char {
    kind.name()
}

/// Returns the short, stable name of a source of a format, such as "recorded".
///
/// @param source  any number
/// @return a static string; "unknown" for DISKPROBE_FORMAT_SOURCE_UNKNOWN and for a number that is
///         not a source
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_format_source_to_string(
    source: diskprobe_format_source,
) -> *const c_char {
    source.name()
}

/// Returns the number of elements.
///
/// The top image is the first element. Each image is followed by its data file, if any, and then by
/// its backing file.
///
/// @param chain  the chain, or NULL
/// @return the number; 0 only if chain is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_count(chain: *const diskprobe_chain) -> usize {
    get(chain, 0, |chain| chain.elements().len())
}

/// Checks whether the chain contains all files of the disk.
///
/// @param chain  the chain, or NULL
/// @return true if it does; false if the walk failed or the last image was not opened
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_is_complete(chain: *const diskprobe_chain) -> bool {
    get(chain, false, |chain| chain.is_complete())
}

/// Returns the kind of an element.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return the kind; DISKPROBE_ELEMENT_KIND_NONE if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_kind(
    chain: *const diskprobe_chain,
    index: usize,
) -> diskprobe_element_kind {
    get_enum(chain, |chain| Some(chain.element(index)?.kind()))
}

/// Returns the depth of an element: the number of backing files from the top image to it.
///
/// It is libvirt's index, the 2 in "vda[2]". A data file has the same depth as the image that names
/// it.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @param depth  receives the depth; may be NULL
/// @return true if index is in range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_depth(
    chain: *const diskprobe_chain,
    index: usize,
    depth: *mut u32,
) -> bool {
    get_number(chain, depth, |chain| Some(chain.element(index)?.depth()))
}

/// Returns the index of the image that names an element.
///
/// @param chain   the chain, or NULL
/// @param index   below diskprobe_chain_element_count()
/// @param parent  receives the index of the image; may be NULL
/// @return true if there is one; false for the top image, or if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_parent(
    chain: *const diskprobe_chain,
    index: usize,
    parent: *mut usize,
) -> bool {
    get_number(chain, parent, |chain| chain.element(index)?.parent_index())
}

/// Returns the location of an element: the exact bytes that its image records.
///
/// @param chain   the chain, or NULL
/// @param index   below diskprobe_chain_element_count()
/// @param length  receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, in any encoding, owned by the chain; NULL for the top image and for a
///         data file without a name
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_recorded(
    chain: *const diskprobe_chain,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    get_text(chain, length, |chain| text(&chain.element(index)?.recorded))
}

/// Returns the parsed location of an element. A relative path is joined to the directory of its
/// image.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return the location, owned by the chain: do not free it; NULL if it cannot be parsed
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_element_location(
    chain: *const diskprobe_chain,
    index: usize,
) -> *const diskprobe_location {
    get(chain, null(), |chain| {
        let location = chain.element(index).and_then(Element::location);
        location.map_or(null(), diskprobe_location::lend)
    })
}

/// Returns the format of an element. It is the recorded format if the element was not opened.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return the format; DISKPROBE_FORMAT_UNKNOWN if it is unknown
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_format(
    chain: *const diskprobe_chain,
    index: usize,
) -> diskprobe_format {
    get_enum(chain, |chain| chain.element(index)?.format())
}

/// Returns how the format of an element is known.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return the source; DISKPROBE_FORMAT_SOURCE_UNKNOWN if the format is unknown
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_format_source(
    chain: *const diskprobe_chain,
    index: usize,
) -> diskprobe_format_source {
    get_enum(chain, |chain| Some(chain.element(index)?.format_source()))
}

/// Returns the recorded name of an element's format, whether the name is known or not.
///
/// @param chain   the chain, or NULL
/// @param index   below diskprobe_chain_element_count()
/// @param length  receives the length in bytes, without the final NUL; may be NULL
/// @return NUL-terminated, owned by the chain; NULL if a flag records the format, or nothing does
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_format_name(
    chain: *const diskprobe_chain,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    get_text(chain, length, |chain| {
        text(&chain.element(index)?.format_name)
    })
}

/// Returns the facts of an element.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return the image, owned by the chain: do not free it; NULL if the element failed or was not
///         opened
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_element_image(
    chain: *const diskprobe_chain,
    index: usize,
) -> *const diskprobe_image {
    get(chain, null(), |chain| {
        let image = chain.element(index).and_then(Element::image);
        image.map_or(null(), diskprobe_image::lend)
    })
}

/// Returns the identity of an element's file, which all names of the file share.
///
/// @param chain   the chain, or NULL
/// @param index   below diskprobe_chain_element_count()
/// @param device  receives the device number (st_dev); may be NULL
/// @param inode   receives the inode number (st_ino); may be NULL
/// @return true if it is known, that is, if the library opened the file or the opener set the
///         identity
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_element_identity(
    chain: *const diskprobe_chain,
    index: usize,
    device: *mut u64,
    inode: *mut u64,
) -> bool {
    let identity = get(chain, None, |chain| chain.element(index)?.identity());
    let (own_device, own_inode) = identity.map_or((0, 0), |identity| identity.numbers());
    set(device, own_device);
    set(inode, own_inode);
    identity.is_some()
}

/// Returns the reason why an element failed. Only the last element of a partial chain has an error.
///
/// @param chain  the chain, or NULL
/// @param index  below diskprobe_chain_element_count()
/// @return the error, owned by the chain: do not free it; NULL if the element did not fail
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_element_error(
    chain: *const diskprobe_chain,
    index: usize,
) -> *const diskprobe_error {
    get(chain, null(), |chain| {
        let failed = chain.element(index).and_then(Element::error);
        let error = chain.error.as_ref().filter(|_| failed.is_some());
        error.map_or(null(), from_ref)
    })
}
