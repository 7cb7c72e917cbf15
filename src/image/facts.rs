// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts that a parser finds.
//!
//! They are generic over the type of texts, `S`. A parser has [`Text`]s, which borrow from the
//! view. A finished [`Image`](crate::Image) has spans of its own string store and returns `&[u8]`.

use super::content::{Content, DetectedAs};
use super::extents::ExtentList;
use super::extras::Extras;
use super::protocols;
use super::uuid::Uuid;
use crate::base::format::Format;
use crate::base::named::{named_enum, Set};
use crate::base::text::Text;
use core::ffi::CStr;
use std::sync::Arc;

/// The facts of an image. Absent facts are `None`, never a guess or zero.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Facts<S> {
    pub(crate) format: Format,
    pub(crate) subformat: Option<&'static CStr>,
    /// The size that the guest sees, in bytes.
    pub(crate) virtual_size: Option<u64>,
    /// The size in the header, in bytes, before QEMU's rounding.
    pub(crate) recorded_size: Option<u64>,
    pub(crate) cluster_size: Option<u64>,
    pub(crate) compat: Option<&'static CStr>,
    pub(crate) compression: Option<&'static CStr>,
    pub(crate) refcount_bits: Option<u32>,
    pub(crate) snapshot_count: Option<u32>,
    pub(crate) bitmap_count: Option<u32>,
    pub(crate) dirty: Option<bool>,
    pub(crate) features: Set<Feature>,
    pub(crate) backing: Option<BackingFacts<S>>,
    pub(crate) data_file: Option<DataFileFacts<S>>,
    /// Boxed, because most images have none and facts are moved a few times.
    pub(crate) encryption: Option<Box<EncryptionFacts<S>>>,
    /// Likewise.
    pub(crate) parent: Option<Box<ParentFacts<S>>>,
    /// Shared, because they need no mapping. `None`: no descriptor lists any.
    pub(crate) extents: Option<Arc<ExtentList>>,
    pub(crate) uuid: Option<Uuid>,
    pub(crate) creator: Option<S>,
    /// VMDK content identifiers: the image's own, and its parent's (all ones: no parent).
    pub(crate) cid: Option<u32>,
    pub(crate) parent_cid: Option<u32>,
    pub(crate) extras: Option<Box<Extras<S>>>,
    /// The other formats whose signature the bytes contain.
    pub(crate) also_matches: Set<Format>,
    /// What the bytes hold if they are treated as raw.
    pub(crate) content: Set<Content>,
    pub(crate) detected_as: DetectedAs,
    /// The image has two headers that differ.
    pub(crate) headers_differ: bool,
    /// A table, a name or guest data overlaps the header.
    pub(crate) writable_header: bool,
    /// Not every offset at which another format could start was read.
    pub(crate) incomplete_scan: bool,
}

/// A backing store: what QEMU opens below the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct BackingFacts<S> {
    /// The exact bytes that the image records: a path or another location syntax of QEMU.
    pub(crate) location: S,
    /// The recorded format. `None`: not recorded.
    pub(crate) format: Option<BackingFormatFacts<S>>,
}

/// The format that an image records for its backing store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct BackingFormatFacts<S> {
    /// The format. `None`: the recorded name is unknown.
    pub(crate) format: Option<Format>,
    /// The recorded name. `None`: a flag records the format, or it is the only one that the image's
    /// own format allows.
    pub(crate) name: Option<S>,
}

/// An external data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DataFileFacts<S> {
    /// The exact bytes that the image records. `None`: the image requires a data file and does not
    /// name it.
    pub(crate) location: Option<S>,
    /// The data file alone is a valid raw image.
    pub(crate) raw: bool,
}

/// The recorded facts of a parent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ParentFacts<S> {
    pub(crate) uuid: Option<Uuid>,
    pub(crate) alternative_uuid: Option<Uuid>,
    /// Its locations, in the order in which a hypervisor tries them.
    pub(crate) locations: Vec<S>,
}

/// An extent of a VMDK disk, and the file that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ExtentFacts<S> {
    /// Declared size of the extent in bytes.
    pub(crate) size: u64,
    /// `FLAT`, `SPARSE` and so on, as recorded.
    pub(crate) kind: S,
    /// The exact bytes that name the file.
    pub(crate) location: S,
    /// Offset of the data in the file, in bytes.
    pub(crate) file_offset: Option<u64>,
}

