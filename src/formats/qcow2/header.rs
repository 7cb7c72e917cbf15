// SPDX-License-Identifier: MIT OR Apache-2.0
//! The fixed header of qcow2, and the judgement of its fields.

use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::{Field, Structure};
use crate::base::number::{be_u32, be_u64, be_u8};
use crate::base::view::{Incomplete, View};
use crate::formats::sizes;
use core::ffi::CStr;
use nom::IResult;

const HEADER: Structure = Structure::new("qcow2 header");

/// Length of a version 2 header, which version 3 has in common.
const V2_LENGTH: u32 = 72;
/// Length of a version 3 header without its optional fields, the first of which is the
/// compression type.
const V3_LENGTH: u32 = 104;

const MAX_REFCOUNT_TABLE_BYTES: u64 = 8 << 20;
const MAX_L1_TABLE_BYTES: u64 = 32 << 20;
const MAX_SNAPSHOTS: u64 = 65536;
/// Length of a snapshot table entry without its variable parts.
const SNAPSHOT_BYTES: u64 = 40;
const TABLE_ENTRY_BYTES: u64 = 8;

pub(super) const CRYPT_NONE: u32 = 0;
pub(super) const CRYPT_AES: u32 = 1;
pub(super) const CRYPT_LUKS: u32 = 2;

// Incompatible features: who does not know one must not open the image.
pub(super) const DIRTY: u64 = 1 << 0;
pub(super) const CORRUPT: u64 = 1 << 1;
pub(super) const DATA_FILE: u64 = 1 << 2;
const COMPRESSION_TYPE: u64 = 1 << 3;
pub(super) const EXTENDED_L2: u64 = 1 << 4;
const KNOWN: u64 = DIRTY | CORRUPT | DATA_FILE | COMPRESSION_TYPE | EXTENDED_L2;

const COMPATIBLE_LAZY_REFCOUNTS: u64 = 1 << 0;
const COMPATIBLE_KNOWN: u64 = COMPATIBLE_LAZY_REFCOUNTS;
const AUTOCLEAR_BITMAPS: u64 = 1 << 0;
const AUTOCLEAR_DATA_FILE_RAW: u64 = 1 << 1;
const AUTOCLEAR_KNOWN: u64 = AUTOCLEAR_BITMAPS | AUTOCLEAR_DATA_FILE_RAW;

/// A header whose every field has been judged.
pub(super) struct Header {
    pub(super) version: u32,
    pub(super) backing_file_offset: u64,
    pub(super) backing_file_size: u32,
    pub(super) cluster_size: u64,
    pub(super) size: u64,
    pub(super) crypt_method: u32,
    pub(super) nb_snapshots: u32,
    incompatible_features: u64,
    compatible_features: u64,
    autoclear_features: u64,
    pub(super) refcount_order: u32,
    pub(super) header_length: u32,
    pub(super) compression: &'static CStr,
}

/// The fields that both versions have, as they stand in the file.
struct Common {
    version: u32,
    backing_file_offset: u64,
    backing_file_size: u32,
    cluster_bits: u32,
    size: u64,
    crypt_method: u32,
    l1_size: u32,
    l1_table_offset: u64,
    refcount_table_offset: u64,
    refcount_table_clusters: u32,
    nb_snapshots: u32,
    snapshots_offset: u64,
}

fn common(input: &[u8]) -> IResult<&[u8], Common> {
    let (input, _magic) = be_u32(input)?;
    let (input, version) = be_u32(input)?;
    let (input, backing_file_offset) = be_u64(input)?;
    let (input, backing_file_size) = be_u32(input)?;
    let (input, cluster_bits) = be_u32(input)?;
    let (input, size) = be_u64(input)?;
    let (input, crypt_method) = be_u32(input)?;
    let (input, l1_size) = be_u32(input)?;
    let (input, l1_table_offset) = be_u64(input)?;
    let (input, refcount_table_offset) = be_u64(input)?;
    let (input, refcount_table_clusters) = be_u32(input)?;
    let (input, nb_snapshots) = be_u32(input)?;
    let (input, snapshots_offset) = be_u64(input)?;
    let common = Common {
        version,
        backing_file_offset,
        backing_file_size,
        cluster_bits,
        size,
        crypt_method,
        l1_size,
        l1_table_offset,
        refcount_table_offset,
        refcount_table_clusters,
        nb_snapshots,
        snapshots_offset,
    };
    Ok((input, common))
}

