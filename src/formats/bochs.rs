// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bochs "growing" image. Little-endian.
//!
//! Layout: Bochs, `iodev/hdimage/hdimage.h`; limits are those of QEMU's driver.

use super::sizes;
use crate::base::format::Format;
use crate::base::header::header;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::Facts;

const VERSION_1: u32 = 0x0001_0000;
const MAX_CATALOG_ENTRIES: u64 = 0x0010_0000;
const MAX_EXTENT_BYTES: u64 = 8 << 20;

header! {
    struct Header("bochs header", LittleEndian, 512) {
        64 version: u32,
        /// Offset of the catalog.
        68 header: u32,
        /// Entries in the catalog, one for each extent of the disk.
        72 catalog: u32,
        /// Bytes in an extent.
        80 extent: u32,
    }
}

header! {
    /// The size of the disk. In version 1 the field follows `extent`; in version 2 it follows a
    /// time stamp.
    struct Size("bochs header", LittleEndian, 8) {
        0 disk: u64,
    }
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let header = Header::read(view, 0)?;
    let size = Size::read(view, if header.version == VERSION_1 { 84 } else { 88 })?;
    let extent = header.extent();
    extent.power_of_two(sizes::SECTOR, MAX_EXTENT_BYTES)?;
    let virtual_size = sizes::whole_sectors(size.disk())?;
    let catalog = header.catalog();
    catalog.at_most(MAX_CATALOG_ENTRIES)?;
    let covered = catalog.value.saturating_mul(extent.value);
    size.disk()
        .at_most(covered.saturating_add(sizes::SECTOR.saturating_sub(1)))?;

    let mut facts = Facts::of(Format::Bochs);
    facts.subformat = Some(c"Growing");
    facts.virtual_size = Some(virtual_size);
    facts.recorded_size = Some(size.disk);
    facts.cluster_size = Some(extent.value);
    let end = u64::from(Header::LENGTH);
    facts.writable_header = sizes::covers_header(header.header.into(), catalog.value, end);
    Ok(facts)
}
