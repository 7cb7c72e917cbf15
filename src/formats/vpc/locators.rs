// SPDX-License-Identifier: MIT OR Apache-2.0
//! The parent locators of a differencing VHD: the parent's name on several platforms.
//!
//! The specification does not say which of them counts, nor the byte order of UTF-16. Windows
//! writes little-endian. A hypervisor tries the name relative to the image first, as for VHDX,
//! because both files may have been moved together.

use crate::base::constraint::Constraint;
use crate::base::header::{header, parse_all};
use crate::base::limits::MAX_VPC_PARENT_LOCATOR;
use crate::base::range::ByteRange;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};

const COUNT: usize = 8;
/// Length of all entries.
pub(super) const LENGTH: usize = COUNT * 24;

header! {
    /// An entry of the table.
    struct Locator("vpc parent locator", BigEndian, 24) {
        /// The platform of the name; 0 if there is none.
        0 platform_code: [u8; 4],
        8 platform_data_length: u32,
        16 platform_data_offset: u64,
    }
}

/// The order in which the names count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Relative,
    Absolute,
    Header,
    /// Names of other systems, and obsolete ones of Windows.
    Other,
}

/// Returns all names of the parent, in the order in which they count. `name` is that in the header.
/// `table` holds the locators, at offset `start`.
pub(super) fn names<'a>(
    view: &View<'a>,
    start: u64,
    table: &[u8],
    name: Text<'a>,
) -> Result<Vec<Text<'a>>, Incomplete> {
    let mut names = vec![(Rank::Header, name)];
    let mut used: Vec<Locator> = Vec::with_capacity(COUNT);
    for locator in parse_all(start, Locator::LENGTH, table, Locator::parse) {
        if locator.platform_code == [0; 4] || locator.platform_data_length == 0 {
            continue;
        }
        if used
            .iter()
            .any(|other| other.platform_code == locator.platform_code)
        {
            let what = "platform_code occurs twice";
            return Err(locator.platform_code().broken(what).into());
        }
        // Eight names in the same bytes would need more memory than the bytes that were read.
        let data = locator.data();
        locator.platform_data_offset().require(
            !used.iter().any(|other| other.data().overlaps(data)),
            Constraint::Be("outside the other parent locators"),
        )?;
        names.push(locator.name(view)?);
        used.push(locator);
    }
    names.retain(|(_, name)| !name.is_empty());
    names.sort_by_key(|(rank, _)| *rank);
    Ok(names.into_iter().map(|(_, name)| name).collect())
}

impl Locator {
    fn data(&self) -> ByteRange {
        ByteRange {
            offset: self.platform_data_offset,
            length: self.platform_data_length.into(),
        }
    }

    fn name<'a>(&self, view: &View<'a>) -> Result<(Rank, Text<'a>), Incomplete> {
        let length = self.platform_data_length();
        length.supported(
            length.value <= MAX_VPC_PARENT_LOCATOR,
            Constraint::AtMost(MAX_VPC_PARENT_LOCATOR),
        )?;
        let offset = self.platform_data_offset;
        let bytes = view.at(offset, self.platform_data_length, length.structure)?;
        Ok(match &self.platform_code {
            b"W2ru" => (Rank::Relative, Text::utf16_le(bytes, offset)),
            b"W2ku" => (Rank::Absolute, Text::utf16_le(bytes, offset)),
            _ => (Rank::Other, Text::until_nul(bytes, offset)),
        })
    }
}
