// SPDX-License-Identifier: MIT OR Apache-2.0
//! The fixed header of qcow2, and the checks of its fields.

use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::Field;
use crate::base::header::header;
use crate::base::named::Set;
use crate::base::view::{Incomplete, View};
use crate::formats::sizes;
use crate::image::Feature;
use core::ffi::CStr;

const MAX_REFCOUNT_TABLE_BYTES: u64 = 8 << 20;
const MAX_L1_TABLE_BYTES: u64 = 32 << 20;
const MAX_SNAPSHOTS: u64 = 65536;
/// Length of a snapshot table entry without its variable parts.
const SNAPSHOT_BYTES: u64 = 40;
const TABLE_ENTRY_BYTES: u64 = 8;

pub(super) const CRYPT_NONE: u32 = 0;
pub(super) const CRYPT_AES: u32 = 1;
pub(super) const CRYPT_LUKS: u32 = 2;

// Incompatible features.
pub(super) const DIRTY: u64 = 1 << 0;
const CORRUPT: u64 = 1 << 1;
pub(super) const DATA_FILE: u64 = 1 << 2;
const COMPRESSION_TYPE: u64 = 1 << 3;
const EXTENDED_L2: u64 = 1 << 4;
const KNOWN: u64 = DIRTY | CORRUPT | DATA_FILE | COMPRESSION_TYPE | EXTENDED_L2;
// Compatible features.
const LAZY_REFCOUNTS: u64 = 1 << 0;
// Autoclear features.
pub(super) const BITMAPS: u64 = 1 << 0;
pub(super) const DATA_FILE_RAW: u64 = 1 << 1;

header! {
    /// The fields of versions 2 and 3.
    pub(super) struct Common("qcow2 header", BigEndian, 72) {
        4 version: u32,
        /// Offset of the backing file name in the first cluster, or 0.
        8 backing_file_offset: u64,
        16 backing_file_size: u32,
        /// The cluster size is 1 << cluster_bits.
        20 cluster_bits: u32,
        /// The virtual size in bytes.
        24 size: u64,
        32 crypt_method: u32,
        /// Entries in the active L1 table.
        36 l1_size: u32,
        40 l1_table_offset: u64,
        48 refcount_table_offset: u64,
        56 refcount_table_clusters: u32,
        60 nb_snapshots: u32,
        64 snapshots_offset: u64,
    }
}

header! {
    /// The fields that version 3 adds.
    #[derive(Default)]
    pub(super) struct Added("qcow2 header", BigEndian, 72..104) {
        /// Features that a reader must know.
        72 incompatible_features: u64,
        /// Features that a reader may ignore.
        80 compatible_features: u64,
        /// Features that a writer clears if it does not know them.
        88 autoclear_features: u64,
        /// The width of a reference count is 1 << refcount_order bits.
        96 refcount_order: u32,
        100 header_length: u32,
    }
}

header! {
    /// The first of the optional fields, which a longer `header_length` announces.
    #[derive(Default)]
    struct Optional("qcow2 header", BigEndian, 104..105) {
        104 compression_type: u8,
    }
}

/// A header whose every field has been checked.
pub(super) struct Header {
    pub(super) common: Common,
    pub(super) added: Added,
    pub(super) cluster_size: u64,
    /// `None`: unknown.
    pub(super) compression: Option<&'static CStr>,
    /// The header has a feature that is unknown here.
    is_unknown: bool,
}

pub(super) fn read(view: &View<'_>) -> Result<Header, Incomplete> {
    let common = Common::read(view, 0)?;
    common
        .version()
        .supported(matches!(common.version, 2 | 3), Constraint::Between(2, 3))?;
    common.cluster_bits().between(9, 21)?;
    let cluster_size = 1u64.checked_shl(common.cluster_bits).unwrap_or(0);
    common.backing_file_offset().at_most(cluster_size)?;
    let mut is_unknown = view.is_unknown(common.crypt_method().supported(
        matches!(common.crypt_method, CRYPT_NONE | CRYPT_AES | CRYPT_LUKS),
        Constraint::Be("0 (none), 1 (AES) or 2 (LUKS)"),
    ))?;
    let mut optional = Optional::default();
    let mut added = Added {
        refcount_order: 4,
        header_length: Common::LENGTH,
        ..Added::default()
    };
    if common.version == 3 {
        let required = Common::LENGTH.saturating_add(Added::LENGTH);
        added = Added::read(view, 0)?;
        added
            .header_length()
            .between(required.into(), cluster_size)?;
        if added.header_length > required {
            optional = Optional::read(view, 0)?;
        }
    }
    is_unknown |= view.is_unknown(added.incompatible_features().known_bits(KNOWN))?;
    let compression = check_features(view, &common, &added, &optional)?;
    check_tables(&common, &added, cluster_size)?;
    Ok(Header {
        common,
        added,
        cluster_size,
        compression,
        is_unknown: is_unknown || compression.is_none(),
    })
}

