// SPDX-License-Identifier: MIT OR Apache-2.0
//! The region table of VHDX: where the metadata and the block allocation table (BAT) are.

use super::checksum::{self, Checksums};
use super::table::{entries, ENTRY_LENGTH, MAX_ENTRIES};
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::{Field, Structure};
use crate::base::limits::MAX_VIRTUAL_SIZE;
use crate::base::number::{le_u32, le_u64};
use crate::base::view::{Incomplete, View};
use crate::formats::guid::{guid, microsoft_guid};
use crate::image::Uuid;
use nom::bytes::complete::take;
use nom::IResult;

/// There is a copy at 256 KiB. QEMU never looks at it, so neither must the answer depend on it.
const OFFSET: u64 = 192 << 10;
const TABLE: Structure = Structure::new("vhdx region table").at(OFFSET);
const LENGTH: u32 = 64 << 10;
/// What is read of it at first: room for many times the regions that programs write.
const START: u32 = 1 << 10;
const SIGNATURE: [u8; 4] = *b"regi";
const HEADER_LENGTH: usize = 16;
/// What programs list.
const USUAL_REGIONS: usize = 2;

const BAT: Uuid = guid(0x2dc2_7766_f623_4200_9d64_115e_9bfd_4a08);
const METADATA: Uuid = guid(0x8b7c_a206_4790_4b9a_b8fe_575f_050f_886e);
const REQUIRED: u32 = 1 << 0;

const BAT_ENTRY_BYTES: u64 = 8;
/// What QEMU reads at once, and it reads the whole BAT at once: whole sectors below 2 GiB.
const MAX_BAT_LENGTH: u64 = 0x7fff_fe00;
pub(super) const MAX_BAT_ENTRIES: u64 = MAX_BAT_LENGTH / BAT_ENTRY_BYTES;
/// Where QEMU's files end.
const MAX_FILE_LENGTH: u64 = MAX_VIRTUAL_SIZE;

/// What an image says about where a part of it lies.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) offset: Field,
    pub(super) length: u32,
}

impl Place {
    /// Judges whether it ends within the largest file.
    pub(super) fn judge_end(&self) -> Result<(), Reason> {
        let length = u64::from(self.length);
        self.offset.at_most(MAX_FILE_LENGTH.saturating_sub(length))
    }
}

/// The regions that every image has.
pub(super) struct Regions {
    pub(super) metadata: Place,
    pub(super) bat: Place,
}

struct Entry {
    guid: Uuid,
    file_offset: u64,
    length: u32,
    required: u32,
}

fn entry_count(input: &[u8]) -> IResult<&[u8], u32> {
    let (input, _signature_and_checksum) = take(8usize)(input)?;
    le_u32(input)
}

fn entry(input: &[u8]) -> IResult<&[u8], Entry> {
    let (input, guid) = microsoft_guid(input)?;
    let (input, file_offset) = le_u64(input)?;
    let (input, length) = le_u32(input)?;
    let (input, required) = le_u32(input)?;
    let entry = Entry {
        guid,
        file_offset,
        length,
        required,
    };
    Ok((input, entry))
}

/// The table, as much of it as counts, and how many entries it has.
///
/// It is 64 KiB long, of which programs fill a hundred bytes, and the checksum covers all of it. To
/// read it all would take longer than all else. So where the checksum is right if the rest is
/// zeros, it is taken for zeros: no entry stands there, whatever else does.
fn table<'a>(view: &View<'a>, checksums: Checksums) -> Result<(&'a [u8], usize), Incomplete> {
    let mut table = match view.end_before(OFFSET.saturating_add(LENGTH.into()), TABLE.name)? {
        None => view.at(OFFSET, START, TABLE.name)?,
        Some(_) => view.at(OFFSET, LENGTH, TABLE.name)?,
    };
    match checksum::judge(table, LENGTH, TABLE, SIGNATURE, checksums) {
        Err(Reason::Invalid { .. }) => {
            table = view.at(OFFSET, LENGTH, TABLE.name)?;
            checksum::judge(table, LENGTH, TABLE, SIGNATURE, checksums)?;
        }
        judged => judged?,
    }
    let count = view.parse(OFFSET, START, TABLE.name, entry_count)?;
    TABLE.field("EntryCount", 8, count).at_most(MAX_ENTRIES)?;
    let entries = u64::from(count).saturating_mul(ENTRY_LENGTH.into());
    if entries > u64::from(START).saturating_sub(16) {
        table = view.at(OFFSET, LENGTH, TABLE.name)?;
    }
    Ok((table, usize::try_from(count).unwrap_or(usize::MAX)))
}

/// Whether the checksum is right, the rest of the table being zeros.
pub(super) fn is_whole(view: &View<'_>) -> Result<bool, Incomplete> {
    let table = view.at(OFFSET, START, TABLE.name)?;
    Ok(checksum::judge(table, LENGTH, TABLE, SIGNATURE, Checksums::Judged).is_ok())
}

/// Reads the table. `log` lies in the file beside the regions.
pub(super) fn read(
    view: &View<'_>,
    log: Place,
    checksums: Checksums,
) -> Result<Regions, Incomplete> {
    let (table, count) = table(view, checksums)?;
    let listed = table.get(HEADER_LENGTH..).unwrap_or_default();
    let first = TABLE.at(TABLE.offset(16));
    let mut places = Vec::with_capacity(USUAL_REGIONS.saturating_add(1));
    places.push(log);
    let (mut bat, mut metadata) = (None, None);
    for found in entries(listed, first, ENTRY_LENGTH, entry).take(count) {
        let (at, entry) = found?;
        let place = Place {
            offset: at.field("FileOffset", 16, entry.file_offset),
            length: entry.length,
        };
        places.push(place);
        let known = match entry.guid {
            BAT => &mut bat,
            METADATA => &mut metadata,
            _ if entry.required & REQUIRED == 0 => continue,
            _ => {
                return Err(Incomplete::Failed(Reason::UnsupportedText {
                    structure: TABLE.name,
                    what: "requires a region of unknown kind",
                    offset: at.offset(0),
                }))
            }
        };
        if known.replace(place).is_some() {
            return Err(at.broken("lists a region twice", 0).into());
        }
    }
    judge_overlaps(places)?;
    Ok(Regions {
        metadata: metadata.ok_or(TABLE.broken("lists no metadata region", 0))?,
        bat: bat.ok_or(TABLE.broken("lists no BAT region", 0))?,
    })
}

/// Fails where two places have a byte in common, or one lies inside another.
fn judge_overlaps(mut places: Vec<Place>) -> Result<(), Reason> {
    // Sorted, so that each place need only be compared with the end of all before it.
    places.sort_unstable_by_key(|place| (place.offset.value, place.length));
    let mut end = 0;
    for place in places {
        place.offset.require(
            place.offset.value >= end,
            Constraint::Be("outside of the other regions and the log"),
        )?;
        let length = u64::from(place.length);
        place.offset.at_most(u64::MAX.saturating_sub(length))?;
        end = end.max(place.offset.value.saturating_add(length));
    }
    Ok(())
}

/// Judges whether the BAT has room for `needed` entries. It is not read: its content says nothing
/// of the image's facts, and up to 2 GiB of it would be work that the image decides on.
pub(super) fn judge_bat(bat: Place, needed: u64) -> Result<(), Reason> {
    let length = Field {
        name: "Length of the BAT",
        offset: bat.offset.offset.saturating_add(8),
        value: bat.length.into(),
        ..bat.offset
    };
    length.between(needed.saturating_mul(BAT_ENTRY_BYTES), MAX_BAT_LENGTH)?;
    bat.judge_end()
}
