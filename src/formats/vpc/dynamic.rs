// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header of a dynamic or differencing VHD. The block allocation table is not read.

use super::footer::Footer;
use super::locators;
use super::{DIFFERENCING, FIXED};
use crate::base::field::Structure;
use crate::base::number::{be_u128, be_u32, be_u64};
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::formats::sizes::{self, SECTOR};
use crate::image::{not_nil, Facts, ParentFacts, Uuid};
use nom::bytes::complete::take;
use nom::IResult;

const HEADER: Structure = Structure::new("vpc dynamic disk header");
const LENGTH: u32 = 1024;
const COOKIE: &[u8] = b"cxsparse";
const TABLE_ENTRY_BYTES: u64 = 4;
const MAX_TABLE_ENTRIES: u64 = sizes::MAX_TABLE_BYTES / TABLE_ENTRY_BYTES;
const PARENT_NAME_OFFSET: u64 = 64;
const LOCATORS_OFFSET: u64 = 576;

struct Header<'a> {
    table_offset: u64,
    max_table_entries: u32,
    block_size: u32,
    parent_uuid: Uuid,
    parent_name: &'a [u8],
    locators: &'a [u8],
}

fn header(input: &[u8]) -> IResult<&[u8], Header<'_>> {
    let (input, _cookie) = take(8usize)(input)?;
    let (input, _next) = be_u64(input)?;
    let (input, table_offset) = be_u64(input)?;
    let (input, _version) = be_u32(input)?;
    let (input, max_table_entries) = be_u32(input)?;
    let (input, block_size) = be_u32(input)?;
    let (input, _checksum) = be_u32(input)?;
    let (input, parent_uuid) = be_u128(input)?;
    let (input, _parent_timestamp) = be_u32(input)?;
    let (input, _reserved) = be_u32(input)?;
    let (input, parent_name) = take(512usize)(input)?;
    let (input, locators) = take(locators::LENGTH)(input)?;
    let header = Header {
        table_offset,
        max_table_entries,
        block_size,
        parent_uuid: parent_uuid.to_be_bytes(),
        parent_name,
        locators,
    };
    Ok((input, header))
}

/// Reads the header that the footer points to, and adds what it says.
pub(super) fn read<'a>(
    view: &View<'a>,
    footer: &Footer<'a>,
    facts: &mut Facts<Text<'a>>,
) -> Result<(), Incomplete> {
    let place = HEADER.at(footer.data_offset);
    let bytes = view.at(footer.data_offset, LENGTH, HEADER.name)?;
    if !bytes.starts_with(COOKIE) {
        return Err(place.broken("no signature", 0).into());
    }
    let Ok((_, header)) = header(bytes) else {
        return Err(place.broken("cannot be read", 0).into());
    };
    let size = facts.virtual_size.unwrap_or(0);
    judge(view, place, &header, size)?;
    // QEMU shows no block size for an image that calls itself fixed, though it reads it as dynamic.
    facts.cluster_size = (footer.disk_type != FIXED).then_some(u64::from(header.block_size));
    if footer.disk_type == DIFFERENCING {
        let name = Text::utf16_be(header.parent_name, place.offset(PARENT_NAME_OFFSET));
        let entries = place.at(place.offset(LOCATORS_OFFSET));
        facts.parent = Some(Box::new(ParentFacts {
            uuid: not_nil(header.parent_uuid),
            alternative_uuid: None,
            locations: locators::places(view, entries, header.locators, name)?,
        }));
    }
    Ok(())
}

fn judge(
    view: &View<'_>,
    place: Structure,
    header: &Header<'_>,
    size: u64,
) -> Result<(), Incomplete> {
    let block_size = place.field("block_size", 32, header.block_size);
    block_size.power_of_two(SECTOR, 1 << 31)?;
    let entries = place.field("max_table_entries", 28, header.max_table_entries);
    let needed = size.div_ceil(block_size.value.max(1));
    entries.between(needed, MAX_TABLE_ENTRIES)?;
    let table_bytes = entries.value.saturating_mul(TABLE_ENTRY_BYTES);
    let table_offset = place.field("table_offset", 16, header.table_offset);
    sizes::check_table(table_offset, table_bytes)?;
    let end = table_offset.value.saturating_add(table_bytes);
    sizes::inside(view, table_offset, end, sizes::TABLE_INSIDE)
}
