// SPDX-License-Identifier: MIT OR Apache-2.0
//! What there is to know before the image is accepted, and what else its bytes could be read as.

use super::super::enums::{
    diskprobe_content_kind, diskprobe_finding, diskprobe_format, diskprobe_tool,
    number as enum_number, CEnum,
};
use super::{diskprobe_image, fact, name};
use core::ffi::c_char;
use core::mem::MaybeUninit;

/// Tells whether something holds for the image that matters to who accepts it from a stranger.
///
/// Whether it is acceptable is the caller's policy: an overlay of one's own has a backing file, an
/// upload should not. diskprobe_policy_evaluate() decides by one. Set diskprobe_options_set_thorough() for a probe whose verdict shall be
/// complete; DISKPROBE_FINDING_INCOMPLETE_SCAN tells that it is not.
///
/// @param image    the image, or NULL
/// @param finding  the finding
/// @return whether it holds; false for a number that is no finding
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_has_finding(
    image: *const diskprobe_image,
    finding: MaybeUninit<diskprobe_finding>,
) -> bool {
    fact(image, false, |image| {
        let finding = diskprobe_finding::of_number(enum_number(finding))?;
        Some(image.has_finding(finding))
    })
}

/// Tells what there is to know before the image is accepted: every finding that holds, in the order of
/// their numbers. See diskprobe_image_has_finding().
///
/// @param image  the image, or NULL
/// @param index  from 0 on
/// @return the finding; DISKPROBE_FINDING_NONE past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_finding(
    image: *const diskprobe_image,
    index: usize,
) -> diskprobe_finding {
    fact(image, diskprobe_finding::DISKPROBE_FINDING_NONE, |image| {
        Some(image.findings().nth(index)?.into())
    })
}

/// Tells which other formats the bytes carry the signature of.
///
/// They never change the answer of diskprobe_image_format(). Where the format was asked for, they are
/// looked for if diskprobe_options_set_also_matches() was set too. Signatures at the end of the file (a fixed VHD's, a UDIF image's) are
/// looked for where diskprobe_options_set_thorough() was set.
///
/// @param image  the image, or NULL
/// @param index  from 0 on
/// @return the format; DISKPROBE_FORMAT_UNKNOWN past the last: for most images at index 0
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_also_matches(
    image: *const diskprobe_image,
    index: usize,
) -> diskprobe_format {
    fact(image, diskprobe_format::DISKPROBE_FORMAT_UNKNOWN, |image| {
        Some(image.also_matches().nth(index)?.into())
    })
}

/// Tells what a raw image holds, as a hint; of another format, what its bytes hold for who takes
/// them for raw.
///
/// One image can hold more than one: a bootable ISO image often has a partition table too. Looked
/// for where diskprobe_options_set_thorough() was set and the format was not asked for.
///
/// @param image  the image, or NULL
/// @param index  from 0 on
/// @return the content; DISKPROBE_CONTENT_KIND_NONE past the last
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_content(
    image: *const diskprobe_image,
    index: usize,
) -> diskprobe_content_kind {
    fact(
        image,
        diskprobe_content_kind::DISKPROBE_CONTENT_KIND_NONE,
        |image| Some(image.content().nth(index)?.into()),
    )
}

/// Tells what a reader would take the bytes for by its own rules, where that is not
/// diskprobe_image_format().
///
/// In the reader's own words: libvirt says "iso", and "vhd" for VHDX. Looked for where
/// diskprobe_options_set_thorough() was set; not where raw was asked for, since no content is read
/// then.
///
/// @param image   the image, or NULL
/// @param reader  the reader
/// @return a static string; NULL where the reader agrees, or nothing was looked for
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_detected_as(
    image: *const diskprobe_image,
    reader: MaybeUninit<diskprobe_tool>,
) -> *const c_char {
    name(image, |image| {
        image.reading(diskprobe_tool::of_number(enum_number(reader))?)
    })
}
