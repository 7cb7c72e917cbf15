// SPDX-License-Identifier: MIT OR Apache-2.0
//! Findings, and other formats and content of the same bytes.

use super::super::guard::{get, get_name};
use super::super::number::{
    diskprobe_content_kind, diskprobe_finding, diskprobe_format, diskprobe_tool, get_enum,
};
use super::diskprobe_image;
use crate::policy::Finding;
use core::ffi::c_char;

/// Returns the short, stable name of a finding, such as "backing-file".
///
/// @param finding  any number
/// @return a static string; "unknown" for a number that is not a finding
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_finding_to_string(finding: diskprobe_finding) -> *const c_char {
    finding.name()
}

/// Parses the name of a finding.
///
/// @param name     NUL-terminated, compared exactly
/// @param finding  receives the finding, or DISKPROBE_FINDING_NONE; may be NULL
/// @return true if name is the name of a finding
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_finding_from_string(
    name: *const c_char,
    finding: *mut diskprobe_finding,
) -> bool {
    diskprobe_finding::parse(name, finding, Finding::from_bytes)
}

/// Checks whether the image has a finding.
///
/// Whether a finding is acceptable depends on the caller's policy: see diskprobe_policy_evaluate().
/// Findings are complete only after a thorough probe: see diskprobe_options_set_thorough() and
/// DISKPROBE_FINDING_INCOMPLETE_SCAN.
///
/// @param image    the image, or NULL
/// @param finding  the finding
/// @return true if it does; false if not, or if the number is not a finding
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_has_finding(
    image: *const diskprobe_image,
    finding: diskprobe_finding,
) -> bool {
    get(image, false, |image| {
        finding.value().is_some_and(|it| image.has_finding(it))
    })
}

/// Returns the number of findings.
///
/// @param image  the image, or NULL
/// @return the number
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_finding_count(image: *const diskprobe_image) -> usize {
    get(image, 0, |image| image.findings().count())
}

/// Returns a finding of the image. Findings are sorted by number.
///
/// @param image  the image, or NULL
/// @param index  below diskprobe_image_finding_count()
/// @return the finding; DISKPROBE_FINDING_NONE if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_finding(
    image: *const diskprobe_image,
    index: usize,
) -> diskprobe_finding {
    get_enum(image, |image| image.findings().nth(index))
}

/// Returns the number of other formats whose signature the bytes contain.
///
/// They do not affect diskprobe_image_format(). If a format was requested, the probe searches for
/// them only with diskprobe_options_set_also_matches(). Only a thorough probe finds signatures at
/// the end of the file (fixed VHD, UDIF).
///
/// @param image  the image, or NULL
/// @return the number: 0 for most images
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_also_match_count(image: *const diskprobe_image) -> usize {
    get(image, 0, |image| image.also_matches().count())
}

/// Returns another format whose signature the bytes contain.
///
/// @param image  the image, or NULL
/// @param index  below diskprobe_image_also_match_count()
/// @return the format; DISKPROBE_FORMAT_UNKNOWN if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_also_match(
    image: *const diskprobe_image,
    index: usize,
) -> diskprobe_format {
    get_enum(image, |image| image.also_matches().nth(index))
}

/// Returns the short, stable name of a kind of content, such as "iso9660".
///
/// @param kind  any number
/// @return a static string; "unknown" for a number that is not a kind of content
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_content_kind_to_string(kind: diskprobe_content_kind) -> *const c_char {
    kind.name()
}

/// Returns the number of kinds of content that the bytes hold when read as raw.
///
/// Content is a hint and does not affect the format. The probe searches for content if it is
/// thorough and detects the format, or with diskprobe_options_set_also_matches().
///
/// @param image  the image, or NULL
/// @return the number; it can exceed 1, for example for a bootable ISO image with a partition table
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_content_count(image: *const diskprobe_image) -> usize {
    get(image, 0, |image| image.content().count())
}

/// Returns a kind of content that the bytes hold when read as raw.
///
/// @param image  the image, or NULL
/// @param index  below diskprobe_image_content_count()
/// @return the kind; DISKPROBE_CONTENT_KIND_NONE if index is out of range
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_content(
    image: *const diskprobe_image,
    index: usize,
) -> diskprobe_content_kind {
    get_enum(image, |image| image.content().nth(index))
}

/// Returns the short, stable name of a tool, such as "libvirt".
///
/// @param tool  any number
/// @return a static string; "unknown" for a number that is not a tool
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_tool_to_string(tool: diskprobe_tool) -> *const c_char {
    tool.name()
}

/// Returns what another tool detects, if that differs from diskprobe_image_format().
///
/// The name is the tool's own: in libvirt, "iso" for an ISO image and "vhd" for VHDX. It is known
/// only after a thorough probe, and not if raw was requested, because no content is read then.
///
/// @param image  the image, or NULL
/// @param tool   the tool
/// @return a static string; NULL if the tool agrees, or if its result is unknown
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_detected_as(
    image: *const diskprobe_image,
    tool: diskprobe_tool,
) -> *const c_char {
    get_name(image, |image| image.facts().detected_as.by(tool.value()?))
}
