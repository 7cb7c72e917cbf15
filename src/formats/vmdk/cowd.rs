// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sparse file of ESX, "COWD". Little-endian.
//!
//! Such a file is a part of a disk. On its own it is an image only where it has a descriptor
//! inside, as a sparse file has.

use super::sparse::{MAX_GRAIN_SECTORS, MAX_L1_ENTRIES};
use crate::base::field::Structure;
use crate::base::number::le_u32;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::formats::sizes;
use crate::image::Facts;
use nom::IResult;

const HEADER: Structure = Structure::new("vmdk COWD header");
/// Up to the fields that only a parent's or only a child's header has.
const LENGTH: u32 = 44;

struct Header {
    num_sectors: u32,
    grain_size: u32,
    num_gd_entries: u32,
}

fn header(input: &[u8]) -> IResult<&[u8], Header> {
    let (input, _magic) = le_u32(input)?;
    let (input, _version) = le_u32(input)?;
    let (input, _flags) = le_u32(input)?;
    let (input, num_sectors) = le_u32(input)?;
    let (input, grain_size) = le_u32(input)?;
    let (input, _gd_offset) = le_u32(input)?;
    let (input, num_gd_entries) = le_u32(input)?;
    let header = Header {
        num_sectors,
        grain_size,
        num_gd_entries,
    };
    Ok((input, header))
}

pub(super) fn read<'a>(view: &View<'a>, facts: &mut Facts<Text<'a>>) -> Result<(), Incomplete> {
    let header = view.parse(0, LENGTH, HEADER.name, header)?;
    let grain_size = HEADER.field("grainSize", 16, header.grain_size);
    grain_size.at_most(MAX_GRAIN_SECTORS)?;
    HEADER
        .field("numGDEntries", 24, header.num_gd_entries)
        .at_most(MAX_L1_ENTRIES)?;
    let size = sizes::from_sectors(HEADER.field("numSectors", 12, header.num_sectors))?;
    facts.virtual_size = Some(size);
    facts.recorded_size = Some(size);
    let grain = sizes::from_sectors(grain_size)?;
    facts.cluster_size = Some(grain).filter(|grain| *grain != 0);
    Ok(())
}
