// SPDX-License-Identifier: MIT OR Apache-2.0
//! UDIF, Apple's universal disk image; `dmg` to QEMU. Big-endian.
//!
//! What makes a file a UDIF image is a trailer, which detection does not see: QEMU goes by the
//! name of the file. So the format is only read when it is asked for, or when the caller passes
//! such a name and there is a trailer. Layout: the field names of hdiutil's `koly` block; the rules
//! for them are those of QEMU's driver. Neither the block tables nor the property list is read.

pub(crate) mod encrypted;

use super::sizes::{self, filled_length};
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::{Field, Structure};
use crate::base::format::Format;
use crate::base::hint::ContentHint;
use crate::base::number::be_u64;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::Facts;
use nom::bytes::complete::take;
use nom::IResult;

const TRAILER: Structure = Structure::new("dmg trailer");
const LENGTH: u32 = 512;
const MAGIC: &[u8] = b"koly";
/// From the first place where the signature can stand to the end of the file, in whole sectors.
const LAST_BYTES: u32 = 1023;
/// From the first place to the end of the signature in the last place.
const SEARCHED: usize = 512 + MAGIC.len() - 1;
/// The property list that QEMU reads is at most this long.
const MAX_XML_BYTES: u64 = 16 << 20;

struct Trailer {
    data_fork_offset: u64,
    rsrc_fork_offset: u64,
    rsrc_fork_length: u64,
    xml_offset: u64,
    xml_length: u64,
    sector_count: u64,
}

fn trailer(input: &[u8]) -> IResult<&[u8], Trailer> {
    let (input, _magic_to_running_fork) = take(24usize)(input)?;
    let (input, data_fork_offset) = be_u64(input)?;
    let (input, _data_fork_length) = be_u64(input)?;
    let (input, rsrc_fork_offset) = be_u64(input)?;
    let (input, rsrc_fork_length) = be_u64(input)?;
    let (input, _segments_and_checksum) = take(160usize)(input)?;
    let (input, xml_offset) = be_u64(input)?;
    let (input, xml_length) = be_u64(input)?;
    let (input, _reserved_to_variant) = take(260usize)(input)?;
    let (input, sector_count) = be_u64(input)?;
    let trailer = Trailer {
        data_fork_offset,
        rsrc_fork_offset,
        rsrc_fork_length,
        xml_offset,
        xml_length,
        sector_count,
    };
    Ok((input, trailer))
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let Some(offset) = find(view)? else {
        return inspect_encrypted(view);
    };
    let trailer = view.parse(offset, LENGTH, TRAILER.name, trailer)?;
    judge(TRAILER.at(offset), &trailer, offset)?;
    let mut facts = Facts::of(Format::Dmg);
    let sectors = TRAILER
        .at(offset)
        .field("SectorCount", 492, trailer.sector_count);
    let size = sizes::from_sectors(sectors)?;
    facts.virtual_size = Some(size);
    facts.recorded_size = Some(size);
    Ok(facts)
}

fn inspect_encrypted<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    if encrypted::detect(&view.head()?) {
        return encrypted::version_2(view);
    }
    if ends_encrypted(view)? {
        return Ok(encrypted::version_1());
    }
    Err(Incomplete::Failed(Reason::WrongFormat {
        format: Format::Dmg,
        missing: "no koly trailer in the last 1024 bytes, nor signs of an encrypted image",
        offset: 0,
        instead: ContentHint::Unknown,
    }))
}

/// Whether the end of the file is a trailer's.
pub(crate) fn trailer_is_there(view: &View<'_>) -> Result<bool, Incomplete> {
    Ok(find(view)?.is_some())
}

/// Whether the file ends as an encrypted image of version 1 does.
pub(crate) fn ends_encrypted(view: &View<'_>) -> Result<bool, Incomplete> {
    let (_, bytes) = end(view)?;
    Ok(bytes.ends_with(encrypted::MAGIC_AT_END))
}

/// Where the trailer starts: from 1023 to 512 bytes before the end of the file, counted in whole
/// sectors; the first place counts.
fn find(view: &View<'_>) -> Result<Option<u64>, Incomplete> {
    let (start, bytes) = end(view)?;
    let bytes = bytes.get(..SEARCHED).unwrap_or(bytes);
    let place = bytes.windows(MAGIC.len()).position(|part| part == MAGIC);
    let place = place.and_then(|place| u64::try_from(place).ok());
    Ok(place.map(|place| start.saturating_add(place)))
}

/// The bytes from the first place where a trailer can start to the end of the file.
fn end<'a>(view: &View<'a>) -> Result<(u64, &'a [u8]), Incomplete> {
    let end = filled_length(view.known_length(TRAILER.name)?);
    let start = end.saturating_sub(LAST_BYTES.into());
    Ok((start, view.up_to(start, LAST_BYTES, TRAILER.name)?))
}

/// Judges the places of the two lists of blocks, of which there must be one.
fn judge(place: Structure, trailer: &Trailer, end: u64) -> Result<(), Reason> {
    let data_fork = place.field("DataForkOffset", 24, trailer.data_fork_offset);
    data_fork.at_most(end)?;
    let fork = place.field("RsrcForkOffset", 40, trailer.rsrc_fork_offset);
    let fork_length = place.field("RsrcForkLength", 48, trailer.rsrc_fork_length);
    judge_inside(fork, fork_length, end)?;
    let xml = place.field("XMLOffset", 216, trailer.xml_offset);
    let xml_length = place.field("XMLLength", 224, trailer.xml_length);
    judge_inside(xml, xml_length, end)?;
    if fork_length.value == 0 {
        let there = xml_length.value != 0;
        xml_length.require(
            there,
            Constraint::Be("more than 0 where there is no resource fork"),
        )?;
        xml_length.at_most(MAX_XML_BYTES)?;
    }
    Ok(())
}

/// A list starts before the trailer, and does not reach into it.
fn judge_inside(offset: Field, length: Field, end: u64) -> Result<(), Reason> {
    offset.at_most(end.saturating_sub(1))?;
    length.at_most(end.saturating_sub(offset.value))
}
