// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sparse file of ESX, "COWD". Little-endian.
//!
//! Such a file is a part of a disk. It is an image only if it has a descriptor inside.

use super::sparse::{sectors, Tables, L1_ENTRY_BYTES, MAX_GRAIN_SECTORS, MAX_L1_ENTRIES, NONE};
use crate::base::header::header;
use crate::base::range::ByteRange;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::formats::sizes;
use crate::image::Facts;

header! {
    /// The header, up to the fields that only a parent or only a child has.
    struct Header("vmdk COWD header", LittleEndian, 44) {
        /// The virtual size in sectors.
        12 num_sectors: u32 = "numSectors",
        /// In sectors.
        16 grain_size: u32 = "grainSize",
        /// Sector of the grain directory.
        20 gd_offset: u32 = "gdOffset",
        24 num_gd_entries: u32 = "numGDEntries",
    }
}

pub(super) fn read<'a>(view: &View<'a>, facts: &mut Facts<Text<'a>>) -> Result<Tables, Incomplete> {
    let header = Header::read(view, 0)?;
    header.grain_size().at_most(MAX_GRAIN_SECTORS)?;
    header.num_gd_entries().at_most(MAX_L1_ENTRIES)?;
    facts.virtual_size = Some(sizes::from_sectors(header.num_sectors())?);
    facts.recorded_size = facts.virtual_size;
    let grain = sizes::from_sectors(header.grain_size())?;
    facts.cluster_size = Some(grain).filter(|grain| *grain != 0);
    let directory = sectors(header.gd_offset.into(), 0);
    let bytes = u64::from(header.num_gd_entries).saturating_mul(L1_ENTRY_BYTES);
    Ok(Tables {
        directories: [
            ByteRange {
                length: bytes,
                ..directory
            },
            NONE,
        ],
        descriptor: NONE,
    })
}
