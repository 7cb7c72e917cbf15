// SPDX-License-Identifier: MIT OR Apache-2.0
//! The metadata region of VHDX: a table of items, and what the items say of the disk.

use super::region::{Place, MAX_BAT_ENTRIES};
use super::table::{entries, ENTRY_LENGTH, MAX_ENTRIES};
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::{Field, Structure};
use crate::base::limits::LATER_READ;
use crate::base::number::{le_u16, le_u32, le_u64};
use crate::base::view::{Incomplete, View};
use crate::formats::guid::{guid, microsoft_guid};
use crate::formats::sizes::{whole_sectors, SECTOR};
use crate::image::Uuid;
use core::ffi::CStr;
use nom::bytes::complete::take;
use nom::IResult;

const TABLE: Structure = Structure::new("vhdx metadata table");
const PARAMETERS: Structure = Structure::new("vhdx file parameters");
const DISK_SIZE: Structure = Structure::new("vhdx virtual disk size");
const SECTOR_SIZE: Structure = Structure::new("vhdx logical sector size");
const SIGNATURE: &[u8] = b"metadata";
const HEADER_LENGTH: u32 = 32;
const REQUIRED: u32 = 1 << 2;

const FILE_PARAMETERS: Uuid = guid(0xcaa1_6737_fa36_4d43_b3b6_33f0_aa44_e76b);
const VIRTUAL_DISK_SIZE: Uuid = guid(0x2fa5_4224_cd1b_4876_b211_5dbe_d83b_f4b8);
const PAGE_83_DATA: Uuid = guid(0xbeca_12ab_b2e6_4523_93ef_c309_e000_c746);
const LOGICAL_SECTOR_SIZE: Uuid = guid(0x8141_bf1d_a96f_4709_ba47_f233_a8fa_ab5f);
const PHYSICAL_SECTOR_SIZE: Uuid = guid(0xcda3_48c7_445d_4471_9cc9_e988_5251_c556);
const PARENT_LOCATOR: Uuid = guid(0xa8d3_5f2d_b30b_454d_abf7_d3d8_4834_ab0c);

// The length that each of these items has, whatever its entry says; QEMU holds it the same way.
const FILE_PARAMETERS_LENGTH: u32 = 8;
const VIRTUAL_DISK_SIZE_LENGTH: u32 = 8;
const LOGICAL_SECTOR_SIZE_LENGTH: u32 = 4;
const PHYSICAL_SECTOR_SIZE_LENGTH: u32 = 4;

const LEAVE_BLOCKS_ALLOCATED: u32 = 1 << 0;
const HAS_PARENT: u32 = 1 << 1;
const MIN_BLOCK_SIZE: u64 = 1 << 20;
const MAX_BLOCK_SIZE: u64 = 256 << 20;
/// What one block of sector bitmap covers: a bit for each sector.
const BITMAP_COVERS: u64 = SECTOR << 23;

/// An entry of the table.
struct Entry {
    item_id: Uuid,
    offset: u32,
    length: u32,
    flags: u32,
}

/// Where an item is.
#[derive(Clone, Copy)]
pub(super) struct Item {
    /// From the start of the file.
    pub(super) offset: u64,
    /// As the entry says.
    pub(super) length: u32,
    /// Its entry.
    pub(super) entry: Structure,
}

/// The items that the format defines, where the table lists them.
#[derive(Default)]
struct Items {
    file_parameters: Option<Item>,
    virtual_disk_size: Option<Item>,
    page_83_data: Option<Item>,
    logical_sector_size: Option<Item>,
    physical_sector_size: Option<Item>,
    parent_locator: Option<Item>,
}

/// What the items say.
pub(super) struct Metadata {
    pub(super) block_size: u64,
    bits: u32,
    pub(super) size: Field,
    pub(super) physical_sector_size: Option<u32>,
    pub(super) parent_locator: Option<Item>,
}

fn signature_and_count(input: &[u8]) -> IResult<&[u8], (&[u8], u16)> {
    let (input, signature) = take(8usize)(input)?;
    let (input, _reserved) = le_u16(input)?;
    let (input, entry_count) = le_u16(input)?;
    Ok((input, (signature, entry_count)))
}

