// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of image formats.

use crate::named::named_enum;

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
