// SPDX-License-Identifier: MIT OR Apache-2.0
//! The lines of a descriptor that name extent files: `RW 4192256 SPARSE "disk-s001.vmdk"`.
//!
//! QEMU tries to read an extent from the start of each line, and its conversions skip line ends
//! like any white space. So a blank line above an extent lists it twice, and a number at the
//! start of the next line is the offset of this one. Both are read the same way here.

use super::descriptor::{Descriptor, DESCRIPTOR};
use super::scan::{decimal, spaces, word};
use crate::base::error::Reason;
use crate::base::limits::MAX_VMDK_REPEATS;
use crate::formats::sizes;
use crate::image::{Extents, Found, Packer, FLAT, KINDS};
use nom::bytes::complete::{tag, take_while_m_n};
use nom::combinator::{opt, verify};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// Longest name; of a longer one QEMU takes the beginning.
const MAX_NAME: usize = 511;

// A message spells it out.
const _: () = assert!(MAX_VMDK_REPEATS == 64);

struct Line<'a> {
    /// What follows the access, the kind and the name.
    after_access: &'a [u8],
    after_kind: &'a [u8],
    after_name: &'a [u8],
    sectors: i64,
    kind: &'a [u8],
    name: &'a [u8],
    offset: Option<i64>,
}

/// A line that gives write access, at least as far as its name.
fn line(input: &[u8]) -> IResult<&[u8], Line<'_>> {
    let (after_access, _) = verify(word, |access: &[u8]| access == b"RW").parse(input)?;
    let (input, sectors) = decimal(after_access)?;
    let (after_kind, kind) = word(input)?;
    let (input, _) = preceded(spaces, tag("\"")).parse(after_kind)?;
    let in_name = |byte| !matches!(byte, b'\n' | b'\r' | b'"');
    let (after_name, name) = take_while_m_n(1, MAX_NAME, in_name)(input)?;
    let (rest, offset) = opt(preceded(tag("\""), decimal)).parse(after_name)?;
    let line = Line {
        after_access,
        after_kind,
        after_name,
        sectors,
        kind,
        name,
        offset,
    };
    Ok((rest, line))
}

/// The extents that a guest's disk is made of, in their order.
pub(super) fn read(descriptor: &Descriptor<'_>) -> Result<Extents, Reason> {
    let mut extents = Packer::default();
    let mut rest = descriptor.text;
    // Each place is read once, though every blank line before it leads there: reading must not
    // take time that grows with the square of the text.
    let mut place = rest.len().saturating_add(1);
    let mut found = None;
    let mut repeats: usize = 0;
    while !rest.is_empty() {
        let again = place <= rest.len();
        if !again {
            let start = spaces(rest).map_or(rest, |(start, _)| start);
            place = start.len();
            found = match line(start) {
                Ok((_, line)) => extent(descriptor, &line)?,
                Err(_) => None,
            };
            if let Some(extent) = &found {
                extents.push(extent);
            }
        } else if let Some(extent) = &found {
            repeats = repeats.saturating_add(1);
            if repeats > MAX_VMDK_REPEATS {
                return Err(Reason::UnsupportedText {
                    structure: DESCRIPTOR.name,
                    what: "more than 64 blank lines list an extent once more",
                    offset: extent.offset,
                });
            }
            extents.push_again();
        }
        let end = rest.iter().position(|byte| *byte == b'\n');
        rest = end
            .and_then(|end| rest.get(end.saturating_add(1)..))
            .unwrap_or_default();
    }
    Ok(extents.finish())
}

/// The extent of a line; `None` where QEMU passes over the line.
fn extent<'a>(descriptor: &Descriptor<'a>, line: &Line<'a>) -> Result<Option<Found<'a>>, Reason> {
    let place = |part, rest| descriptor.part(part, rest).range().offset;
    let at_kind = |what| DESCRIPTOR.broken(what, place(line.kind, line.after_kind));
    let flat_offset = line.offset.and_then(|offset| u64::try_from(offset).ok());
    let is_flat = line.kind == FLAT.to_bytes();
    if is_flat && flat_offset.is_none() {
        return Err(at_kind("a FLAT extent must have an offset, 0 or more"));
    }
    if !is_flat && line.offset.is_some() {
        return Err(at_kind(
            "an extent must have no offset, unless its kind is FLAT",
        ));
    }
    let sectors = u64::try_from(line.sectors).unwrap_or(0);
    let mut kinds = KINDS.into_iter();
    let kind = kinds.find(|kind| kind.to_bytes() == line.kind);
    let Some(kind) = kind.filter(|_| sectors != 0) else {
        return Ok(None);
    };
    let start = flat_offset.unwrap_or(0);
    let at_offset = place(b"", line.after_name);
    sizes::from_sectors(DESCRIPTOR.field("offset of an extent", at_offset, start))?;
    let at_sectors = place(b"", line.after_access);
    sizes::from_sectors(DESCRIPTOR.field("size of an extent", at_sectors, sectors))?;
    Ok(Some(Found {
        kind,
        sectors,
        start,
        name: line.name,
        offset: place(line.name, line.after_name),
    }))
}