/// What version 3 adds.
struct Added {
    incompatible_features: u64,
    compatible_features: u64,
    autoclear_features: u64,
    refcount_order: u32,
    header_length: u32,
    compression_type: u8,
}

/// A version 2 image means these values.
const NOTHING_ADDED: Added = Added {
    incompatible_features: 0,
    compatible_features: 0,
    autoclear_features: 0,
    refcount_order: 4,
    header_length: V2_LENGTH,
    compression_type: 0,
};

fn added(input: &[u8]) -> IResult<&[u8], Added> {
    let (input, incompatible_features) = be_u64(input)?;
    let (input, compatible_features) = be_u64(input)?;
    let (input, autoclear_features) = be_u64(input)?;
    let (input, refcount_order) = be_u32(input)?;
    let (input, header_length) = be_u32(input)?;
    let added = Added {
        incompatible_features,
        compatible_features,
        autoclear_features,
        refcount_order,
        header_length,
        compression_type: 0,
    };
    Ok((input, added))
}

pub(super) fn read(view: &View<'_>) -> Result<Header, Incomplete> {
    let common = view.parse(0, V2_LENGTH, HEADER.name, common)?;
    HEADER
        .field("version", 4, common.version)
        .supported(matches!(common.version, 2 | 3), Constraint::Between(2, 3))?;
    let cluster_size = judge_cluster_bits(common.cluster_bits, 9)?;
    HEADER
        .field("backing_file_offset", 8, common.backing_file_offset)
        .at_most(cluster_size)?;
    HEADER
        .field("crypt_method", 32, common.crypt_method)
        .supported(
            matches!(common.crypt_method, CRYPT_NONE | CRYPT_AES | CRYPT_LUKS),
            Constraint::Be("0 (none), 1 (AES), 2 (LUKS)"),
        )?;
    let added = match common.version {
        2 => NOTHING_ADDED,
        _ => read_added(view, cluster_size)?,
    };
    let compression = judge_features(&common, &added)?;
    judge_tables(&common, &added, cluster_size)?;
    Ok(Header {
        version: common.version,
        backing_file_offset: common.backing_file_offset,
        backing_file_size: common.backing_file_size,
        cluster_size,
        size: common.size,
        crypt_method: common.crypt_method,
        nb_snapshots: common.nb_snapshots,
        incompatible_features: added.incompatible_features,
        compatible_features: added.compatible_features,
        autoclear_features: added.autoclear_features,
        refcount_order: added.refcount_order,
        header_length: added.header_length,
        compression,
    })
}

/// Returns the cluster size.
fn judge_cluster_bits(cluster_bits: u32, least: u64) -> Result<u64, Reason> {
    HEADER
        .field("cluster_bits", 20, cluster_bits)
        .between(least, 21)?;
    Ok(1u64.checked_shl(cluster_bits).unwrap_or(0))
}

fn read_added(view: &View<'_>, cluster_size: u64) -> Result<Added, Incomplete> {
    let rest = V3_LENGTH - V2_LENGTH;
    let mut added = view.parse(u64::from(V2_LENGTH), rest, HEADER.name, added)?;
    HEADER
        .field("header_length", 100, added.header_length)
        .between(u64::from(V3_LENGTH), cluster_size)?;
    if added.header_length > V3_LENGTH {
        added.compression_type = view.parse(u64::from(V3_LENGTH), 1, HEADER.name, be_u8)?;
    }
    Ok(added)
}

/// Returns the name of the compression type.
fn judge_features(common: &Common, added: &Added) -> Result<&'static CStr, Reason> {
    let features = HEADER.field("incompatible_features", 72, added.incompatible_features);
    features.known_bits(KNOWN)?;
    if added.incompatible_features & EXTENDED_L2 != 0 {
        // A cluster has 32 subclusters, none smaller than a sector.
        judge_cluster_bits(common.cluster_bits, 14)?;
    }
    HEADER
        .field("refcount_order", 96, added.refcount_order)
        .at_most(6)?;
    let bit = added.incompatible_features & COMPRESSION_TYPE != 0;
    let kind = HEADER.field("compression_type", 104, added.compression_type);
    match added.compression_type {
        0 if bit => Err(kind.invalid(Constraint::Be(
            "other than 0 where incompatible feature 3 is set",
        ))),
        0 => Ok(c"zlib"),
        1 if !bit => Err(kind.invalid(Constraint::Be("0 where incompatible feature 3 is not set"))),
        1 => Ok(c"zstd"),
        _ => Err(kind
            .supported(false, Constraint::Be("0 (zlib), 1 (zstd)"))
            .err()
            .unwrap_or(Reason::Internal("compression type"))),
    }
}

