// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sizes as the guest sees them: in whole sectors, and no larger than QEMU can address.

use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::Field;
use crate::base::limits::{MAX_OBJECT, MAX_VIRTUAL_SIZE};
use crate::base::view::{Incomplete, View};

/// Bytes in a sector.
pub(crate) const SECTOR: u64 = 512;

/// The longest table that QEMU reads, in bytes: the most whole sectors below 2 GiB, which one
/// request can hold.
pub(crate) const MAX_TABLE_BYTES: u64 = 0x7fff_fe00;

/// Checks the offset of a table of `bytes`. QEMU reads nothing after the largest size that it can
/// address, and does not read an empty table.
pub(crate) fn check_table(offset: Field, bytes: u64) -> Result<(), Reason> {
    offset.at_most(match bytes {
        0 => MAX_OBJECT,
        _ => MAX_VIRTUAL_SIZE.saturating_sub(bytes),
    })
}

/// Returns whether a table of `bytes` at `offset` shares bytes with a header that ends at `end`. A
/// write by the guest can change the table.
pub(crate) fn covers_header(offset: u64, bytes: u64, end: u64) -> bool {
    bytes != 0 && offset < end
}

/// Checks that the structure at `offset`, which ends at `end`, is inside the file.
pub(crate) fn inside(
    view: &View<'_>,
    offset: Field,
    end: u64,
    inside: &'static str,
) -> Result<(), Incomplete> {
    match view.end_before(end, offset.structure)? {
        None => Ok(()),
        Some(_) => Err(offset.invalid(Constraint::Be(inside)).into()),
    }
}

/// The constraint of [`inside`] for a table.
pub(crate) const TABLE_INSIDE: &str = "such that the table is inside the file";
/// The constraint of [`inside`] for the area of a key slot.
pub(crate) const KEYS_INSIDE: &str = "such that the key material is inside the file";

/// Returns the length of a file as QEMU sees it, rounded up to whole sectors.
pub(crate) fn filled_length(length: u64) -> u64 {
    length.checked_next_multiple_of(SECTOR).unwrap_or(u64::MAX)
}

/// Returns a size that is recorded in bytes, rounded down to whole sectors.
pub(crate) fn whole_sectors(size: Field) -> Result<u64, Reason> {
    let cut = size.value & !SECTOR.saturating_sub(1);
    bounded(Some(cut), size, MAX_VIRTUAL_SIZE)
}

/// Returns a size that is recorded in bytes, rounded up to whole sectors.
pub(crate) fn filled_sectors(size: Field) -> Result<u64, Reason> {
    bounded(
        size.value.checked_next_multiple_of(SECTOR),
        size,
        MAX_VIRTUAL_SIZE,
    )
}

/// Converts a recorded size from sectors to bytes.
pub(crate) fn from_sectors(size: Field) -> Result<u64, Reason> {
    bounded(
        size.value.checked_mul(SECTOR),
        size,
        MAX_VIRTUAL_SIZE / SECTOR,
    )
}

/// Converts a recorded size from sectors to bytes. Returns `None` if the size in bytes is unknown.
///
/// QEMU multiplies in 64 bits before it compares. If the product is small only because bits are
/// dropped, QEMU opens the image, but does not know its size.
pub(crate) fn from_any_sectors(size: Field) -> Result<Option<u64>, Reason> {
    let is_dropped = size.value.checked_mul(SECTOR).is_none()
        && size.value.wrapping_mul(SECTOR) <= MAX_VIRTUAL_SIZE;
    match is_dropped {
        true => Ok(None),
        false => from_sectors(size).map(Some),
    }
}

/// Fails if QEMU cannot address `bytes`. `most` is QEMU's limit in the unit of the field.
fn bounded(bytes: Option<u64>, size: Field, most: u64) -> Result<u64, Reason> {
    bytes
        .filter(|bytes| *bytes <= MAX_VIRTUAL_SIZE)
        .ok_or(size.invalid(Constraint::AtMost(most)))
}
