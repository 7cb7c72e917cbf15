// SPDX-License-Identifier: MIT OR Apache-2.0
//! The footer of a VHD. Dynamic images also have a copy at the start.

use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::Field;
use crate::base::header::header;
use crate::base::view::{Incomplete, View};
use crate::formats::sizes::{self, SECTOR};
use crate::image::{Geometry, Uuid};

pub(super) const COOKIE: &[u8] = b"conectix";
const LENGTH: u32 = 512;

/// The creators whose size is the geometry: Virtual PC, and early versions of QEMU.
const SIZE_IS_GEOMETRY: [&[u8; 4]; 2] = [b"vpc ", b"qemu"];
/// The largest geometry. The disk can be larger.
const MAX_GEOMETRY_SECTORS: u64 = 65535 * 16 * 255;
/// 2040 GiB and a part of a sector.
const MAX_SIZE: u64 = 0xff00_0000 * SECTOR + SECTOR - 1;

header! {
    /// The footer without its last byte, which is reserved, and is missing if old tools wrote the
    /// footer.
    pub(super) struct Footer<'a>("vpc footer", BigEndian, 511) {
        /// Offset of the dynamic disk header.
        16 data_offset: u64,
        /// In seconds since the start of the year 2000.
        24 timestamp: u32,
        28 creator_app: &'a [u8; 4],
        /// The virtual size when the image was made.
        40 original_size: u64,
        /// The virtual size in bytes.
        48 current_size: u64,
        /// The first part of the geometry, which messages show as one number.
        56 cylinders: u16 = "geometry in sectors",
        58 heads: u8,
        59 sectors_per_track: u8,
        60 disk_type: u32,
        /// The ones' complement of the sum of all other bytes.
        64 checksum: u32,
        68 uuid: Uuid,
        /// Not 0 if the guest is suspended.
        84 saved_state: u8,
    }
}

/// Reads the copy at the start.
pub(super) fn at_start<'a>(view: &View<'a>) -> Result<Footer<'a>, Incomplete> {
    let bytes = view.at(0, LENGTH, Footer::STRUCTURE.name)?;
    Footer::read(view, 0)?.checked(bytes)
}

/// Reads the footer in the last sector, if there is one.
pub(super) fn at_end<'a>(view: &View<'a>) -> Result<Option<Footer<'a>>, Incomplete> {
    match find_at_end(view)? {
        Some((offset, bytes)) => Footer::read(view, offset)?.checked(bytes).map(Some),
        None => Ok(None),
    }
}

/// Returns the last sector and its offset, if it starts like a footer.
pub(super) fn find_at_end<'a>(view: &View<'a>) -> Result<Option<(u64, &'a [u8])>, Incomplete> {
    let length = view.known_length(Footer::STRUCTURE.name)?;
    let Some(offset) = sizes::filled_length(length).checked_sub(SECTOR) else {
        return Ok(None);
    };
    let bytes = view.up_to(offset, LENGTH, Footer::STRUCTURE.name)?;
    Ok(bytes.starts_with(COOKIE).then_some((offset, bytes)))
}

/// Returns whether two footers differ in fields that decide how an image is read: features,
/// version, offset of the dynamic header, creator, sizes, geometry, type and identity.
pub(super) fn differ(first: &[u8], last: &[u8]) -> bool {
    [8..24, 28..32, 40..64, 68..84]
        .into_iter()
        .any(|fields| first.get(fields.clone()) != last.get(fields))
}

/// Sums bytes in steps of 256, whose sum fits in 16 bits: a processor adds more 16-bit numbers at
/// once.
fn sum(bytes: &[u8]) -> u32 {
    let step = |step: &[u8]| {
        step.iter()
            .copied()
            .map(u16::from)
            .fold(0, u16::wrapping_add)
    };
    let steps = bytes.chunks(256).map(step).map(u32::from);
    steps.fold(0, u32::wrapping_add)
}

impl Footer<'_> {
    /// Checks the checksum. `bytes` are those of the footer.
    fn checked(self, bytes: &[u8]) -> Result<Self, Incomplete> {
        let own = sum(&self.checksum.to_be_bytes());
        self.checksum().require(
            self.checksum == !sum(bytes).wrapping_sub(own),
            Constraint::Be("the ones' complement of the sum of all other bytes"),
        )?;
        Ok(self)
    }

    pub(super) fn geometry(&self) -> Geometry {
        Geometry {
            cylinders: self.cylinders.into(),
            heads: self.heads.into(),
            sectors: self.sectors_per_track.into(),
        }
    }

    fn geometry_sectors(&self) -> u64 {
        let tracks = u64::from(self.cylinders).saturating_mul(self.heads.into());
        tracks.saturating_mul(self.sectors_per_track.into())
    }

    /// Returns the largest of the sizes that programs read.
    pub(super) fn largest_size(&self) -> u64 {
        let geometry = self.geometry_sectors().saturating_mul(SECTOR);
        geometry.max(self.original_size).max(self.current_size)
    }

    /// Returns what QEMU reads as the size.
    pub(super) fn virtual_size(&self) -> Result<u64, Reason> {
        let sectors = self.geometry_sectors();
        if SIZE_IS_GEOMETRY.contains(&self.creator_app) && sectors != MAX_GEOMETRY_SECTORS {
            let geometry = Field {
                value: sectors,
                ..self.cylinders()
            };
            return sizes::from_sectors(geometry);
        }
        let size = self.current_size();
        size.at_most(MAX_SIZE)?;
        sizes::whole_sectors(size)
    }
}