/// Judges the places and lengths of the tables, none of which is read.
fn judge_tables(common: &Common, added: &Added, cluster_size: u64) -> Result<(), Reason> {
    let most_clusters = MAX_REFCOUNT_TABLE_BYTES
        .checked_div(cluster_size)
        .unwrap_or(1);
    HEADER
        .field(
            "refcount_table_clusters",
            56,
            common.refcount_table_clusters,
        )
        .between(1, most_clusters)?;
    let refcount_table_bytes =
        u64::from(common.refcount_table_clusters).saturating_mul(cluster_size);
    judge_place(
        HEADER.field("refcount_table_offset", 48, common.refcount_table_offset),
        refcount_table_bytes,
        cluster_size,
    )?;

    HEADER
        .field("nb_snapshots", 60, common.nb_snapshots)
        .at_most(MAX_SNAPSHOTS)?;
    judge_place(
        HEADER.field("snapshots_offset", 64, common.snapshots_offset),
        u64::from(common.nb_snapshots).saturating_mul(SNAPSHOT_BYTES),
        cluster_size,
    )?;

    let entry_bytes = match added.incompatible_features & EXTENDED_L2 {
        0 => TABLE_ENTRY_BYTES,
        _ => 2 * TABLE_ENTRY_BYTES,
    };
    let covered_by_entry =
        cluster_size.saturating_mul(cluster_size.checked_div(entry_bytes).unwrap_or(1));
    let most_entries = MAX_L1_TABLE_BYTES / TABLE_ENTRY_BYTES;
    HEADER
        .field("size", 24, common.size)
        .at_most(covered_by_entry.saturating_mul(most_entries))?;
    let needed = common.size.div_ceil(covered_by_entry.max(1));
    HEADER
        .field("l1_size", 36, common.l1_size)
        .between(needed, most_entries)?;
    judge_place(
        HEADER.field("l1_table_offset", 40, common.l1_table_offset),
        u64::from(common.l1_size).saturating_mul(TABLE_ENTRY_BYTES),
        cluster_size,
    )
}

/// A table starts at a cluster.
fn judge_place(offset: Field, bytes: u64, cluster_size: u64) -> Result<(), Reason> {
    offset.aligned(cluster_size)?;
    sizes::table_place(offset, bytes)
}

impl Header {
    /// Whether an incompatible feature is declared.
    pub(super) fn requires(&self, feature: u64) -> bool {
        self.incompatible_features & feature != 0
    }

    pub(super) fn lazy_refcounts(&self) -> bool {
        self.compatible_features & COMPATIBLE_LAZY_REFCOUNTS != 0
    }

    pub(super) fn bitmaps_valid(&self) -> bool {
        self.autoclear_features & AUTOCLEAR_BITMAPS != 0
    }

    pub(super) fn data_file_raw(&self) -> bool {
        self.autoclear_features & AUTOCLEAR_DATA_FILE_RAW != 0
    }

    /// Whether a feature is declared that is not known, and that a reader may ignore.
    pub(super) fn unknown_optional(&self) -> bool {
        self.compatible_features & !COMPATIBLE_KNOWN != 0
            || self.autoclear_features & !AUTOCLEAR_KNOWN != 0
    }

    pub(super) fn size_field(&self) -> Field {
        HEADER.field("size", 24, self.size)
    }

    pub(super) fn backing_file_size_field(&self) -> Field {
        HEADER.field("backing_file_size", 16, self.backing_file_size)
    }

    /// The error of an image that is encrypted with LUKS and does not say where its header is.
    pub(super) fn no_luks_header(&self) -> Reason {
        HEADER.broken(
            "crypt_method is 2 (LUKS), but no extension says where the LUKS header is",
            32,
        )
    }
}
