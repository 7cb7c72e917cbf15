// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sets every field of every image to values that readers can get wrong: 0, 1, all ones, the
//! neighbours of powers of two, and both sides of each limit.

use super::bases::Base;
use super::fields::{self, Field};
use super::limit_values::LimitValues;
use std::collections::{BTreeSet, HashSet};

/// The exponents of the powers: a sector, a table of 64 KiB, a cluster of 2 MiB, and the limits of
/// numbers of 31, 32 and 63 bits.
const POWERS: [u32; 6] = [9, 16, 21, 31, 32, 63];

/// A base, a field, and the new value of the field.
#[derive(Clone, Copy)]
pub(crate) struct Swept<'a> {
    pub(crate) base: &'a Base,
    pub(crate) field: Field,
    pub(crate) value: u64,
}

/// Returns all images, or only those that change a field in the first base of its kind that has it.
pub(crate) fn images<'a>(bases: &'a [Base], all: bool) -> Vec<Swept<'a>> {
    let limits = LimitValues::read();
    let mut met = HashSet::new();
    let mut images = Vec::new();
    // A backing file makes more of the header meaningful, so these bases are first.
    let (backed, others): (Vec<_>, Vec<_>) = bases
        .iter()
        .partition(|base| base.name.ends_with("-backing"));
    for base in backed.into_iter().chain(others) {
        let mut here = HashSet::new();
        let more = fields::more(base.format, &base.bytes);
        for field in base.fields.iter().chain(&more) {
            let Some(old) = field.get(&base.bytes) else {
                continue;
            };
            if !here.insert((field.offset, field.width)) {
                continue;
            }
            let kind = (base.bytes.get(..4), base.asked);
            let first = met.insert((kind, field.offset, field.width));
            if !first && !all {
                continue;
            }
            let mut values = limits.of(field, base.bytes.len());
            values.extend(edges(field));
            values.remove(&old);
            let field = *field;
            let swept = |value| Swept { base, field, value };
            images.extend(values.into_iter().map(swept));
        }
    }
    images
}

/// Returns values that do not depend on the meaning of the field.
fn edges(field: &Field) -> BTreeSet<u64> {
    let bits = u32::try_from(8 * field.width).expect("64 at most");
    let most = u64::MAX >> (64 - bits);
    let powers = POWERS.iter().filter(|power| **power < bits);
    let neighbours = powers.flat_map(|power| [(1u64 << power) - 1, (1 << power) + 1]);
    neighbours.chain([0, 1, most]).collect()
}