fn entry(input: &[u8]) -> IResult<&[u8], Entry> {
    let (input, item_id) = microsoft_guid(input)?;
    let (input, offset) = le_u32(input)?;
    let (input, length) = le_u32(input)?;
    let (input, flags) = le_u32(input)?;
    let entry = Entry {
        item_id,
        offset,
        length,
        flags,
    };
    Ok((input, entry))
}

fn file_parameters(input: &[u8]) -> IResult<&[u8], (u32, u32)> {
    let (input, block_size) = le_u32(input)?;
    let (input, bits) = le_u32(input)?;
    Ok((input, (block_size, bits)))
}

/// Reads the items of `region`.
pub(super) fn read(view: &View<'_>, region: Place) -> Result<Metadata, Incomplete> {
    let table = TABLE.at(region.offset.value);
    let items = read_table(view, table)?;
    let required = |item: Option<Item>, missing| item.ok_or(table.broken(missing, 0));
    let parameters = required(items.file_parameters, "lists no file parameters")?;
    let size = required(items.virtual_disk_size, "lists no virtual disk size")?;
    let sector_size = required(items.logical_sector_size, "lists no logical sector size")?;
    let physical_size = items.physical_sector_size;
    let physical_size = required(physical_size, "lists no physical sector size")?;
    // This must be there, and nobody looks at what it says.
    required(items.page_83_data, "lists no page 83 data")?;
    let needed = [
        (parameters, FILE_PARAMETERS_LENGTH),
        (size, VIRTUAL_DISK_SIZE_LENGTH),
        (sector_size, LOGICAL_SECTOR_SIZE_LENGTH),
    ];
    let physical_sector_size = read_physical_sector_size(view, physical_size, &needed)?;
    if let Some((start, length)) = span(&needed) {
        view.at(start, length, "vhdx metadata items")?;
    }
    let (block_size, bits) = view.parse(
        parameters.offset,
        FILE_PARAMETERS_LENGTH,
        PARAMETERS.name,
        file_parameters,
    )?;
    let metadata = Metadata {
        block_size: block_size.into(),
        bits,
        size: read_size(view, size)?,
        physical_sector_size,
        parent_locator: items.parent_locator,
    };
    metadata.judge(parameters)?;
    judge_sector_size(view, sector_size)?;
    Ok(metadata)
}

fn read_table(view: &View<'_>, table: Structure) -> Result<Items, Incomplete> {
    let (signature, count) = view.parse(
        table.offset(0),
        HEADER_LENGTH,
        table.name,
        signature_and_count,
    )?;
    if signature != SIGNATURE {
        return Err(table.broken("no signature", 0).into());
    }
    table.field("EntryCount", 10, count).at_most(MAX_ENTRIES)?;
    let first = table.at(table.offset(HEADER_LENGTH.into()));
    let length = u32::from(count).saturating_mul(ENTRY_LENGTH);
    let listed = view.at(first.offset(0), length, table.name)?;
    let mut items = Items::default();
    for found in entries(listed, first, ENTRY_LENGTH, entry) {
        let (at, entry) = found?;
        let known = match entry.item_id {
            FILE_PARAMETERS => &mut items.file_parameters,
            VIRTUAL_DISK_SIZE => &mut items.virtual_disk_size,
            PAGE_83_DATA => &mut items.page_83_data,
            LOGICAL_SECTOR_SIZE => &mut items.logical_sector_size,
            PHYSICAL_SECTOR_SIZE => &mut items.physical_sector_size,
            PARENT_LOCATOR => &mut items.parent_locator,
            _ if entry.flags & REQUIRED == 0 => continue,
            _ => {
                return Err(Incomplete::Failed(Reason::UnsupportedText {
                    structure: table.name,
                    what: "requires an item of unknown kind",
                    offset: at.offset(0),
                }))
            }
        };
        let item = Item {
            offset: table.offset(entry.offset.into()),
            length: entry.length,
            entry: at,
        };
        if known.replace(item).is_some() {
            return Err(at.broken("lists an item twice", 0).into());
        }
    }
    Ok(items)
}

