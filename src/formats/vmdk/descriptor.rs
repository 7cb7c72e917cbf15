// SPDX-License-Identifier: MIT OR Apache-2.0
//! The text that describes a disk: in a file of its own, or inside a sparse file.
//!
//! A key is found as QEMU finds it: the first place where its name stands, be it in a comment or
//! inside another word. The value starts a fixed number of bytes behind it.

use super::lines::{behind_prefix, lines};
use super::{extents, scan};
use crate::base::error::Reason;
use crate::base::field::Structure;
use crate::base::format::Format;
use crate::base::limits::{FIRST_READ, MAX_VMDK_DESCRIPTOR};
use crate::base::text::{until_nul, Text};
use crate::base::view::{Incomplete, View};
use crate::formats::sizes;
use crate::image::{Backing, BackingFormat, Encryption, EncryptionFormat, Facts};
use core::ffi::CStr;
use nom::FindSubstring;
use std::sync::Arc;

pub(super) const DESCRIPTOR: Structure = Structure::new("vmdk descriptor");

/// Where a sparse file has its text, whatever its header says: QEMU reads it there.
const EMBEDDED_OFFSET: u64 = 0x200;
/// QEMU looks for the identifiers and the parent in this many bytes.
const IDENTITY_LENGTH: usize = 20 * 512;
/// Longest parent name: one that can be opened.
const MAX_PARENT_NAME: u64 = 4095;
/// Longest of the other texts, which are words and numbers; nothing depends on them, and longer ones
/// are not told. The name of a parent may stand inside one, and then both are kept.
const MAX_ENTRY: usize = 511;

// The first read is never more than what is asked for.
const _: () = assert!(FIRST_READ < IDENTITY_LENGTH as u64);
// A message spells it out.
const _: () = assert!(MAX_VMDK_DESCRIPTOR == 65536);

/// The kinds of disk that QEMU reads from a descriptor in a file of its own.
const CREATE_TYPES: [&CStr; 6] = [
    c"monolithicFlat",
    c"vmfs",
    c"vmfsSparse",
    c"seSparse",
    c"twoGbMaxExtentSparse",
    c"twoGbMaxExtentFlat",
];

/// The text, which has no NUL, and where it starts in the file.
pub(super) struct Descriptor<'a> {
    pub(super) text: &'a [u8],
    offset: u64,
}

impl<'a> Descriptor<'a> {
    /// The text inside a sparse file, as much of it as QEMU reads.
    pub(super) fn embedded(view: &View<'a>) -> Result<Self, Incomplete> {
        let most = u32::try_from(IDENTITY_LENGTH).unwrap_or(u32::MAX);
        Descriptor::held_or_more(view, EMBEDDED_OFFSET, most)
    }

    /// The text that lists extents; all of it.
    pub(super) fn alone(view: &View<'a>, offset: u64) -> Result<Self, Incomplete> {
        let most = u32::try_from(MAX_VMDK_DESCRIPTOR).unwrap_or(u32::MAX);
        let descriptor = Descriptor::held_or_more(view, offset, most.saturating_add(1))?;
        let length = u64::try_from(descriptor.text.len()).unwrap_or(u64::MAX);
        if length > MAX_VMDK_DESCRIPTOR {
            return Err(Incomplete::Failed(Reason::UnsupportedText {
                structure: DESCRIPTOR.name,
                what: "the text is longer than 65536 bytes",
                offset,
            }));
        }
        Ok(descriptor)
    }

    /// At most `most` bytes of text. Real descriptors end within the first read: more is asked
    /// for only where no NUL is in what that holds.
    fn held_or_more(view: &View<'a>, offset: u64, most: u32) -> Result<Self, Incomplete> {
        if view.length().bound() <= offset {
            // Not an empty text: none at all.
            view.at(offset, 1, DESCRIPTOR.name)?;
        }
        let first = FIRST_READ.checked_sub(offset);
        let first = first.and_then(|length| u32::try_from(length).ok());
        if let Some(first) = first {
            let bytes = view.up_to(offset, first, DESCRIPTOR.name)?;
            let text = until_nul(bytes);
            if text.len() < bytes.len() {
                return Ok(Descriptor { text, offset });
            }
        }
        let text = until_nul(view.up_to(offset, most, DESCRIPTOR.name)?);
        Ok(Descriptor { text, offset })
    }

    /// A part of the text as a fact; `rest` is what follows it.
    pub(super) fn part(&self, part: &'a [u8], rest: &[u8]) -> Text<'a> {
        let behind = rest.len().saturating_add(part.len());
        let start = u64::try_from(self.text.len().saturating_sub(behind)).unwrap_or(u64::MAX);
        Text::bytes(part, self.offset.saturating_add(start))
    }

    /// The same text, as much of it as lies in the first `length` bytes.
    fn cut(&self, length: usize) -> Self {
        Descriptor {
            text: self.text.get(..length).unwrap_or(self.text),
            offset: self.offset,
        }
    }

    /// What lies `skip` bytes behind the first `key`. `Some(None)`: the text ends before that.
    fn behind(&self, key: &[u8], skip: usize) -> Option<Option<&'a [u8]>> {
        let at = self.text.find_substring(key)?;
        let value = at.saturating_add(key.len()).saturating_add(skip);
        Some(self.text.get(value..))
    }

