// SPDX-License-Identifier: MIT OR Apache-2.0
//! The lines of a descriptor that name extent files: `RW 4192256 SPARSE "disk-s001.vmdk"`.
//!
//! QEMU tries to read an extent from the start of each line, and its conversions skip line ends
//! like other white space. So a blank line above an extent lists it twice, and a number at the
//! start of the next line is the offset of this one. Both are read the same way here.

use super::scan::{decimal, spaces, word};
use super::text::{unsupported, Descriptor, DESCRIPTOR};
use crate::base::error::Reason;
use crate::base::limits::MAX_VMDK_REPEATS;
use crate::formats::sizes;
use crate::image::{ExtentLine, ExtentList, FLAT, KINDS};
use nom::bytes::complete::{tag, take_while_m_n};
use nom::combinator::{opt, rest_len, verify};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// Longest name. QEMU reads only so much of a longer one.
const MAX_NAME: usize = 511;

// Messages spell out these limits.
const _: () = assert!(MAX_VMDK_REPEATS == 64 && MAX_NAME == 511);

/// A value of a line, and how many bytes of text are left where it starts.
type At<T> = (usize, T);

/// The sectors, the kind, the name and the offset.
type Line<'a> = (
    At<Option<u64>>,
    At<&'a [u8]>,
    At<&'a [u8]>,
    At<Option<Option<u64>>>,
);

/// Parses a line that gives write access, at least as far as its name.
fn line(input: &[u8]) -> IResult<&[u8], Line<'_>> {
    let access = verify(word, |access: &[u8]| access == b"RW");
    let in_name = |byte| !matches!(byte, b'\n' | b'\r' | b'"');
    let name = take_while_m_n(1, MAX_NAME, in_name);
    let mut line = (
        preceded(access, (rest_len, decimal)),
        preceded(spaces, (rest_len, word)),
        preceded((spaces, tag("\"")), (rest_len, name)),
        (rest_len, opt(preceded(tag("\""), decimal))),
    );
    line.parse(input)
}

/// Reads the extents that a guest's disk is made of, in their order.
pub(super) fn read(descriptor: &Descriptor<'_>) -> Result<ExtentList, Reason> {
    let mut rest = descriptor.text;
    let mut extents = ExtentList::default();
    // Every blank line before an extent leads to its line, but the line is read once: the time must
    // not grow with the square of the length of the text. This is how much text is left at the line
    // that was read last.
    let mut left = rest.len().saturating_add(1);
    let mut found = None;
    let mut repeats: usize = 0;
    while !rest.is_empty() {
        if rest.len() < left {
            let (start, _) = spaces(rest).unwrap_or((rest, &[]));
            left = start.len();
            found = match line(start) {
                Ok((_, line)) => extent(descriptor, line)?,
                Err(_) => None,
            };
            found.iter().for_each(|extent| extents.push(extent));
        } else if let Some(extent) = &found {
            repeats = repeats.saturating_add(1);
            if repeats > MAX_VMDK_REPEATS {
                let what = "more than 64 blank lines, each of which repeats an extent";
                return Err(unsupported(what, extent.offset));
            }
            extents.push_again();
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        rest = rest.get(end.saturating_add(1)..).unwrap_or_default();
    }
    Ok(extents)
}

/// Returns the extent of a line; `None` if QEMU ignores the line.
fn extent<'a>(
    descriptor: &Descriptor<'a>,
    line: Line<'a>,
) -> Result<Option<ExtentLine<'a>>, Reason> {
    let ((sectors_at, sectors), (kind_at, kind), (name_at, name), (offset_at, offset)) = line;
    let broken = |what| Err(DESCRIPTOR.broken(what, descriptor.offset_of(kind_at)));
    let is_flat = kind == FLAT.to_bytes();
    let after_name = descriptor.text.len().saturating_sub(offset_at);
    let is_closed = descriptor.text.get(after_name) == Some(&b'"');
    if is_flat && name.len() == MAX_NAME && !is_closed {
        let what = "an extent file name is longer than 511 bytes";
        return Err(unsupported(what, descriptor.offset_of(name_at)));
    }
    if is_flat && offset.flatten().is_none() {
        return broken("the offset of a FLAT extent is missing or negative");
    }
    if !is_flat && offset.is_some() {
        return broken("an extent has an offset, but its type is not FLAT");
    }
    let (start, sectors) = (offset.flatten().unwrap_or(0), sectors.unwrap_or(0));
    let mut kinds = KINDS.into_iter();
    let kind = kinds.find(|known| known.to_bytes() == kind);
    let Some(kind) = kind.filter(|_| sectors != 0) else {
        return Ok(None);
    };
    let check = |name, left, value: u64| {
        sizes::from_sectors(DESCRIPTOR.field(name, descriptor.offset_of(left), value))
    };
    check("extent offset", offset_at, start)?;
    check("extent size", sectors_at, sectors)?;
    Ok(Some(ExtentLine {
        kind,
        sectors,
        start,
        name,
        offset: descriptor.offset_of(name_at),
    }))
}