/// How the guest's data is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct EncryptionFacts<S> {
    /// The format of the encryption.
    pub(crate) format: EncryptionFormat,
    /// LUKS: offset of the encrypted data from the start of the LUKS header, in bytes; 0 if the
    /// header is detached. dmg: from the start of the file.
    pub(crate) payload_offset: Option<u64>,
    /// LUKS: the cipher's name, such as `aes`.
    pub(crate) cipher: Option<S>,
    /// LUKS: the cipher's mode and initialisation vectors, such as `xts-plain64`.
    pub(crate) mode: Option<S>,
    /// LUKS: the hash function, such as `sha256`.
    pub(crate) hash: Option<S>,
    /// LUKS: the UUID, as text.
    pub(crate) uuid: Option<S>,
    /// LUKS: the number of active key slots.
    pub(crate) active_slots: Option<u32>,
    /// LUKS2: the two copies of the header differ.
    pub(crate) headers_differ: bool,
    /// LUKS 2: some data is not encrypted.
    pub(crate) in_the_clear: bool,
}

/// Returns whether the cipher of this name does not change the data.
pub(crate) fn is_null_cipher(name: &[u8]) -> bool {
    // The kernel also accepts longer names, `capi:ecb(cipher_null)`, and cryptsetup a shorter one.
    let mut words = name.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    words.any(|word| matches!(word, b"cipher_null" | b"null"))
}

impl<'a> BackingFormatFacts<Text<'a>> {
    pub(crate) fn named(name: Text<'a>) -> Self {
        BackingFormatFacts {
            format: Format::from_bytes(name.recorded()),
            name: Some(name),
        }
    }
}

impl<'a> BackingFormatFacts<&'a [u8]> {
    /// Returns the name: as recorded, or that of the format if a flag records it.
    pub(super) fn text(&self) -> &'a [u8] {
        let implied = self.format.map(|format| format.as_str().as_bytes());
        self.name.or(implied).unwrap_or_default()
    }

    /// Returns whether QEMU treats the backing store as raw: its format is recorded as raw, or by
    /// the name of a protocol driver such as `file` or `nbd`.
    pub(super) fn is_raw(&self) -> bool {
        self.format == Some(Format::Raw) || protocols::is_driver(self.text())
    }
}

impl<S> BackingFormatFacts<S> {
    pub(crate) fn is(format: Format) -> Self {
        BackingFormatFacts {
            format: Some(format),
            name: None,
        }
    }

    fn map<T>(&self, hold: &mut impl FnMut(&S) -> T) -> BackingFormatFacts<T> {
        BackingFormatFacts {
            format: self.format,
            name: self.name.as_ref().map(hold),
        }
    }
}

impl<'a> BackingFacts<Text<'a>> {
    /// Returns the backing store at `location`. As in QEMU, an empty location means that there is
    /// no backing store.
    pub(crate) fn named(
        location: Text<'a>,
        format: Option<BackingFormatFacts<Text<'a>>>,
    ) -> Option<Self> {
        (!location.is_empty()).then_some(BackingFacts { location, format })
    }
}

impl<S> BackingFacts<S> {
    pub(crate) fn map<T>(&self, hold: &mut impl FnMut(&S) -> T) -> BackingFacts<T> {
        BackingFacts {
            location: hold(&self.location),
            format: self.format.as_ref().map(|format| format.map(hold)),
        }
    }
}

impl<S> DataFileFacts<S> {
    pub(crate) fn map<T>(&self, hold: &mut impl FnMut(&S) -> T) -> DataFileFacts<T> {
        DataFileFacts {
            location: self.location.as_ref().map(hold),
            raw: self.raw,
        }
    }
}

impl<S> ParentFacts<S> {
    pub(crate) fn map<T>(&self, hold: &mut impl FnMut(&S) -> T) -> ParentFacts<T> {
        ParentFacts {
            uuid: self.uuid,
            alternative_uuid: self.alternative_uuid,
            locations: self.locations.iter().map(hold).collect(),
        }
    }
}

impl<S> EncryptionFacts<S> {
    /// Returns encryption facts that have only the format.
    pub(crate) fn of(format: EncryptionFormat) -> Self {
        EncryptionFacts {
            format,
            payload_offset: None,
            cipher: None,
            mode: None,
            hash: None,
            uuid: None,
            active_slots: None,
            headers_differ: false,
            in_the_clear: false,
        }
    }

    pub(crate) fn map<T>(&self, hold: &mut impl FnMut(&S) -> T) -> EncryptionFacts<T> {
        EncryptionFacts {
            format: self.format,
            payload_offset: self.payload_offset,
            cipher: self.cipher.as_ref().map(&mut *hold),
            mode: self.mode.as_ref().map(&mut *hold),
            hash: self.hash.as_ref().map(&mut *hold),
            uuid: self.uuid.as_ref().map(&mut *hold),
            active_slots: self.active_slots,
            headers_differ: self.headers_differ,
            in_the_clear: self.in_the_clear,
        }
    }
}

