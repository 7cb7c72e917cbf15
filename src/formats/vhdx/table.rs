// SPDX-License-Identifier: MIT OR Apache-2.0
//! The region table and the metadata table. Each entry starts with the GUID of what it describes.

use crate::base::error::Reason;
use crate::base::field::Field;
use crate::formats::guid::Guid;
use crate::image::Uuid;

/// The number of entries that fit after the header in a table of 64 KiB.
pub(super) const MAX_ENTRIES: u64 = 2047;

/// Finds the entry of each of the `kinds` that the format defines. `kind` returns an entry's GUID,
/// and whether a reader must know it. Fails at `field` with `twice` if a kind has more than one
/// entry, or with `unknown` if a required entry is of another kind.
pub(super) fn find<E, const N: usize>(
    entries: impl Iterator<Item = E>,
    kinds: &[Uuid; N],
    kind: impl Fn(&E) -> (Guid, bool),
    field: fn(&E) -> Field,
    [twice, unknown]: [&'static str; 2],
) -> Result<[Option<E>; N], Reason> {
    let mut found = [const { None }; N];
    for entry in entries {
        let (guid, is_required) = kind(&entry);
        let mut slots = kinds.iter().zip(&mut found);
        match slots.find(|(kind, _)| **kind == guid.0) {
            Some((_, slot @ None)) => *slot = Some(entry),
            Some(_) => return Err(field(&entry).broken(twice)),
            None if is_required => return Err(field(&entry).unsupported(unknown)),
            None => {}
        }
    }
    Ok(found)
}
