// SPDX-License-Identifier: MIT OR Apache-2.0
//! UDIF, Apple's universal disk image; `dmg` to QEMU. Big-endian.
//!
//! A trailer makes a file a UDIF image. Detection does not see it, and QEMU detects the format by
//! the file's name. So the format is read only if the caller asks for it, or if the caller passes a
//! name that ends in `.dmg` and there is a trailer. The field names are those of hdiutil's `koly`
//! block, the rules those of QEMU's driver. Neither the block tables nor the property list is read.

pub(crate) mod encrypted;

use super::sizes::{self, filled_length};
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::Field;
use crate::base::format::Format;
use crate::base::header::header;
use crate::base::hint::ContentHint;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::Facts;

const MAGIC: &[u8] = b"koly";
/// The magic, the version and the length of a trailer.
const START: &[u8] = b"koly\0\0\0\x04\0\0\x02\0";
/// Bytes from the first possible offset of the magic to the end of the file, which is counted in
/// whole sectors.
const LAST_BYTES: u32 = 1023;
/// Bytes from the first possible offset of the magic to the end of the magic at its last possible
/// offset.
const SEARCHED: usize = 512 + MAGIC.len() - 1;
/// QEMU's limit for the property list.
const MAX_XML_BYTES: u64 = 16 << 20;

header! {
    struct Trailer("dmg trailer", BigEndian, 512) {
        /// Offset of the data.
        24 data_fork_offset: u64 = "DataForkOffset",
        /// Offset and length of the resource fork, which can hold the list of blocks.
        40 rsrc_fork_offset: u64 = "RsrcForkOffset",
        48 rsrc_fork_length: u64 = "RsrcForkLength",
        /// Offset and length of the property list, which can hold the list of blocks.
        216 xml_offset: u64 = "XMLOffset",
        224 xml_length: u64 = "XMLLength",
        /// The virtual size in sectors.
        492 sector_count: u64 = "SectorCount",
    }
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let Some(offset) = find(view)? else {
        return inspect_encrypted(view);
    };
    let trailer = Trailer::read(view, offset)?;
    trailer.check(offset)?;
    let mut facts = Facts::of(Format::Dmg);
    facts.virtual_size = Some(sizes::from_sectors(trailer.sector_count())?);
    facts.recorded_size = facts.virtual_size;
    Ok(facts)
}

fn inspect_encrypted<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    if encrypted::detect(&view.head()?) {
        return encrypted::version_2(view);
    }
    if ends_encrypted(view)? {
        return Ok(encrypted::facts(None));
    }
    Err(Incomplete::Failed(Reason::WrongFormat {
        format: Format::Dmg,
        missing: "no koly trailer in the last 1024 bytes and no signature of an encrypted image",
        offset: 0,
        instead: ContentHint::Unknown,
    }))
}

/// Returns whether there is a trailer at the end of the file, in its last bytes with other bytes
/// after the trailer, or at its start.
pub(super) fn has_trailer(view: &View<'_>, end: &[u8]) -> Result<bool, Incomplete> {
    let is_in_end = end.windows(START.len()).any(|part| part == START);
    let is_elsewhere = is_in_end || view.head()?.has(0, START);
    Ok(is_elsewhere || find(view)?.is_some())
}

/// Returns whether the file ends with a trailer.
pub(crate) fn trailer_is_there(view: &View<'_>) -> Result<bool, Incomplete> {
    Ok(find(view)?.is_some())
}

/// Returns whether the file ends like an encrypted image of version 1.
pub(crate) fn ends_encrypted(view: &View<'_>) -> Result<bool, Incomplete> {
    let (_, bytes) = end(view)?;
    Ok(bytes.ends_with(encrypted::MAGIC_AT_END))
}

/// Returns the offset of the trailer: the first magic that starts 1023 to 512 bytes before the end
/// of the file, which is counted in whole sectors.
fn find(view: &View<'_>) -> Result<Option<u64>, Incomplete> {
    let (start, bytes) = end(view)?;
    let bytes = bytes.get(..SEARCHED).unwrap_or(bytes);
    let first = bytes.windows(MAGIC.len()).position(|part| part == MAGIC);
    Ok(first.and_then(|first| start.checked_add(u64::try_from(first).ok()?)))
}

/// Returns the first possible offset of the magic, and the bytes from there to the end of the file.
fn end<'a>(view: &View<'a>) -> Result<(u64, &'a [u8]), Incomplete> {
    let end = filled_length(view.known_length(Trailer::STRUCTURE.name)?);
    let start = end.saturating_sub(LAST_BYTES.into());
    let bytes = view.up_to(start, LAST_BYTES, Trailer::STRUCTURE.name)?;
    Ok((start, bytes))
}

impl Trailer {
    /// Checks where the two lists of blocks are. One of them must exist.
    fn check(&self, end: u64) -> Result<(), Reason> {
        self.data_fork_offset().at_most(end)?;
        check_inside(self.rsrc_fork_offset(), self.rsrc_fork_length(), end)?;
        let xml_length = self.xml_length();
        check_inside(self.xml_offset(), xml_length, end)?;
        if self.rsrc_fork_length == 0 {
            let must = "at least 1 without a resource fork";
            xml_length.require(xml_length.value != 0, Constraint::Be(must))?;
            xml_length.at_most(MAX_XML_BYTES)?;
        }
        Ok(())
    }
}

/// Checks that a list starts before the trailer and ends before it.
fn check_inside(offset: Field, length: Field, end: u64) -> Result<(), Reason> {
    offset.at_most(end.saturating_sub(1))?;
    length.at_most(end.saturating_sub(offset.value))
}
