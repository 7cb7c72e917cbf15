// SPDX-License-Identifier: MIT OR Apache-2.0
//! The parent that other programs than QEMU find in a descriptor.
//!
//! They read keys in upper or lower case, with blanks around the equals sign, in lines that are not
//! comments. To them, an image with the identifier of a parent is a child, even without a name.

use super::lines::{after_prefix, lines_of_any_end};
use super::scan;
use super::text::Descriptor;
use super::BYTE_ORDER_MARK;
use crate::base::text::Text;
use crate::image::{ParentFacts, Uuid};

/// Returns the parent, unless it is `followed`, the one that QEMU follows. Of several names, the
/// first that is another one.
pub(super) fn read<'a>(
    descriptor: &Descriptor<'a>,
    followed: Option<&Text<'a>>,
) -> Option<ParentFacts<Text<'a>>> {
    let mut is_child = false;
    let mut uuid = None;
    let mut name = None;
    let mut end = descriptor.offset;
    for line in lines_of_any_end(descriptor.text) {
        let length = |part: &[u8]| u64::try_from(part.len()).unwrap_or(u64::MAX);
        end = end.saturating_add(length(line));
        if let Some(rest) = setting(line, b"parentFileNameHint") {
            let value = Text::bytes(unquoted(rest), end.saturating_sub(length(rest)));
            let is_other = followed.is_none_or(|one| one.recorded() != value.recorded());
            name = name.or(Some(value).filter(|_| is_other && !value.is_empty()));
        } else if let Some(rest) = setting(line, b"parentCID") {
            is_child |= !matches!(scan::hexadecimal(rest), Ok((_, u32::MAX)));
        } else if let Some(rest) = setting(line, b"ddb.uuid.parent") {
            let value = unquoted(rest);
            is_child |= !value.iter().all(|byte| matches!(byte, b'0' | b'-'));
            let text = core::str::from_utf8(value).ok();
            uuid = uuid.or(text.and_then(|text| text.parse().ok()));
        }
        end = end.saturating_add(1);
    }
    let is_other = name.is_some() || followed.is_none() && is_child;
    is_other.then(|| ParentFacts {
        uuid: uuid.and_then(Uuid::not_nil),
        alternative_uuid: None,
        locations: name.into_iter().collect(),
    })
}

/// Returns the rest of a line from its value on, if the line sets `key`.
fn setting<'t>(line: &'t [u8], key: &[u8]) -> Option<&'t [u8]> {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    let value = after_prefix(line.trim_ascii_start(), key)?.trim_ascii_start();
    let value = value.strip_prefix(b"=")?.trim_ascii_start();
    Some(value.strip_prefix(b"\"").unwrap_or(value))
}

/// Returns the value with which the rest of a line starts: up to a quote or the end.
fn unquoted(rest: &[u8]) -> &[u8] {
    let value = rest.split(|byte| *byte == b'"').next();
    value.unwrap_or_default().trim_ascii_end()
}
