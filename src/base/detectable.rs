// SPDX-License-Identifier: MIT OR Apache-2.0
//! The formats that detection may return.

use super::format::Format;
use super::named::Named;

/// The formats that detection may return. The default is all of them.
///
/// ```
/// use diskprobe::{Detectable, ErrorKind, Options};
/// let descriptor = b"# Disk DescriptorFile\nversion=1\n";
/// let options = Options::new().detectable(Detectable::LIBVIRT);
/// let error = diskprobe::probe_buffer(descriptor, Some(32), &options).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::FormatNotAllowed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Detectable {
    /// The bit of each format, and that of [`Detectable::VMDK_DESCRIPTOR`].
    bits: u32,
}

/// No format has this number.
const VMDK_DESCRIPTOR_BIT: u32 = 1;

impl Detectable {
    /// Every format that QEMU's probing detects.
    pub const ALL: Self = Detectable { bits: u32::MAX };

    /// The formats that libvirt 11.3 detects. A VMDK descriptor, which names other files, is not
    /// among them.
    #[doc(alias = "DISKPROBE_FORMATS_LIBVIRT")]
    pub const LIBVIRT: Self = Detectable::of(&[
        Format::Raw,
        Format::Luks,
        Format::Parallels,
        Format::Qcow,
        Format::Qcow2,
        Format::Qed,
        Format::Vdi,
        Format::Vmdk,
        Format::Vpc,
    ]);

    /// The formats to allow in a program that copies images according to their format. None has
    /// extent files. A backing file ([`Image::backing`](crate::Image::backing)) and the data file
    /// of a qcow2 image ([`Image::data_file`](crate::Image::data_file)) remain to be checked.
    #[doc(alias = "DISKPROBE_FORMATS_COPY")]
    pub const COPY: Self = Detectable::of(&[
        Format::Raw,
        Format::Bochs,
        Format::Cloop,
        Format::Luks,
        Format::Parallels,
        Format::Qcow,
        Format::Qcow2,
        Format::Qed,
        Format::Vdi,
        Format::Vpc,
    ]);

    /// A VMDK descriptor: a text that names the files of a disk, alone or in a sparse file whose
    /// header has no size. Without it, [`Format::Vmdk`] includes only files that hold the data of a
    /// disk.
    #[doc(alias = "DISKPROBE_FORMATS_VMDK_DESCRIPTOR")]
    pub const VMDK_DESCRIPTOR: Self = Detectable {
        bits: VMDK_DESCRIPTOR_BIT,
    };

    /// Creates the set of these formats, without VMDK descriptors.
    #[must_use]
    pub const fn of(mut formats: &[Format]) -> Self {
        let mut bits = 0;
        while let [format, rest @ ..] = formats {
            bits |= 1u32.wrapping_shl(*format as u32);
            formats = rest;
        }
        Detectable { bits }
    }

    /// Returns the set with the formats of `other` added.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        let bits = self.bits | other.bits;
        Detectable { bits }
    }

    /// Returns whether all formats of `other` are in the set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.bits & other.bits == other.bits
    }

    pub(crate) fn allows(self, format: Format) -> bool {
        self.bits & format.bit() != 0
    }

    /// Returns the set with these bits, if each is a format or the VMDK descriptor.
    #[cfg(feature = "capi")]
    pub(crate) fn from_bits(bits: u64) -> Option<Self> {
        let bits = u32::try_from(bits).ok()?;
        let known = Detectable::of(Format::ALL).bits | VMDK_DESCRIPTOR_BIT;
        (bits & !known == 0).then_some(Detectable { bits })
    }

    #[cfg(feature = "capi")]
    pub(crate) const fn bits(self) -> u32 {
        self.bits
    }
}

impl Default for Detectable {
    fn default() -> Self {
        Detectable::ALL
    }
}

impl FromIterator<Format> for Detectable {
    fn from_iter<I: IntoIterator<Item = Format>>(formats: I) -> Self {
        let sets = formats.into_iter().map(|format| Detectable::of(&[format]));
        sets.fold(Detectable::of(&[]), Detectable::with)
    }
}
