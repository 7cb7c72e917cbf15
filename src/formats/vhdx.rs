// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hyper-V virtual hard disk, version 2. Little-endian.
//!
//! Specification: Microsoft, MS-VHDX. QEMU's driver decides what is accepted: regions need not
//! start at whole mebibytes, and sectors of 4096 bytes are not supported. One thing differs: QEMU
//! refuses an image that has a parent; here, the parent is a fact.
//!
//! Neither the log nor the block allocation table is read. If the log is in use, the image is dirty
//! and the facts are those before its replay, which can change all of them.

mod checksum;
mod header;
mod locator;
mod metadata;
mod region;
mod table;

use crate::base::format::Format;
use crate::base::header::header;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::{Extras, Facts};
use checksum::Checksums;

header! {
    struct FileType<'a>("vhdx file type identifier", LittleEndian, 8..520) {
        /// UTF-16.
        8 creator: &'a [u8; 512],
    }
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    // Checksums are computed once, when all structures are held. They change nothing if all of them
    // are right.
    match read(view, Checksums::Later) {
        Err(Incomplete::Need(range)) => Err(Incomplete::Need(range)),
        Ok(facts) if header::are_valid(view)? && region::is_valid(view)? => Ok(facts),
        _ => read(view, Checksums::Checked),
    }
}

fn read<'a>(view: &View<'a>, checksums: Checksums) -> Result<Facts<Text<'a>>, Incomplete> {
    let file_type = FileType::read(view, 0)?;
    let header = header::read(view, checksums)?;
    let [region, bat] = region::read(view, header.log(), checksums)?;
    let metadata = metadata::read(view, region.file_offset)?;
    bat.check_bat(metadata.bat_entries())?;
    let locator = metadata.parent_locator.as_ref();
    let parent = locator.map(|item| locator::read(view, item)).transpose()?;

    let mut facts = Facts::of(Format::Vhdx);
    facts.subformat = Some(metadata.subformat());
    facts.virtual_size = Some(metadata.virtual_size()?);
    facts.recorded_size = Some(metadata.recorded_size());
    facts.cluster_size = Some(metadata.block_size());
    facts.dirty = Some(header.log_in_use());
    facts.writable_header =
        region.file_offset < header::FIXED_END || bat.file_offset < header::FIXED_END;
    facts.parent = parent.map(Box::new);
    facts.uuid = Some(header.data_write_guid.0);
    facts.extras = Some(Box::new(Extras {
        physical_sector_size: metadata.physical_sector_size,
        ..Extras::default()
    }));
    let creator = Text::utf16_le(file_type.creator, file_type.creator().offset);
    facts.creator = Some(creator).filter(|creator| !creator.is_empty());
    Ok(facts)
}
