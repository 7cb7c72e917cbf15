// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a host should know before it accepts an image from a stranger.

use crate::base::format::Format;
use crate::base::named::{named_enum, Set, Values};
use crate::image::Image;
use crate::image::{is_null_cipher, Feature};

named_enum! {
    /// Something about an image that matters to who accepts it.
    ///
    /// Whether it is acceptable is the caller's policy: an overlay of one's own has a backing
    /// file, an upload should not.
    Finding {
        /// It names a backing store, whose content the guest could then read.
        BackingFile = "backing-file",
        /// Its data is in another file, which it may or may not name.
        DataFile = "data-file",
        /// It names extent files, whose content the guest could then read.
        ExternalExtents = "external-extents",
        /// It names a parent that QEMU does not follow, but other hypervisors do.
        Parent = "parent",
        /// Its bytes carry the signature of another format too, or it is not raw (or encrypted) and
        /// its bytes hold a file system or a partition table for who takes it for raw.
        Ambiguous = "ambiguous",
        /// It was not closed properly.
        Dirty = "dirty",
        /// It is marked as corrupt.
        Corrupt = "corrupt",
        /// The guest's data is encrypted.
        Encrypted = "encrypted",
        /// Not every place was looked at where the signature of another format could stand:
        /// the probe was not [thorough](crate::Options::thorough), or the length was not known.
        IncompleteScan = "incomplete-scan",
        /// It is declared to be encrypted, with a cipher that leaves the data as it is.
        NullCipher = "null-cipher",
        /// It is encrypted, and no key slot holds a key: nobody can read it.
        NoKey = "no-key",
        /// It describes itself twice, and the two are not alike, or only one is whole: a program
        /// may go by the other one. These are the two headers of LUKS 2 (where it is asked for), the
        /// header and the footer of a VMDK stream, the header and the text inside of any VMDK, and
        /// the two footers of a dynamic VHD (in a thorough probe).
        HeadersDiffer = "headers-differ",
        /// It declares a feature that is not known here, and that a reader may ignore.
        UnknownFeature = "unknown-feature",
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
                let held = !is_plain && self.content().next().is_some();
                held || self.also_matches().next().is_some()
            }
            Finding::Dirty => self.dirty() == Some(true),
            Finding::Corrupt => self.has_feature(Feature::Corrupt),
            Finding::Encrypted => self.encryption().is_some(),
            Finding::IncompleteScan => self.incomplete_scan(),
            Finding::NullCipher => {
                let cipher = self.encryption().and_then(|encryption| encryption.cipher);
                cipher.is_some_and(is_null_cipher)
            }
            Finding::NoKey => {
                let encryption = self.encryption();
                encryption.is_some_and(|encryption| encryption.active_slots == Some(0))
            }
            Finding::UnknownFeature => self.has_feature(Feature::UnknownOptional),
            Finding::HeadersDiffer => {
                let encryption = self.encryption();
                self.headers_differ()
                    || encryption.is_some_and(|encryption| encryption.headers_differ)
            }
        }
    }
}
