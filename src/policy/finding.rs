// SPDX-License-Identifier: MIT OR Apache-2.0
//! Properties of an image that matter before it is accepted from an untrusted source.

use crate::base::format::Format;
use crate::base::named::{named_enum, Set, Values};
use crate::image::Image;
use crate::image::{is_null_cipher, Content, EncryptionFormat, Feature};

named_enum! {
    /// A property to consider before an image from an untrusted source is accepted.
    ///
    /// Whether it is acceptable depends on the caller's policy: a local overlay has a backing file,
    /// but an upload should not have one.
    Finding {
        /// The image names a backing store, whose content the guest could read.
        BackingFile = 1 => "backing-file",
        /// The data of the image is in another file, with or without a recorded name.
        DataFile = 2 => "data-file",
        /// The image names extent files, whose content the guest could read.
        ExternalExtents = 3 => "external-extents",
        /// The image names a parent that other hypervisors follow, but QEMU does not follow or
        /// find.
        Parent = 4 => "parent",
        /// The bytes also contain the signature of another format. Alternatively, the image is
        /// encrypted or not raw, but contains a file system or partition table when read as raw.
        Ambiguous = 5 => "ambiguous",
        /// The image was not closed properly.
        Dirty = 6 => "dirty",
        /// The image is marked as corrupt.
        Corrupt = 7 => "corrupt",
        /// The guest's data is encrypted.
        Encrypted = 8 => "encrypted",
        /// The probe did not search every offset at which other formats have a signature, because
        /// it was not thorough or the length was unknown.
        IncompleteScan = 9 => "incomplete-scan",
        /// The image declares encryption, but some of its data is not encrypted: the cipher does
        /// not change it, or a LUKS2 segment has no cipher.
        NullCipher = 10 => "null-cipher",
        /// The image is encrypted, but no key slot is active.
        NoKey = 11 => "no-key",
        /// The image has two descriptions that differ, or only one of them is valid, so that
        /// programs can read different facts. These are the two headers of LUKS2 (if it is
        /// requested), the header and footer of a VMDK stream, the header and embedded descriptor
        /// of any VMDK, and the two footers of a dynamic VHD (in a thorough probe).
        HeadersDiffer = 12 => "headers-differ",
        /// The image declares an unknown feature that a reader may ignore, or is a LUKS2 volume
        /// with unknown requirements, or has an unknown version or feature that the options allow.
        UnknownFeature = 13 => "unknown-feature",
        /// A table, a name or guest data shares bytes with the header, so that a write by the guest
        /// can change the header.
        WritableHeader = 14 => "writable-header",
        /// vhdx: the log is in use. A hypervisor replays it when it opens the image for writing;
        /// the replay can change every fact.
        LogInUse = 15 => "log-in-use",
    }
    C diskprobe_finding {
        /// No finding: the index is out of range.
        NONE = 0 => "unknown",
    }
}

impl Image {
    /// Returns the findings of the image, in the order of [`Finding`].
    ///
    /// If the format was requested, the signatures of other formats are not searched for, and the
    /// image has neither the finding [`Ambiguous`](Finding::Ambiguous) nor
    /// [`IncompleteScan`](Finding::IncompleteScan).
    #[doc(alias = "diskprobe_image_finding")]
    #[must_use]
    pub fn findings(&self) -> Values<Finding> {
        let all = Finding::ALL.iter().copied();
        all.filter(|finding| self.has_finding(*finding))
            .collect::<Set<Finding>>()
            .values()
    }

    /// Returns whether the image has a finding.
    #[doc(alias = "diskprobe_image_has_finding")]
    #[must_use]
    pub fn has_finding(&self, finding: Finding) -> bool {
        match finding {
            Finding::BackingFile => self.backing().is_some(),
            Finding::DataFile => self.data_file().is_some(),
            Finding::ExternalExtents => self.extents().len() != 0,
            Finding::Parent => self.parent().is_some(),
            Finding::Ambiguous => {
                let is_plain = self.format() == Format::Raw && self.encryption().is_none();
                let own = match self.encryption() {
                    Some(encryption) => encryption.format == EncryptionFormat::BitLocker,
                    None => false,
                };
                let is_other = |content| !own || content != Content::BitLocker;
                let held = !is_plain && self.content().any(is_other);
                held || self.also_matches().next().is_some()
            }
            Finding::Dirty => self.is_dirty() == Some(true),
            Finding::Corrupt => self.has_feature(Feature::Corrupt),
            Finding::Encrypted => self.encryption().is_some(),
            Finding::IncompleteScan => self.incomplete_scan(),
            Finding::NullCipher => {
                let encryption = self.encryption();
                let cipher = encryption.and_then(|encryption| encryption.cipher);
                self.in_the_clear() || cipher.is_some_and(is_null_cipher)
            }
            Finding::NoKey => {
                let encryption = self.encryption();
                encryption.is_some_and(|encryption| encryption.active_slots == Some(0))
            }
            Finding::UnknownFeature => {
                self.has_feature(Feature::UnknownOptional)
                    || self.has_feature(Feature::UnknownRequired)
            }
            Finding::WritableHeader => self.writable_header(),
            // For VHDX, dirty means only that the log is in use.
            Finding::LogInUse => self.format() == Format::Vhdx && self.is_dirty() == Some(true),
            Finding::HeadersDiffer => self.headers_differ(),
        }
    }
}
