// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ordered table of formats. `docs/architecture.md` says what a new one needs.

mod bochs;
mod cloop;
mod cow;
pub(crate) mod dmg;
mod driver;
mod guid;
mod luks;
pub(crate) mod luks2;
mod parallels;
mod qcow;
mod qcow2;
mod qed;
mod raw;
mod sizes;
mod vdi;
mod vhdx;
pub(crate) mod vmdk;
pub(crate) mod vpc;

use crate::base::format::Format;
use crate::base::view::Head;
use driver::drivers;
pub(crate) use driver::{Driver, Magic, Seen};

// Every format, in the order in which QEMU's probing asks its drivers. If the bytes have two
// magics, the order decides: VDI's is at offset 64, the others are at 0. The bytes are `raw` if
// they have none. QEMU detects dmg by the file's name, and has no driver for cow.
drivers! {
    Parallels: parallels, missing "no parallels signature" {
        Probed: 0 b"WithoutFreeSpace\x02\0\0\0";
        Probed: 0 b"WithouFreSpacExt\x02\0\0\0";
        Similar: 0 b"WithoutFreeSpace";
        Similar: 0 b"WithouFreSpacExt";
    }
    Qed: qed, missing "no qed signature" {
        Probed: 0 b"QED\0";
    }
    Dmg: dmg, trailer dmg::has_trailer {
        Unprobed: 0 b"encrcdsa";
    }
    // Other variants are overlays that do not record their base. QEMU treats them as raw.
    Bochs: bochs, missing "no signature of a growing bochs image" {
        Probed: 0 b"Bochs Virtual HD Image\0", 32 b"Redolog\0", 48 b"Growing\0", 64 b"\0\0\x01\0";
        Probed: 0 b"Bochs Virtual HD Image\0", 32 b"Redolog\0", 48 b"Growing\0", 64 b"\0\0\x02\0";
        Similar: 0 b"Bochs Virtual HD Image\0";
    }
    Cloop: cloop, missing "no cloop version 2.0 script" {
        Probed: 0 b"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n";
        Similar: 0 b"#!/bin/sh\n#V";
    }
    Vpc: vpc, trailer vpc::has_trailer {
        Probed: 0 b"conectix";
    }
    Vmdk: vmdk, missing "no vmdk signature and no descriptor that starts with its version" {
        Probed: 0 b"KDMV";
        Probed: 0 b"COWD";
        Probed: and "a descriptor that starts with its version" vmdk::says_version;
        Similar: and "text with the key createType" vmdk::is_similar;
    }
    Vhdx: vhdx, missing "no vhdx signature" {
        Probed: 0 b"vhdxfile";
    }
    Vdi: vdi, missing "no vdi signature" {
        Probed: 64 b"\x7f\x10\xda\xbe";
    }
    Qcow: qcow, missing "no qcow version 1 signature" {
        Probed: 0 b"QFI\xfb\0\0\0\x01";
    }
    Raw: raw {}
    Qcow2: qcow2, missing "no qcow2 signature" {
        Probed: 0 b"QFI\xfb" and "a version of 2 or more" qcow2::is_version_2_or_later;
        Similar: 0 b"QFI\xfb\0\0\0\0";
    }
    Luks: luks, missing "no LUKS signature" {
        Probed: 0 b"LUKS\xba\xbe\0\x01";
        Unprobed: 0 b"LUKS\xba\xbe\0\x02";
        Similar: 0 b"LUKS\xba\xbe";
    }
    Cow: cow, missing "no cow version 2 signature" {
        Unprobed: 0 b"OOOM\0\0\0\x02";
        Similar: 0 b"OOOM";
    }
}