named_enum! {
    /// How an image is encrypted.
    EncryptionFormat {
        /// The AES encryption of qcow and qcow2, which is a legacy feature in QEMU.
        Aes = 1 => "aes",
        /// LUKS, version 1.
        Luks = 2 => "luks",
        /// LUKS, version 2.
        Luks2 = 3 => "luks2",
        /// VMware encryption, with encrypted keys in the VMDK descriptor.
        Vmdk = 4 => "vmdk",
        /// Apple encryption of a whole UDIF image.
        Dmg = 5 => "dmg",
        /// BitLocker: the whole volume is encrypted.
        BitLocker = 6 => "bitlocker",
        /// A method that this library does not know, if the options allow it.
        UnknownMethod = 7 => "unknown-method",
    }
    C diskprobe_encryption {
        /// The header does not declare encryption.
        NONE = 0 => "none",
    }
}

named_enum! {
    /// A feature that the image header declares.
    Feature {
        /// qcow2: reference counts may be out of date (compatible bit 0).
        LazyRefcounts = 1 => "lazy-refcounts",
        /// qcow2: the image is marked as corrupt (incompatible bit 1).
        Corrupt = 2 => "corrupt",
        /// qcow2: L2 entries have subclusters (incompatible bit 4).
        ExtendedL2 = 3 => "extended-l2",
        /// qcow2: guest data is in an external data file (incompatible bit 2).
        DataFile = 4 => "data-file",
        /// qcow2: the external data file alone is a valid raw image (autoclear bit 1).
        DataFileRaw = 5 => "data-file-raw",
        /// qcow2: the bitmaps are consistent (autoclear bit 0).
        Bitmaps = 6 => "bitmaps",
        /// qcow2, qed: an unknown feature that a reader may ignore.
        UnknownOptional = 7 => "unknown-optional",
        /// vpc: the guest is suspended, and its state is in another file.
        SavedState = 8 => "saved-state",
        /// LUKS2: the metadata has a requirement that a reader must know, or the volume is being
        /// changed, or the metadata cannot be read by this library. A reader that does not know the
        /// requirement does not know the content of the volume. Any format, if the options allow
        /// it: an unknown version or feature that a reader must know.
        UnknownRequired = 9 => "unknown-required",
    }
    C diskprobe_feature {
        /// No feature.
        NONE = 0 => "unknown",
    }
}

impl<S> Facts<S> {
    /// Returns facts that have only the format.
    pub(crate) fn of(format: Format) -> Self {
        Facts {
            format,
            subformat: None,
            virtual_size: None,
            recorded_size: None,
            cluster_size: None,
            compat: None,
            compression: None,
            refcount_bits: None,
            snapshot_count: None,
            bitmap_count: None,
            dirty: None,
            features: Set::default(),
            backing: None,
            data_file: None,
            encryption: None,
            parent: None,
            extents: None,
            uuid: None,
            creator: None,
            cid: None,
            parent_cid: None,
            extras: None,
            also_matches: Set::default(),
            content: Set::default(),
            detected_as: DetectedAs::default(),
            headers_differ: false,
            writable_header: false,
            incomplete_scan: false,
        }
    }

    /// Converts each text.
    pub(crate) fn map<T>(&self, hold: &mut impl FnMut(&S) -> T) -> Facts<T> {
        Facts {
            format: self.format,
            subformat: self.subformat,
            virtual_size: self.virtual_size,
            recorded_size: self.recorded_size,
            cluster_size: self.cluster_size,
            compat: self.compat,
            compression: self.compression,
            refcount_bits: self.refcount_bits,
            snapshot_count: self.snapshot_count,
            bitmap_count: self.bitmap_count,
            dirty: self.dirty,
            features: self.features,
            backing: self.backing.as_ref().map(|backing| backing.map(hold)),
            data_file: self.data_file.as_ref().map(|file| file.map(hold)),
            encryption: self
                .encryption
                .as_ref()
                .map(|encryption| Box::new(encryption.map(hold))),
            parent: self
                .parent
                .as_ref()
                .map(|parent| Box::new(parent.map(hold))),
            extents: self.extents.clone(),
            uuid: self.uuid,
            creator: self.creator.as_ref().map(&mut *hold),
            cid: self.cid,
            parent_cid: self.parent_cid,
            extras: self
                .extras
                .as_ref()
                .map(|extras| Box::new(extras.map(hold))),
            also_matches: self.also_matches,
            content: self.content,
            detected_as: self.detected_as,
            headers_differ: self.headers_differ,
            writable_header: self.writable_header,
            incomplete_scan: self.incomplete_scan,
        }
    }
}
