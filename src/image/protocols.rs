// SPDX-License-Identifier: MIT OR Apache-2.0
//! Protocol drivers that an image may record as the format of its backing store.

/// QEMU's protocol drivers. The bytes that such a driver reads are the disk. Some programs record
/// one as the format of a backing store, and QEMU accepts it.
const DRIVERS: [&[u8]; 13] = [
    b"file",
    b"ftp",
    b"ftps",
    b"gluster",
    b"host_cdrom",
    b"host_device",
    b"http",
    b"https",
    b"iscsi",
    b"nbd",
    b"nfs",
    b"rbd",
    b"ssh",
];

/// Returns whether `name` is one of QEMU's protocol drivers.
pub(super) fn is_driver(name: &[u8]) -> bool {
    DRIVERS.contains(&name)
}
