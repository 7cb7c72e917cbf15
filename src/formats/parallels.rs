// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parallels and Virtuozzo (ploop). Little-endian.
//!
//! Specification: QEMU, `docs/interop/parallels.rst`; limits beyond it are those of QEMU's driver.
//! Neither the block allocation table nor the format extension is read. Overlays are recorded in
//! a `DiskDescriptor.xml` beside the image, never in it.

use super::{require_signature, sizes};
use crate::base::field::Structure;
use crate::base::format::Format;
use crate::base::number::{le_u32, le_u64};
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::Facts;
use nom::bytes::complete::take;
use nom::IResult;

const HEADER: Structure = Structure::new("parallels header");
const LENGTH: u32 = 64;

/// The first form of the format: the number of sectors has 32 bits.
const MAGIC: &[u8] = b"WithoutFreeSpace";
const MAGIC_EXTENDED: &[u8] = b"WithouFreSpacExt";
const VERSION: u32 = 2;

/// What an image holds in `in_use` while it is open for writing.
const IN_USE: u32 = 0x746f_6e59;

/// A cluster of more sectors would have more bytes than QEMU's signed 32-bit count.
const MAX_TRACKS: u64 = i32::MAX as u64 / 513;
/// QEMU reads the header and the table at once, filled up to pages of memory.
const MAX_BAT_ENTRIES: u64 =
    (sizes::MAX_TABLE_BYTES / PAGE_BYTES * PAGE_BYTES - LENGTH as u64) / BAT_ENTRY_BYTES;
const PAGE_BYTES: u64 = 4096;
const BAT_ENTRY_BYTES: u64 = 4;
/// The largest sector whose offset in bytes has 63 bits.
const MAX_EXTENSION_OFFSET: u64 = (1 << 54) - 1;

struct Header {
    tracks: u32,
    bat_entries: u32,
    nb_sectors: u64,
    in_use: u32,
    ext_off: u64,
}

fn header(input: &[u8]) -> IResult<&[u8], Header> {
    let (input, _magic) = take(16usize)(input)?;
    let (input, _version) = le_u32(input)?;
    let (input, _heads) = le_u32(input)?;
    let (input, _cylinders) = le_u32(input)?;
    let (input, tracks) = le_u32(input)?;
    let (input, bat_entries) = le_u32(input)?;
    let (input, nb_sectors) = le_u64(input)?;
    let (input, in_use) = le_u32(input)?;
    let (input, _data_off) = le_u32(input)?;
    let (input, _flags) = le_u32(input)?;
    let (input, ext_off) = le_u64(input)?;
    let header = Header {
        tracks,
        bat_entries,
        nb_sectors,
        in_use,
        ext_off,
    };
    Ok((input, header))
}

pub(crate) fn detect(head: &Head<'_>) -> bool {
    (head.has(0, MAGIC) || head.has(0, MAGIC_EXTENDED)) && head.le_u32(16) == VERSION
}

/// Of whatever version.
pub(crate) fn is_similar(head: &Head<'_>) -> bool {
    head.has(0, MAGIC) || head.has(0, MAGIC_EXTENDED)
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    require_signature(view, Format::Parallels, detect, "no parallels signature", 0)?;
    let header = view.parse(0, LENGTH, HEADER.name, header)?;
    HEADER
        .field("tracks", 28, header.tracks)
        .between(1, MAX_TRACKS)?;
    HEADER
        .field("bat_entries", 32, header.bat_entries)
        .at_most(MAX_BAT_ENTRIES)?;
    HEADER
        .field("ext_off", 56, header.ext_off)
        .at_most(MAX_EXTENSION_OFFSET)?;
    let extended = view.head()?.has(0, MAGIC_EXTENDED);
    let sectors = match extended {
        true => header.nb_sectors,
        false => header.nb_sectors & u64::from(u32::MAX),
    };

    let mut facts = Facts::of(Format::Parallels);
    let size = sizes::from_sectors(HEADER.field("nb_sectors", 36, sectors))?;
    facts.virtual_size = Some(size);
    facts.recorded_size = Some(size);
    facts.cluster_size = u64::from(header.tracks).checked_mul(sizes::SECTOR);
    facts.dirty = Some(header.in_use == IN_USE);
    Ok(facts)
}
