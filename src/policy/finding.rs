// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a host should know before it accepts an image from a stranger.

use crate::base::format::Format;
use crate::base::named::{named_enum, Set, Values};
use crate::image::Image;
use crate::image::{is_null_cipher, Content, EncryptionFormat, Feature};

named_enum! {
    /// A property of an image that matters before an image from an untrusted source is accepted.
    ///
    /// Whether it is acceptable is the caller's policy: an overlay of one's own has a backing file,
    /// an upload should not.
    Finding {
        /// It names a backing store, whose content the guest could then read.
        BackingFile = 1 => "backing-file",
        /// Its data is in another file, which it may or may not name.
        DataFile = 2 => "data-file",
        /// It names extent files, whose content the guest could then read.
        ExternalExtents = 3 => "external-extents",
        /// It names a parent that QEMU does not follow or find, but other hypervisors do.
        Parent = 4 => "parent",
        /// Its bytes also carry the signature of another format; or it is not raw, or encrypted,
        /// and its bytes hold a file system or a partition table for a reader that treats it as
        /// raw.
        Ambiguous = 5 => "ambiguous",
        /// It was not closed properly.
        Dirty = 6 => "dirty",
        /// It is marked as corrupt.
        Corrupt = 7 => "corrupt",
        /// The guest's data is encrypted.
        Encrypted = 8 => "encrypted",
        /// Not every offset was read at which another format has its signature: the probe was not
        /// thorough, or the length was unknown.
        IncompleteScan = 9 => "incomplete-scan",
        /// It declares encryption, but some of its data is in the clear: with a cipher that leaves it
        /// as it is, or in a segment of LUKS2 that has no cipher.
        NullCipher = 10 => "null-cipher",
        /// It is encrypted, but no key slot is active.
        NoKey = 11 => "no-key",
        /// It describes itself twice, and the two differ or only one is complete, so a program may
        /// use the other one. These are the two headers of LUKS2 (if it is requested), header and
        /// footer of a VMDK stream, header and embedded descriptor of any VMDK, and the two footers
        /// of a dynamic VHD (in a thorough probe).
        HeadersDiffer = 12 => "headers-differ",
        /// It declares a feature that this library does not know and that a reader may ignore; or it
        /// is a LUKS2 volume whose requirements are not known.
        UnknownFeature = 13 => "unknown-feature",
        /// A table, a name or guest data shares bytes with the header, so that a write of the guest
        /// can change what the header says.
        WritableHeader = 14 => "writable-header",
        /// vhdx: the log is in use. A hypervisor replays it when it opens the image for writing,
        /// which can change every fact.
        LogInUse = 15 => "log-in-use",
    }
    C diskprobe_finding {
        /// No finding: the index is out of range.
        NONE = 0 => "unknown",
    }
}

impl Image {
    /// What there is to know before the image is accepted, in the order of [`Finding`].
    ///
    /// Where the format was asked for, the signatures of other formats do not matter: they are not
    /// looked at, and nothing is [`Ambiguous`](Finding::Ambiguous) or
    /// [`IncompleteScan`](Finding::IncompleteScan).
    #[must_use]
    pub fn findings(&self) -> Values<Finding> {
        let all = Finding::ALL.iter().copied();
        all.filter(|finding| self.has_finding(*finding))
            .collect::<Set<Finding>>()
            .values()
    }

    /// Whether this is one of the things to know.
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
                encryption.is_some_and(|encryption| {
                    encryption.in_the_clear || encryption.cipher.is_some_and(is_null_cipher)
                })
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
            // Dirty means nothing else there.
            Finding::LogInUse => self.format() == Format::Vhdx && self.is_dirty() == Some(true),
            Finding::HeadersDiffer => {
                let encryption = self.encryption();
                self.headers_differ()
                    || encryption.is_some_and(|encryption| encryption.headers_differ)
            }
        }
    }
}
