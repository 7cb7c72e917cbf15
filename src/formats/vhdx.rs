// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hyper-V virtual hard disk, version 2. Little-endian.
//!
//! Specification: Microsoft, MS-VHDX. Where QEMU's driver is more patient, as with regions that do
//! not start at whole mebibytes, so is this; where it knows less, as with sectors of 4096 bytes, the
//! image is not supported. But for one thing: QEMU refuses an image that has a parent, which other
//! hypervisors open. Here the parent is one of the facts.
//!
//! Neither the log nor the block allocation table is read. Where the log is in use, the facts are
//! those before its replay, which can change every one of them; the image is dirty then. QEMU opens
//! it only after it has written the changes into the file.

mod checksum;
mod header;
mod locator;
mod metadata;
mod region;
mod table;

use crate::base::format::Format;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::{Extras, Facts};
use checksum::Checksums;

const CREATOR_OFFSET: u64 = 8;
const CREATOR_LENGTH: u32 = 512;

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    // Until all structures are held, each further round would go through the checksums again. And
    // where all of them are right in the end, there is nothing to choose by them.
    match read(view, Checksums::Later) {
        Err(Incomplete::Need(range)) => Err(Incomplete::Need(range)),
        Ok(facts) if header::are_whole(view)? && region::is_whole(view)? => Ok(facts),
        _ => read(view, Checksums::Judged),
    }
}

fn read<'a>(view: &View<'a>, checksums: Checksums) -> Result<Facts<Text<'a>>, Incomplete> {
    let creator = view.at(CREATOR_OFFSET, CREATOR_LENGTH, "vhdx file type identifier")?;
    let header = header::read(view, checksums)?;
    let regions = region::read(view, header.log(), checksums)?;
    let metadata = metadata::read(view, regions.metadata)?;
    region::judge_bat(regions.bat, metadata.bat_entries())?;
    let parent = metadata
        .parent_locator
        .map(|item| locator::read(view, item));

    let mut facts = Facts::of(Format::Vhdx);
    facts.subformat = Some(metadata.subformat());
    facts.virtual_size = Some(metadata.virtual_size()?);
    facts.recorded_size = Some(metadata.size.value);
    facts.cluster_size = Some(metadata.block_size);
    facts.dirty = Some(header.log_in_use());
    facts.parent = parent.transpose()?.map(Box::new);
    // By this a child knows its parent.
    facts.uuid = Some(header.data_write_guid);
    facts.extras = Some(Box::new(Extras {
        physical_sector_size: metadata.physical_sector_size,
        ..Extras::default()
    }));
    facts.creator = Some(Text::utf16_le(creator, CREATOR_OFFSET)).filter(|text| !text.is_empty());
    Ok(facts)
}
