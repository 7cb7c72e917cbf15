// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sizes as the guest sees them: in whole sectors, and no larger than QEMU can address.

use crate::error::Reason;
use crate::field::{Field, Must};
use crate::limits::MAX_VIRTUAL_SIZE;

/// Bytes in a sector.
pub(crate) const SECTOR: u64 = 512;

/// The longest table that QEMU reads, in bytes: whole sectors below 2 GiB, as one request holds.
pub(crate) const MAX_TABLE_BYTES: u64 = 0x7fff_fe00;

/// Judges where a table of `bytes` starts. QEMU reads nothing behind the largest size that it can
/// address; an empty table it does not read.
pub(crate) fn table_place(offset: Field, bytes: u64) -> Result<(), Reason> {
    offset.at_most(match bytes {
        0 => i64::MAX.unsigned_abs(),
        _ => MAX_VIRTUAL_SIZE.saturating_sub(bytes),
    })
}

/// The length of a file as QEMU has it: filled up to whole sectors.
pub(crate) fn filled_length(length: u64) -> u64 {
    length.checked_next_multiple_of(SECTOR).unwrap_or(u64::MAX)
}

/// The size that a header states in bytes, cut down to whole sectors.
pub(crate) fn whole_sectors(size: Field) -> Result<u64, Reason> {
    let cut = size.value & !SECTOR.saturating_sub(1);
    bounded(Some(cut), size, MAX_VIRTUAL_SIZE)
}

/// The size that a header states in bytes, filled up to whole sectors.
pub(crate) fn filled_sectors(size: Field) -> Result<u64, Reason> {
    bounded(
        size.value.checked_next_multiple_of(SECTOR),
        size,
        MAX_VIRTUAL_SIZE,
    )
}

/// The size that a header states in sectors, in bytes.
pub(crate) fn from_sectors(size: Field) -> Result<u64, Reason> {
    bounded(
        size.value.checked_mul(SECTOR),
        size,
        MAX_VIRTUAL_SIZE / SECTOR,
    )
}

/// `bytes`, unless there are more than QEMU can address; `most` is that limit in the field's unit.
fn bounded(bytes: Option<u64>, size: Field, most: u64) -> Result<u64, Reason> {
    bytes
        .filter(|bytes| *bytes <= MAX_VIRTUAL_SIZE)
        .ok_or(size.invalid(Must::AtMost(most)))
}
