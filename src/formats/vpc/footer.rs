// SPDX-License-Identifier: MIT OR Apache-2.0
//! The footer of a VHD, whose copy at the start dynamic images have too.

use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::Structure;
use crate::base::number::{be_u128, be_u16, be_u32, be_u64, be_u8};
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::formats::sizes::{self, SECTOR};
use crate::image::{Extras, Geometry, Uuid};
use nom::bytes::complete::take;
use nom::IResult;

pub(super) const FOOTER: Structure = Structure::new("vpc footer");
pub(super) const COOKIE: &[u8] = b"conectix";
const LENGTH: u32 = 512;
/// Old tools wrote a footer at the end that is a byte short; that byte is reserved.
const SHORT_LENGTH: u32 = 511;
const CHECKSUM_OFFSET: usize = 64;

/// Who made the image, where that decides how its size is read.
const VIRTUAL_PC: &[u8] = b"vpc ";
const QEMU: &[u8] = b"qemu";

/// The sectors of a geometry that says only that the disk is larger than a geometry can say.
const MAX_GEOMETRY_SECTORS: u64 = 65535 * 16 * 255;
/// The start of the year 2000, from which time is counted, in seconds since 1970 began.
const YEAR_2000: u64 = 946_684_800;
/// 2040 GiB.
const MAX_SECTORS: u64 = 0xff00_0000;

pub(super) struct Footer<'a> {
    place: Structure,
    pub(super) data_offset: u64,
    timestamp: u32,
    creator_app: &'a [u8],
    pub(super) current_size: u64,
    geometry: (u16, u8, u8),
    pub(super) disk_type: u32,
    checksum: u32,
    pub(super) uuid: Uuid,
    saved_state: u8,
}

fn footer(input: &[u8]) -> IResult<&[u8], Footer<'_>> {
    let (input, _cookie_features_version) = take(16usize)(input)?;
    let (input, data_offset) = be_u64(input)?;
    let (input, timestamp) = be_u32(input)?;
    let (input, creator_app) = take(4usize)(input)?;
    let (input, _creator_version_and_os) = take(8usize)(input)?;
    let (input, _original_size) = be_u64(input)?;
    let (input, current_size) = be_u64(input)?;
    let (input, cylinders) = be_u16(input)?;
    let (input, heads) = be_u8(input)?;
    let (input, sectors_per_track) = be_u8(input)?;
    let (input, disk_type) = be_u32(input)?;
    let (input, checksum) = be_u32(input)?;
    let (input, uuid) = be_u128(input)?;
    let (input, saved_state) = be_u8(input)?;
    let footer = Footer {
        place: FOOTER,
        data_offset,
        timestamp,
        creator_app,
        current_size,
        geometry: (cylinders, heads, sectors_per_track),
        disk_type,
        checksum,
        uuid: uuid.to_be_bytes(),
        saved_state,
    };
    Ok((input, footer))
}

pub(super) fn at_start<'a>(view: &View<'a>) -> Result<Footer<'a>, Incomplete> {
    let bytes = view.at(0, LENGTH, FOOTER.name)?;
    parse(bytes, 0)
}

/// The footer in the last sector, if there is one.
pub(super) fn at_end<'a>(view: &View<'a>) -> Result<Option<Footer<'a>>, Incomplete> {
    let Some((offset, bytes)) = find_at_end(view)? else {
        return Ok(None);
    };
    view.at(offset, SHORT_LENGTH, FOOTER.name)?;
    parse(bytes, offset).map(Some)
}

/// The last sector and where it starts, if it begins as a footer does.
pub(super) fn find_at_end<'a>(view: &View<'a>) -> Result<Option<(u64, &'a [u8])>, Incomplete> {
    let length = view.known_length(FOOTER.name)?;
    let Some(offset) = sizes::filled_length(length).checked_sub(SECTOR) else {
        return Ok(None);
    };
    let bytes = view.up_to(offset, LENGTH, FOOTER.name)?;
    Ok(bytes.starts_with(COOKIE).then_some((offset, bytes)))
}

/// Whether two footers differ in what decides how an image is read: features, version, where the
/// dynamic header is, who wrote it, sizes, geometry, type and identity.
pub(super) fn differ(first: &[u8], last: &[u8]) -> bool {
    [8..24, 28..32, 40..CHECKSUM_OFFSET, 68..84]
        .into_iter()
        .any(|fields| first.get(fields.clone()) != last.get(fields))
}

fn parse(bytes: &[u8], offset: u64) -> Result<Footer<'_>, Incomplete> {
    let place = FOOTER.at(offset);
    let Ok((_, mut footer)) = footer(bytes) else {
        return Err(place.broken("cannot be read", 0).into());
    };
    footer.place = place;
    let sum = checksum(bytes);
    place.field("checksum", 64, footer.checksum).require(
        footer.checksum == sum,
        Constraint::Be("the complement of the sum of all other bytes"),
    )?;
    Ok(footer)
}

/// The ones' complement of the sum of all bytes but the checksum's own.
fn checksum(bytes: &[u8]) -> u32 {
    // In steps whose sum fits 16 bits, of which a processor adds more at once.
    let step = |bytes: &[u8]| {
        let bytes = bytes.iter().copied().map(u16::from);
        u32::from(bytes.fold(0, u16::wrapping_add))
    };
    let sum = |bytes: &[u8]| bytes.chunks(256).map(step).fold(0, u32::wrapping_add);
    let own = CHECKSUM_OFFSET..CHECKSUM_OFFSET.saturating_add(size_of::<u32>());
    let own = bytes.get(own).unwrap_or_default();
    !sum(bytes).wrapping_sub(sum(own))
}

impl<'a> Footer<'a> {
    pub(super) fn creator(&self) -> Text<'a> {
        Text::until_nul(self.creator_app, self.place.offset(28))
    }

    /// Whether the guest is suspended.
    pub(super) fn saved_state(&self) -> bool {
        self.saved_state != 0
    }

    pub(super) fn extras(&self) -> Extras<Text<'a>> {
        let (cylinders, heads, sectors) = self.geometry;
        Extras {
            created: Some(u64::from(self.timestamp).saturating_add(YEAR_2000)),
            geometry: Some(Geometry {
                cylinders: cylinders.into(),
                heads: heads.into(),
                sectors: sectors.into(),
            }),
            ..Extras::default()
        }
    }

    /// Virtual PC counts by the geometry, and QEMU wrote its images like that at first; everybody
    /// else means the size that is recorded.
    pub(super) fn virtual_size(&self) -> Result<u64, Reason> {
        let (cylinders, heads, sectors_per_track) = self.geometry;
        let sectors = u64::from(cylinders)
            .saturating_mul(u64::from(heads))
            .saturating_mul(u64::from(sectors_per_track));
        let by_geometry = [VIRTUAL_PC, QEMU].contains(&self.creator_app);
        if by_geometry && sectors != MAX_GEOMETRY_SECTORS {
            return sizes::from_sectors(self.place.field("geometry in sectors", 56, sectors));
        }
        let size = self.place.field("current_size", 48, self.current_size);
        let largest = MAX_SECTORS.saturating_mul(SECTOR);
        size.at_most(largest.saturating_add(SECTOR.saturating_sub(1)))?;
        sizes::whole_sectors(size)
    }
}
