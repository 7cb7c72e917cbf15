// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS version 2: a binary header, big-endian, and JSON behind it.
//!
//! Specification: "LUKS2 On-Disk Format Specification", version 1.1. Detection does not see it, as
//! QEMU's does not: such bytes are raw, and that they are encrypted is a finding. Who asks for
//! `luks` gets what the JSON says, too.
//!
//! There is a second copy of both, for when a change to the first was cut off. It is not looked at,
//! nor is the checksum computed that would tell: it takes a cryptographic hash, of which the image
//! names the kind.

use super::sizes::{filled_sectors, SECTOR};
use crate::error::Reason;
use crate::facts::{Encryption, EncryptionFormat, Facts};
use crate::field::Structure;
use crate::format::Format;
use crate::json::{self, Members, Quoted, Value};
use crate::limits::MAX_LUKS2_JSON;
use crate::text::{until_nul, Text};
use crate::view::{Head, Stop, View};
use nom::bytes::complete::take;
use nom::number::complete::be_u64;
use nom::IResult;

const HEADER: Structure = Structure::new("LUKS2 header");
const LENGTH: u32 = 512;
const MAGIC: &[u8] = b"LUKS\xba\xbe\0\x02";
const UUID: core::ops::Range<usize> = 168..208;
const UUID_OFFSET: u64 = 168;
const MIN_HDR_SIZE: u64 = 16 << 10;
const MAX_HDR_SIZE: u64 = 4 << 20;

const JSON_OFFSET: u64 = 4096;
const JSON: Structure = Structure::new("LUKS2 metadata").at(JSON_OFFSET);

pub(super) fn detect(head: &Head<'_>) -> bool {
    head.has(0, MAGIC)
}

/// What the first sector alone says of the encryption.
pub(super) fn finding<'a>(head: &Head<'a>) -> Encryption<Text<'a>> {
    let uuid = head.present().get(UUID);
    Encryption {
        uuid: uuid.map(|uuid| Text::until_nul(uuid, UUID_OFFSET)),
        ..Encryption::of(EncryptionFormat::Luks2)
    }
}

/// The length of binary header and JSON area, and where the header says that it stands.
fn size_and_place(input: &[u8]) -> IResult<&[u8], (u64, u64)> {
    let (input, _magic_and_version) = take(8usize)(input)?;
    let (input, hdr_size) = be_u64(input)?;
    let (input, _seqid_to_subsystem) = take(240usize)(input)?;
    let (input, hdr_offset) = be_u64(input)?;
    Ok((input, (hdr_size, hdr_offset)))
}

pub(super) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Stop> {
    let (hdr_size, hdr_offset) = view.parse(0, LENGTH, HEADER.name, size_and_place)?;
    let size = HEADER.field("hdr_size", 8, hdr_size);
    size.power_of_two(MIN_HDR_SIZE, MAX_HDR_SIZE)?;
    HEADER.field("hdr_offset", 256, hdr_offset).equal(0)?;

    let text = json_text(view, hdr_size)?;
    let metadata = json::object(text).map_err(|_| JSON.broken("is not a JSON object", 0))?;
    let data = Data::read(metadata, view.length().known())?;
    let mut facts = Facts::of(Format::Luks);
    if let Some(size) = data.size {
        let size = JSON.field("size of the segments", 0, size);
        facts.virtual_size = Some(filled_sectors(size)?);
        facts.recorded_size = Some(size.value);
    }
    let (cipher, mode) = data.encryption.map(split).unzip();
    facts.encryption = Some(Encryption {
        payload_offset: data.offset,
        cipher,
        mode: mode.flatten(),
        active_slots: Some(count_keys(metadata)?),
        ..finding(&view.head()?)
    });
    Ok(facts)
}

fn json_text<'a>(view: &View<'a>, hdr_size: u64) -> Result<&'a [u8], Stop> {
    let room = hdr_size.saturating_sub(JSON_OFFSET);
    let length = u32::try_from(room.min(MAX_LUKS2_JSON)).unwrap_or(u32::MAX);
    let area = view.at(JSON_OFFSET, length, JSON.name)?;
    let text = until_nul(area);
    if text.len() == area.len() && room > MAX_LUKS2_JSON {
        return Err(Stop::Failed(Reason::UnsupportedText {
            structure: JSON.name,
            what: "longer than 64 KiB",
            offset: JSON_OFFSET,
        }));
    }
    Ok(text)
}

/// `aes` and `xts-plain64`, for `aes-xts-plain64`.
fn split(encryption: Quoted<'_>) -> (Text<'_>, Option<Text<'_>>) {
    let text = |bytes, skipped| Text::bytes(bytes, JSON.offset(position(encryption, skipped)));
    let mut parts = encryption.bytes.splitn(2, |byte| *byte == b'-');
    let cipher = parts.next().unwrap_or_default();
    let mode = parts
        .next()
        .map(|mode| text(mode, cipher.len().saturating_add(1)));
    (text(cipher, 0), mode)
}

/// Where a string, or something behind its start, is in the JSON text.
fn position(string: Quoted<'_>, skipped: usize) -> u64 {
    u64::try_from(string.at.saturating_add(skipped)).unwrap_or(u64::MAX)
}

