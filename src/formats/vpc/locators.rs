// SPDX-License-Identifier: MIT OR Apache-2.0
//! The parent locators of a differencing VHD: where the parent was, in the ways of several systems.
//!
//! The specification does not say which of them counts, nor in which order the bytes of UTF-16
//! come. Writers of Windows names put the less significant one first; and as with VHDX, a
//! hypervisor looks beside the image first, because both may have been moved together.

use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::{self, Structure};
use crate::base::limits::MAX_VPC_PARENT_LOCATOR;
use crate::base::number::{be_u32, be_u64};
use crate::base::range::ByteRange;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use nom::{IResult, Parser};

const LOCATOR: Structure = Structure::new("vpc parent locator");
const COUNT: usize = 8;
const ENTRY_LENGTH: u64 = 24;

/// No locator.
const NONE: [u8; 4] = [0; 4];
const WINDOWS_RELATIVE: [u8; 4] = *b"W2ru";
const WINDOWS_ABSOLUTE: [u8; 4] = *b"W2ku";

/// One entry of the table.
#[derive(Clone, Copy, Default)]
struct Locator {
    platform_code: [u8; 4],
    data_length: u32,
    data_offset: u64,
}

type Locators = [Locator; COUNT];

/// What they take in the header.
pub(super) const LENGTH: usize = 192;

fn locators(mut input: &[u8]) -> IResult<&[u8], Locators> {
    let mut locators = [Locator::default(); COUNT];
    for locator_read in &mut locators {
        (input, *locator_read) = locator(input)?;
    }
    Ok((input, locators))
}

fn locator(input: &[u8]) -> IResult<&[u8], Locator> {
    let (input, platform_code) = be_u32.map(u32::to_be_bytes).parse(input)?;
    // In sectors, as the specification has it; many writers give bytes.
    let (input, _data_space) = be_u32(input)?;
    let (input, data_length) = be_u32(input)?;
    let (input, _reserved) = be_u32(input)?;
    let (input, data_offset) = be_u64(input)?;
    let locator = Locator {
        platform_code,
        data_length,
        data_offset,
    };
    Ok((input, locator))
}

/// Every place that the image names, the one that counts first: `name` is what stands in the
/// header itself, often without its directory. `table` is where the locators stand.
pub(super) fn places<'a>(
    view: &View<'a>,
    table: Structure,
    bytes: &[u8],
    name: Text<'a>,
) -> Result<Vec<Text<'a>>, Incomplete> {
    let Ok((_, locators)) = locators(bytes) else {
        return Err(table.broken("cannot be read", 0).into());
    };
    let mut places = vec![(Rank::Name, name)];
    let entries = field::places(table.offset(0), ENTRY_LENGTH);
    let mut used = Vec::with_capacity(COUNT);
    for (locator, entry) in locators.iter().zip(entries) {
        if locator.platform_code != NONE && locator.data_length != 0 {
            let entry = LOCATOR.at(entry);
            locator.judge(&used, entry)?;
            used.push(locator);
            places.push(locator.read(view, entry)?);
        }
    }
    places.retain(|(_, text)| !text.is_empty());
    places.sort_by_key(|(rank, _)| *rank);
    Ok(places.into_iter().map(|(_, text)| text).collect())
}

/// Which place counts before which.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Relative,
    Absolute,
    Name,
    /// Names of other systems, and those that Windows does not use any more.
    Other,
}

impl Locator {
    /// Each system has one, in a place of its own: eight texts of the same bytes would be more than
    /// what was read.
    fn judge(&self, others: &[&Locator], entry: Structure) -> Result<(), Reason> {
        let mut codes = others.iter().map(|other| other.platform_code);
        if codes.any(|code| code == self.platform_code) {
            return Err(entry.broken("is the second one of its system", 0));
        }
        let mut places = others.iter().map(|other| other.place());
        entry
            .field("platform_data_offset", 16, self.data_offset)
            .require(
                !places.any(|place| place.overlaps(self.place())),
                Constraint::Be("outside of the other parent locators"),
            )
    }

    fn place(&self) -> ByteRange {
        ByteRange {
            offset: self.data_offset,
            length: self.data_length.into(),
        }
    }

    fn read<'a>(&self, view: &View<'a>, entry: Structure) -> Result<(Rank, Text<'a>), Incomplete> {
        let length = entry.field("platform_data_length", 8, self.data_length);
        length.supported(
            length.value <= MAX_VPC_PARENT_LOCATOR,
            Constraint::AtMost(MAX_VPC_PARENT_LOCATOR),
        )?;
        let bytes = view.at(self.data_offset, self.data_length, LOCATOR.name)?;
        Ok(match self.platform_code {
            WINDOWS_RELATIVE => (Rank::Relative, Text::utf16_le(bytes, self.data_offset)),
            WINDOWS_ABSOLUTE => (Rank::Absolute, Text::utf16_le(bytes, self.data_offset)),
            _ => (Rank::Other, Text::until_nul(bytes, self.data_offset)),
        })
    }
}
