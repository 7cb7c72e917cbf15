// SPDX-License-Identifier: MIT OR Apache-2.0
//! The region table of VHDX: the offsets of the metadata and the block allocation table (BAT).

use super::checksum::Checksums;
use super::table::{self, MAX_ENTRIES};
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::Field;
use crate::base::header::{header, parse_all};
use crate::base::limits::MAX_VIRTUAL_SIZE;
use crate::base::view::{Incomplete, View};
use crate::formats::guid::{guid, Guid};
use crate::formats::sizes::MAX_TABLE_BYTES;
use crate::image::Uuid;

/// QEMU never reads the copy at 256 KiB, so the answer must not depend on it.
const OFFSET: u64 = 192 << 10;
const LENGTH: u32 = 64 << 10;
const TABLE: usize = LENGTH as usize;
/// Bytes of the table that are read at first: many times those of the regions that programs write.
const START: u32 = 1 << 10;
const FIRST_ENTRY: u64 = OFFSET + Header::LENGTH as u64;
/// The regions that programs list, and the log.
const USUAL_SPANS: usize = 3;

const BAT: Uuid = guid(0x2dc2_7766_f623_4200_9d64_115e_9bfd_4a08);
const METADATA: Uuid = guid(0x8b7c_a206_4790_4b9a_b8fe_575f_050f_886e);
const REQUIRED: u32 = 1 << 0;

const BAT_ENTRY_BYTES: u64 = 8;
pub(super) const MAX_BAT_ENTRIES: u64 = MAX_TABLE_BYTES / BAT_ENTRY_BYTES;

header! {
    struct Header("vhdx region table", LittleEndian, 16) {
        0 signature: [u8; 4],
        4 checksum: u32 = "Checksum",
        8 entry_count: u32 = "EntryCount",
    }
}

header! {
    pub(super) struct Entry("vhdx region table", LittleEndian, 32) {
        0 guid: Guid,
        /// In bytes from the start of the file.
        16 file_offset: u64 = "FileOffset",
        /// In bytes.
        24 length: u32 = "Length of the BAT",
        28 required: u32,
    }
}

/// A part of the file.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) offset: Field,
    pub(super) length: u32,
}

impl Span {
    /// Checks that the span ends within the largest file.
    pub(super) fn check_end(&self) -> Result<(), Reason> {
        let length = u64::from(self.length);
        self.offset.at_most(MAX_VIRTUAL_SIZE.saturating_sub(length))
    }
}

/// Reads the table, and returns the entries of the metadata region and the BAT. `log` is in the
/// file in addition to the regions.
///
/// Reading all 64 KiB, which the checksum covers, would take longer than the rest. If the checksum
/// is right for a table with only zeros after the first bytes, the rest is treated as zeros: it has
/// no entry.
pub(super) fn read(
    view: &View<'_>,
    log: Span,
    checksums: Checksums,
) -> Result<[Entry; 2], Incomplete> {
    let read = |length| view.at(OFFSET, length, Header::STRUCTURE.name);
    let end = OFFSET.saturating_add(LENGTH.into());
    let is_cut = view.end_before(end, Header::STRUCTURE.name)?.is_some();
    let mut bytes = read(if is_cut { LENGTH } else { START })?;
    let header = Header::read(view, OFFSET)?;
    let is_signed = header.signature == *b"regi";
    header.signature().check_signature(is_signed)?;
    let check = |bytes| checksums.check::<TABLE>(header.checksum(), bytes);
    if check(bytes).is_err() {
        bytes = read(LENGTH)?;
        check(bytes)?;
    }
    header.entry_count().at_most(MAX_ENTRIES)?;
    if header.entry_count.saturating_mul(Entry::LENGTH) > START - Header::LENGTH {
        bytes = read(LENGTH)?;
    }
    let listed = bytes.get(Header::LENGTH as usize..).unwrap_or_default();
    let count = usize::try_from(header.entry_count).unwrap_or(0);
    let entries = parse_all(FIRST_ENTRY, Entry::LENGTH, listed, Entry::parse).take(count);
    let mut spans = Vec::with_capacity(USUAL_SPANS);
    spans.push(log);
    let [metadata, bat] = table::find(
        entries.inspect(|entry| spans.push(entry.span())),
        &[METADATA, BAT],
        |entry| (entry.guid, entry.required & REQUIRED != 0),
        Entry::guid,
        ["a region occurs twice", "unknown required region"],
    )?;
    check_overlaps(spans)?;
    let missing = |what| header.signature().broken(what);
    let metadata = metadata.ok_or(missing("the metadata region is missing"))?;
    let bat = bat.ok_or(missing("the BAT region is missing"))?;
    Ok([metadata, bat])
}

/// Returns whether the checksum is right if the rest of the table is zeros.
pub(super) fn is_valid(view: &View<'_>) -> Result<bool, Incomplete> {
    let checksum = Header::read(view, OFFSET)?.checksum();
    let bytes = view.at(OFFSET, START, checksum.structure)?;
    Ok(Checksums::Checked.check::<TABLE>(checksum, bytes).is_ok())
}

/// Checks that no spans have a byte in common, and that none is inside another.
fn check_overlaps(mut spans: Vec<Span>) -> Result<(), Reason> {
    // The spans are sorted, so that each one need only be compared with the end of all spans before
    // it.
    spans.sort_unstable_by_key(|span| (span.offset.value, span.length));
    let mut end = 0;
    for Span { offset, length } in spans {
        let must = "outside the other regions and the log";
        offset.require(offset.value >= end, Constraint::Be(must))?;
        let length = u64::from(length);
        offset.at_most(u64::MAX.saturating_sub(length))?;
        end = end.max(offset.value.saturating_add(length));
    }
    Ok(())
}

impl Entry {
    fn span(&self) -> Span {
        Span {
            offset: self.file_offset(),
            length: self.length,
        }
    }

    /// Checks that the BAT, which the entry describes, has `needed` entries. They are not read:
    /// they do not affect the facts, and the image decides their number.
    pub(super) fn check_bat(&self, needed: u64) -> Result<(), Reason> {
        let needed = needed.saturating_mul(BAT_ENTRY_BYTES);
        self.length().between(needed, MAX_TABLE_BYTES)?;
        self.span().check_end()
    }
}
