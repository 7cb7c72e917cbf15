// SPDX-License-Identifier: MIT OR Apache-2.0
//! Entries of a table, which are all of one length.

use crate::base::error::Reason;
use crate::base::field::{self, Structure};
use nom::IResult;

/// The length of an entry of the region table and of the metadata table.
pub(super) const ENTRY_LENGTH: u32 = 32;
/// What fits into each of these two tables, 64 KiB long, behind what they begin with.
pub(super) const MAX_ENTRIES: u64 = 2047;

/// The entries in `bytes`, each with the place where it stands; `first` is that of the first.
pub(super) fn entries<'a, T: 'a>(
    bytes: &'a [u8],
    first: Structure,
    entry_length: u32,
    parser: fn(&'a [u8]) -> IResult<&'a [u8], T>,
) -> impl Iterator<Item = Result<(Structure, T), Reason>> + 'a {
    let length = usize::try_from(entry_length.max(1)).unwrap_or(usize::MAX);
    let offsets = field::places(first.offset(0), entry_length.into());
    bytes
        .chunks_exact(length)
        .zip(offsets)
        .map(move |(bytes, offset)| {
            let place = first.at(offset);
            match parser(bytes) {
                Ok((_, entry)) => Ok((place, entry)),
                Err(_) => Err(place.broken("cannot be read", 0)),
            }
        })
}
