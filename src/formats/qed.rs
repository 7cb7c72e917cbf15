// SPDX-License-Identifier: MIT OR Apache-2.0
//! QED, the QEMU enhanced disk. Little-endian.
//!
//! Specification: QEMU, `docs/interop/qed_spec.rst`; limits beyond it are those of QEMU's driver.

use super::sizes;
use crate::base::constraint::Constraint;
use crate::base::format::Format;
use crate::base::header::header;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::{BackingFacts, BackingFormatFacts, Extras, Facts, Feature};

const FEATURE_BACKING_FILE: u64 = 1 << 0;
const FEATURE_NEED_CHECK: u64 = 1 << 1;
const FEATURE_BACKING_FORMAT_NO_PROBE: u64 = 1 << 2;
const FEATURES_KNOWN: u64 = 0x7;

const MAX_BACKING_NAME: u64 = 4095;
const TABLE_ENTRY_BYTES: u64 = 8;

header! {
    /// The header at the start of the file.
    struct Header("qed header", LittleEndian, 64) {
        /// Cluster size in bytes, a power of two.
        4 cluster_size: u32,
        /// Clusters in each table.
        8 table_size: u32,
        /// Clusters before the first table or data cluster.
        12 header_size: u32,
        /// Features that a reader must know.
        16 features: u64,
        /// Features that a reader may ignore. None is defined.
        24 compat_features: u64,
        /// Features that a writer clears if it does not know them. None is defined.
        32 autoclear_features: u64,
        40 l1_table_offset: u64,
        /// The virtual size in bytes.
        48 image_size: u64,
        /// Offset of the backing file name in the header clusters.
        56 backing_filename_offset: u32,
        60 backing_filename_size: u32,
    }
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let header = Header::read(view, 0)?;
    let is_unknown = view.is_unknown(header.features().known_bits(FEATURES_KNOWN))?;
    let header_bytes = check_geometry(view, &header)?;

    let mut facts = Facts::of(Format::Qed);
    facts.virtual_size = Some(sizes::whole_sectors(header.image_size())?);
    facts.recorded_size = Some(header.image_size);
    facts.cluster_size = Some(u64::from(header.cluster_size));
    facts.dirty = Some(header.features & FEATURE_NEED_CHECK != 0);
    // The header can declare that it has no clusters.
    facts.writable_header = header.l1_table_offset < u64::from(Header::LENGTH);
    if header.compat_features | header.autoclear_features != 0 {
        facts.features.insert(Feature::UnknownOptional);
    }
    if is_unknown {
        facts.features.insert(Feature::UnknownRequired);
        facts.extras = Extras::unknown_features(header.features & !FEATURES_KNOWN);
    }
    if header.features & FEATURE_BACKING_FILE != 0 {
        let offset = header.backing_filename_offset();
        offset.at_most(header_bytes)?;
        let size = header.backing_filename_size();
        size.at_most(MAX_BACKING_NAME.min(header_bytes.saturating_sub(offset.value)))?;
        let name = view.text(offset.value, size, "qed backing file name")?;
        let raw = header.features & FEATURE_BACKING_FORMAT_NO_PROBE != 0;
        facts.backing = BackingFacts::named(name, raw.then(|| BackingFormatFacts::is(Format::Raw)));
    }
    Ok(facts)
}

/// Checks the sizes, and the offset of the first table, which is not read. Returns the size of the
/// header clusters in bytes.
fn check_geometry(view: &View<'_>, header: &Header) -> Result<u64, Incomplete> {
    let cluster_size = header.cluster_size();
    cluster_size.power_of_two(4096, 64 << 20)?;
    // The specification allows a table of one cluster; QEMU refuses it.
    let table_size = header.table_size();
    table_size.power_of_two(2, 16)?;
    let table_bytes = table_size.value.saturating_mul(cluster_size.value);
    let entries = table_bytes / TABLE_ENTRY_BYTES;

    let image_size = header.image_size();
    image_size.aligned(sizes::SECTOR)?;
    // QEMU uses 64 bits to count the clusters that the tables map. On overflow the count is 0,
    // because all its factors are powers of two.
    let covered = entries
        .checked_mul(entries)
        .and_then(|clusters| clusters.checked_mul(cluster_size.value));
    image_size.at_most(covered.unwrap_or(0))?;

    let header_size = header.header_size();
    let header_bytes = header_size.value.saturating_mul(cluster_size.value);
    header_size.require(
        u32::try_from(header_bytes).is_ok(),
        Constraint::Be("such that the header is smaller than 4 GiB"),
    )?;

    let table = header.l1_table_offset();
    table.aligned(cluster_size.value)?;
    table.at_least(header_bytes)?;
    // QEMU rounds the file up to whole sectors, so the last one need not be complete.
    let end = table.value.saturating_add(table_bytes);
    let end = end.saturating_sub(sizes::SECTOR.saturating_sub(1));
    sizes::inside(view, table, end, sizes::TABLE_INSIDE)?;
    Ok(header_bytes)
}
