// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS version 2: a binary header, big-endian, with JSON after it; and a second copy of both.
//!
//! Specification: "LUKS2 On-Disk Format Specification", version 1.1. As in cryptsetup, the later of
//! the valid copies counts. Checksums are not computed: a copy is valid if it can be read, and
//! copies that differ are a finding.

mod metadata;

use super::sizes::filled_sectors;
use crate::base::error::Reason;
use crate::base::field::Structure;
use crate::base::format::Format;
use crate::base::header::header;
use crate::base::limits::MAX_LUKS2_JSON;
use crate::base::text::{until_nul, Text};
use crate::base::view::{Head, Incomplete, View};
use crate::image::{EncryptionFacts, EncryptionFormat, Facts, Feature};
use metadata::Metadata;

const MAGIC: &[u8] = b"LUKS\xba\xbe\0\x02";
const SECOND_MAGIC: &[u8] = b"SKUL\xba\xbe\0\x02";
const MIN_HDR_SIZE: u64 = 16 << 10;
const MAX_HDR_SIZE: u64 = 4 << 20;

/// Offset of the JSON in each copy.
const JSON_OFFSET: u64 = 4096;
const JSON: Structure = Structure::new("LUKS2 metadata");

header! {
    struct Header<'a>("LUKS2 header", BigEndian, 512) {
        0 magic: &'a [u8; 8],
        /// Length of the binary header and the JSON area.
        8 hdr_size: u64,
        /// Grows with each change.
        16 seqid: u64,
        24 label: &'a [u8; 48],
        72 csum_alg: &'a [u8; 32],
        168 uuid: &'a [u8; 40],
        208 subsystem: &'a [u8; 48],
        /// Offset of the copy in the file.
        256 hdr_offset: u64,
    }
}

pub(super) fn detect(head: &Head<'_>) -> bool {
    head.has(0, MAGIC)
}

/// Returns the encryption facts in the first sector.
pub(crate) fn finding<'a>(head: &Head<'a>) -> EncryptionFacts<Text<'a>> {
    let uuid = head.present().get(168..208);
    EncryptionFacts {
        uuid: uuid.map(|uuid| Text::until_nul(uuid, 168)),
        ..EncryptionFacts::of(EncryptionFormat::Luks2)
    }
}

/// One of the two copies.
struct Copy<'a> {
    header: Header<'a>,
    json: &'a [u8],
    facts: Facts<Text<'a>>,
}

/// Adds the encryption facts of a volume in a raw image.
pub(crate) fn add_to_raw<'a>(
    view: &View<'a>,
    facts: &mut Facts<Text<'a>>,
) -> Result<(), Incomplete> {
    match inspect(view) {
        Ok(found) => {
            facts.encryption = found.encryption;
            facts.writable_header |= found.writable_header;
            found
                .features
                .values()
                .for_each(|feature| facts.features.insert(feature));
        }
        // Other programs may be less strict about the JSON. Without a binary header they find no
        // volume.
        Err(Incomplete::Failed(reason)) if reason.structure() == Some(JSON.name) => {
            facts.features.insert(Feature::UnknownRequired);
        }
        Err(Incomplete::Failed(_)) => {}
        Err(need @ Incomplete::Need(_)) => return Err(need),
    }
    Ok(())
}

pub(super) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let first = valid(Copy::read(view, 0, MAGIC))?;
    let second = match &first {
        Ok(first) => second(view, first.header.hdr_size)?,
        // The size in the first copy may be wrong too.
        Err(_) => {
            let sizes = (MIN_HDR_SIZE.ilog2()..=MAX_HDR_SIZE.ilog2()).map(|bits| 1u64 << bits);
            find_second(view, sizes)?
        }
    };
    let (mut facts, differ) = match (first, second) {
        (Ok(first), Ok(second)) => {
            let differ = first.content() != second.content();
            let later = second.header.seqid > first.header.seqid;
            (if later { second.facts } else { first.facts }, differ)
        }
        (Ok(only), Err(_)) | (Err(_), Ok(only)) => (only.facts, true),
        // A copy with a binary header is the one that a reader would use.
        (Err(first), Err(Some(second))) if first.structure() != Some(JSON.name) => {
            return Err(second.into())
        }
        (Err(reason), Err(_)) => return Err(reason.into()),
    };
    if let Some(encryption) = &mut facts.encryption {
        encryption.headers_differ = differ;
    }
    Ok(facts)
}

