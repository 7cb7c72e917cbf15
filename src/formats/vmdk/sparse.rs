// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sparse file, "KDMV": its header and, in a stream, the footer. Little-endian.

use super::text::Descriptor;
use crate::base::constraint::Constraint;
use crate::base::field::Field;
use crate::base::header::header;
use crate::base::limits::MAX_VIRTUAL_SIZE;
use crate::base::range::ByteRange;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::formats::sizes::{self, SECTOR};
use crate::image::{Extras, Facts};

/// `gdOffset` of a stream, whose footer has the offset of the grain directory.
const GD_AT_END: u64 = u64::MAX;
/// Where QEMU reads the descriptor.
const EMBEDDED_SECTOR: u64 = 1;
/// QEMU counts offsets in bytes, in 64 bits. It drops the bits of an offset in sectors that do not
/// fit.
const SECTOR_BITS: u64 = u64::MAX / SECTOR;
const FLAG_REDUNDANT_DIRECTORY: u32 = 1 << 1;
const COMPRESSION_DEFLATE: u16 = 1;

const MAX_VERSION: u64 = 3;
pub(super) const MAX_GRAIN_SECTORS: u64 = 0x20_0000;
const MAX_GTES_PER_GT: u64 = 512;
pub(super) const MAX_L1_ENTRIES: u64 = 32 << 20;
pub(super) const L1_ENTRY_BYTES: u64 = 4;

/// No bytes.
pub(super) const NONE: ByteRange = ByteRange {
    offset: 0,
    length: 0,
};

/// The directories of a sparse file, and the descriptor that its header declares.
pub(super) struct Tables {
    pub(super) directories: [ByteRange; 2],
    pub(super) descriptor: ByteRange,
}

/// Returns a range that is given in sectors.
pub(super) fn sectors(offset: u64, length: u64) -> ByteRange {
    ByteRange {
        offset: offset.saturating_mul(SECTOR),
        length: length.saturating_mul(SECTOR),
    }
}

impl Tables {
    /// Returns whether a directory shares bytes with the first sector, with the declared descriptor
    /// or with `text`, the one that is read.
    pub(super) fn cover_header(&self, text: ByteRange) -> bool {
        let mut directories = self.directories.iter();
        directories.any(|directory| {
            directory.length != 0
                && (directory.offset < SECTOR
                    || directory.overlaps(self.descriptor)
                    || directory.overlaps(text))
        })
    }
}

header! {
    /// The header. The footer is another one.
    struct Header("vmdk header", LittleEndian, 79) {
        0 magic: [u8; 4],
        4 version: u32,
        8 flags: u32,
        /// The virtual size in sectors. 0 if the descriptor lists extents.
        12 capacity: u64,
        /// In sectors.
        20 grain_size: u64 = "grainSize",
        /// In sectors.
        28 descriptor_offset: u64 = "descriptorOffset",
        36 descriptor_size: u64,
        /// Entries of a grain table.
        44 num_gtes_per_gt: u32 = "numGTEsPerGT",
        /// Sector of the second grain directory.
        48 rgd_offset: u64 = "rgdOffset",
        /// Sector of the grain directory.
        56 gd_offset: u64 = "gdOffset",
        /// Sectors before the first grain.
        64 over_head: u64 = "overHead",
        /// Not 0 while the image is in use.
        72 unclean_shutdown: u8,
        77 compress_algorithm: u16,
    }
}

const FOOTER: &str = Marker::STRUCTURE.name;
/// A stream ends with a sector each for a marker, the footer and the end-of-stream marker.
const END_SECTORS: u64 = 3;
/// Bytes of the end sectors, up to the last field of the last marker.
const END_LENGTH: u32 = 1024 + Marker::LENGTH;
const MARKER_END_OF_STREAM: u32 = 0;
const MARKER_FOOTER: u32 = 3;

header! {
    /// The start of a sector with a marker.
    struct Marker("vmdk footer", LittleEndian, 16) {
        0 value: u64,
        8 size: u32,
        12 kind: u32,
    }
}

