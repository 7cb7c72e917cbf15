// SPDX-License-Identifier: MIT OR Apache-2.0
//! The metadata region of VHDX: a table of items, and the items.

use super::region::MAX_BAT_ENTRIES;
use super::table::{self, MAX_ENTRIES};
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::header::{header, parse_all};
use crate::base::limits::LATER_READ;
use crate::base::view::{Incomplete, View};
use crate::formats::guid::{guid, Guid};
use crate::formats::sizes::{whole_sectors, SECTOR};
use crate::image::Uuid;
use core::ffi::CStr;

const REQUIRED: u32 = 1 << 2;

/// The items that the format defines.
const ITEMS: [Uuid; 6] = [
    guid(0xcaa1_6737_fa36_4d43_b3b6_33f0_aa44_e76b), // file parameters
    guid(0x2fa5_4224_cd1b_4876_b211_5dbe_d83b_f4b8), // virtual disk size
    guid(0xbeca_12ab_b2e6_4523_93ef_c309_e000_c746), // page 83 data
    guid(0x8141_bf1d_a96f_4709_ba47_f233_a8fa_ab5f), // logical sector size
    guid(0xcda3_48c7_445d_4471_9cc9_e988_5251_c556), // physical sector size
    guid(0xa8d3_5f2d_b30b_454d_abf7_d3d8_4834_ab0c), // parent locator
];

const LEAVE_BLOCKS_ALLOCATED: u32 = 1 << 0;
const HAS_PARENT: u32 = 1 << 1;
const MIN_BLOCK_SIZE: u64 = 1 << 20;
const MAX_BLOCK_SIZE: u64 = 256 << 20;
/// What one block of sector bitmap covers: a bit for each sector.
const BITMAP_COVERS: u64 = SECTOR << 23;

header! {
    struct Header("vhdx metadata table", LittleEndian, 32) {
        0 signature: [u8; 8],
        10 entry_count: u16 = "EntryCount",
    }
}

header! {
    pub(super) struct Entry("vhdx metadata table", LittleEndian, 32) {
        0 item_id: Guid,
        /// In bytes from the start of the region.
        16 offset: u32,
        /// In bytes. QEMU uses this length only for the parent locator; all other items have a
        /// fixed length.
        20 length: u32 = "Length of the parent locator",
        24 flags: u32,
    }
}

header! {
    struct FileParameters("vhdx file parameters", LittleEndian, 8) {
        /// In bytes.
        0 block_size: u32 = "BlockSize",
        4 flags: u32,
    }
}

header! {
    struct VirtualDiskSize("vhdx virtual disk size", LittleEndian, 8) {
        /// In bytes.
        0 size: u64 = "VirtualDiskSize",
    }
}

header! {
    struct LogicalSectorSize("vhdx logical sector size", LittleEndian, 4) {
        0 size: u32 = "LogicalSectorSize",
    }
}

header! {
    struct PhysicalSectorSize("vhdx metadata items", LittleEndian, 4) {
        0 size: u32,
    }
}

/// An item: its offset in the file, and its entry.
pub(super) struct Item {
    pub(super) offset: u64,
    pub(super) entry: Entry,
}

/// What the items say.
pub(super) struct Metadata {
    parameters: FileParameters,
    disk: VirtualDiskSize,
    pub(super) physical_sector_size: Option<u32>,
    pub(super) parent_locator: Option<Item>,
}

/// Reads the region, whose table is at offset `start`.
pub(super) fn read(view: &View<'_>, start: u64) -> Result<Metadata, Incomplete> {
    let header = Header::read(view, start)?;
    let is_signed = header.signature == *b"metadata";
    header.signature().check_signature(is_signed)?;
    header.entry_count().at_most(MAX_ENTRIES)?;
    let first = start.saturating_add(Header::LENGTH.into());
    let length = u32::from(header.entry_count).saturating_mul(Entry::LENGTH);
    let bytes = view.at(first, length, Header::STRUCTURE.name)?;
    let found = table::find(
        parse_all(first, Entry::LENGTH, bytes, Entry::parse),
        &ITEMS,
        |entry| (entry.item_id, entry.flags & REQUIRED != 0),
        Entry::item_id,
        ["an item occurs twice", "unknown required item"],
    )?;
    let [parameters, size, page_83, sector_size, physical_size, locator] = found.map(|entry| {
        entry.map(|entry| Item {
            offset: start.saturating_add(entry.offset.into()),
            entry,
        })
    });
    let required = |item: Option<Item>, missing| item.ok_or(header.signature().broken(missing));
    let parameters = required(parameters, "the file parameters are missing")?;
    let size = required(size, "the virtual disk size is missing")?;
    let sector_size = required(sector_size, "the logical sector size is missing")?;
    let physical_size = required(physical_size, "the physical sector size is missing")?;
    // QEMU requires the page 83 data, but does not read it.
    required(page_83, "the page 83 data is missing")?;

    let items = [
        (physical_size.offset, PhysicalSectorSize::LENGTH),
        (parameters.offset, FileParameters::LENGTH),
        (size.offset, VirtualDiskSize::LENGTH),
        (sector_size.offset, LogicalSectorSize::LENGTH),
    ];
    let physical_sector_size = read_physical_sector_size(view, physical_size.offset, &items)?;
    let [_, needed @ ..] = &items;
    if let Some((start, length)) = span(needed) {
        view.at(start, length, PhysicalSectorSize::STRUCTURE.name)?;
    }
    let metadata = Metadata {
        parameters: FileParameters::read(view, parameters.offset)?,
        disk: VirtualDiskSize::read(view, size.offset)?,
        physical_sector_size,
        parent_locator: locator,
    };
    metadata.check(&parameters.entry)?;
    let sector_size = LogicalSectorSize::read(view, sector_size.offset)?.size();
    // The format also has 4096, which QEMU does not support.
    sector_size.supported(sector_size.value == SECTOR, Constraint::Equal(SECTOR))?;
    Ok(metadata)
}

