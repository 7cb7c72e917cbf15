// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an image may record as the format of its backing store, and is none.

/// QEMU's drivers below the format: what they read is the disk as it is. Some programs record one as
/// the format of a backing store, and QEMU takes it for one.
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

/// Whether it is the name of such a driver.
pub(super) fn is_driver(name: &[u8]) -> bool {
    DRIVERS.contains(&name)
}
