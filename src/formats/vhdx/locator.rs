// SPDX-License-Identifier: MIT OR Apache-2.0
//! The parent locator of a differencing VHDX: what identifies the parent, and where it was.

use super::metadata::Item;
use super::table::entries;
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::{Field, Structure};
use crate::base::limits::MAX_VHDX_PARENT_LOCATOR;
use crate::base::number::{le_u16, le_u32};
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::formats::guid::{guid, microsoft_guid, utf16_le_guid};
use crate::image::{ParentFacts, Uuid};
use nom::IResult;

const LOCATOR: Structure = Structure::new("vhdx parent locator");
/// The only type that is defined: the parent is a VHDX too.
const VHDX: Uuid = guid(0xb04a_efb7_d19e_4a81_b789_25b8_e944_5913);
const HEADER_LENGTH: u32 = 20;
const ENTRY_LENGTH: u32 = 12;

/// Where a hypervisor looks for the parent, in this order.
const PATHS: [&str; 3] = ["relative_path", "volume_path", "absolute_win32_path"];
/// The parent's identity, and another one that it may have instead.
const LINKAGES: [&str; 2] = ["parent_linkage", "parent_linkage2"];

struct Entry {
    key_offset: u32,
    value_offset: u32,
    key_length: u16,
    value_length: u16,
}

fn type_and_count(input: &[u8]) -> IResult<&[u8], (Uuid, u16)> {
    let (input, locator_type) = microsoft_guid(input)?;
    let (input, _reserved) = le_u16(input)?;
    let (input, key_value_count) = le_u16(input)?;
    Ok((input, (locator_type, key_value_count)))
}

fn entry(input: &[u8]) -> IResult<&[u8], Entry> {
    let (input, key_offset) = le_u32(input)?;
    let (input, value_offset) = le_u32(input)?;
    let (input, key_length) = le_u16(input)?;
    let (input, value_length) = le_u16(input)?;
    let entry = Entry {
        key_offset,
        value_offset,
        key_length,
        value_length,
    };
    Ok((input, entry))
}

/// Reads the locator that `item` is.
pub(super) fn read<'a>(view: &View<'a>, item: Item) -> Result<ParentFacts<Text<'a>>, Incomplete> {
    item.entry
        .field("Length of the parent locator", 20, item.length)
        .between(u64::from(HEADER_LENGTH), MAX_VHDX_PARENT_LOCATOR)?;
    let locator = Locator {
        bytes: view.at(item.offset, item.length, LOCATOR.name)?,
        place: LOCATOR.at(item.offset),
    };
    let (kind, count) = view.parse(item.offset, HEADER_LENGTH, LOCATOR.name, type_and_count)?;
    if kind != VHDX {
        return Err(Incomplete::Failed(Reason::UnsupportedText {
            structure: LOCATOR.name,
            what: "the parent is something other than a VHDX",
            offset: item.offset,
        }));
    }
    Ok(locator.parent(count)?)
}

/// The bytes of the item, and where they stand.
struct Locator<'a> {
    bytes: &'a [u8],
    place: Structure,
}

impl<'a> Locator<'a> {
    fn parent(&self, count: u16) -> Result<ParentFacts<Text<'a>>, Reason> {
        let listed = self.part(
            self.place.field("KeyValueCount", 18, count),
            HEADER_LENGTH.into(),
            u64::from(count).saturating_mul(ENTRY_LENGTH.into()),
        )?;
        let first = self.place.at(self.place.offset(HEADER_LENGTH.into()));
        let mut linkages = [None; LINKAGES.len()];
        let mut paths = [None; PATHS.len()];
        for found in entries(listed, first, ENTRY_LENGTH, entry) {
            let (at, entry) = found?;
            let key = at.field("KeyOffset", 0, entry.key_offset);
            let key = self.text(key, entry.key_length)?;
            let place = at.field("ValueOffset", 4, entry.value_offset);
            let value = self.text(place, entry.value_length)?;
            // Three texts of the same bytes would be more than what was read.
            let mut others = paths.iter().flatten().map(Text::range);
            let path = PATHS.iter().any(|name| is(key, name));
            place.require(
                !path || !others.any(|other| other.overlaps(value.range())),
                Constraint::Be("outside of the other paths"),
            )?;
            let paths = PATHS.iter().zip(&mut paths);
            let mut all = paths.chain(LINKAGES.iter().zip(&mut linkages));
            let Some((_, known)) = all.find(|(name, _)| is(key, name)) else {
                continue;
            };
            if known.replace(value).is_some() {
                return Err(at.broken("gives one key twice", 0));
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

    /// The text that is `length` bytes long, and where `offset` says.
    fn text(&self, offset: Field, length: u16) -> Result<Text<'a>, Reason> {
        let bytes = self.part(offset, offset.value, length.into())?;
        Ok(Text::utf16_le(bytes, self.place.offset(offset.value)))
    }

    /// A part of the item that `field` says something about.
    fn part(&self, field: Field, start: u64, length: u64) -> Result<&'a [u8], Reason> {
        let start = usize::try_from(start).ok();
        let length = usize::try_from(length).ok();
        start
            .zip(length)
            .and_then(|(start, length)| self.bytes.get(start..start.checked_add(length)?))
            .ok_or(field.invalid(Constraint::Be(
                "such that all of it lies in the parent locator",
            )))
    }
}

fn linkage(text: Text<'_>) -> Result<Uuid, Reason> {
    let place = LOCATOR.at(text.range().offset);
    utf16_le_guid(text.recorded()).ok_or(place.broken("parent_linkage is no GUID", 0))
}

/// Whether the key has this name.
fn is(key: Text<'_>, name: &str) -> bool {
    let units = key.recorded().chunks_exact(2);
    units.eq(name.bytes().map(|byte| [byte, 0]))
}
