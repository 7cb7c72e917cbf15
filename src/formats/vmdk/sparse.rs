// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sparse file, "KDMV": its header and, in a stream, the footer. Little-endian.

use super::descriptor::Descriptor;
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::{Field, Structure};
use crate::base::limits::MAX_VIRTUAL_SIZE;
use crate::base::number::{le_u16, le_u32, le_u64, le_u8};
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::formats::sizes::{self, SECTOR};
use crate::image::{Extras, Facts};
use nom::bytes::complete::take;
use nom::IResult;

const HEADER: Structure = Structure::new("vmdk header");
const FOOTER: Structure = Structure::new("vmdk footer");
const LENGTH: u32 = 79;

/// `gd_offset` of a stream whose grain directory was not placed yet: the footer says where.
const GD_AT_END: u64 = u64::MAX;
/// Where the text inside is.
const EMBEDDED_SECTOR: u64 = 1;
const FLAG_REDUNDANT_DIRECTORY: u32 = 1 << 1;
const COMPRESSION_DEFLATE: u16 = 1;

const MAX_VERSION: u64 = 3;
pub(super) const MAX_GRAIN_SECTORS: u64 = 0x20_0000;
const MAX_GTES_PER_GT: u64 = 512;
pub(super) const MAX_L1_ENTRIES: u64 = 32 << 20;
const L1_ENTRY_BYTES: u64 = 4;

/// The end of a stream: a sector each for a marker, the footer, and the end-of-stream marker.
const END_SECTORS: u64 = 3;
/// A sector with a marker starts with its fields.
const MARKER_LENGTH: u32 = 16;
/// Up to the last field.
const END_LENGTH: u32 = 1024 + MARKER_LENGTH;
const MARKER_END_OF_STREAM: u32 = 0;
const MARKER_FOOTER: u32 = 3;

/// The fields that are judged, as they stand in the file.
struct Header {
    version: u32,
    flags: u32,
    capacity: u64,
    grain_size: u64,
    descriptor_offset: u64,
    descriptor_size: u64,
    num_gtes_per_gt: u32,
    rgd_offset: u64,
    gd_offset: u64,
    overhead: u64,
    unclean_shutdown: u8,
    compress_algorithm: u16,
}

/// Names of fields are those of VMware's specification, in which they are `camelCase`.
fn header(input: &[u8]) -> IResult<&[u8], Header> {
    let (input, _magic) = take(4usize)(input)?;
    let (input, version) = le_u32(input)?;
    let (input, flags) = le_u32(input)?;
    let (input, capacity) = le_u64(input)?;
    let (input, grain_size) = le_u64(input)?;
    let (input, descriptor_offset) = le_u64(input)?;
    let (input, descriptor_size) = le_u64(input)?;
    let (input, num_gtes_per_gt) = le_u32(input)?;
    let (input, rgd_offset) = le_u64(input)?;
    let (input, gd_offset) = le_u64(input)?;
    let (input, overhead) = le_u64(input)?;
    let (input, unclean_shutdown) = le_u8(input)?;
    let (input, _newline_test) = take(4usize)(input)?;
    let (input, compress_algorithm) = le_u16(input)?;
    let header = Header {
        version,
        flags,
        capacity,
        grain_size,
        descriptor_offset,
        descriptor_size,
        num_gtes_per_gt,
        rgd_offset,
        gd_offset,
        overhead,
        unclean_shutdown,
        compress_algorithm,
    };
    Ok((input, header))
}

impl Header {
    /// What is the same in the header and the footer of a stream.
    fn layout(&self) -> [u64; 8] {
        [
            self.version.into(),
            self.flags.into(),
            self.capacity,
            self.grain_size,
            self.descriptor_offset,
            self.descriptor_size,
            self.num_gtes_per_gt.into(),
            self.compress_algorithm.into(),
        ]
    }
}

/// A header, and where it stands: at the start of the file, or in the footer.
struct Placed {
    structure: Structure,
    header: Header,
}

struct Marker {
    value: u64,
    size: u32,
    kind: u32,
}

fn marker(input: &[u8]) -> IResult<&[u8], Marker> {
    let (input, value) = le_u64(input)?;
    let (input, size) = le_u32(input)?;
    let (input, kind) = le_u32(input)?;
    Ok((input, Marker { value, size, kind }))
}

