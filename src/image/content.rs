// SPDX-License-Identifier: MIT OR Apache-2.0
//! What else the same bytes could be read as.

use crate::base::named::named_enum;
use core::ffi::CStr;

named_enum! {
    /// What a raw image holds. A hint: it never changes the format.
    ///
    /// One image can hold more than one: a bootable ISO image often has a partition table too.
    /// The order is that in which they are told.
    Content {
        /// An ISO 9660 file system.
        Iso9660 = "iso9660",
        /// A UDF file system.
        Udf = "udf",
        /// A GUID partition table.
        Gpt = "gpt",
        /// A partition table in a master boot record, other than the one that protects a GPT.
        Mbr = "mbr",
        /// An LVM2 physical volume.
        Lvm2 = "lvm2",
        /// ext2, ext3 or ext4.
        Ext = "ext",
        /// XFS.
        Xfs = "xfs",
        /// NTFS.
        Ntfs = "ntfs",
        /// exFAT.
        ExFat = "exfat",
        /// FAT12, FAT16 or FAT32.
        Fat = "fat",
        /// SquashFS.
        Squashfs = "squashfs",
        /// Linux swap space.
        Swap = "swap",
    }
}

named_enum! {
    /// A program that decides by a file's bytes what it is.
    Tool {
        /// QEMU, where no format is named to it.
        Qemu = "qemu",
        /// libvirt, where it probes: storage pools, and backing files whose format is not
        /// recorded.
        Libvirt = "libvirt",
    }
}

/// What readers would take the bytes for, where that is not the format of the answer. In each
/// reader's own words.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DetectedAs {
    pub(crate) qemu: Option<&'static CStr>,
    pub(crate) libvirt: Option<&'static CStr>,
}
