// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bochs "growing" image. Little-endian.
//!
//! Layout: Bochs, `iodev/hdimage/hdimage.h`; limits are those of QEMU's driver. The other kinds of
//! redolog (undoable, volatile) are overlays that no image names the base of; QEMU takes them for
//! raw, and so does detection.

use super::{require_signature, sizes};
use crate::base::field::Structure;
use crate::base::format::Format;
use crate::base::number::{le_u32, le_u64};
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::Facts;
use nom::bytes::complete::take;
use nom::IResult;

const HEADER: Structure = Structure::new("bochs header");
const LENGTH: u32 = 512;

const MAGIC: &[u8] = b"Bochs Virtual HD Image\0";
const TYPE_REDOLOG: &[u8] = b"Redolog\0";
const SUBTYPE_GROWING: &[u8] = b"Growing\0";
const VERSION_1: u32 = 0x0001_0000;
const VERSION_2: u32 = 0x0002_0000;

const MAX_CATALOG_ENTRIES: u64 = 0x0010_0000;
const MAX_EXTENT_BYTES: u64 = 8 << 20;

struct Header {
    catalog: u32,
    extent: u32,
    disk: u64,
}

fn header(input: &[u8]) -> IResult<&[u8], Header> {
    let (input, _magic_type_subtype) = take(64usize)(input)?;
    let (input, version) = le_u32(input)?;
    let (input, _header_size) = le_u32(input)?;
    let (input, catalog) = le_u32(input)?;
    let (input, _bitmap) = le_u32(input)?;
    let (input, extent) = le_u32(input)?;
    // Version 2 put a time stamp in front of the size.
    let (input, _timestamp) = take(if version == VERSION_1 { 0usize } else { 4 })(input)?;
    let (input, disk) = le_u64(input)?;
    let header = Header {
        catalog,
        extent,
        disk,
    };
    Ok((input, header))
}

pub(crate) fn detect(head: &Head<'_>) -> bool {
    head.has(0, MAGIC)
        && head.has(32, TYPE_REDOLOG)
        && head.has(48, SUBTYPE_GROWING)
        && matches!(head.le_u32(64), VERSION_1 | VERSION_2)
}

/// Of whatever kind: others than the growing one are overlays.
pub(crate) fn is_similar(head: &Head<'_>) -> bool {
    head.has(0, MAGIC)
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    require_signature(
        view,
        Format::Bochs,
        detect,
        "no signature of a growing bochs image",
        0,
    )?;
    let disk_offset = match view.head()?.le_u32(64) {
        VERSION_1 => 84,
        _ => 88,
    };
    let header = view.parse(0, LENGTH, HEADER.name, header)?;
    let extent = HEADER.field("extent", 80, header.extent);
    extent.power_of_two(sizes::SECTOR, MAX_EXTENT_BYTES)?;
    let disk = HEADER.field("disk", disk_offset, header.disk);
    let virtual_size = sizes::whole_sectors(disk)?;
    let catalog = HEADER.field("catalog", 72, header.catalog);
    catalog.at_most(MAX_CATALOG_ENTRIES)?;
    let covered = catalog.value.saturating_mul(extent.value);
    disk.at_most(covered.saturating_add(sizes::SECTOR.saturating_sub(1)))?;

    let mut facts = Facts::of(Format::Bochs);
    facts.subformat = Some(c"Growing");
    facts.virtual_size = Some(virtual_size);
    facts.recorded_size = Some(header.disk);
    facts.cluster_size = Some(extent.value);
    Ok(facts)
}