/// Reads the facts of a sparse file.
pub(super) fn read<'a>(view: &View<'a>, facts: &mut Facts<Text<'a>>) -> Result<Tables, Incomplete> {
    let first = Header::read(view, 0)?;
    if first.capacity == 0 && first.descriptor_offset != 0 {
        let offset = sizes::from_sectors(first.descriptor_offset())?;
        Descriptor::alone(view, offset)?.disk(facts)?;
        return Ok(Tables {
            directories: [NONE; 2],
            descriptor: NONE,
        });
    }
    let (header, structure) = match first.gd_offset {
        GD_AT_END => {
            let last = footer(view)?;
            facts.headers_differ = last.layout() != first.layout();
            (last, FOOTER)
        }
        _ => (first, Header::STRUCTURE.name),
    };
    // VMware's programs read the descriptor at the offset in the header.
    facts.headers_differ |= header.descriptor_offset != EMBEDDED_SECTOR;
    let tables = header.check(view, structure)?;
    facts.subformat = Some(match header.compress_algorithm {
        COMPRESSION_DEFLATE => c"streamOptimized",
        _ => c"monolithicSparse",
    });
    let capacity = header.capacity();
    facts.virtual_size = Some(sizes::from_sectors(Field {
        structure,
        ..capacity
    })?);
    facts.recorded_size = facts.virtual_size;
    facts.cluster_size = Some(header.grain_size.saturating_mul(SECTOR));
    facts.dirty = Some(header.unclean_shutdown != 0);
    facts.extras = Some(Box::new(Extras {
        format_version: Some(header.version),
        ..Extras::default()
    }));
    Ok(tables)
}

/// Reads the header at the end of a stream, which replaces the one at the start.
fn footer(view: &View<'_>) -> Result<Header, Incomplete> {
    let length = view.known_length(FOOTER)?;
    let start = length.div_ceil(SECTOR).saturating_sub(END_SECTORS);
    let start = start.saturating_mul(SECTOR);
    // The end of the stream is read at once, so that it costs one read.
    view.at(start, END_LENGTH, FOOTER)?;
    let before = Marker::read(view, start)?;
    let footer = Header::read(view, start.saturating_add(SECTOR))?;
    let after = Marker::read(view, start.saturating_add(2 * SECTOR))?;
    let complete = footer.magic == *super::SPARSE_MAGIC
        && (before.size, before.kind) == (0, MARKER_FOOTER)
        && (after.value, after.size, after.kind) == (0, 0, MARKER_END_OF_STREAM);
    if !complete {
        let what = "missing from the last 1536 bytes, but gdOffset is -1: \
                    the file may be truncated";
        return Err(before.value().broken(what).into());
    }
    Ok(footer)
}

impl Header {
    /// Returns the fields that must be equal in the header and the footer of a stream.
    fn layout(&self) -> impl PartialEq {
        (
            (self.version, self.flags, self.capacity, self.grain_size),
            (self.descriptor_offset, self.descriptor_size),
            (self.num_gtes_per_gt, self.compress_algorithm),
        )
    }

    /// Checks the header, and returns its tables. `structure` is its name in messages.
    fn check(&self, view: &View<'_>, structure: &'static str) -> Result<Tables, Incomplete> {
        let named = |field: Field| Field { structure, ..field };
        let version = named(self.version());
        version.supported(
            version.value <= MAX_VERSION,
            Constraint::AtMost(MAX_VERSION),
        )?;
        named(self.num_gtes_per_gt()).between(1, MAX_GTES_PER_GT)?;
        named(self.grain_size()).between(1, MAX_GRAIN_SECTORS)?;
        // The last sector need not be whole.
        let over_head = named(self.over_head());
        let whole = over_head.value.saturating_sub(1).saturating_mul(SECTOR);
        let needed = whole.saturating_add(u64::from(over_head.value != 0));
        if let Some(end) = view.end_before(needed, structure)? {
            over_head.at_most(end.div_ceil(SECTOR))?;
        }
        let covered = self.grain_size.saturating_mul(self.num_gtes_per_gt.into());
        // QEMU counts the entries in 32 bits, and drops the higher bits.
        let entries = self.capacity.div_ceil(covered.max(1)) & u64::from(u32::MAX);
        named(self.capacity()).require(
            entries <= MAX_L1_ENTRIES,
            Constraint::AtMost(MAX_L1_ENTRIES.saturating_mul(covered)),
        )?;
        let directory = entries.saturating_mul(L1_ENTRY_BYTES);
        let last = MAX_VIRTUAL_SIZE.saturating_sub(directory) / SECTOR;
        let check = |sector: Field| {
            let used = sector.value & SECTOR_BITS;
            named(sector).require(used <= last, Constraint::AtMost(last))
        };
        check(self.gd_offset())?;
        let at = |sector| ByteRange {
            length: directory,
            ..sectors(sector & SECTOR_BITS, 0)
        };
        let mut redundant = NONE;
        if self.flags & FLAG_REDUNDANT_DIRECTORY != 0 {
            check(self.rgd_offset())?;
            redundant = at(self.rgd_offset);
        }
        Ok(Tables {
            directories: [at(self.gd_offset), redundant],
            descriptor: sectors(self.descriptor_offset, self.descriptor_size),
        })
    }
}
