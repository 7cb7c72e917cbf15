// SPDX-License-Identifier: MIT OR Apache-2.0
//! The lines of a descriptor that name extent files: `RW 4192256 SPARSE "disk-s001.vmdk"`.
//!
//! QEMU tries to read an extent from the start of each line, and its conversions skip line ends
//! like any white space. So a blank line above an extent lists it twice, and a number at the
//! start of the next line is the offset of this one. Both are read the same way here.

use super::descriptor::{Descriptor, DESCRIPTOR};
use super::scan::{decimal, spaces, word};
use crate::error::Reason;
use crate::facts::Extent;
use crate::formats::sizes;
use crate::limits::MAX_VMDK_REPEATS;
use crate::text::Text;
use nom::bytes::complete::{tag, take_while_m_n};
use nom::combinator::{opt, verify};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// Longest name; of a longer one QEMU takes the beginning.
const MAX_NAME: usize = 511;

// A message spells it out.
const _: () = assert!(MAX_VMDK_REPEATS == 64);

const FLAT: &[u8] = b"FLAT";
const KINDS: [&[u8]; 5] = [FLAT, b"VMFS", b"SPARSE", b"VMFSSPARSE", b"SESPARSE"];

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
pub(super) fn read<'a>(descriptor: &Descriptor<'a>) -> Result<Vec<Extent<Text<'a>>>, Reason> {
    let mut extents = Vec::new();
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
        }
        if let Some(extent) = found {
            repeats = repeats.saturating_add(usize::from(again));
            if repeats > MAX_VMDK_REPEATS {
                return Err(Reason::UnsupportedText {
                    structure: DESCRIPTOR.name,
                    what: "more than 64 blank lines list an extent once more",
                    offset: extent.location.range().offset,
                });
            }
            extents.push(extent);
        }
        let end = rest.iter().position(|byte| *byte == b'\n');
        rest = end
            .and_then(|end| rest.get(end.saturating_add(1)..))
            .unwrap_or_default();
    }
    Ok(extents)
}

/// The extent of a line; `None` where QEMU passes over the line.
fn extent<'a>(
    descriptor: &Descriptor<'a>,
    line: &Line<'a>,
) -> Result<Option<Extent<Text<'a>>>, Reason> {
    let kind = descriptor.part(line.kind, line.after_kind);
    let location = descriptor.part(line.name, line.after_name);
    let at_kind = |what| DESCRIPTOR.broken(what, kind.range().offset);
    let flat_offset = line.offset.and_then(|offset| u64::try_from(offset).ok());
    if line.kind == FLAT && flat_offset.is_none() {
        return Err(at_kind("a FLAT extent must have an offset, 0 or more"));
    }
    if line.kind != FLAT && line.offset.is_some() {
        return Err(at_kind(
            "an extent must have no offset, unless its kind is FLAT",
        ));
    }
    let sectors = u64::try_from(line.sectors).unwrap_or(0);
    if sectors == 0 || !KINDS.contains(&line.kind) {
        return Ok(None);
    }
    let at_sectors = descriptor.part(b"", line.after_access).range().offset;
    let size = DESCRIPTOR.field("size of an extent", at_sectors, sectors);
    let at_offset = descriptor.part(b"", line.after_name).range().offset;
    let in_bytes =
        |sectors| sizes::from_sectors(DESCRIPTOR.field("offset of an extent", at_offset, sectors));
    let file_offset = match line.kind {
        b"VMFS" => Some(0),
        _ => flat_offset.map(in_bytes).transpose()?,
    };
    Ok(Some(Extent {
        size: sizes::from_sectors(size)?,
        kind,
        location,
        file_offset,
    }))
}
