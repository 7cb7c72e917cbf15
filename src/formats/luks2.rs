// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS version 2: a binary header, big-endian, and JSON behind it; and a second copy of both, for
//! when a change to the first is cut off.
//!
//! Specification: "LUKS2 On-Disk Format Specification", version 1.1. Detection does not see it, as
//! QEMU's does not: such bytes are raw, and that they are encrypted is a finding. Who asks for
//! `luks` gets what the JSON says, too.
//!
//! Which copy counts is decided as by cryptsetup: the later one of those that are whole. It tells
//! whole ones by checksums, of which the image names the kind. They are not computed here: a copy is
//! whole where it can be read, and where the copies differ, that is a finding, because then either
//! could count.

mod metadata;

use super::sizes::filled_sectors;
use crate::base::error::Reason;
use crate::base::field::Structure;
use crate::base::format::Format;
use crate::base::limits::MAX_LUKS2_JSON;
use crate::base::number::be_u64;
use crate::base::text::{until_nul, Text};
use crate::base::view::{Head, Incomplete, View};
use crate::image::{Encryption, EncryptionFormat, Facts};
use metadata::Metadata;
use nom::bytes::complete::take;
use nom::IResult;

const HEADER: Structure = Structure::new("LUKS2 header");
const SECOND_HEADER: Structure = Structure::new("LUKS2 secondary header");
const LENGTH: u32 = 512;
const MAGIC: &[u8] = b"LUKS\xba\xbe\0\x02";
const SECOND_MAGIC: &[u8] = b"SKUL\xba\xbe\0\x02";
const UUID: core::ops::Range<usize> = 168..208;
const UUID_OFFSET: u64 = 168;
const MIN_HDR_SIZE: u64 = 16 << 10;
const MAX_HDR_SIZE: u64 = 4 << 20;

/// Where the JSON starts, in each copy.
const JSON_OFFSET: u64 = 4096;
const JSON: Structure = Structure::new("LUKS2 metadata");

pub(super) fn detect(head: &Head<'_>) -> bool {
    head.has(0, MAGIC)
}

/// What the first sector alone says of the encryption.
pub(crate) fn finding<'a>(head: &Head<'a>) -> Encryption<Text<'a>> {
    let uuid = head.present().get(UUID);
    Encryption {
        uuid: uuid.map(|uuid| Text::until_nul(uuid, UUID_OFFSET)),
        ..Encryption::of(EncryptionFormat::Luks2)
    }
}

/// The binary header, but for what differs between the copies: signature, salt and checksum.
#[derive(PartialEq, Eq)]
struct Header<'a> {
    /// The length of binary header and JSON area.
    hdr_size: u64,
    /// Grows with each change.
    seqid: u64,
    label: &'a [u8],
    csum_alg: &'a [u8],
    uuid: &'a [u8],
    subsystem: &'a [u8],
}

/// The header, and where it says that it stands.
fn header(input: &[u8]) -> IResult<&[u8], (Header<'_>, u64)> {
    let (input, _magic_and_version) = take(8usize)(input)?;
    let (input, hdr_size) = be_u64(input)?;
    let (input, seqid) = be_u64(input)?;
    let (input, label) = take(48usize)(input)?;
    let (input, csum_alg) = take(32usize)(input)?;
    let (input, _salt) = take(64usize)(input)?;
    let (input, uuid) = take(40usize)(input)?;
    let (input, subsystem) = take(48usize)(input)?;
    let (input, hdr_offset) = be_u64(input)?;
    let header = Header {
        hdr_size,
        seqid,
        label,
        csum_alg,
        uuid,
        subsystem,
    };
    Ok((input, (header, hdr_offset)))
}

/// One of the two copies.
struct Copy<'a> {
    header: Header<'a>,
    json: &'a [u8],
    facts: Facts<Text<'a>>,
}

pub(super) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let first = whole(Copy::read(view, HEADER, MAGIC))?;
    let second = match &first {
        Ok(first) => second(view, first.header.hdr_size)?,
        // Its size is not to be trusted either.
        Err(_) => {
            let sizes = (MIN_HDR_SIZE.ilog2()..=MAX_HDR_SIZE.ilog2()).map(|bits| 1u64 << bits);
            find_second(view, sizes)?
        }
    };
    let (mut facts, differ) = match (first, second) {
        (Ok(first), Some(second)) => {
            let differ = first.header != second.header || first.json != second.json;
            let later = second.header.seqid > first.header.seqid;
            (if later { second.facts } else { first.facts }, differ)
        }
        (Ok(only), None) | (Err(_), Some(only)) => (only.facts, true),
        (Err(reason), None) => return Err(reason.into()),
    };
    if let Some(encryption) = &mut facts.encryption {
        encryption.headers_differ = differ;
    }
    Ok(facts)
}