/// Returns the name of the compression type, if it is known.
fn check_features(
    view: &View<'_>,
    common: &Common,
    added: &Added,
    optional: &Optional,
) -> Result<Option<&'static CStr>, Reason> {
    if added.incompatible_features & EXTENDED_L2 != 0 {
        // A cluster has 32 subclusters, none smaller than a sector.
        common.cluster_bits().between(14, 21)?;
    }
    added.refcount_order().at_most(6)?;
    let kind = optional.compression_type();
    let is_zlib = optional.compression_type == 0;
    let is_unknown = view.is_unknown(kind.supported(
        matches!(optional.compression_type, 0 | 1),
        Constraint::Be("0 (zlib) or 1 (zstd)"),
    ))?;
    let is_declared = added.incompatible_features & COMPRESSION_TYPE != 0;
    kind.require(
        is_declared != is_zlib,
        Constraint::Be(match is_declared {
            true => "nonzero if incompatible feature bit 3 is set",
            false => "0 if incompatible feature bit 3 is not set",
        }),
    )?;
    Ok(match is_zlib {
        _ if is_unknown => None,
        true => Some(c"zlib"),
        false => Some(c"zstd"),
    })
}

/// Checks the offsets and lengths of the tables, none of which is read.
fn check_tables(common: &Common, added: &Added, cluster_size: u64) -> Result<(), Reason> {
    let check_table = |offset: Field, entries: u32, entry_bytes: u64| {
        offset.aligned(cluster_size)?;
        sizes::check_table(offset, u64::from(entries).saturating_mul(entry_bytes))
    };
    let most_clusters = MAX_REFCOUNT_TABLE_BYTES
        .checked_div(cluster_size)
        .unwrap_or(1);
    let clusters = common.refcount_table_clusters;
    common.refcount_table_clusters().between(1, most_clusters)?;
    check_table(common.refcount_table_offset(), clusters, cluster_size)?;

    common.nb_snapshots().at_most(MAX_SNAPSHOTS)?;
    check_table(
        common.snapshots_offset(),
        common.nb_snapshots,
        SNAPSHOT_BYTES,
    )?;

    let l2_entry_bytes = match added.incompatible_features & EXTENDED_L2 {
        0 => TABLE_ENTRY_BYTES,
        _ => 2 * TABLE_ENTRY_BYTES,
    };
    let l2_entries = cluster_size.checked_div(l2_entry_bytes).unwrap_or(1);
    let covered_by_entry = cluster_size.saturating_mul(l2_entries);
    let most_entries = MAX_L1_TABLE_BYTES / TABLE_ENTRY_BYTES;
    let size = common.size();
    size.at_most(covered_by_entry.saturating_mul(most_entries))?;
    let needed = common.size.div_ceil(covered_by_entry.max(1));
    common.l1_size().between(needed, most_entries)?;
    check_table(common.l1_table_offset(), common.l1_size, TABLE_ENTRY_BYTES)
}

impl Header {
    /// Returns whether a table is in the first cluster, which the header, its extensions and the
    /// name of the backing file share.
    pub(super) fn is_writable(&self) -> bool {
        let common = &self.common;
        [
            (common.l1_table_offset, common.l1_size),
            (common.refcount_table_offset, common.refcount_table_clusters),
            (common.snapshots_offset, common.nb_snapshots),
        ]
        .into_iter()
        .any(|(offset, entries)| sizes::covers_header(offset, entries.into(), self.cluster_size))
    }

    pub(super) fn unknown_features(&self) -> u64 {
        self.added.incompatible_features & !KNOWN
    }

    pub(super) fn features(&self) -> Set<Feature> {
        let Added {
            incompatible_features: incompatible,
            compatible_features: compatible,
            autoclear_features: autoclear,
            ..
        } = self.added;
        let unknown = compatible & !LAZY_REFCOUNTS | autoclear & !(BITMAPS | DATA_FILE_RAW);
        let declared = [
            (incompatible & CORRUPT, Feature::Corrupt),
            (incompatible & DATA_FILE, Feature::DataFile),
            (incompatible & EXTENDED_L2, Feature::ExtendedL2),
            (compatible & LAZY_REFCOUNTS, Feature::LazyRefcounts),
            (autoclear & BITMAPS, Feature::Bitmaps),
            (autoclear & DATA_FILE_RAW, Feature::DataFileRaw),
            (unknown, Feature::UnknownOptional),
            (u64::from(self.is_unknown), Feature::UnknownRequired),
        ];
        let declared = declared.into_iter().filter(|(bits, _)| *bits != 0);
        declared.map(|(_, feature)| feature).collect()
    }
}
