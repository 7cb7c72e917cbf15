// SPDX-License-Identifier: MIT OR Apache-2.0
//! What libvirt takes bytes for, by its own table: versions 9.0 to 11.3.

use super::content::is_iso9660;
use crate::base::format::Format;
use crate::base::named::Named;
use crate::base::view::Head;
use core::ffi::CStr;

/// What a file with this first sector and these volume descriptors is to libvirt.
pub(super) fn takes_for(head: &Head<'_>, descriptors: &[u8]) -> &'static CStr {
    let is = |magic: &[u8]| head.has(0, magic);
    if is_iso9660(descriptors) {
        c"iso"
    } else if is(b"conectix") && head.be_u32(12) == 0x0001_0000 {
        c"vpc"
    } else if head.has(64, b"\x7f\x10\xda\xbe") && head.le_u32(68) == 0x0001_0001 {
        c"vdi"
    } else if is(b"WithouFreSpacExt") {
        c"ploop"
    } else if is(b"OOOM") && head.be_u32(4) == 2 {
        c"cow"
    } else if is(b"QFI") && head.be_u32(4) == 1 {
        c"qcow"
    } else if is(b"QFI") && matches!(head.be_u32(4), 2 | 3) {
        c"qcow2"
    } else if is(b"QED") {
        c"qed"
    } else if is(b"KDMV") && matches!(head.le_u32(4), 1..=3) {
        c"vmdk"
    } else {
        c"raw"
    }
}

/// libvirt's name for a format, of which it tells LUKS by the encryption only.
pub(super) fn name(format: Format) -> &'static CStr {
    match format {
        Format::Luks => format.c_name(),
        other => other.libvirt_c_name(),
    }
}
