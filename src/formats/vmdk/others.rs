// SPDX-License-Identifier: MIT OR Apache-2.0
//! What programs other than QEMU read in a descriptor.
//!
//! They read keys in upper or lower case, with blanks around the equals sign, in lines that are not
//! comments. To them, an image with the identifier of a parent is a child, even without a name.

use super::description::{extent, Description, Told};
use super::lines::{after_prefix, lines_of_any_end};
use super::scan;
use super::text::Descriptor;
use super::BYTE_ORDER_MARK;
use crate::base::text::Text;
use crate::image::{Facts, ParentFacts, Uuid};

pub(super) struct Others<'a> {
    /// What the text says about the file that contains it.
    pub(super) told: Told,
    /// The parent, unless it is the one that QEMU follows. If there are several names, the first
    /// one that QEMU does not follow.
    pub(super) parent: Option<ParentFacts<Text<'a>>>,
    /// VMware's encryption is declared. QEMU does not know it, and a guest would see ciphertext.
    pub(super) is_encrypted: bool,
}

/// Reads all lines of a descriptor. If there is a `description`, it is that of the file that
/// contains the descriptor.
pub(super) fn read<'a>(
    descriptor: &Descriptor<'a>,
    description: Option<&Description>,
    facts: &Facts<Text<'a>>,
) -> Others<'a> {
    let followed = facts.backing.as_ref().map(|backing| &backing.location);
    let (mut told, mut is_encrypted) = (Told::default(), false);
    let (mut is_child, mut uuid, mut name) = (false, None, None);
    let mut end = descriptor.offset;
    for line in lines_of_any_end(descriptor.text) {
        let length = |part: &[u8]| u64::try_from(part.len()).unwrap_or(u64::MAX);
        end = end.saturating_add(length(line));
        let line = line.trim_ascii_start();
        let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        match line {
            [b'R' | b'r' | b'N' | b'n', ..] => {
                if let (Some(description), Some(rest)) = (description, extent(line)) {
                    description.read_extent(rest, &mut told);
                }
            }
            [b'p' | b'P', ..] => {
                if let Some(rest) = setting(line, b"parentFileNameHint") {
                    let value = Text::bytes(unquoted(rest), end.saturating_sub(length(rest)));
                    let is_other = followed.is_none_or(|one| one.recorded() != value.recorded());
                    name = name.or(Some(value).filter(|_| is_other && !value.is_empty()));
                } else if let Some(rest) = setting(line, b"parentCID") {
                    is_child |= !matches!(scan::hexadecimal(rest), Ok((_, u32::MAX)));
                }
            }
            [b'd' | b'D', _, _, _, b'u' | b'U', ..] => {
                if let Some(rest) = setting(line, b"ddb.uuid.parent") {
                    let value = unquoted(rest);
                    is_child |= !value.iter().all(|byte| matches!(byte, b'0' | b'-'));
                    let text = core::str::from_utf8(value).ok();
                    uuid = uuid.or(text.and_then(|text| text.parse().ok()));
                }
            }
            [b'e' | b'E' | b'k' | b'K', ..] | [b'd' | b'D', _, _, _, b'i' | b'I', ..] => {
                is_encrypted |= declares_encryption(line);
            }
            _ => {}
        }
        end = end.saturating_add(1);
    }
    if let Some(description) = description {
        description.finish(descriptor.text, facts, &mut told);
    }
    let is_other = name.is_some() || followed.is_none() && is_child;
    let parent = is_other.then(|| ParentFacts {
        uuid: uuid.and_then(Uuid::not_nil),
        alternative_uuid: None,
        locations: name.into_iter().collect(),
    });
    Others {
        told,
        parent,
        is_encrypted,
    }
}

/// Returns whether a line declares encryption.
fn declares_encryption(line: &[u8]) -> bool {
    let is_filter = |value: &[u8]| {
        let filter = b"vmwarevmcrypt";
        let mut parts = value.windows(filter.len());
        parts.any(|part| part.eq_ignore_ascii_case(filter))
    };
    setting(line, b"encryptionKeys").is_some()
        || setting(line, b"keyID").is_some()
        || setting(line, b"ddb.iofilters").is_some_and(is_filter)
}

/// Returns the rest of a line from its value on, if the line sets `key`.
fn setting<'t>(line: &'t [u8], key: &[u8]) -> Option<&'t [u8]> {
    let value = after_prefix(line, key)?.trim_ascii_start();
    let value = value.strip_prefix(b"=")?.trim_ascii_start();
    Some(value.strip_prefix(b"\"").unwrap_or(value))
}

/// Returns the value with which the rest of a line starts: up to a quote or the end.
fn unquoted(rest: &[u8]) -> &[u8] {
    let value = rest.split(|byte| *byte == b'"').next();
    value.unwrap_or_default().trim_ascii_end()
}