fn broken(what: &'static str, at: Quoted<'_>) -> Reason {
    JSON.broken(what, position(at, 0))
}

/// Where the guest's data is: in one segment of the device or, while all of it is being encrypted
/// anew, in several, one behind the other.
struct Data<'a> {
    /// Where the first segment starts. Zero: the header is detached from the data.
    offset: Option<u64>,
    /// How many bytes there are.
    size: Option<u64>,
    encryption: Option<Quoted<'a>>,
}

impl<'a> Data<'a> {
    fn read(metadata: Members<'a>, length: Option<u64>) -> Result<Self, Reason> {
        let (mut first, mut total, mut encryption) = (None, Some(0u64), None);
        for segment in numbered(metadata, "segments")? {
            let segment = segment?;
            if is_backup(segment)? {
                continue;
            }
            let (offset, size) = place(segment, length)?;
            first = Some(first.map_or(offset, |first: u64| first.min(offset)));
            total = total
                .zip(size)
                .and_then(|(total, size)| total.checked_add(size));
            encryption = encryption.or(string(segment, "encryption")?);
        }
        Ok(Data {
            offset: first,
            size: total.filter(|_| first.is_some_and(|offset| offset != 0)),
            encryption,
        })
    }
}

/// The offset and the size of a segment that is one of the parts of a device of this length.
fn place(segment: Members<'_>, length: Option<u64>) -> Result<(u64, Option<u64>), Reason> {
    let required = |name| string(segment, name)?.ok_or(JSON.broken("a segment has no place", 0));
    let (offset_text, size_text) = (required("offset")?, required("size")?);
    let offset =
        decimal(offset_text).ok_or(broken("a segment's offset is no number", offset_text))?;
    let offset_field = JSON.field("segment offset", position(offset_text, 0), offset);
    offset_field.aligned(SECTOR)?;
    // Of a device that is another file nothing is known.
    let rest = match length.filter(|_| offset != 0) {
        Some(length) => {
            offset_field.at_most(length)?;
            Some(length.saturating_sub(offset))
        }
        None => None,
    };
    if size_text.bytes == b"dynamic" {
        return Ok((offset, rest));
    }
    let size = decimal(size_text).ok_or(broken("a segment's size is no number", size_text))?;
    if let Some(rest) = rest {
        let size_field = JSON.field("segment size", position(size_text, 0), size);
        size_field.at_most(rest)?;
    }
    Ok((offset, Some(size)))
}

/// Whether the segment only says how the device was before, or will be after, a change.
fn is_backup(segment: Members<'_>) -> Result<bool, Reason> {
    const MARK: &[u8] = b"\"backup-";
    match find(segment, "flags")? {
        Some(Value::Array(flags)) if flags.text.contains(&b'\\') => {
            Err(JSON.broken("a segment's flags are not in plain text", 0))
        }
        Some(Value::Array(flags)) => Ok(flags.text.windows(MARK.len()).any(|part| part == MARK)),
        Some(_) => Err(JSON.broken("a segment's flags are no list", 0)),
        None => Ok(false),
    }
}

/// How many key slots hold a key.
fn count_keys(metadata: Members<'_>) -> Result<u32, Reason> {
    let mut count = 0u32;
    for slot in numbered(metadata, "keyslots")? {
        if string(slot?, "type")?.is_some_and(|kind| kind.bytes == b"luks2") {
            count = count.saturating_add(1);
        }
    }
    Ok(count)
}

/// The objects in the object of that name, which are named by numbers.
fn numbered<'a>(
    metadata: Members<'a>,
    name: &str,
) -> Result<impl Iterator<Item = Result<Members<'a>, Reason>>, Reason> {
    let Some(Value::Object(objects)) = find(metadata, name)? else {
        return Err(JSON.broken("lists no segments or no keyslots", 0));
    };
    let mut seen = 0u64;
    Ok(objects.map(move |(name, value)| {
        let number = decimal(name).and_then(|number| u32::try_from(number).ok());
        let bit = number.and_then(|number| 1u64.checked_shl(number));
        let bit = bit.filter(|bit| seen & bit == 0);
        seen |= bit.ok_or(broken("a number is out of range or comes twice", name))?;
        match value {
            Value::Object(members) => Ok(members),
            _ => Err(broken("what has this number is no object", name)),
        }
    }))
}

/// The member of that name. Names mean what stands there, and none comes twice: of two, programs
/// might take either.
fn find<'a>(members: Members<'a>, wanted: &str) -> Result<Option<Value<'a>>, Reason> {
    let mut found = None;
    for (name, value) in members {
        if !name.is_plain() {
            return Err(broken("a name is not in plain text", name));
        }
        if name.bytes == wanted.as_bytes() && found.replace(value).is_some() {
            return Err(broken("a name comes twice", name));
        }
    }
    Ok(found)
}

/// The string of that name.
fn string<'a>(members: Members<'a>, name: &str) -> Result<Option<Quoted<'a>>, Reason> {
    match find(members, name)? {
        None => Ok(None),
        Some(Value::String(string)) if string.is_plain() => Ok(Some(string)),
        Some(_) => Err(JSON.broken("a value is no string in plain text", 0)),
    }
}

fn decimal(text: Quoted<'_>) -> Option<u64> {
    let text = core::str::from_utf8(text.bytes).ok()?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
