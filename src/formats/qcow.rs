// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow, version 1. Big-endian.
//!
//! Specification: Mark McLoughlin, "The QCOW Image Format"; limits are those of QEMU's driver.

use super::sizes;
use crate::base::constraint::Constraint;
use crate::base::format::Format;
use crate::base::header::header;
use crate::base::limits::MAX_VIRTUAL_SIZE;
use crate::base::range::ByteRange;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::{BackingFacts, EncryptionFacts, EncryptionFormat, Extras, Facts, Feature};

const MAX_BACKING_NAME: u64 = 1023;
const L1_ENTRY_BYTES: u64 = 8;
const MAX_L1_ENTRIES: u64 = sizes::MAX_TABLE_BYTES / L1_ENTRY_BYTES;
const CRYPT_NONE: u32 = 0;
const CRYPT_AES: u32 = 1;

header! {
    struct Header("qcow header", BigEndian, 48) {
        /// Offset of the backing file name, or 0.
        8 backing_file_offset: u64,
        16 backing_file_size: u32,
        /// When the backing file was last modified.
        20 mtime: u32,
        /// The virtual size in bytes.
        24 size: u64,
        32 cluster_bits: u8,
        /// The number of entries in an L2 table is 1 << l2_bits.
        33 l2_bits: u8,
        36 crypt_method: u32,
        40 l1_table_offset: u64,
    }
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let header = Header::read(view, 0)?;
    header.cluster_bits().between(9, 16)?;
    header.l2_bits().between(6, 13)?;
    let is_unknown = view.is_unknown(header.crypt_method().supported(
        matches!(header.crypt_method, CRYPT_NONE | CRYPT_AES),
        Constraint::Be("0 (none) or 1 (AES)"),
    ))?;
    let size = header.size();
    size.at_least(2)?;
    let shift = u32::from(header.cluster_bits.saturating_add(header.l2_bits));
    let covered_by_entry = 1u64.checked_shl(shift).unwrap_or(1);
    size.at_most(covered_by_entry.saturating_mul(MAX_L1_ENTRIES))?;
    let l1_entries = size.value.div_ceil(covered_by_entry.max(1));
    let l1_bytes = l1_entries.saturating_mul(L1_ENTRY_BYTES);
    sizes::check_table(header.l1_table_offset(), l1_bytes)?;

    let mut facts = Facts::of(Format::Qcow);
    facts.virtual_size = Some(sizes::whole_sectors(size)?);
    facts.recorded_size = Some(header.size);
    facts.cluster_size = 1u64.checked_shl(u32::from(header.cluster_bits));
    if header.crypt_method == CRYPT_AES {
        facts.encryption = Some(Box::new(EncryptionFacts::of(EncryptionFormat::Aes)));
    }
    if is_unknown {
        facts.features.insert(Feature::UnknownRequired);
        facts.encryption = Some(Box::new(EncryptionFacts::of(
            EncryptionFormat::UnknownMethod,
        )));
    }
    if header.backing_file_offset != 0 {
        let size = header.backing_file_size();
        size.at_most(MAX_BACKING_NAME)?;
        if size.value == 0 {
            // The offset of an empty name can be after the end of the file.
            header.backing_file_offset().at_most(MAX_VIRTUAL_SIZE)?;
        } else {
            let name = view.text(header.backing_file_offset, size, "qcow backing file name")?;
            facts.backing = BackingFacts::named(name, None);
        }
    }
    facts.writable_header = header.is_writable();
    facts.extras = Extras::backing_mtime(header.mtime);
    Ok(facts)
}

impl Header {
    /// Returns whether the L1 table overlaps the header, or the name is not between the header and
    /// the table: guest data follows the table. It is enough if the guest can change half of the
    /// name.
    fn is_writable(&self) -> bool {
        let end = u64::from(Header::LENGTH);
        let name = ByteRange {
            offset: self.backing_file_offset,
            length: self.backing_file_size.into(),
        };
        let is_apart = end <= name.offset && name.end() <= self.l1_table_offset;
        let has_no_name = name.offset == 0 && name.length == 0;
        self.l1_table_offset < end || !has_no_name && (name.length == 0 || !is_apart)
    }
}
