// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of image formats.

use crate::base::named::{named_enum, Named};
use core::ffi::CStr;

named_enum! {
    /// An image format, named after the QEMU driver that reads it.
    ///
    /// `cow` and `dir` are libvirt's names for formats without a QEMU driver, and are never
    /// detected.
    #[doc = concat!(
        "```\n",
        "use diskprobe::Format;\n",
        "let format: Format = \"qcow2\".parse()?;\n",
        "assert_eq!((format, format.as_str()), (Format::Qcow2, \"qcow2\"));\n",
        "# Ok::<(), diskprobe::Error>(())\n",
        "```",
    )]
    Format {
        /// Raw bytes of the guest's disk, without a header.
        Raw = 1 => "raw",
        /// A directory. Never detected.
        Dir = 2 => "dir",
        /// Bochs "growing" image.
        Bochs = 3 => "bochs",
        /// Compressed loop image, version 2.0.
        Cloop = 4 => "cloop",
        /// User Mode Linux copy-on-write image. Never detected.
        Cow = 5 => "cow",
        /// Apple universal disk image (UDIF). Detected only if the file name ends in ".dmg".
        Dmg = 6 => "dmg",
        /// Linux Unified Key Setup (LUKS): version 1, and version 2 if it is requested.
        Luks = 7 => "luks",
        /// Parallels and Virtuozzo; libvirt calls it "ploop".
        Parallels = 8 => "parallels",
        /// QEMU copy-on-write, version 1.
        Qcow = 9 => "qcow",
        /// QEMU copy-on-write, versions 2 and 3.
        Qcow2 = 10 => "qcow2",
        /// QEMU enhanced disk.
        Qed = 11 => "qed",
        /// VirtualBox disk image.
        Vdi = 12 => "vdi",
        /// Hyper-V virtual hard disk, version 2; libvirt calls it "vhd".
        Vhdx = 13 => "vhdx",
        /// VMware virtual disk.
        Vmdk = 14 => "vmdk",
        /// Connectix and Microsoft virtual hard disk (VHD).
        Vpc = 15 => "vpc",
    }
    C diskprobe_format {
        /// No format. As an option: detect the format. From a getter: the format is missing, or its
        /// name is unknown.
        UNKNOWN = 0 => "unknown",
    }
}

impl Format {
    /// Returns libvirt's name of the format in the XML of a volume or disk.
    ///
    /// It is `ploop` for parallels, `vhd` for VHDX, `raw` for LUKS, which libvirt treats as
    /// encryption, and the name of QEMU's driver for the others.
    ///
    /// ```
    /// use diskprobe::Format;
    /// assert_eq!(Format::Parallels.libvirt_name(), "ploop");
    /// assert_eq!(Format::from_libvirt_name("vhd"), Some(Format::Vhdx));
    /// assert_eq!(Format::from_libvirt_name("auto"), None);
    /// ```
    #[doc(alias = "diskprobe_format_to_libvirt_string")]
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

    /// Parses libvirt's name of a format, exactly as spelt.
    ///
    /// `iso` is a raw image. Returns `None` for a name that is not libvirt's, and for `fat`,
    /// which is a directory that QEMU presents as a file system.
    #[doc(alias = "diskprobe_format_from_libvirt_string")]
    #[must_use]
    pub fn from_libvirt_name(name: &str) -> Option<Self> {
        Format::from_libvirt_bytes(name.as_bytes())
    }

    pub(crate) fn from_libvirt_bytes(name: &[u8]) -> Option<Self> {
        match name {
            b"iso" => Some(Format::Raw),
            name => Self::ALL
                .iter()
                .copied()
                .find(|format| format.libvirt_name().as_bytes() == name),
        }
    }
}
