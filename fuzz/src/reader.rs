// SPDX-License-Identifier: MIT OR Apache-2.0
//! A second, simple parser of the facts. It checks nothing, has no limits, and trusts every field.
//! If the library has an answer, the two must agree.

use crate::object::Object;
use diskprobe::{EncryptionFormat, Format, Image};

/// Asserts that the image's facts are those in the bytes of the object.
pub fn assert_read(image: &Image, object: &Object) {
    let plain = Plain { object };
    let facts = match image.format() {
        Format::Raw => plain.raw(),
        Format::Qcow => plain.qcow(),
        Format::Qcow2 => plain.qcow2(),
        Format::Qed => plain.qed(),
        Format::Vdi => plain.vdi(),
        Format::Vpc => plain.vpc(),
        Format::Vhdx => plain.vhdx(),
        Format::Vmdk => plain.vmdk(),
        Format::Parallels => plain.parallels(),
        Format::Bochs => plain.bochs(),
        Format::Cloop => plain.cloop(),
        Format::Luks => plain.luks(),
        Format::Cow => plain.cow(),
        Format::Dmg => plain.dmg(),
        _ => return,
    };
    let facts = facts.expect("the fields of an image that was answered for");
    if let Some(size) = facts.virtual_size {
        assert_eq!(image.virtual_size(), Some(size), "virtual size");
    }
    if let Some(size) = facts.cluster_size {
        assert_eq!(image.cluster_size(), Some(size), "cluster size");
    }
    if let Some(name) = facts.backing {
        let backing = image.backing();
        let found = backing.map_or(&[][..], |backing| backing.location);
        assert_eq!(found, name, "backing location");
        if !name.is_empty() {
            let format = backing.and_then(|backing| backing.format);
            let format = format.map(|format| format.name().to_vec());
            assert_eq!(format, facts.backing_format, "backing format");
        }
    }
    if let Some(method) = facts.encryption {
        let found = image.encryption().map(|encryption| encryption.format);
        assert_eq!(found, method, "encryption");
    }
    if let Some(name) = facts.data_file {
        let found = image
            .data_file()
            .map(|file| file.location.map(<[u8]>::to_vec));
        assert_eq!(found, name, "data file");
    }
    if let Some(dirty) = facts.dirty {
        assert_eq!(image.is_dirty(), Some(dirty), "dirty");
    }
}

/// The fields of a header. `None`: this parser does not read it.
#[derive(Default)]
struct Facts {
    virtual_size: Option<u64>,
    cluster_size: Option<u64>,
    /// Empty: no backing.
    backing: Option<Vec<u8>>,
    backing_format: Option<Vec<u8>>,
    encryption: Option<Option<EncryptionFormat>>,
    data_file: Option<Option<Option<Vec<u8>>>>,
    dirty: Option<bool>,
}

struct Plain<'o> {
    object: &'o Object,
}

fn until_nul(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == 0);
    bytes.truncate(end.unwrap_or(bytes.len()));
    bytes
}

fn down(size: u64) -> u64 {
    size / 512 * 512
}