/// Returns the offset and length of all bytes from the first to the last of some items, if one read
/// can cover them. Programs write the items close together, in any order.
fn span(items: &[(u64, u32)]) -> Option<(u64, u32)> {
    let (mut start, mut end) = (u64::MAX, 0);
    for (offset, length) in items {
        start = start.min(*offset);
        end = end.max(offset.saturating_add(u64::from(*length)));
    }
    let length = end.saturating_sub(start);
    let length = u32::try_from(length).ok()?;
    (u64::from(length) <= LATER_READ).then_some((start, length))
}

/// Reads the size if it is close to the other `items`, and valid. No other fact depends on it, so
/// it is not worth a separate read.
fn read_physical_sector_size(
    view: &View<'_>,
    offset: u64,
    items: &[(u64, u32)],
) -> Result<Option<u32>, Incomplete> {
    let Some((start, length)) = span(items) else {
        return Ok(None);
    };
    let name = PhysicalSectorSize::STRUCTURE.name;
    view.if_there(start, length, name)?;
    let bytes = view.if_there(offset, PhysicalSectorSize::LENGTH, name)?;
    let size = PhysicalSectorSize::parse(offset, bytes).map(|(_, item)| item.size);
    Ok(size.ok().filter(|size| matches!(size, 512 | 4096)))
}

impl Metadata {
    /// Checks the items, and whether there is a parent locator. `parameters` is the entry of the
    /// file parameters.
    fn check(&self, parameters: &Entry) -> Result<(), Reason> {
        let block_size = self.parameters.block_size();
        block_size.power_of_two(MIN_BLOCK_SIZE, MAX_BLOCK_SIZE)?;
        let (entry, what) = match &self.parent_locator {
            None => (
                parameters,
                "the parent locator is missing, but HasParent is set",
            ),
            Some(locator) => (
                &locator.entry,
                "a parent locator is present, but HasParent is not set",
            ),
        };
        if self.has_parent() != self.parent_locator.is_some() {
            return Err(entry.item_id().broken(what));
        }
        let size = self.disk.size();
        size.at_least(1)?;
        size.require(
            self.bat_entries() <= MAX_BAT_ENTRIES,
            Constraint::Be("at most what a BAT of 2 GiB can map with this block size"),
        )
    }

    pub(super) fn block_size(&self) -> u64 {
        self.parameters.block_size.into()
    }

    /// Returns the size in bytes.
    pub(super) fn recorded_size(&self) -> u64 {
        self.disk.size
    }

    /// Returns the size that the guest sees.
    pub(super) fn virtual_size(&self) -> Result<u64, Reason> {
        whole_sectors(self.disk.size())
    }

    /// Returns the number of entries that the BAT needs: one for each block, and one for each block
    /// of sector bitmap, after the run of blocks that it covers.
    pub(super) fn bat_entries(&self) -> u64 {
        let block_size = self.block_size().max(1);
        let run = BITMAP_COVERS.checked_div(block_size).unwrap_or(1).max(1);
        let blocks = self.disk.size.div_ceil(block_size);
        match self.has_parent() {
            // The last run counts as a whole one, because the bitmap after it is needed.
            true => blocks.div_ceil(run).saturating_mul(run.saturating_add(1)),
            false => {
                let bitmaps = blocks.saturating_sub(1).checked_div(run).unwrap_or(0);
                blocks.saturating_add(bitmaps)
            }
        }
    }

    fn has_parent(&self) -> bool {
        self.parameters.flags & HAS_PARENT != 0
    }

    pub(super) fn subformat(&self) -> &'static CStr {
        if self.has_parent() {
            c"differencing"
        } else if self.parameters.flags & LEAVE_BLOCKS_ALLOCATED != 0 {
            c"fixed"
        } else {
            c"dynamic"
        }
    }
}
