// SPDX-License-Identifier: MIT OR Apache-2.0
//! VDI, the VirtualBox disk image, version 1.1. Little-endian.
//!
//! Layout: VirtualBox, `Storage/VDICore.h`; limits are those of QEMU's driver. The name of a
//! differencing image's parent is in VirtualBox's registry, never in the image.

use super::guid::microsoft_guid;
use super::{require_signature, sizes};
use crate::base::constraint::Constraint;
use crate::base::field::Structure;
use crate::base::format::Format;
use crate::base::number::{le_u32, le_u64};
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::{not_nil, Extras, Facts, ParentFacts, Uuid};
use core::ffi::CStr;
use nom::bytes::complete::take;
use nom::IResult;

const HEADER: Structure = Structure::new("vdi header");
const LENGTH: u32 = 512;
const SIGNATURE_OFFSET: usize = 64;
const SIGNATURE: &[u8] = b"\x7f\x10\xda\xbe";
const DESCRIPTION_OFFSET: u64 = 84;
const VERSION_1_1: u32 = 0x0001_0001;

const BLOCK_SIZE: u64 = 1 << 20;
/// Each has four bytes in the block map.
const MAX_BLOCKS: u64 = sizes::MAX_TABLE_BYTES / 4;

struct Header<'a> {
    version: u32,
    image_type: u32,
    description: &'a [u8],
    offset_bmap: u32,
    offset_data: u32,
    sector_size: u32,
    disk_size: u64,
    block_size: u32,
    blocks_in_image: u32,
    blocks_allocated: u32,
    uuid_image: Uuid,
    uuid_link: Uuid,
    uuid_parent: Uuid,
}

fn header(input: &[u8]) -> IResult<&[u8], Header<'_>> {
    let (input, _text_and_signature) = take(68usize)(input)?;
    let (input, version) = le_u32(input)?;
    let (input, _header_size) = le_u32(input)?;
    let (input, image_type) = le_u32(input)?;
    let (input, _flags) = le_u32(input)?;
    let (input, description) = take(256usize)(input)?;
    let (input, offset_bmap) = le_u32(input)?;
    let (input, offset_data) = le_u32(input)?;
    let (input, _geometry) = take(12usize)(input)?;
    let (input, sector_size) = le_u32(input)?;
    let (input, _unused) = le_u32(input)?;
    let (input, disk_size) = le_u64(input)?;
    let (input, block_size) = le_u32(input)?;
    let (input, _block_extra) = le_u32(input)?;
    let (input, blocks_in_image) = le_u32(input)?;
    let (input, blocks_allocated) = le_u32(input)?;
    let (input, uuid_image) = microsoft_guid(input)?;
    let (input, _uuid_last_snap) = microsoft_guid(input)?;
    let (input, uuid_link) = microsoft_guid(input)?;
    let (input, uuid_parent) = microsoft_guid(input)?;
    let header = Header {
        version,
        image_type,
        description,
        offset_bmap,
        offset_data,
        sector_size,
        disk_size,
        block_size,
        blocks_in_image,
        blocks_allocated,
        uuid_image,
        uuid_link,
        uuid_parent,
    };
    Ok((input, header))
}

pub(crate) fn detect(head: &Head<'_>) -> bool {
    head.has(SIGNATURE_OFFSET, SIGNATURE)
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    require_signature(view, Format::Vdi, detect, "no vdi signature", 64)?;
    let header = view.parse(0, LENGTH, HEADER.name, header)?;
    HEADER.field("version", 68, header.version).supported(
        header.version == VERSION_1_1,
        Constraint::Be("65537 (version 1.1)"),
    )?;
    HEADER
        .field("offset_bmap", 340, header.offset_bmap)
        .aligned(sizes::SECTOR)?;
    HEADER
        .field("offset_data", 344, header.offset_data)
        .aligned(sizes::SECTOR)?;
    HEADER
        .field("sector_size", 360, header.sector_size)
        .equal(sizes::SECTOR)?;
    HEADER
        .field("block_size", 376, header.block_size)
        .equal(BLOCK_SIZE)?;
    let blocks = HEADER.field("blocks_in_image", 384, header.blocks_in_image);
    blocks.at_most(MAX_BLOCKS)?;
    let size = HEADER.field("disk_size", 368, header.disk_size);
    let virtual_size = sizes::filled_sectors(size)?;
    // Blocks are whole sectors, so rounding the size up does not change the comparison.
    size.at_most(blocks.value.saturating_mul(BLOCK_SIZE))?;

    let mut facts = Facts::of(Format::Vdi);
    facts.subformat = subformat(header.image_type);
    facts.virtual_size = Some(virtual_size);
    facts.recorded_size = Some(header.disk_size);
    facts.cluster_size = Some(BLOCK_SIZE);
    facts.uuid = not_nil(header.uuid_image);
    if not_nil(header.uuid_link).is_some() || not_nil(header.uuid_parent).is_some() {
        facts.parent = Some(Box::new(ParentFacts {
            uuid: not_nil(header.uuid_link),
            alternative_uuid: None,
            locations: Vec::new(),
        }));
    }
    let comment = Text::until_nul(header.description, DESCRIPTION_OFFSET);
    facts.extras = Some(Box::new(Extras {
        allocated_clusters: Some(header.blocks_allocated),
        comment: Some(comment).filter(|text| !text.is_empty()),
        ..Extras::default()
    }));
    Ok(facts)
}

/// The names that VirtualBox's own tool shows.
fn subformat(image_type: u32) -> Option<&'static CStr> {
    match image_type {
        1 => Some(c"dynamic"),
        2 => Some(c"fixed"),
        3 => Some(c"undo"),
        4 => Some(c"differencing"),
        _ => None,
    }
}
