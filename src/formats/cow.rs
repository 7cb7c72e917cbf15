// SPDX-License-Identifier: MIT OR Apache-2.0
//! COW, the copy-on-write image of User Mode Linux, version 2. Big-endian.
//!
//! Layout: Linux, `arch/um/drivers/cow_user.c`. QEMU has no driver for it any more, so detection
//! does not see it either; libvirt reads it, and so do we when it is asked for.

use super::{require_signature, sizes};
use crate::base::field::Structure;
use crate::base::format::Format;
use crate::base::number::{be_u32, be_u64};
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::{Backing, Extras, Facts};
use nom::bytes::complete::take;
use nom::IResult;

const HEADER: Structure = Structure::new("cow header");
const LENGTH: u32 = 1048;
const MAGIC: &[u8] = b"OOOM";
const VERSION: u32 = 2;
const NAME_OFFSET: u64 = 8;

fn name_mtime_and_size(input: &[u8]) -> IResult<&[u8], (&[u8], u32, u64)> {
    let (input, _magic) = be_u32(input)?;
    let (input, _version) = be_u32(input)?;
    let (input, backing_file) = take(1024usize)(input)?;
    let (input, mtime) = be_u32(input)?;
    let (input, size) = be_u64(input)?;
    Ok((input, (backing_file, mtime, size)))
}

pub(super) fn detect(head: &Head<'_>) -> bool {
    head.has(0, MAGIC) && head.be_u32(4) == VERSION
}

/// Of whatever version.
pub(super) fn is_similar(head: &Head<'_>) -> bool {
    head.has(0, MAGIC)
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    require_signature(view, Format::Cow, detect, "no cow version 2 signature", 0)?;
    let (backing_file, mtime, size) = view.parse(0, LENGTH, HEADER.name, name_mtime_and_size)?;
    let mut facts = Facts::of(Format::Cow);
    facts.virtual_size = Some(sizes::whole_sectors(HEADER.field("size", 1036, size))?);
    facts.recorded_size = Some(size);
    facts.backing = Backing::named(Text::until_nul(backing_file, NAME_OFFSET), None);
    facts.extras = Extras::backing_mtime(mtime);
    Ok(facts)
}