/// Parts what is wrong with a copy from what is needed to read it.
fn whole<'a>(copy: Result<Copy<'a>, Incomplete>) -> Result<Result<Copy<'a>, Reason>, Incomplete> {
    match copy {
        Ok(copy) => Ok(Ok(copy)),
        Err(Incomplete::Failed(reason)) => Ok(Err(reason)),
        Err(need @ Incomplete::Need(_)) => Err(need),
    }
}

fn find_second<'a>(
    view: &View<'a>,
    sizes: impl Iterator<Item = u64>,
) -> Result<Option<Copy<'a>>, Incomplete> {
    for size in sizes {
        if let Some(found) = second(view, size)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The second copy, behind a first one of that size; `None` where there is no whole one.
fn second<'a>(view: &View<'a>, size: u64) -> Result<Option<Copy<'a>>, Incomplete> {
    let copy = whole(Copy::read(view, SECOND_HEADER.at(size), SECOND_MAGIC))?;
    Ok(copy.ok().filter(|copy| copy.header.hdr_size == size))
}

impl<'a> Copy<'a> {
    fn read(view: &View<'a>, place: Structure, magic: &[u8]) -> Result<Self, Incomplete> {
        let start = place.offset(0);
        let bytes = view.at(start, LENGTH, place.name)?;
        if !bytes.starts_with(magic) {
            return Err(place.broken("no signature", 0).into());
        }
        let (header, hdr_offset) = view.parse(start, LENGTH, place.name, header)?;
        let size = place.field("hdr_size", 8, header.hdr_size);
        size.power_of_two(MIN_HDR_SIZE, MAX_HDR_SIZE)?;
        place.field("hdr_offset", 256, hdr_offset).equal(start)?;
        let json = json_text(view, place.offset(JSON_OFFSET), size.value)?;
        let metadata = Metadata::read(json, JSON.at(place.offset(JSON_OFFSET)))?;
        let facts = facts(view, place, &header, &metadata)?;
        Ok(Copy {
            header,
            json,
            facts,
        })
    }
}

fn json_text<'a>(view: &View<'a>, start: u64, hdr_size: u64) -> Result<&'a [u8], Incomplete> {
    let room = hdr_size.saturating_sub(JSON_OFFSET);
    let length = u32::try_from(room.min(MAX_LUKS2_JSON)).unwrap_or(u32::MAX);
    let area = view.at(start, length, JSON.name)?;
    let text = until_nul(area);
    if text.len() == area.len() && room > MAX_LUKS2_JSON {
        return Err(Incomplete::Failed(Reason::UnsupportedText {
            structure: JSON.name,
            what: "longer than 64 KiB",
            offset: start,
        }));
    }
    Ok(text)
}

fn facts<'a>(
    view: &View<'a>,
    place: Structure,
    header: &Header<'a>,
    metadata: &Metadata<'a>,
) -> Result<Facts<Text<'a>>, Incomplete> {
    let data = metadata.data(view)?;
    let mut facts = Facts::of(Format::Luks);
    if let Some(size) = data.size {
        let size = JSON.field("size of the segments", 0, size);
        facts.virtual_size = Some(filled_sectors(size)?);
        facts.recorded_size = Some(size.value);
    }
    let (cipher, mode) = data.cipher.unzip();
    // Where the data starts, key material ends; unless it is in another file.
    let data_start = data.offset.filter(|offset| *offset != 0);
    let both_copies = header.hdr_size.saturating_mul(2);
    facts.encryption = Some(Box::new(Encryption {
        payload_offset: data.offset,
        cipher,
        mode: mode.flatten(),
        uuid: Some(Text::until_nul(header.uuid, place.offset(UUID_OFFSET))),
        active_slots: Some(metadata.key_slots(view, both_copies, data_start)?),
        ..Encryption::of(EncryptionFormat::Luks2)
    }));
    Ok(facts)
}
