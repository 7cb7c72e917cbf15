// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header of a dynamic or differencing VHD. The block allocation table is not read.

use super::footer::Footer;
use super::locators;
use super::{DIFFERENCING, FIXED};
use crate::base::header::header;
use crate::base::range::ByteRange;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::formats::sizes::{self, SECTOR};
use crate::image::{Facts, ParentFacts, Uuid};

const TABLE_ENTRY_BYTES: u64 = 4;
const MAX_TABLE_ENTRIES: u64 = sizes::MAX_TABLE_BYTES / TABLE_ENTRY_BYTES;

header! {
    struct Header<'a>("vpc dynamic disk header", BigEndian, 1024) {
        0 cookie: [u8; 8],
        /// Offset of the block allocation table.
        16 table_offset: u64,
        28 max_table_entries: u32,
        /// Bytes in a block.
        32 block_size: u32,
        40 parent_unique_id: Uuid,
        /// The parent's name in UTF-16, often without its directory.
        64 parent_unicode_name: &'a [u8; 512],
        576 parent_locator_entries: &'a [u8; locators::LENGTH],
    }
}

/// Reads the header that the footer points to, and adds its facts.
pub(super) fn read<'a>(
    view: &View<'a>,
    footer: &Footer<'a>,
    facts: &mut Facts<Text<'a>>,
) -> Result<(), Incomplete> {
    let header = Header::read(view, footer.data_offset)?;
    let is_signed = header.cookie == *b"cxsparse";
    header.cookie().check_signature(is_signed)?;
    header.check(view, facts.virtual_size.unwrap_or(0))?;
    // QEMU shows no block size for an image that calls itself fixed, but reads it as dynamic.
    facts.cluster_size = (footer.disk_type != FIXED).then_some(u64::from(header.block_size));
    if footer.disk_type == DIFFERENCING {
        let offset = header.parent_unicode_name().offset;
        let name = Text::utf16_be(header.parent_unicode_name, offset);
        let entries = header.parent_locator_entries().offset;
        let locations = locators::names(view, entries, header.parent_locator_entries, name)?;
        facts.parent = Some(Box::new(ParentFacts {
            uuid: header.parent_unique_id.not_nil(),
            alternative_uuid: None,
            locations,
        }));
    }
    facts.writable_header = header.is_writable(facts.parent.as_deref());
    Ok(())
}

impl Header<'_> {
    /// Returns whether the table shares bytes with the footer at the start, with this header, or
    /// with a name of the parent.
    fn is_writable(&self, parent: Option<&ParentFacts<Text<'_>>>) -> bool {
        let table = ByteRange {
            offset: self.table_offset,
            length: u64::from(self.max_table_entries).saturating_mul(TABLE_ENTRY_BYTES),
        };
        let header = ByteRange {
            offset: self.start,
            length: Header::LENGTH.into(),
        };
        let mut names = parent.iter().flat_map(|parent| &parent.locations);
        table.length != 0
            && (table.offset < SECTOR
                || table.overlaps(header)
                || names.any(|name| table.overlaps(name.range())))
    }

    fn check(&self, view: &View<'_>, size: u64) -> Result<(), Incomplete> {
        let block_size = self.block_size();
        block_size.power_of_two(SECTOR, 1 << 31)?;
        let entries = self.max_table_entries();
        entries.between(size.div_ceil(block_size.value.max(1)), MAX_TABLE_ENTRIES)?;
        let table_bytes = entries.value.saturating_mul(TABLE_ENTRY_BYTES);
        let table = self.table_offset();
        sizes::check_table(table, table_bytes)?;
        let end = table.value.saturating_add(table_bytes);
        sizes::inside(view, table, end, sizes::TABLE_INSIDE)
    }
}
