// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header extensions of qcow2: type, length and data, padded to 8 bytes, between the header and
//! the backing file name.

use super::header::{Header, BITMAPS, CRYPT_LUKS};
use crate::base::header::header;
use crate::base::limits::MAX_DATA_FILE_NAME;
use crate::base::range::ByteRange;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use core::ops::Range;

/// A format name is at most this long.
const MAX_FORMAT_NAME: u64 = 15;
const MAX_BITMAPS: u64 = 65535;
/// A directory entry without its extra data and name is 24 bytes; QEMU allows 1024 for each.
const MAX_BITMAP_DIRECTORY_BYTES: u64 = MAX_BITMAPS * 1024;

/// The name in messages for a text that only a walk without padding finds.
const NAME: &str = "qcow2 header extension";

header! {
    /// The start of an extension.
    struct Extension("qcow2 header extension", BigEndian, 8) {
        0 kind: u32 = "type",
        /// Length of the data, without the padding.
        4 length: u32,
    }
}

header! {
    struct Bitmaps("qcow2 header extension", BigEndian, 24) {
        0 nb_bitmaps: u32,
        4 reserved: u32,
        8 bitmap_directory_size: u64,
        16 bitmap_directory_offset: u64,
    }
}

header! {
    struct LuksHeader("qcow2 header extension", BigEndian, 16) {
        0 offset: u64 = "encryption header offset",
        8 length: u64,
    }
}

/// What the extensions say. The last one of a type counts.
#[derive(Default)]
pub(super) struct Extensions<'a> {
    pub(super) backing_format: Option<Text<'a>>,
    pub(super) data_file: Option<Text<'a>>,
    pub(super) bitmap_count: Option<u32>,
    pub(super) luks_header: Option<ByteRange>,
    pub(super) bitmap_directory: Option<u64>,
    /// Other programs may find other extensions.
    pub(super) differ: bool,
}

const BACKING_FORMAT: u32 = 0xe279_2aca;
const DATA_FILE: u32 = 0x4441_5441;
const LUKS_HEADER: u32 = 0x0537_be77;

pub(super) fn walk<'a>(view: &View<'a>, header: &Header) -> Result<Extensions<'a>, Incomplete> {
    let end = match header.common.backing_file_offset {
        0 => header.cluster_size,
        backing_file_name => backing_file_name,
    };
    let mut found = Extensions::default();
    let mut offset = u64::from(header.added.header_length);
    let mut first_padding = None;
    // Each step advances by at least eight bytes, and the budget has to allow reading them.
    while offset < end {
        let extension = Extension::read(view, offset)?;
        let data = offset.saturating_add(Extension::LENGTH.into());
        let length = extension.length();
        let Some(space) = end.checked_sub(data) else {
            return Err(extension
                .structure()
                .broken("overlaps the backing file name", 0)
                .into());
        };
        length.at_most(space)?;
        match extension.kind {
            0 => break,
            BACKING_FORMAT => {
                length.at_most(MAX_FORMAT_NAME)?;
                let name = view.text(data, length, "qcow2 backing format name")?;
                let name = Some(name).filter(|name| !name.is_empty());
                found.differ |= is_other(found.backing_format, name);
                found.backing_format = name;
            }
            DATA_FILE => {
                length.at_most(MAX_DATA_FILE_NAME)?;
                let name = Some(view.text(data, length, "qcow2 data file name")?);
                found.differ |= is_other(found.data_file, name);
                found.data_file = name;
            }
            0x2385_2875 => {
                length.equal(Bitmaps::LENGTH.into())?;
                let bitmaps = bitmaps(view, data, header)?;
                found.bitmap_count = bitmaps.as_ref().map(|bitmaps| bitmaps.nb_bitmaps);
                found.bitmap_directory = bitmaps.map(|bitmaps| bitmaps.bitmap_directory_offset);
            }
            LUKS_HEADER => {
                if header.common.crypt_method != CRYPT_LUKS {
                    return Err(extension
                        .structure()
                        .broken(
                            "points to a LUKS header, but crypt_method is not 2 (LUKS)",
                            0,
                        )
                        .into());
                }
                length.equal(LuksHeader::LENGTH.into())?;
                let luks = LuksHeader::read(view, data)?;
                luks.offset().aligned(header.cluster_size)?;
                found.luks_header = Some(ByteRange {
                    offset: luks.offset,
                    length: luks.length,
                });
            }
            _ => {}
        }
        let padded = length.value.saturating_add(7) & !7;
        if padded != length.value && first_padding.is_none() {
            first_padding = Some(data.saturating_add(length.value));
        }
        offset = data.saturating_add(padded);
    }
    // Up to the first padding, a walk without padding finds the same.
    if let Some(start) = first_padding {
        found.differ |= finds_more_without_padding(view, start..end, &found)?;
    }
    Ok(found)
}

/// Returns whether `found` is a name other than `last`, the one that counts.
fn is_other(found: Option<Text<'_>>, last: Option<Text<'_>>) -> bool {
    let last = last.map(|last| last.recorded());
    found.is_some_and(|found| Some(found.recorded()) != last)
}

/// Returns whether a walk that starts at the first padding, and skips none, finds an extension that
/// `padded` lacks. The walk ends at padding of zeros.
fn finds_more_without_padding(
    view: &View<'_>,
    area: Range<u64>,
    padded: &Extensions<'_>,
) -> Result<bool, Incomplete> {
    let mut offset = area.start;
    while let Some(space) = area.end.checked_sub(offset.saturating_add(8)) {
        let extension = Extension::read(view, offset)?;
        let data = offset.saturating_add(Extension::LENGTH.into());
        let length = extension.length();
        if extension.kind == 0 || length.value > space {
            break;
        }
        let is_more = match extension.kind {
            BACKING_FORMAT | DATA_FILE if length.value > MAX_DATA_FILE_NAME => true,
            BACKING_FORMAT => {
                let name = Some(view.text(data, length, NAME)?).filter(|name| !name.is_empty());
                is_other(name, padded.backing_format)
            }
            DATA_FILE => is_other(Some(view.text(data, length, NAME)?), padded.data_file),
            LUKS_HEADER => padded.luks_header.is_none(),
            _ => false,
        };
        if is_more {
            return Ok(true);
        }
        offset = data.saturating_add(length.value);
    }
    Ok(false)
}

/// Reads the bitmaps extension; `None` if the header says that it is out of date.
fn bitmaps(view: &View<'_>, data: u64, header: &Header) -> Result<Option<Bitmaps>, Incomplete> {
    if header.added.autoclear_features & BITMAPS == 0 {
        return Ok(None);
    }
    let bitmaps = Bitmaps::read(view, data)?;
    bitmaps.nb_bitmaps().between(1, MAX_BITMAPS)?;
    bitmaps.reserved().equal(0)?;
    bitmaps
        .bitmap_directory_size()
        .at_most(MAX_BITMAP_DIRECTORY_BYTES)?;
    bitmaps
        .bitmap_directory_offset()
        .aligned(header.cluster_size)?;
    Ok(Some(bitmaps))
}
