// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header extensions of qcow2: a run of (type, length, data) between the fixed header and the
//! backing file name, each padded to 8 bytes.

use super::header::{Header, CRYPT_LUKS};
use crate::base::error::Reason;
use crate::base::field::{Field, Structure};
use crate::base::limits::MAX_DATA_FILE_NAME;
use crate::base::number::{be_u32, be_u64};
use crate::base::range::ByteRange;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use nom::IResult;

const EXTENSION: Structure = Structure::new("qcow2 header extension");

const END: u32 = 0;
const BACKING_FORMAT: u32 = 0xe279_2aca;
const DATA_FILE: u32 = 0x4441_5441;
const BITMAPS: u32 = 0x2385_2875;
const LUKS_HEADER: u32 = 0x0537_be77;

/// A format name is at most this long.
const MAX_FORMAT_NAME: u64 = 15;
const BITMAPS_BYTES: u32 = 24;
const MAX_BITMAPS: u64 = 65535;
/// A directory entry without its extra data and name is 24 bytes; QEMU allows 1024 for each.
const MAX_BITMAP_DIRECTORY_BYTES: u64 = MAX_BITMAPS * 1024;
const LUKS_HEADER_BYTES: u32 = 16;

/// What the extensions say. One that is repeated counts as it stands last.
#[derive(Default)]
pub(super) struct Extensions<'a> {
    pub(super) backing_format: Option<Text<'a>>,
    pub(super) data_file: Option<Text<'a>>,
    pub(super) bitmap_count: Option<u32>,
    pub(super) luks_header: Option<ByteRange>,
}

fn type_and_length(input: &[u8]) -> IResult<&[u8], (u32, u32)> {
    let (input, kind) = be_u32(input)?;
    let (input, length) = be_u32(input)?;
    Ok((input, (kind, length)))
}

pub(super) fn walk<'a>(view: &View<'a>, header: &Header) -> Result<Extensions<'a>, Incomplete> {
    let end = match header.backing_file_offset {
        0 => header.cluster_size,
        backing_file_name => backing_file_name,
    };
    let mut found = Extensions::default();
    let mut offset = u64::from(header.header_length);
    // Each step goes on by eight bytes at least, and needs bytes that the budget had to allow.
    while offset < end {
        let (kind, length) = view.parse(offset, 8, EXTENSION.name, type_and_length)?;
        let data = offset.saturating_add(8);
        let extension = Extension {
            offset,
            data,
            length,
        };
        let Some(room) = end.checked_sub(data) else {
            return Err(extension
                .broken("does not end before the backing file name")
                .into());
        };
        extension.length_field().at_most(room)?;
        match kind {
            END => return Ok(found),
            BACKING_FORMAT => found.backing_format = extension.backing_format(view)?,
            DATA_FILE => found.data_file = Some(extension.data_file(view)?),
            BITMAPS => found.bitmap_count = extension.bitmap_count(view, header)?,
            LUKS_HEADER => found.luks_header = Some(extension.luks_header(view, header)?),
            _ => {}
        }
        // Behind the data are zeros, up to a multiple of eight.
        let padded = u64::from(length).saturating_add(7) & !7;
        offset = data.saturating_add(padded);
    }
    Ok(found)
}

/// Where one extension stands.
struct Extension {
    offset: u64,
    data: u64,
    length: u32,
}

impl Extension {
    fn length_field(&self) -> Field {
        EXTENSION.at(self.offset).field("length", 4, self.length)
    }

    fn broken(&self, what: &'static str) -> Reason {
        EXTENSION.at(self.offset).broken(what, 0)
    }

    fn text<'a>(&self, view: &View<'a>, structure: &'static str) -> Result<Text<'a>, Incomplete> {
        let bytes = view.at(self.data, self.length, structure)?;
        Ok(Text::until_nul(bytes, self.data))
    }

    /// An empty name records nothing.
    fn backing_format<'a>(&self, view: &View<'a>) -> Result<Option<Text<'a>>, Incomplete> {
        self.length_field().at_most(MAX_FORMAT_NAME)?;
        let name = self.text(view, "qcow2 backing format name")?;
        Ok((!name.is_empty()).then_some(name))
    }

    fn data_file<'a>(&self, view: &View<'a>) -> Result<Text<'a>, Incomplete> {
        self.length_field().at_most(MAX_DATA_FILE_NAME)?;
        self.text(view, "qcow2 data file name")
    }

    /// The number of bitmaps; `None` where the header says that the extension is out of date.
    fn bitmap_count(&self, view: &View<'_>, header: &Header) -> Result<Option<u32>, Incomplete> {
        self.length_field().equal(u64::from(BITMAPS_BYTES))?;
        if !header.bitmaps_valid() {
            return Ok(None);
        }
        let (count, reserved, size, offset) =
            view.parse(self.data, BITMAPS_BYTES, EXTENSION.name, bitmaps)?;
        let bitmaps = EXTENSION.at(self.data);
        bitmaps
            .field("nb_bitmaps", 0, count)
            .between(1, MAX_BITMAPS)?;
        bitmaps.field("reserved", 4, reserved).equal(0)?;
        bitmaps
            .field("bitmap_directory_size", 8, size)
            .at_most(MAX_BITMAP_DIRECTORY_BYTES)?;
        bitmaps
            .field("bitmap_directory_offset", 16, offset)
            .aligned(header.cluster_size)?;
        Ok(Some(count))
    }

    fn luks_header(&self, view: &View<'_>, header: &Header) -> Result<ByteRange, Incomplete> {
        if header.crypt_method != CRYPT_LUKS {
            return Err(self
                .broken("names a LUKS header, but crypt_method is not 2 (LUKS)")
                .into());
        }
        self.length_field().equal(u64::from(LUKS_HEADER_BYTES))?;
        let (offset, length) = view.parse(self.data, LUKS_HEADER_BYTES, EXTENSION.name, place)?;
        EXTENSION
            .at(self.data)
            .field("encryption header offset", 0, offset)
            .aligned(header.cluster_size)?;
        Ok(ByteRange { offset, length })
    }
}

fn bitmaps(input: &[u8]) -> IResult<&[u8], (u32, u32, u64, u64)> {
    let (input, count) = be_u32(input)?;
    let (input, reserved) = be_u32(input)?;
    let (input, directory_size) = be_u64(input)?;
    let (input, directory_offset) = be_u64(input)?;
    Ok((input, (count, reserved, directory_size, directory_offset)))
}

fn place(input: &[u8]) -> IResult<&[u8], (u64, u64)> {
    let (input, offset) = be_u64(input)?;
    let (input, length) = be_u64(input)?;
    Ok((input, (offset, length)))
}
