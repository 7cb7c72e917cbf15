// SPDX-License-Identifier: MIT OR Apache-2.0
//! The enumerations that chains have. Their numbers are ABI: values are only ever appended.

use super::super::enums::{c_enum, CEnum};
use crate::chain::{ElementKind, FormatSource, UnrecordedFormat};
use core::ffi::c_uint;

/// In what role an element is in its chain. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_element_kind {
    /// No element: the index is past the last.
    DISKPROBE_ELEMENT_KIND_NONE = 0,
    /// The image that the walk began with.
    DISKPROBE_ELEMENT_KIND_TOP = 1,
    /// The backing file of the image above it.
    DISKPROBE_ELEMENT_KIND_BACKING = 2,
    /// The data file of an image.
    DISKPROBE_ELEMENT_KIND_DATA_FILE = 3,
}

/// What to do with a backing file whose format the image above it does not record. New values are
/// only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_unrecorded_format {
    /// No policy: for a name that is not one.
    DISKPROBE_UNRECORDED_FORMAT_NONE = 0,
    /// The chain is broken there.
    DISKPROBE_UNRECORDED_FORMAT_REFUSE = 1,
    /// Its bytes decide, as long as what they show names no other file: no backing file, data file,
    /// extent or parent. Whoever can write to a raw disk could otherwise put a header there that
    /// names a file of the host. libvirt's rule, made whole.
    DISKPROBE_UNRECORDED_FORMAT_PROBE = 2,
    /// It is raw, whatever its bytes show.
    DISKPROBE_UNRECORDED_FORMAT_RAW = 3,
}

/// How the format of an element came to be known. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_format_source {
    /// Not at all.
    DISKPROBE_FORMAT_SOURCE_UNKNOWN = 0,
    /// The caller gave it.
    DISKPROBE_FORMAT_SOURCE_GIVEN = 1,
    /// The image that names the element records it, by a name, a flag, or a location with a driver;
    /// or it allows no other.
    DISKPROBE_FORMAT_SOURCE_RECORDED = 2,
    /// The bytes of the element show it.
    DISKPROBE_FORMAT_SOURCE_PROBED = 3,
    /// It is not recorded, and raw by the caller's policy.
    DISKPROBE_FORMAT_SOURCE_ASSUMED = 4,
    /// The element is a data file: these are always raw.
    DISKPROBE_FORMAT_SOURCE_IMPLIED = 5,
}

c_enum!(
    diskprobe_element_kind,
    ElementKind,
    DISKPROBE_ELEMENT_KIND_TOP = Top,
    DISKPROBE_ELEMENT_KIND_BACKING = Backing,
    DISKPROBE_ELEMENT_KIND_DATA_FILE = DataFile,
);
c_enum!(
    diskprobe_unrecorded_format,
    UnrecordedFormat,
    DISKPROBE_UNRECORDED_FORMAT_REFUSE = Refuse,
    DISKPROBE_UNRECORDED_FORMAT_PROBE = Probe,
    DISKPROBE_UNRECORDED_FORMAT_RAW = Raw,
);
c_enum!(
    diskprobe_format_source,
    FormatSource,
    DISKPROBE_FORMAT_SOURCE_UNKNOWN = Unknown,
    DISKPROBE_FORMAT_SOURCE_GIVEN = Given,
    DISKPROBE_FORMAT_SOURCE_RECORDED = Recorded,
    DISKPROBE_FORMAT_SOURCE_PROBED = Probed,
    DISKPROBE_FORMAT_SOURCE_ASSUMED = Assumed,
    DISKPROBE_FORMAT_SOURCE_IMPLIED = Implied,
);
