// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sparse file of ESX, "COWD". Little-endian.
//!
//! Such a file is a part of a disk. On its own it is an image only where it has a descriptor
//! inside, as a sparse file has.

use super::sparse::{MAX_GRAIN_SECTORS, MAX_L1_ENTRIES};
use crate::facts::Facts;
use crate::field::Field;
use crate::formats::sizes;
use crate::text::Text;
use crate::view::{Stop, View};
use nom::number::complete::le_u32;
use nom::IResult;

const STRUCTURE: &str = "vmdk COWD header";
/// Up to the fields that only a parent's or only a child's header has.
const LENGTH: u32 = 44;

struct Header {
    disk_sectors: u32,
    granularity: u32,
    l1dir_size: u32,
}

fn header(input: &[u8]) -> IResult<&[u8], Header> {
    let (input, _magic) = le_u32(input)?;
    let (input, _version) = le_u32(input)?;
    let (input, _flags) = le_u32(input)?;
    let (input, disk_sectors) = le_u32(input)?;
    let (input, granularity) = le_u32(input)?;
    let (input, _l1dir_offset) = le_u32(input)?;
    let (input, l1dir_size) = le_u32(input)?;
    let header = Header {
        disk_sectors,
        granularity,
        l1dir_size,
    };
    Ok((input, header))
}

fn field(name: &'static str, offset: u64, value: u32) -> Field {
    Field {
        structure: STRUCTURE,
        name,
        offset,
        value: value.into(),
    }
}

pub(super) fn read<'a>(view: &View<'a>, facts: &mut Facts<Text<'a>>) -> Result<(), Stop> {
    let header = view.parse(0, LENGTH, STRUCTURE, header)?;
    let granularity = field("granularity", 16, header.granularity);
    granularity.at_most(MAX_GRAIN_SECTORS)?;
    field("l1dir_size", 24, header.l1dir_size).at_most(MAX_L1_ENTRIES)?;
    let size = sizes::from_sectors(field("disk_sectors", 12, header.disk_sectors))?;
    facts.virtual_size = Some(size);
    facts.recorded_size = Some(size);
    let grain = sizes::from_sectors(granularity)?;
    facts.cluster_size = Some(grain).filter(|grain| *grain != 0);
    Ok(())
}
