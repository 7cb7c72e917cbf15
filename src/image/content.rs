// SPDX-License-Identifier: MIT OR Apache-2.0
//! Other interpretations of the same bytes.

use crate::base::named::named_enum;
use core::ffi::CStr;

named_enum! {
    /// A kind of content in a raw image. It is a hint and does not affect the format.
    ///
    /// An image can have several kinds: a bootable ISO image often has a partition table. Getters
    /// return them in this order.
    Content {
        /// An ISO 9660 file system.
        Iso9660 = 1 => "iso9660",
        /// A UDF file system.
        Udf = 2 => "udf",
        /// A GUID partition table.
        Gpt = 3 => "gpt",
        /// A partition table in a master boot record, except the protective MBR of a GPT.
        Mbr = 4 => "mbr",
        /// An LVM2 physical volume.
        Lvm2 = 5 => "lvm2",
        /// ext2, ext3 or ext4.
        Ext = 6 => "ext",
        /// XFS.
        Xfs = 7 => "xfs",
        /// NTFS.
        Ntfs = 8 => "ntfs",
        /// exFAT.
        ExFat = 9 => "exfat",
        /// FAT12, FAT16 or FAT32.
        Fat = 10 => "fat",
        /// SquashFS.
        Squashfs = 11 => "squashfs",
        /// Linux swap space.
        Swap = 12 => "swap",
        /// Data that is compressed with gzip: the disk, if there is one, has to be unpacked first.
        Gzip = 13 => "gzip",
        /// Data that is compressed with xz.
        Xz = 14 => "xz",
        /// Data that is compressed with zstd.
        Zstd = 15 => "zstd",
        /// Data that is compressed with bzip2.
        Bzip2 = 16 => "bzip2",
        /// Data that is compressed with lz4.
        Lz4 = 17 => "lz4",
        /// A tar archive, such as an OVA.
        Tar = 18 => "tar",
        /// A ZIP archive.
        Zip = 19 => "zip",
        /// An HTML page, such as the error page of a server.
        Html = 20 => "html",
        /// Another text.
        Text = 21 => "text",
        /// A BitLocker volume.
        BitLocker = 22 => "bitlocker",
    }
    C diskprobe_content_kind {
        /// No content: the index is out of range.
        NONE = 0 => "unknown",
    }
}

named_enum! {
    /// A program that detects the format of a file from its bytes.
    Tool {
        /// QEMU, without an explicit format.
        Qemu = 1 => "qemu",
        /// libvirt, which detects the formats of images in storage pools and of backing files
        /// without a recorded format.
        Libvirt = 2 => "libvirt",
    }
    C diskprobe_tool {
        /// No tool.
        NONE = 0 => "unknown",
    }
}

/// The tools' own names of the formats that they detect, if different from the format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct DetectedAs {
    pub(crate) qemu: Option<&'static CStr>,
    pub(crate) libvirt: Option<&'static CStr>,
}

impl DetectedAs {
    pub(crate) fn by(&self, tool: Tool) -> Option<&'static CStr> {
        match tool {
            Tool::Qemu => self.qemu,
            Tool::Libvirt => self.libvirt,
        }
    }
}