/// Separates the error of a copy from the need for more bytes.
fn valid<'a>(copy: Result<Copy<'a>, Incomplete>) -> Result<Result<Copy<'a>, Reason>, Incomplete> {
    match copy {
        Ok(copy) => Ok(Ok(copy)),
        Err(Incomplete::Failed(reason)) => Ok(Err(reason)),
        Err(need @ Incomplete::Need(_)) => Err(need),
    }
}

/// A second copy, or an error, which has a reason if the JSON of a second copy is wrong.
type Second<'a> = Result<Copy<'a>, Option<Reason>>;

fn find_second<'a>(
    view: &View<'a>,
    sizes: impl Iterator<Item = u64>,
) -> Result<Second<'a>, Incomplete> {
    let mut wrong = None;
    for size in sizes {
        match second(view, size)? {
            Ok(found) => return Ok(Ok(found)),
            Err(reason) => wrong = wrong.or(reason),
        }
    }
    Ok(Err(wrong))
}

/// Returns the second copy, which follows a first copy of `size` bytes.
fn second<'a>(view: &View<'a>, size: u64) -> Result<Second<'a>, Incomplete> {
    Ok(match valid(Copy::read(view, size, SECOND_MAGIC))? {
        Ok(copy) if copy.header.hdr_size == size => Ok(copy),
        Ok(_) => Err(None),
        Err(reason) => Err(Some(reason).filter(|reason| reason.structure() == Some(JSON.name))),
    })
}

impl<'a> Copy<'a> {
    fn read(view: &View<'a>, start: u64, magic: &[u8]) -> Result<Self, Incomplete> {
        let header = Header::read(view, start)?;
        if header.magic != magic {
            return Err(header.structure().broken("invalid signature", 0).into());
        }
        let size = header.hdr_size();
        size.power_of_two(MIN_HDR_SIZE, MAX_HDR_SIZE)?;
        header.hdr_offset().equal(start)?;
        let json = JSON.at(start.saturating_add(JSON_OFFSET));
        let text = json_text(view, json, size.value.saturating_sub(JSON_OFFSET))?;
        let facts = facts(view, &header, &Metadata::read(text, json)?)?;
        Ok(Copy {
            header,
            json: text,
            facts,
        })
    }

    /// Returns all fields except those that always differ between the copies: magic, salt and
    /// checksum.
    fn content(&self) -> impl PartialEq + '_ {
        let h = &self.header;
        let numbers = (h.hdr_size, h.seqid);
        (numbers, h.label, h.csum_alg, h.uuid, h.subsystem, self.json)
    }
}

fn json_text<'a>(view: &View<'a>, json: Structure, size: u64) -> Result<&'a [u8], Incomplete> {
    let length = u32::try_from(size.min(MAX_LUKS2_JSON)).unwrap_or(u32::MAX);
    let area = view.at(json.offset(0), length, JSON.name)?;
    let text = until_nul(area);
    if text.len() == area.len() && size > MAX_LUKS2_JSON {
        return Err(Incomplete::Failed(Reason::UnsupportedText {
            structure: JSON.name,
            what: "longer than 64 KiB",
            offset: json.offset(0),
        }));
    }
    Ok(text)
}

fn facts<'a>(
    view: &View<'a>,
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
    // Key material ends at the start of the data, unless the data is in another file.
    let data_start = data.offset.filter(|offset| *offset != 0);
    let both_copies = header.hdr_size.saturating_mul(2);
    let slots = metadata.key_slots(view, both_copies, data_start)?;
    if data.in_change || slots.in_change || metadata.has_requirements()? {
        facts.features.insert(Feature::UnknownRequired);
    }
    facts.writable_header = data_start.is_some_and(|start| start < both_copies);
    facts.encryption = Some(Box::new(EncryptionFacts {
        payload_offset: data.offset,
        cipher,
        mode: mode.flatten(),
        uuid: Some(header.uuid().text(header.uuid)),
        active_slots: Some(slots.count),
        in_the_clear: data.in_the_clear,
        ..EncryptionFacts::of(EncryptionFormat::Luks2)
    }));
    Ok(facts)
}
