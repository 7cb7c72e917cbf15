// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS version 1, on its own and inside an encrypted qcow2. Big-endian. Version 2 has a file of its
//! own.
//!
//! Specification: "LUKS On-Disk Format Specification", version 1.2.3. Beyond it, the rules of
//! QEMU's driver for how key slots may lie.

use super::sizes::{filled_sectors, inside, KEYS_INSIDE, SECTOR};
use super::{luks2, require_signature};
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::{self, Structure};
use crate::base::format::Format;
use crate::base::number::{be_u16, be_u32};
use crate::base::range::ByteRange;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::{Encryption, EncryptionFormat, Facts};
use nom::bytes::complete::take;
use nom::IResult;

const HEADER: Structure = Structure::new("LUKS header");
const MAGIC: &[u8] = b"LUKS\xba\xbe";
const LENGTH: u32 = 592;

const SLOTS_OFFSET: u64 = 208;
const SLOT_LENGTH: u64 = 48;
const SLOTS: usize = 8;
const SLOT_ENABLED: u32 = 0x00ac_71f3;
const SLOT_DISABLED: u32 = 0x0000_dead;
const STRIPES: u32 = 4000;
/// Key material starts behind the header, at 4096 bytes, and each slot's is a multiple of that.
const KEY_MATERIAL_SECTORS: u64 = 4096 / SECTOR;

struct Header<'a> {
    version: u16,
    cipher: &'a [u8],
    mode: &'a [u8],
    hash: &'a [u8],
    payload_offset: u32,
    key_bytes: u32,
    iterations: u32,
    uuid: &'a [u8],
    slots: [Slot; SLOTS],
}

#[derive(Clone, Copy, Default)]
struct Slot {
    active: u32,
    iterations: u32,
    key_offset: u32,
    stripes: u32,
}

fn header(input: &[u8]) -> IResult<&[u8], Header<'_>> {
    let (input, _magic) = take(6usize)(input)?;
    let (input, version) = be_u16(input)?;
    let (input, cipher) = take(32usize)(input)?;
    let (input, mode) = take(32usize)(input)?;
    let (input, hash) = take(32usize)(input)?;
    let (input, payload_offset) = be_u32(input)?;
    let (input, key_bytes) = be_u32(input)?;
    let (input, _digest) = take(20usize)(input)?;
    let (input, _salt) = take(32usize)(input)?;
    let (input, iterations) = be_u32(input)?;
    let (mut input, uuid) = take(40usize)(input)?;
    let mut slots = [Slot::default(); SLOTS];
    for slot_read in &mut slots {
        (input, *slot_read) = slot(input)?;
    }
    let header = Header {
        version,
        cipher,
        mode,
        hash,
        payload_offset,
        key_bytes,
        iterations,
        uuid,
        slots,
    };
    Ok((input, header))
}

fn slot(input: &[u8]) -> IResult<&[u8], Slot> {
    let (input, active) = be_u32(input)?;
    let (input, iterations) = be_u32(input)?;
    let (input, _salt) = take(32usize)(input)?;
    let (input, key_offset) = be_u32(input)?;
    let (input, stripes) = be_u32(input)?;
    let slot = Slot {
        active,
        iterations,
        key_offset,
        stripes,
    };
    Ok((input, slot))
}

pub(crate) fn detect(head: &Head<'_>) -> bool {
    head.has(0, MAGIC) && head.be_u16(6) == 1
}

/// Of a version that is not known.
pub(crate) fn is_similar(head: &Head<'_>) -> bool {
    head.has(0, MAGIC) && !matches!(head.be_u16(6), 1 | 2)
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    if luks2::detect(&view.head()?) {
        return luks2::inspect(view);
    }
    require_signature(view, Format::Luks, detect, "no LUKS signature", 0)?;
    let encryption = read(view, 0)?;
    let mut facts = Facts::of(Format::Luks);
    match encryption.payload_offset {
        None => {}
        // The payload is in another file.
        Some(0) => judge_detached(view)?,
        Some(payload) => {
            if let Some(end) = view.end_before(payload, HEADER.name)? {
                HEADER
                    .field("payload_offset", 104, payload / SECTOR)
                    .at_most(end / SECTOR)?;
            }
            if let Some(length) = view.length().known() {
                let size = HEADER.field("length", 0, length.saturating_sub(payload));
                facts.virtual_size = Some(filled_sectors(size)?);
                facts.recorded_size = Some(size.value);
            }
        }
    }
    facts.encryption = Some(Box::new(encryption));
    Ok(facts)
}

/// Judges whether all key material is in the file: where the payload is too, it lies behind that.
fn judge_detached(view: &View<'_>) -> Result<(), Incomplete> {
    let header = view.parse(0, LENGTH, HEADER.name, header)?;
    let material = header.key_material();
    for (slot, place) in header.slots.iter().zip(slot_places()) {
        let end = u64::from(slot.key_offset).saturating_add(material);
        let position = place.saturating_add(40);
        let offset = HEADER.field("key-material-offset", position, slot.key_offset);
        inside(view, offset, end.saturating_mul(SECTOR), KEYS_INSIDE)?;
    }
    Ok(())
}

