// SPDX-License-Identifier: MIT OR Apache-2.0
//! VDI, the VirtualBox disk image, version 1.1. Little-endian.
//!
//! Layout: VirtualBox, `Storage/VDICore.h`; limits are those of QEMU's driver. The name of a
//! differencing image's parent is in VirtualBox's registry, never in the image.

use super::guid::Guid;
use super::sizes;
use crate::base::constraint::Constraint;
use crate::base::field::Field;
use crate::base::format::Format;
use crate::base::header::header;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::{Extras, Facts, ParentFacts};
use core::ffi::CStr;

const VERSION_1_1: u32 = 0x0001_0001;
const BLOCK_SIZE: u64 = 1 << 20;
/// Each block has four bytes in the block map.
const MAX_BLOCKS: u64 = sizes::MAX_TABLE_BYTES / 4;

header! {
    struct Header<'a>("vdi header", LittleEndian, 512) {
        68 version: u32,
        76 image_type: u32,
        84 description: &'a [u8; 256],
        /// Offset of the block map.
        340 offset_bmap: u32,
        344 offset_data: u32,
        360 sector_size: u32,
        /// The virtual size in bytes.
        368 disk_size: u64,
        376 block_size: u32,
        384 blocks_in_image: u32,
        388 blocks_allocated: u32,
        392 uuid_image: Guid,
        /// The image that this one is based on.
        424 uuid_link: Guid,
        440 uuid_parent: Guid,
    }
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let header = Header::read(view, 0)?;
    header.version().supported(
        header.version == VERSION_1_1,
        Constraint::Be("65537 (version 1.1)"),
    )?;
    header.offset_bmap().aligned(sizes::SECTOR)?;
    header.offset_data().aligned(sizes::SECTOR)?;
    header.sector_size().equal(sizes::SECTOR)?;
    header.block_size().equal(BLOCK_SIZE)?;
    let blocks = header.blocks_in_image();
    blocks.at_most(MAX_BLOCKS)?;
    let size = header.disk_size();
    let virtual_size = sizes::filled_sectors(size)?;
    // Blocks are whole sectors, so rounding the size up does not change the comparison.
    size.at_most(blocks.value.saturating_mul(BLOCK_SIZE))?;

    let mut facts = Facts::of(Format::Vdi);
    facts.subformat = subformat(header.image_type);
    facts.virtual_size = Some(virtual_size);
    facts.recorded_size = Some(header.disk_size);
    facts.cluster_size = Some(BLOCK_SIZE);
    let covers_header =
        |field: Field| sizes::covers_header(field.value, blocks.value, Header::LENGTH.into());
    facts.writable_header =
        covers_header(header.offset_bmap()) || covers_header(header.offset_data());
    facts.uuid = header.uuid_image.0.not_nil();
    let base = header.uuid_link.0.not_nil();
    if base.or(header.uuid_parent.0.not_nil()).is_some() {
        facts.parent = Some(Box::new(ParentFacts {
            uuid: base,
            alternative_uuid: None,
            locations: Vec::new(),
        }));
    }
    let comment = header.description().text(header.description);
    facts.extras = Some(Box::new(Extras {
        allocated_clusters: Some(header.blocks_allocated),
        comment: Some(comment).filter(|text| !text.is_empty()),
        ..Extras::default()
    }));
    Ok(facts)
}

/// Returns the name that VirtualBox's own tool shows.
fn subformat(image_type: u32) -> Option<&'static CStr> {
    match image_type {
        1 => Some(c"dynamic"),
        2 => Some(c"fixed"),
        3 => Some(c"undo"),
        4 => Some(c"differencing"),
        _ => None,
    }
}