    /// The text from two bytes behind `key` (an equals sign and a quote, but whatever stands
    /// there) to the next quote. `Some(None)`: there is no such quote.
    fn quoted(&self, key: &[u8]) -> Option<Option<Text<'a>>> {
        let value = self.behind(key, 2)?;
        Some(value.and_then(|value| {
            let end = value.iter().position(|byte| *byte == b'"')?;
            let (quoted, rest) = value.split_at_checked(end)?;
            Some(self.part(quoted, rest))
        }))
    }

    /// Reads the facts of the disk that the extents make up.
    pub(super) fn disk(&self, facts: &mut Facts<Text<'a>>) -> Result<(), Reason> {
        facts.subformat = Some(self.create_type()?);
        let extents = extents::read(self)?;
        if extents.len() == 0 {
            return Err(
                DESCRIPTOR.broken("no line names an extent file with access RW", self.offset)
            );
        }
        let sizes = extents.iter().map(|extent| extent.size);
        let total = sizes.fold(0, u64::saturating_add);
        facts.extents = Some(Arc::new(extents));
        let total = DESCRIPTOR.field("total size of the extents", self.offset, total);
        facts.virtual_size = Some(sizes::whole_sectors(total)?);
        facts.recorded_size = facts.virtual_size;
        facts.encryption = self.encryption().map(Box::new);
        Ok(())
    }

    fn create_type(&self) -> Result<&'static CStr, Reason> {
        let Some(found) = self.quoted(b"createType") else {
            return Err(DESCRIPTOR.broken("there is no createType", self.offset));
        };
        let found =
            found.ok_or(DESCRIPTOR.broken("createType has no quoted value", self.offset))?;
        let mut known = CREATE_TYPES.into_iter();
        known
            .find(|name| name.to_bytes() == found.recorded())
            .ok_or(Reason::UnsupportedText {
                structure: DESCRIPTOR.name,
                what: "createType is none of monolithicFlat, vmfs, vmfsSparse, seSparse, \
                       twoGbMaxExtentSparse, twoGbMaxExtentFlat",
                offset: found.range().offset,
            })
    }

    /// Reads what the image is a part of: its identifier, its parent's, and its parent.
    pub(super) fn identity(&self, facts: &mut Facts<Text<'a>>) -> Result<(), Reason> {
        let window = self.cut(IDENTITY_LENGTH);
        // Where the identifiers are looked for, the last byte is taken for a NUL.
        let identifiers = self.cut(IDENTITY_LENGTH.saturating_sub(1));
        facts.backing = window.parent()?;
        facts.cid = Some(identifiers.identifier(b"CID", "there is no CID, or it has no value")?);
        facts.parent_cid = Some(
            identifiers.identifier(b"parentCID", "there is no parentCID, or it has no value")?,
        );
        if facts.encryption.is_none() {
            facts.encryption = self.encryption().map(Box::new);
        }
        let extras = facts.extras.get_or_insert_with(Box::default);
        extras.adapter_type = self.entry(b"ddb.adapterType");
        extras.hardware_version = self.entry(b"ddb.virtualHWVersion");
        Ok(())
    }

    /// The quoted text that is set for the first `key`, blanks around the equals sign or not.
    fn entry(&self, key: &[u8]) -> Option<Text<'a>> {
        let (rest, text) = scan::setting(self.behind(key, 0)??).ok()?;
        (text.len() <= MAX_ENTRY).then(|| self.part(text, rest))
    }

    fn identifier(&self, key: &[u8], missing: &'static str) -> Result<u32, Reason> {
        let value = self.behind(key, 1).flatten();
        let value = value.and_then(|value| scan::hexadecimal(value).ok());
        value.map_or(
            Err(DESCRIPTOR.broken(missing, self.offset)),
            |(_, value)| Ok(value),
        )
    }

    fn parent(&self) -> Result<Option<Backing<Text<'a>>>, Reason> {
        let Some(found) = self.quoted(b"parentFileNameHint") else {
            return Ok(None);
        };
        let location = found
            .ok_or(DESCRIPTOR.broken("parentFileNameHint has no quoted value", self.offset))?;
        let range = location.range();
        let length = DESCRIPTOR.field("length of parentFileNameHint", range.offset, range.length);
        length.at_most(MAX_PARENT_NAME)?;
        Ok(Backing::named(
            location,
            Some(BackingFormat::is(Format::Vmdk)),
        ))
    }

    /// VMware's encryption, which QEMU knows nothing of: it would hand the guest ciphertext.
    fn encryption(&self) -> Option<Encryption<Text<'a>>> {
        let declared = lines(self.text).any(declares_encryption);
        declared.then(|| Encryption::of(EncryptionFormat::Vmdk))
    }
}

/// Keys of any spelling, since VMware's programs ignore it.
fn declares_encryption(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    // Nearly all lines end here.
    if !matches!(line.first(), Some(b'e' | b'E' | b'k' | b'K' | b'd' | b'D')) {
        return false;
    }
    let is_set = |key| {
        let value = behind_prefix(line, key)?.trim_ascii_start();
        value.strip_prefix(b"=")
    };
    is_set(b"encryptionKeys").is_some()
        || is_set(b"keyID").is_some()
        || is_set(b"ddb.iofilters").is_some_and(|value| {
            let filter = b"vmwarevmcrypt";
            let mut places = value.windows(filter.len());
            places.any(|part| part.eq_ignore_ascii_case(filter))
        })
}
