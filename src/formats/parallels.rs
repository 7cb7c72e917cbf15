// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parallels and Virtuozzo (ploop). Little-endian.
//!
//! Specification: QEMU, `docs/interop/parallels.rst`; limits beyond it are those of QEMU's driver.
//! Neither the block allocation table nor the format extension is read. Overlays are recorded in
//! a `DiskDescriptor.xml` next to the image, never in it.

use super::sizes;
use crate::base::format::Format;
use crate::base::header::header;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::Facts;

const MAGIC_EXTENDED: &[u8; 16] = b"WithouFreSpacExt";
/// `in_use` while the image is open for writing.
const IN_USE: u32 = 0x746f_6e59;

/// A cluster of more sectors would have more bytes than QEMU's signed 32-bit count can hold.
const MAX_TRACKS: u64 = i32::MAX as u64 / 513;
/// QEMU reads the header and the table in one request, and rounds its length up to whole memory
/// pages.
const MAX_BAT_ENTRIES: u64 =
    (sizes::MAX_TABLE_BYTES / PAGE_BYTES * PAGE_BYTES - Header::LENGTH as u64) / BAT_ENTRY_BYTES;
const PAGE_BYTES: u64 = 4096;
const BAT_ENTRY_BYTES: u64 = 4;
/// The largest sector whose offset in bytes has 63 bits.
const MAX_EXTENSION_OFFSET: u64 = (1 << 54) - 1;

header! {
    struct Header<'a>("parallels header", LittleEndian, 64) {
        0 magic: &'a [u8; 16],
        /// Cluster size in sectors.
        28 tracks: u32,
        /// Entries of the block allocation table.
        32 bat_entries: u32,
        /// The virtual size in sectors: 32 bits unless the magic is the extended one.
        36 nb_sectors: u64,
        44 in_use: u32,
        /// Offset of the first cluster in sectors, or 0.
        48 data_off: u32,
        /// Offset of the format extension in sectors.
        56 ext_off: u64,
    }
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let header = Header::read(view, 0)?;
    header.tracks().between(1, MAX_TRACKS)?;
    header.bat_entries().at_most(MAX_BAT_ENTRIES)?;
    header.ext_off().at_most(MAX_EXTENSION_OFFSET)?;
    let mut sectors = header.nb_sectors();
    if header.magic != MAGIC_EXTENDED {
        sectors.value &= u64::from(u32::MAX);
    }
    let size = sizes::from_any_sectors(sectors)?;

    let mut facts = Facts::of(Format::Parallels);
    facts.virtual_size = size;
    facts.recorded_size = size;
    facts.cluster_size = u64::from(header.tracks).checked_mul(sizes::SECTOR);
    facts.dirty = Some(header.in_use == IN_USE);
    let table = u64::from(header.bat_entries).saturating_mul(BAT_ENTRY_BYTES);
    let end = table.saturating_add(Header::LENGTH.into());
    let data = u64::from(header.data_off).saturating_mul(sizes::SECTOR);
    facts.writable_header = data != 0 && data < end;
    Ok(facts)
}
