// SPDX-License-Identifier: MIT OR Apache-2.0
//! The parent locator of a differencing VHDX: the parent's identity and its location.

use super::metadata::Item;
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::Field;
use crate::base::header::{header, parse_all};
use crate::base::limits::MAX_VHDX_PARENT_LOCATOR;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::formats::guid::{guid, utf16_le_guid, Guid};
use crate::image::{ParentFacts, Uuid};

/// The only type that is defined: the parent is a VHDX too.
const VHDX: Uuid = guid(0xb04a_efb7_d19e_4a81_b789_25b8_e944_5913);

/// Where a hypervisor looks for the parent, in this order.
const PATHS: [&str; 3] = ["relative_path", "volume_path", "absolute_win32_path"];
/// The parent's identity, and another one that it may have instead.
const LINKAGES: [&str; 2] = ["parent_linkage", "parent_linkage2"];

header! {
    struct Header("vhdx parent locator", LittleEndian, 20) {
        0 locator_type: Guid,
        18 key_value_count: u16 = "KeyValueCount",
    }
}

header! {
    /// A key and its value: UTF-16 in the item, at offsets from its start.
    struct Entry("vhdx parent locator", LittleEndian, 12) {
        0 key_offset: u32 = "KeyOffset",
        4 value_offset: u32 = "ValueOffset",
        8 key_length: u16,
        10 value_length: u16,
    }
}

/// Reads the locator in `item`.
pub(super) fn read<'a>(view: &View<'a>, item: &Item) -> Result<ParentFacts<Text<'a>>, Incomplete> {
    let length = item.entry.length();
    length.between(Header::LENGTH.into(), MAX_VHDX_PARENT_LOCATOR)?;
    // The whole locator is read at once, so that it costs one read.
    view.at(item.offset, item.entry.length, Header::STRUCTURE.name)?;
    let header = Header::read(view, item.offset)?;
    if header.locator_type.0 != VHDX {
        let what = "LocatorType is not that of a VHDX parent";
        return Err(header.locator_type().unsupported(what).into());
    }
    let part = |field: Field, offset: u64, length: u32| {
        let end = offset.saturating_add(length.into());
        let must = "such that the item ends inside the parent locator";
        field.require(end <= item.entry.length.into(), Constraint::Be(must))?;
        let start = item.offset.saturating_add(offset);
        Ok::<_, Incomplete>((start, view.at(start, length, Header::STRUCTURE.name)?))
    };
    let text = |offset: Field, length: u16| {
        let (start, bytes) = part(offset, offset.value, length.into())?;
        Ok::<_, Incomplete>(Text::utf16_le(bytes, start))
    };
    let length = u32::from(header.key_value_count).saturating_mul(Entry::LENGTH);
    let (start, bytes) = part(header.key_value_count(), Header::LENGTH.into(), length)?;
    let mut linkages = [None; LINKAGES.len()];
    let mut paths = [None; PATHS.len()];
    for entry in parse_all(start, Entry::LENGTH, bytes, Entry::parse) {
        let key = text(entry.key_offset(), entry.key_length)?;
        let value = text(entry.value_offset(), entry.value_length)?;
        // Three paths in the same bytes would need more memory than the bytes that were read.
        let mut others = paths.iter().flatten().map(Text::range);
        let is_path = PATHS.iter().any(|name| is(key, name));
        entry.value_offset().require(
            !is_path || !others.any(|other| other.overlaps(value.range())),
            Constraint::Be("outside the other paths"),
        )?;
        let paths = PATHS.iter().zip(&mut paths);
        let mut known = paths.chain(LINKAGES.iter().zip(&mut linkages));
        if let Some((_, slot)) = known.find(|(name, _)| is(key, name)) {
            if slot.replace(value).is_some() {
                return Err(entry.key_offset().broken("a key occurs twice").into());
            }
        }
    }
    let [uuid, alternative_uuid] = linkages.map(|text| text.map(linkage).transpose());
    let locations = paths.into_iter().flatten();
    Ok(ParentFacts {
        uuid: uuid?,
        alternative_uuid: alternative_uuid?,
        locations: locations.filter(|path| !path.is_empty()).collect(),
    })
}

fn linkage(text: Text<'_>) -> Result<Uuid, Reason> {
    let found = Header::STRUCTURE.at(text.range().offset);
    utf16_le_guid(text.recorded()).ok_or(found.broken("parent_linkage is not a GUID", 0))
}

/// Returns whether the key has this name.
fn is(key: Text<'_>, name: &str) -> bool {
    let units = key.recorded().chunks_exact(2);
    units.eq(name.bytes().map(|byte| [byte, 0]))
}