/// Where all of the items are, if they lie close together, as writers place them: asked for at
/// once, they cost one read, in whatever order they lie.
fn span(items: &[(Item, u32)]) -> Option<(u64, u32)> {
    let starts = items.iter().map(|(item, _)| item.offset);
    let ends = items
        .iter()
        .map(|(item, length)| item.offset.saturating_add(u64::from(*length)));
    let (start, end) = (starts.min()?, ends.max()?);
    let span = end.checked_sub(start).filter(|span| *span <= LATER_READ)?;
    Some((start, u32::try_from(span).ok()?))
}

fn read_size(view: &View<'_>, item: Item) -> Result<Field, Incomplete> {
    let name = DISK_SIZE.name;
    let size = view.parse(item.offset, VIRTUAL_DISK_SIZE_LENGTH, name, le_u64)?;
    Ok(DISK_SIZE.at(item.offset).field("VirtualDiskSize", 0, size))
}

/// The format also has 4096; QEMU does not.
fn judge_sector_size(view: &View<'_>, item: Item) -> Result<(), Incomplete> {
    let name = SECTOR_SIZE.name;
    let size = view.parse(item.offset, LOGICAL_SECTOR_SIZE_LENGTH, name, le_u32)?;
    let size = SECTOR_SIZE
        .at(item.offset)
        .field("LogicalSectorSize", 0, size);
    Ok(size.supported(size.value == SECTOR, Constraint::Equal(SECTOR))?)
}

/// Where it lies close to what is needed, and is one of those that the format has. Nothing depends
/// on it, so it is not worth a read of its own.
fn read_physical_sector_size(
    view: &View<'_>,
    item: Item,
    needed: &[(Item, u32); 3],
) -> Result<Option<u32>, Incomplete> {
    let [first, second, third] = *needed;
    let all = [first, second, third, (item, PHYSICAL_SECTOR_SIZE_LENGTH)];
    let Some((start, length)) = span(&all) else {
        return Ok(None);
    };
    let name = "vhdx metadata items";
    view.if_there(start, length, name)?;
    let bytes = view.if_there(item.offset, PHYSICAL_SECTOR_SIZE_LENGTH, name)?;
    let size = bytes.try_into().map(u32::from_le_bytes);
    Ok(size.ok().filter(|size| matches!(size, 512 | 4096)))
}

impl Metadata {
    fn judge(&self, parameters: Item) -> Result<(), Reason> {
        PARAMETERS
            .at(parameters.offset)
            .field("BlockSize", 0, self.block_size)
            .power_of_two(MIN_BLOCK_SIZE, MAX_BLOCK_SIZE)?;
        match (self.has_parent(), self.parent_locator) {
            (true, None) => Err(parameters
                .entry
                .broken("lists no parent locator, but the image has a parent", 0)),
            (false, Some(locator)) => Err(locator
                .entry
                .broken("lists a parent locator, but the image has no parent", 0)),
            (true, Some(_)) | (false, None) => Ok(()),
        }?;
        self.size.at_least(1)?;
        self.size.require(
            self.bat_entries() <= MAX_BAT_ENTRIES,
            Constraint::Be("at most what a BAT of 2 GiB can list in blocks of this size"),
        )
    }

    /// What the guest sees.
    pub(super) fn virtual_size(&self) -> Result<u64, Reason> {
        whole_sectors(self.size)
    }

    /// How many entries the block allocation table needs: one for each block and, behind each
    /// run of blocks that a block of sector bitmap covers, one for that.
    pub(super) fn bat_entries(&self) -> u64 {
        let block_size = self.block_size.max(1);
        let run = BITMAP_COVERS.checked_div(block_size).unwrap_or(1).max(1);
        let blocks = self.size.value.div_ceil(block_size);
        let bitmaps = match self.has_parent() {
            // The last run counts as a whole one, for the bitmap behind it is needed.
            true => return blocks.div_ceil(run).saturating_mul(run.saturating_add(1)),
            false => blocks.saturating_sub(1).checked_div(run).unwrap_or(0),
        };
        blocks.saturating_add(bitmaps)
    }

    fn has_parent(&self) -> bool {
        self.bits & HAS_PARENT != 0
    }

    pub(super) fn subformat(&self) -> &'static CStr {
        if self.has_parent() {
            c"differencing"
        } else if self.bits & LEAVE_BLOCKS_ALLOCATED != 0 {
            c"fixed"
        } else {
            c"dynamic"
        }
    }
}
