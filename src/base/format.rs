// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of image formats.

use crate::base::named::named_enum;
use core::ffi::CStr;

named_enum! {
    /// An image format, by the name of the QEMU driver that reads it.
    ///
    /// `Cow` and `Dir` are libvirt's: QEMU has no driver for them (any more), and detection never
    /// answers with them.
    Format {
        /// The bytes are the guest's disk.
        Raw = "raw",
        /// A directory.
        Dir = "dir",
        /// Bochs "growing" image.
        Bochs = "bochs",
        /// Compressed loop image, version 2.0.
        Cloop = "cloop",
        /// User Mode Linux copy-on-write image.
        Cow = "cow",
        /// Apple universal disk image (UDIF).
        Dmg = "dmg",
        /// Linux Unified Key Setup: version 1 and, where it is asked for by name, version 2.
        Luks = "luks",
        /// Parallels and Virtuozzo; libvirt says `ploop`.
        Parallels = "parallels",
        /// QEMU copy-on-write, version 1.
        Qcow = "qcow",
        /// QEMU copy-on-write, versions 2 and 3.
        Qcow2 = "qcow2",
        /// QEMU enhanced disk.
        Qed = "qed",
        /// VirtualBox disk image.
        Vdi = "vdi",
        /// Hyper-V virtual hard disk, version 2.
        Vhdx = "vhdx",
        /// VMware virtual disk.
        Vmdk = "vmdk",
        /// Connectix and Microsoft virtual hard disk (VHD).
        Vpc = "vpc",
    }
}

impl Format {
    /// The name that libvirt has for it in the XML of a volume or disk: `ploop` for parallels, `vhd`
    /// for VHDX, and `raw` for LUKS, which is an encryption there. For others, that of QEMU's driver.
    ///
    /// ```
    /// use diskprobe::Format;
    /// assert_eq!(Format::Parallels.libvirt_name(), "ploop");
    /// assert_eq!(Format::from_libvirt_name(b"vhd"), Some(Format::Vhdx));
    /// assert_eq!(Format::from_libvirt_name(b"auto"), None);
    /// ```
    #[must_use]
    pub fn libvirt_name(self) -> &'static str {
        self.libvirt_c_name().to_str().unwrap_or_default()
    }

    pub(crate) fn libvirt_c_name(self) -> &'static CStr {
        match self {
            Format::Luks => Format::Raw.c_name(),
            Format::Parallels => c"ploop",
            Format::Vhdx => c"vhd",
            other => other.c_name(),
        }
    }

    /// The format that libvirt calls so; exactly as spelt. An `iso` is a raw image, and it is run as
    /// one. `None` for a name that is not libvirt's, and for `fat`, which is a directory that QEMU
    /// shows as a file system.
    #[must_use]
    pub fn from_libvirt_name(name: &[u8]) -> Option<Self> {
        match name {
            b"iso" => Some(Format::Raw),
            name => Self::ALL
                .iter()
                .copied()
                .find(|format| format.libvirt_name().as_bytes() == name),
        }
    }
}