/// Where the key slots stand in the header.
fn slot_places() -> impl Iterator<Item = u64> {
    field::places(SLOTS_OFFSET, SLOT_LENGTH)
}

impl Header<'_> {
    /// The length of a slot's key material, in sectors.
    fn key_material(&self) -> u64 {
        u64::from(self.key_bytes)
            .saturating_mul(u64::from(STRIPES))
            .div_ceil(SECTOR)
    }
}

/// Reads the LUKS header that another format keeps at `place`.
pub(super) fn read_header<'a>(
    view: &View<'a>,
    place: ByteRange,
) -> Result<Encryption<Text<'a>>, Incomplete> {
    HEADER
        .at(place.offset)
        .field("length of its place", 0, place.length)
        .at_least(u64::from(LENGTH))?;
    let magic = view.at(place.offset, 6, HEADER.name)?;
    if magic != MAGIC {
        return Err(HEADER
            .at(place.offset)
            .broken("no LUKS signature", 0)
            .into());
    }
    read(view, place.offset)
}

fn read<'a>(view: &View<'a>, base: u64) -> Result<Encryption<Text<'a>>, Incomplete> {
    let header = view.parse(base, LENGTH, HEADER.name, header)?;
    let place = HEADER.at(base);
    HEADER
        .at(base)
        .field("version", 6, header.version)
        .supported(header.version == 1, Constraint::Equal(1))?;
    let cipher = terminated(place, 8, header.cipher, "cipher-name does not end")?;
    let mode = terminated(place, 40, header.mode, "cipher-mode does not end")?;
    let hash = terminated(place, 72, header.hash, "hash-spec does not end")?;
    judge(base, &header)?;
    let active = header.slots.iter().fold(0u32, |active, slot| {
        active.saturating_add(u32::from(slot.active == SLOT_ENABLED))
    });
    Ok(Encryption {
        format: EncryptionFormat::Luks,
        payload_offset: Some(u64::from(header.payload_offset).saturating_mul(SECTOR)),
        cipher: Some(cipher),
        mode: Some(mode),
        hash: Some(hash),
        uuid: Some(Text::until_nul(header.uuid, base.saturating_add(168))),
        active_slots: Some(active),
        ..Encryption::of(EncryptionFormat::Luks)
    })
}

/// A name, which must end before its room does.
fn terminated<'a>(
    header: Structure,
    position: u64,
    bytes: &'a [u8],
    endless: &'static str,
) -> Result<Text<'a>, Reason> {
    let text = Text::until_nul(bytes, header.offset(position));
    if text.recorded().len() < bytes.len() {
        Ok(text)
    } else {
        Err(header.broken(endless, position))
    }
}

fn judge(base: u64, header: &Header<'_>) -> Result<(), Reason> {
    let payload = u64::from(header.payload_offset);
    // In another format, the payload is what that format has as its data.
    let detached = payload == 0 && base == 0;
    if !detached {
        HEADER
            .at(base)
            .field("payload_offset", 104, payload)
            .at_least(KEY_MATERIAL_SECTORS)?;
    }
    HEADER
        .at(base)
        .field("key-bytes", 108, header.key_bytes)
        .at_least(1)?;
    HEADER
        .at(base)
        .field("mk-digest-iter", 164, header.iterations)
        .at_least(1)?;

    let material = header.key_material().div_ceil(KEY_MATERIAL_SECTORS);
    let material = material.saturating_mul(KEY_MATERIAL_SECTORS);
    let end_of = |slot: &Slot| u64::from(slot.key_offset).saturating_add(material);
    for (number, (slot, place)) in header.slots.iter().zip(slot_places()).enumerate() {
        let slot_field = |name, position: u64, value: u32| {
            HEADER
                .at(base)
                .field(name, place.saturating_add(position), value)
        };
        slot_field("key slot state", 0, slot.active).require(
            matches!(slot.active, SLOT_ENABLED | SLOT_DISABLED),
            Constraint::Be("11301363 (enabled) or 57005 (disabled)"),
        )?;
        slot_field("key slot stripes", 44, slot.stripes).equal(u64::from(STRIPES))?;
        if slot.active == SLOT_ENABLED {
            slot_field("key slot iterations", 4, slot.iterations).at_least(1)?;
        }
        let material_offset = slot_field("key-material-offset", 40, slot.key_offset);
        material_offset.at_least(KEY_MATERIAL_SECTORS)?;
        if !detached {
            material_offset.at_most(payload.saturating_sub(material))?;
        }
        let overlaps = header.slots.iter().take(number).any(|other| {
            u64::from(other.key_offset) < end_of(slot) && u64::from(slot.key_offset) < end_of(other)
        });
        material_offset.require(
            !overlaps,
            Constraint::Be("outside the key material of other slots"),
        )?;
    }
    Ok(())
}
