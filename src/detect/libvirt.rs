// SPDX-License-Identifier: MIT OR Apache-2.0
//! Detection by libvirt's table, versions 9.0 to 11.3.

use super::content::is_iso9660;
use crate::base::format::Format;
use crate::base::named::Named;
use crate::base::view::{Head, Part};
use core::ffi::CStr;

/// libvirt's magics in its order, with the versions that it supports.
const MAGICS: &[(&CStr, &[Part])] = &[
    (c"vpc", &[(0, b"conectix"), (12, b"\0\x01\0\0")]),
    (c"vdi", &[(64, b"\x7f\x10\xda\xbe\x01\0\x01\0")]),
    (c"ploop", &[(0, b"WithouFreSpacExt")]),
    (c"cow", &[(0, b"OOOM\0\0\0\x02")]),
    (c"qcow", &[(0, b"QFI"), (4, b"\0\0\0\x01")]),
    (c"qcow2", &[(0, b"QFI"), (4, b"\0\0\0\x02")]),
    (c"qcow2", &[(0, b"QFI"), (4, b"\0\0\0\x03")]),
    (c"qed", &[(0, b"QED")]),
    (c"vmdk", &[(0, b"KDMV\x01\0\0\0")]),
    (c"vmdk", &[(0, b"KDMV\x02\0\0\0")]),
    (c"vmdk", &[(0, b"KDMV\x03\0\0\0")]),
];

/// Returns the format that libvirt detects from the first sector and the volume descriptors.
pub(super) fn detect(head: &Head<'_>, descriptors: &[u8]) -> &'static CStr {
    if is_iso9660(descriptors) {
        return c"iso";
    }
    let found = MAGICS.iter().find(|(_, parts)| head.has_all(parts));
    found.map_or(c"raw", |(name, _)| name)
}

/// Returns libvirt's name for a format. LUKS keeps its name, although libvirt treats it as an
/// encryption.
pub(super) fn name(format: Format) -> &'static CStr {
    match format {
        Format::Luks => format.c_name(),
        other => other.libvirt_c_name(),
    }
}
