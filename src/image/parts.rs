// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts that have several parts.

use super::facts::BackingFormatFacts;
use super::EncryptionFormat;
use crate::base::error::{Error, Reason};
use crate::base::escape::escape;
use crate::base::format::Format;
use crate::base::range::ByteRange;
use core::fmt;

/// A UUID: its 16 bytes in the order of RFC 9562, whatever the order in the image is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

impl Uuid {
    pub(crate) const fn new(bytes: [u8; 16]) -> Self {
        Uuid(bytes)
    }

    /// Returns the 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The UUID, unless it is the nil UUID, which identifies nothing.
    pub(crate) fn not_nil(self) -> Option<Self> {
        (self.0 != [0; 16]).then_some(self)
    }
}

impl From<[u8; 16]> for Uuid {
    fn from(bytes: [u8; 16]) -> Self {
        Uuid(bytes)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let dash = if matches!(index, 4 | 6 | 8 | 10) {
                "-"
            } else {
                ""
            };
            write!(f, "{dash}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({self})")
    }
}

impl core::str::FromStr for Uuid {
    type Err = Error;

    /// Parses 32 hexadecimal digits in five groups: `83ed0ec3-24c8-49a6-a959-5e4bf1288bfb`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut digits: u128 = 0;
        let mut groups = text.split('-');
        for (length, bits) in [(8, 32), (4, 16), (4, 16), (4, 16), (12, 48)] {
            let group = groups.next().unwrap_or_default();
            let is_hex = group.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = u128::from_str_radix(group, 16).ok();
            let number = number.filter(|_| is_hex && group.len() == length);
            let number = number.ok_or(Reason::InvalidArgument("not a UUID"))?;
            digits = digits.checked_shl(bits).unwrap_or(0) | number;
        }
        match groups.next() {
            None => Ok(Uuid(digits.to_be_bytes())),
            Some(_) => Err(Reason::InvalidArgument("not a UUID").into()),
        }
    }
}

/// A backing store: what QEMU opens below the image.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Backing<'a> {
    /// The exact bytes that the image records: a path or another location syntax of QEMU.
    pub location: &'a [u8],
    /// The recorded format. `None`: not recorded.
    pub format: Option<BackingFormat<'a>>,
}

impl fmt::Debug for Backing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backing")
            .field("location", &escape(self.location))
            .field("format", &self.format)
            .finish()
    }
}

/// The format that an image records for its backing store.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BackingFormat<'a>(BackingFormatFacts<&'a [u8]>);

impl<'a> BackingFormat<'a> {
    pub(super) fn new(facts: BackingFormatFacts<&'a [u8]>) -> Self {
        BackingFormat(facts)
    }

    /// Returns the format. `None`: the recorded name is unknown.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        self.0.format
    }

    /// Returns the name: as recorded, or that of the format if a flag records it.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        self.0.text()
    }

    /// Returns whether QEMU treats the backing store as raw: its format is recorded as raw, or by
    /// the name of a protocol driver such as `file` or `nbd`.
    #[must_use]
    pub fn is_raw(&self) -> bool {
        self.0.is_raw()
    }

    /// The recorded name. `None`: the format is recorded by a flag.
    pub(crate) fn recorded_name(&self) -> Option<&'a [u8]> {
        self.0.name
    }
}

impl fmt::Debug for BackingFormat<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(self.name()).fmt(f)
    }
}

/// An external data file.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DataFile<'a> {
    /// The exact bytes that the image records. `None`: the image requires a data file and does not
    /// name it.
    pub location: Option<&'a [u8]>,
    /// Whether the data file alone is a valid raw image.
    pub raw: bool,
}

impl fmt::Debug for DataFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataFile")
            .field("location", &self.location.map(escape))
            .field("raw", &self.raw)
            .finish()
    }
}

/// A parent that QEMU does not follow, but other hypervisors do.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Parent<'a> {
    /// The identity that the parent must have.
    pub uuid: Option<Uuid>,
    /// VHDX: a second identity that is accepted as well.
    pub alternative_uuid: Option<Uuid>,
    /// The recorded location that a hypervisor tries first. UTF-8 if the format stores UTF-16,
    /// otherwise the exact bytes.
    pub location: Option<&'a [u8]>,
}

impl fmt::Debug for Parent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parent")
            .field("uuid", &self.uuid)
            .field("alternative_uuid", &self.alternative_uuid)
            .field("location", &self.location.map(escape))
            .finish()
    }
}

/// An extent of a VMDK disk, and the file that holds it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Extent<'a> {
    /// Declared size of the extent in bytes.
    pub size: u64,
    /// `FLAT`, `SPARSE` and so on, as recorded.
    pub kind: &'a [u8],
    /// The exact bytes that name the file.
    pub location: &'a [u8],
    /// Offset of the data in the file, in bytes.
    pub file_offset: Option<u64>,
}

impl fmt::Debug for Extent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extent")
            .field("size", &self.size)
            .field("kind", &escape(self.kind))
            .field("location", &escape(self.location))
            .field("file_offset", &self.file_offset)
            .finish()
    }
}

/// How the guest's data is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Encryption<'a> {
    /// The format of the encryption.
    pub format: EncryptionFormat,
    /// LUKS: offset of the encrypted data from the start of the LUKS header, in bytes; 0 if the
    /// header is detached. dmg: from the start of the file.
    pub payload_offset: Option<u64>,
    /// LUKS: name of the cipher, such as `aes`.
    pub cipher: Option<&'a [u8]>,
    /// LUKS: mode of the cipher with its initialisation vectors, such as `xts-plain64`.
    pub mode: Option<&'a [u8]>,
    /// LUKS: the hash function, such as `sha256`.
    pub hash: Option<&'a [u8]>,
    /// LUKS: the UUID, as recorded text.
    pub uuid: Option<&'a [u8]>,
    /// LUKS: the number of active key slots.
    pub active_slots: Option<u32>,
    /// LUKS2: the two copies of the header differ.
    pub(crate) headers_differ: bool,
    /// LUKS2: some data is not encrypted.
    pub(crate) in_the_clear: bool,
}

impl fmt::Debug for Encryption<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encryption")
            .field("format", &self.format)
            .field("payload_offset", &self.payload_offset)
            .field("cipher", &self.cipher.map(escape))
            .field("mode", &self.mode.map(escape))
            .field("hash", &self.hash.map(escape))
            .field("uuid", &self.uuid.map(escape))
            .field("active_slots", &self.active_slots)
            .finish()
    }
}

/// A file or object that the image names.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Reference<'a> {
    /// The kind of reference.
    pub kind: super::ReferenceKind,
    /// The name: the exact bytes, or UTF-8 if the format stores UTF-16.
    pub location: &'a [u8],
    /// The bytes of the image that hold the name.
    pub origin: ByteRange,
}

impl fmt::Debug for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference")
            .field("kind", &self.kind)
            .field("location", &escape(self.location))
            .field("origin", &self.origin)
            .finish()
    }
}
