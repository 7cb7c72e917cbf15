// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS version 1, on its own and inside an encrypted qcow2. Big-endian.
//!
//! Specification: "LUKS On-Disk Format Specification", version 1.2.3; limits beyond it are those
//! of QEMU's driver.

use super::luks2;
use super::sizes::{filled_sectors, inside, KEYS_INSIDE, SECTOR};
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::format::Format;
use crate::base::header::{header, parse_all};
use crate::base::range::ByteRange;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::{EncryptionFacts, EncryptionFormat, Facts};

const MAGIC: &[u8; 6] = b"LUKS\xba\xbe";
const SLOTS: usize = 8;
const SLOT_ENABLED: u32 = 0x00ac_71f3;
const SLOT_DISABLED: u32 = 0x0000_dead;
const STRIPES: u64 = 4000;
/// Key material starts at offset 4096, after the header, and the key material of each slot takes a
/// multiple of 4096 bytes.
const KEY_MATERIAL_SECTORS: u64 = 4096 / SECTOR;

header! {
    struct Header<'a>("LUKS header", BigEndian, 592) {
        6 version: u16,
        8 cipher_name: &'a [u8; 32] = "cipher-name",
        40 cipher_mode: &'a [u8; 32] = "cipher-mode",
        72 hash_spec: &'a [u8; 32] = "hash-spec",
        /// Offset of the encrypted data in sectors, or 0 if it is in another file.
        104 payload_offset: u32,
        /// Length of the key in bytes.
        108 key_bytes: u32 = "key-bytes",
        164 mk_digest_iter: u32 = "mk-digest-iter",
        168 uuid: &'a [u8; 40],
        208 key_slots: &'a [u8; 384],
    }
}

header! {
    #[derive(Clone, Copy, Default)]
    struct Slot("LUKS header", BigEndian, 48) {
        0 active: u32 = "key slot state",
        4 iterations: u32 = "key slot iterations",
        /// Offset of the key material in sectors.
        40 key_material_offset: u32 = "key-material-offset",
        44 stripes: u32 = "key slot stripes",
    }
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    if luks2::detect(&view.head()?) {
        return luks2::inspect(view);
    }
    let header = Header::read(view, 0)?;
    let encryption = encryption(&header)?;
    let mut facts = Facts::of(Format::Luks);
    let payload = u64::from(header.payload_offset);
    if payload == 0 {
        check_detached(view, &header)?;
    } else {
        let offset = payload.saturating_mul(SECTOR);
        if let Some(end) = view.end_before(offset, Header::STRUCTURE.name)? {
            header.payload_offset().at_most(end / SECTOR)?;
        }
        if let Some(length) = view.length().known() {
            let size = length.saturating_sub(offset);
            let size = Header::STRUCTURE.field("length", 0, size);
            facts.virtual_size = Some(filled_sectors(size)?);
            facts.recorded_size = Some(size.value);
        }
    }
    facts.encryption = Some(Box::new(encryption));
    Ok(facts)
}

/// Checks that all key material is in the file. If the payload is in the file, the key material
/// comes before it.
fn check_detached(view: &View<'_>, header: &Header<'_>) -> Result<(), Incomplete> {
    let material = header.key_material_sectors();
    for slot in header.slots() {
        let offset = slot.key_material_offset();
        let end = offset.value.saturating_add(material);
        inside(view, offset, end.saturating_mul(SECTOR), KEYS_INSIDE)?;
    }
    Ok(())
}

/// Reads the LUKS header that another format has in `range`.
pub(super) fn read_header<'a>(
    view: &View<'a>,
    range: ByteRange,
) -> Result<EncryptionFacts<Text<'a>>, Incomplete> {
    let structure = Header::STRUCTURE.at(range.offset);
    let length = structure.field("encryption header length", 0, range.length);
    length.at_least(Header::LENGTH.into())?;
    if view.at(range.offset, 6, structure.name)? != MAGIC {
        return Err(structure.broken("invalid signature", 0).into());
    }
    Ok(encryption(&Header::read(view, range.offset)?)?)
}

fn encryption<'a>(header: &Header<'a>) -> Result<EncryptionFacts<Text<'a>>, Reason> {
    let version = header.version();
    version.supported(version.value == 1, Constraint::Equal(1))?;
    let cipher = header.cipher_name().text(header.cipher_name);
    let mode = header.cipher_mode().text(header.cipher_mode);
    let hash = header.hash_spec().text(header.hash_spec);
    for (text, field, endless) in [
        (
            cipher,
            header.cipher_name(),
            "cipher-name is not NUL-terminated",
        ),
        (
            mode,
            header.cipher_mode(),
            "cipher-mode is not NUL-terminated",
        ),
        (hash, header.hash_spec(), "hash-spec is not NUL-terminated"),
    ] {
        if text.recorded().len() == header.cipher_name.len() {
            return Err(field.broken(endless));
        }
    }
    let slots = header.slots();
    check(header, &slots)?;
    let active = slots.iter().filter(|slot| slot.active == SLOT_ENABLED);
    Ok(EncryptionFacts {
        payload_offset: Some(u64::from(header.payload_offset).saturating_mul(SECTOR)),
        cipher: Some(cipher),
        mode: Some(mode),
        hash: Some(hash),
        uuid: Some(header.uuid().text(header.uuid)),
        active_slots: u32::try_from(active.count()).ok(),
        ..EncryptionFacts::of(EncryptionFormat::Luks)
    })
}

fn check(header: &Header<'_>, slots: &[Slot; SLOTS]) -> Result<(), Reason> {
    let payload = header.payload_offset();
    // Inside another format, the payload is that format's data.
    let is_detached = payload.value == 0 && header.start == 0;
    if !is_detached {
        payload.at_least(KEY_MATERIAL_SECTORS)?;
    }
    header.key_bytes().at_least(1)?;
    header.mk_digest_iter().at_least(1)?;

    let material = header
        .key_material_sectors()
        .div_ceil(KEY_MATERIAL_SECTORS)
        .saturating_mul(KEY_MATERIAL_SECTORS);
    for (number, slot) in slots.iter().enumerate() {
        slot.active().require(
            matches!(slot.active, SLOT_ENABLED | SLOT_DISABLED),
            Constraint::Be("11301363 (enabled) or 57005 (disabled)"),
        )?;
        slot.stripes().equal(STRIPES)?;
        if slot.active == SLOT_ENABLED {
            slot.iterations().at_least(1)?;
        }
        let offset = slot.key_material_offset();
        offset.at_least(KEY_MATERIAL_SECTORS)?;
        if !is_detached {
            offset.at_most(payload.value.saturating_sub(material))?;
        }
        let mut others = slots.iter().take(number);
        let is_apart = |other: &Slot| {
            let distance = slot.key_material_offset.abs_diff(other.key_material_offset);
            u64::from(distance) >= material
        };
        offset.require(
            others.all(is_apart),
            Constraint::Be("outside the key material of other key slots"),
        )?;
    }
    Ok(())
}

impl Header<'_> {
    fn slots(&self) -> [Slot; SLOTS] {
        let mut slots = [Slot::default(); SLOTS];
        let parsed = parse_all(
            self.key_slots().offset,
            Slot::LENGTH,
            self.key_slots,
            Slot::parse,
        );
        slots
            .iter_mut()
            .zip(parsed)
            .for_each(|(slot, parsed)| *slot = parsed);
        slots
    }

    /// Returns the length of a slot's key material.
    fn key_material_sectors(&self) -> u64 {
        u64::from(self.key_bytes)
            .saturating_mul(STRIPES)
            .div_ceil(SECTOR)
    }
}