/// Reads the facts of a sparse file. `capacity` 0 means that the descriptor inside lists extents.
pub(super) fn read<'a>(view: &View<'a>, facts: &mut Facts<Text<'a>>) -> Result<(), Incomplete> {
    let first = Placed::read(view, HEADER)?;
    if first.header.capacity == 0 && first.header.descriptor_offset != 0 {
        let place = first
            .structure
            .field("descriptorOffset", 28, first.header.descriptor_offset);
        let descriptor = Descriptor::alone(view, sizes::from_sectors(place)?)?;
        return Ok(descriptor.disk(facts)?);
    }
    let decisive = match first.header.gd_offset {
        GD_AT_END => {
            let last = footer(view)?;
            facts.headers_differ = last.header.layout() != first.header.layout();
            last
        }
        _ => first,
    };
    // VMware's programs read the text where the header says that it is, QEMU in this sector.
    facts.headers_differ |= decisive.header.descriptor_offset != EMBEDDED_SECTOR;
    decisive.judge(view)?;
    let header = &decisive.header;
    let compressed = header.compress_algorithm == COMPRESSION_DEFLATE;
    facts.subformat = Some(match compressed {
        true => c"streamOptimized",
        false => c"monolithicSparse",
    });
    facts.virtual_size = Some(sizes::from_sectors(decisive.capacity())?);
    facts.recorded_size = facts.virtual_size;
    facts.cluster_size = Some(header.grain_size.saturating_mul(SECTOR));
    facts.dirty = Some(header.unclean_shutdown != 0);
    facts.extras = Some(Box::new(Extras {
        format_version: Some(header.version),
        ..Extras::default()
    }));
    Ok(())
}

/// The header at the end of a stream, which takes the place of the first in every respect.
fn footer(view: &View<'_>) -> Result<Placed, Incomplete> {
    let length = view.known_length(FOOTER.name)?;
    let start = length.div_ceil(SECTOR).saturating_sub(END_SECTORS);
    let start = start.saturating_mul(SECTOR);
    // All of it at once, so that it costs one read.
    view.at(start, END_LENGTH, FOOTER.name)?;
    let at = |sectors: u64| start.saturating_add(sectors.saturating_mul(SECTOR));
    let before = view.parse(at(0), MARKER_LENGTH, FOOTER.name, marker)?;
    let magic = view.at(at(1), 4, FOOTER.name)?;
    let after = view.parse(at(2), MARKER_LENGTH, FOOTER.name, marker)?;
    let complete = magic == super::SPARSE_MAGIC
        && (before.size, before.kind) == (0, MARKER_FOOTER)
        && (after.value, after.size, after.kind) == (0, 0, MARKER_END_OF_STREAM);
    if !complete {
        let what = "the last three sectors are not a footer between its markers, \
                    though gdOffset says that there is one";
        return Err(FOOTER.at(start).broken(what, 0).into());
    }
    Placed::read(view, FOOTER.at(at(1)))
}

impl Placed {
    fn read(view: &View<'_>, structure: Structure) -> Result<Self, Incomplete> {
        let header = view.parse(structure.offset(0), LENGTH, structure.name, header)?;
        Ok(Placed { structure, header })
    }

    fn capacity(&self) -> Field {
        self.structure.field("capacity", 12, self.header.capacity)
    }

    fn judge(&self, view: &View<'_>) -> Result<(), Incomplete> {
        let header = &self.header;
        self.structure
            .field("version", 4, header.version)
            .supported(
                u64::from(header.version) <= MAX_VERSION,
                Constraint::AtMost(MAX_VERSION),
            )?;
        self.structure
            .field("numGTEsPerGT", 44, header.num_gtes_per_gt)
            .between(1, MAX_GTES_PER_GT)?;
        self.structure
            .field("grainSize", 20, header.grain_size)
            .between(1, MAX_GRAIN_SECTORS)?;
        let overhead = self.structure.field("overHead", 64, header.overhead);
        // Its last sector need not be whole.
        let needed = overhead
            .value
            .checked_sub(1)
            .map_or(0, |whole| whole.saturating_mul(SECTOR).saturating_add(1));
        if let Some(end) = view.end_before(needed, self.structure.name)? {
            overhead.at_most(end.div_ceil(SECTOR))?;
        }
        Ok(self.judge_directories()?)
    }

    fn judge_directories(&self) -> Result<(), Reason> {
        let header = &self.header;
        let covered = header
            .grain_size
            .saturating_mul(header.num_gtes_per_gt.into())
            .max(1);
        // QEMU counts in 32 bits: of a larger table, it takes what is left of the number.
        let entries = header.capacity.div_ceil(covered) & u64::from(u32::MAX);
        self.capacity().require(
            entries <= MAX_L1_ENTRIES,
            Constraint::AtMost(MAX_L1_ENTRIES.saturating_mul(covered)),
        )?;
        let last = MAX_VIRTUAL_SIZE.saturating_sub(entries.saturating_mul(L1_ENTRY_BYTES));
        let last = last.checked_div(SECTOR).unwrap_or(0);
        self.structure
            .field("gdOffset", 56, header.gd_offset)
            .at_most(last)?;
        if header.flags & FLAG_REDUNDANT_DIRECTORY != 0 {
            self.structure
                .field("rgdOffset", 48, header.rgd_offset)
                .at_most(last)?;
        }
        Ok(())
    }
}