impl Plain<'_> {
    fn bytes(&self, at: u64, length: u64) -> Option<Vec<u8>> {
        self.object.bytes(at, usize::try_from(length).ok()?)
    }

    fn big(&self, at: u64, width: u64) -> Option<u64> {
        let bytes = self.bytes(at, width)?;
        Some(
            bytes
                .iter()
                .fold(0, |value, byte| value << 8 | u64::from(*byte)),
        )
    }

    fn little(&self, at: u64, width: u64) -> Option<u64> {
        let bytes = self.bytes(at, width)?;
        let bytes = bytes.iter().rev();
        Some(bytes.fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    fn raw(&self) -> Option<Facts> {
        let length = self.object.told_length();
        Some(Facts {
            virtual_size: length.and_then(|length| length.checked_next_multiple_of(512)),
            backing: Some(Vec::new()),
            ..Facts::default()
        })
    }

    fn qcow(&self) -> Option<Facts> {
        let name = match self.big(8, 8)? {
            0 => Vec::new(),
            at => until_nul(self.bytes(at, self.big(16, 4)?)?),
        };
        Some(Facts {
            virtual_size: Some(down(self.big(24, 8)?)),
            cluster_size: Some(1 << self.big(32, 1)?),
            backing: Some(name),
            encryption: Some((self.big(36, 4)? == 1).then_some(EncryptionFormat::Aes)),
            ..Facts::default()
        })
    }

    fn qcow2(&self) -> Option<Facts> {
        let newer = self.big(4, 4)? == 3;
        let cluster = 1 << self.big(20, 4)?;
        let name_at = self.big(8, 8)?;
        let (required, header) = match newer {
            true => (self.big(72, 8)?, self.big(100, 4)?),
            false => (0, 72),
        };
        let end = if name_at == 0 { cluster } else { name_at };
        let (mut format, mut data_file) = (None, None);
        let mut at = header;
        while at + 8 <= end {
            let (kind, length) = match (self.big(at, 4), self.big(at + 4, 4)) {
                (Some(kind), Some(length)) => (kind, length),
                _ => break,
            };
            match kind {
                0 => break,
                0xe279_2aca => format = Some(until_nul(self.bytes(at + 8, length)?)),
                0x4441_5441 => data_file = Some(until_nul(self.bytes(at + 8, length)?)),
                _ => {}
            }
            at += 8 + length.next_multiple_of(8);
        }
        let method = match self.big(32, 4)? {
            1 => Some(EncryptionFormat::Aes),
            2 => Some(EncryptionFormat::Luks),
            _ => None,
        };
        let name = match name_at {
            0 => Vec::new(),
            at => until_nul(self.bytes(at, self.big(16, 4)?)?),
        };
        let elsewhere = required & 4 != 0 || data_file.is_some();
        Some(Facts {
            virtual_size: Some(down(self.big(24, 8)?)),
            cluster_size: Some(cluster),
            backing: Some(name),
            backing_format: format.filter(|name| !name.is_empty()),
            encryption: Some(method),
            data_file: Some(elsewhere.then_some(data_file)),
            dirty: newer.then_some(required & 1 != 0),
        })
    }

    fn qed(&self) -> Option<Facts> {
        let features = self.little(16, 8)?;
        let name = match features & 1 {
            0 => Vec::new(),
            _ => until_nul(self.bytes(self.little(56, 4)?, self.little(60, 4)?)?),
        };
        Some(Facts {
            virtual_size: Some(self.little(48, 8)?),
            cluster_size: Some(self.little(4, 4)?),
            backing: Some(name),
            backing_format: (features & 4 != 0).then(|| b"raw".to_vec()),
            dirty: Some(features & 2 != 0),
            ..Facts::default()
        })
    }

    fn vdi(&self) -> Option<Facts> {
        Some(Facts {
            virtual_size: Some(self.little(368, 8)?.next_multiple_of(512)),
            cluster_size: Some(self.little(376, 4)?),
            backing: Some(Vec::new()),
            ..Facts::default()
        })
    }

    fn vpc(&self) -> Option<Facts> {
        let starts = self.bytes(0, 8)? == b"conectix";
        let footer = match (starts, self.object.told_length()) {
            (true, _) => 0,
            (false, Some(length)) => length.checked_sub(512)?,
            // Where it ends was found by reading.
            (false, None) => return Some(Facts::default()),
        };
        if self.bytes(footer, 8)? != b"conectix" {
            // A footer that is a byte short.
            return Some(Facts::default());
        }
        let creator = self.bytes(footer + 28, 4)?;
        let geometry = [
            self.big(footer + 56, 2)?,
            self.big(footer + 58, 1)?,
            self.big(footer + 59, 1)?,
        ];
        let by_geometry = [&b"vpc "[..], b"qemu"].contains(&&creator[..]);
        let size = match by_geometry && geometry != [65535, 16, 255] {
            true => geometry.iter().product::<u64>() * 512,
            false => down(self.big(footer + 48, 8)?),
        };
        Some(Facts {
            virtual_size: Some(size),
            backing: Some(Vec::new()),
            ..Facts::default()
        })
    }

    fn vhdx(&self) -> Option<Facts> {
        const METADATA: &[u8] = &[0x06, 0xa2, 0x7c, 0x8b];
        const SIZE: &[u8] = &[0x24, 0x42, 0xa5, 0x2f];
        const PARAMETERS: &[u8] = &[0x37, 0x67, 0xa1, 0xca];
        let table = 0x3_0000;
        let regions = (0..self.little(table + 8, 4)?).map(|index| table + 16 + 32 * index);
        let region = regions.filter(|at| self.bytes(*at, 4).as_deref() == Some(METADATA));
        let metadata = self.little(region.last()? + 16, 8)?;
        let items = (0..self.little(metadata + 10, 2)?).map(|index| metadata + 32 + 32 * index);
        let items: Vec<u64> = items.collect();
        let item = |guid: &[u8]| {
            let mut found = items
                .iter()
                .filter(|at| self.bytes(**at, 4).as_deref() == Some(guid));
            Some(metadata + self.little(found.next()? + 16, 4)?)
        };
        Some(Facts {
            virtual_size: Some(down(self.little(item(SIZE)?, 8)?)),
            cluster_size: Some(self.little(item(PARAMETERS)?, 4)?),
            backing: Some(Vec::new()),
            ..Facts::default()
        })
    }

    fn vmdk(&self) -> Option<Facts> {
        let magic = self.bytes(0, 4)?;
        let sectors = match &magic[..] {
            b"KDMV" => {
                let header = match self.little(56, 8)? {
                    u64::MAX => self.object.told_length()?.next_multiple_of(512) - 1024,
                    _ => 0,
                };
                let sectors = self.little(header + 12, 8)?;
                // Without a capacity, the text inside lists extents.
                let listed = sectors == 0 && self.little(header + 28, 8)? != 0;
                (!listed).then_some(sectors)
            }
            b"COWD" => Some(self.little(12, 4)?),
            _ => None,
        };
        Some(Facts {
            virtual_size: sectors.map(|sectors| sectors * 512),
            ..Facts::default()
        })
    }

    fn parallels(&self) -> Option<Facts> {
        let old = self.bytes(0, 16)? == b"WithoutFreeSpace";
        let width = if old { 4 } else { 8 };
        Some(Facts {
            virtual_size: self.little(36, width)?.checked_mul(512),
            cluster_size: Some(self.little(28, 4)? * 512),
            backing: Some(Vec::new()),
            ..Facts::default()
        })
    }

    fn bochs(&self) -> Option<Facts> {
        let older = self.little(64, 4)? == 0x1_0000;
        Some(Facts {
            virtual_size: Some(down(self.little(if older { 84 } else { 88 }, 8)?)),
            backing: Some(Vec::new()),
            ..Facts::default()
        })
    }

    fn cloop(&self) -> Option<Facts> {
        Some(Facts {
            virtual_size: Some(self.big(128, 4)? * self.big(132, 4)?),
            backing: Some(Vec::new()),
            ..Facts::default()
        })
    }

    fn luks(&self) -> Option<Facts> {
        if self.big(6, 2)? != 1 {
            return Some(Facts::default());
        }
        let length = self
            .object
            .told_length()
            .and_then(|length| length.checked_next_multiple_of(512));
        let payload = self.big(104, 4)? * 512;
        Some(Facts {
            // A header without a payload: the data is in another file.
            virtual_size: length
                .filter(|_| payload != 0)
                .and_then(|length| length.checked_sub(payload)),
            encryption: Some(Some(EncryptionFormat::Luks)),
            backing: Some(Vec::new()),
            ..Facts::default()
        })
    }

    fn cow(&self) -> Option<Facts> {
        Some(Facts {
            virtual_size: Some(down(self.big(1036, 8)?)),
            backing: Some(until_nul(self.bytes(8, 1024)?)),
            ..Facts::default()
        })
    }

    fn dmg(&self) -> Option<Facts> {
        let length = self.object.told_length().unwrap_or(0);
        let end = length.checked_next_multiple_of(512).unwrap_or(0);
        // The first trailer counts, which need not be in the last sector.
        let first = (end.saturating_sub(1023)..end)
            .find(|at| self.bytes(*at, 4).as_deref() == Some(b"koly"));
        let last = first.filter(|at| at + 512 == end);
        Some(Facts {
            virtual_size: last.and_then(|at| Some(self.big(at + 492, 8)? * 512)),
            backing: Some(Vec::new()),
            ..Facts::default()
        })
    }
}
