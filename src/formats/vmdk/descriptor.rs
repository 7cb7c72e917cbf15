// SPDX-License-Identifier: MIT OR Apache-2.0
//! The descriptor: text in a file of its own, or inside a sparse file.
//!
//! A key is found like QEMU finds it: where its name first occurs, even in a comment or inside
//! another word. The value starts a fixed number of bytes after it.

use super::lines::{after_prefix, lines};
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

/// Where QEMU reads the text in a sparse file, whatever the header says.
const EMBEDDED_OFFSET: u64 = 0x200;
/// QEMU looks for the identifiers and the parent in this many bytes.
const IDENTITY_LENGTH: usize = 20 * 512;
/// Longest parent name: one that can be opened.
const MAX_PARENT_NAME: u64 = 4095;
/// Longest of the other texts, which are words and numbers. Longer ones are not facts: the name of
/// a parent may be inside, and both would be kept.
const MAX_ENTRY: usize = 511;

// The first read is never more than what is needed.
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

/// The text, which has no NUL, and its offset in the file.
pub(super) struct Descriptor<'a> {
    pub(super) text: &'a [u8],
    offset: u64,
}

/// The error that a text at `offset` asks for something that is not supported.
pub(super) fn unsupported(what: &'static str, offset: u64) -> Reason {
    Reason::UnsupportedText {
        structure: DESCRIPTOR.name,
        what,
        offset,
    }
}

impl<'a> Descriptor<'a> {
    /// Reads the text in a sparse file, as much of it as QEMU reads.
    pub(super) fn embedded(view: &View<'a>) -> Result<Self, Incomplete> {
        let most = u32::try_from(IDENTITY_LENGTH).unwrap_or(u32::MAX);
        Descriptor::read(view, EMBEDDED_OFFSET, most)
    }

    /// Reads all of a text that lists extents.
    pub(super) fn alone(view: &View<'a>, offset: u64) -> Result<Self, Incomplete> {
        let most = u32::try_from(MAX_VMDK_DESCRIPTOR).unwrap_or(u32::MAX);
        let descriptor = Descriptor::read(view, offset, most.saturating_add(1))?;
        match u32::try_from(descriptor.text.len()) {
            Ok(length) if length <= most => Ok(descriptor),
            _ => Err(unsupported("the text is longer than 65536 bytes", offset).into()),
        }
    }

    /// Reads at most `most` bytes of text. Real descriptors end within the first read: more is read
    /// only if there is no NUL in that.
    fn read(view: &View<'a>, offset: u64, most: u32) -> Result<Self, Incomplete> {
        if view.length().bound() <= offset {
            // Not an empty text, but none.
            view.at(offset, 1, DESCRIPTOR.name)?;
        }
        let first = u32::try_from(FIRST_READ.saturating_sub(offset)).unwrap_or(0);
        let mut bytes: &[u8] = &[];
        if first != 0 {
            bytes = view.up_to(offset, first, DESCRIPTOR.name)?;
        }
        let mut text = until_nul(bytes);
        if text.len() == bytes.len() {
            text = until_nul(view.up_to(offset, most, DESCRIPTOR.name)?);
        }
        Ok(Descriptor { text, offset })
    }

    /// Returns the offset in the file at which `left` bytes of text are left.
    pub(super) fn offset_of(&self, left: usize) -> u64 {
        let start = u64::try_from(self.text.len().saturating_sub(left));
        self.offset.saturating_add(start.unwrap_or(u64::MAX))
    }

    /// Returns the part of the text that `rest` follows.
    fn part(&self, part: &'a [u8], rest: &[u8]) -> Text<'a> {
        let left = rest.len().saturating_add(part.len());
        Text::bytes(part, self.offset_of(left))
    }

    fn broken(&self, what: &'static str) -> Reason {
        DESCRIPTOR.broken(what, self.offset)
    }

    /// Returns as much of the text as is in the first `length` bytes.
    fn cut(&self, length: usize) -> Self {
        Descriptor {
            text: self.text.get(..length).unwrap_or(self.text),
            offset: self.offset,
        }
    }

    /// Returns the text that is `skip` bytes after the first `key`.
    fn after(&self, key: &[u8], skip: usize) -> Option<&'a [u8]> {
        let start = self.text.find_substring(key)?;
        let value = start.saturating_add(key.len()).saturating_add(skip);
        Some(self.text.get(value..).unwrap_or_default())
    }

    /// Returns the text from two bytes after `key`, whatever those are, to the next quote. Fails
    /// with `unquoted` if there is no quote.
    fn quoted(&self, key: &[u8], unquoted: &'static str) -> Result<Option<Text<'a>>, Reason> {
        match self.after(key, 2).map(scan::quoted) {
            None => Ok(None),
            Some(Ok((rest, text))) => Ok(Some(self.part(text, rest))),
            Some(Err(_)) => Err(self.broken(unquoted)),
        }
    }

    /// Reads the facts of the disk that the extents make up.
    pub(super) fn disk(&self, facts: &mut Facts<Text<'a>>) -> Result<(), Reason> {
        facts.subformat = Some(self.create_type()?);
        let extents = extents::read(self)?;
        if extents.len() == 0 {
            return Err(self.broken("no line names an extent file with access RW"));
        }
        let sizes = extents.iter().map(|extent| extent.size);
        let total = sizes.fold(0, u64::saturating_add);
        facts.extents = Some(Arc::new(extents));
        let total = DESCRIPTOR.field("total size of the extents", self.offset, total);
        facts.virtual_size = Some(sizes::whole_sectors(total)?);
        facts.recorded_size = facts.virtual_size;
        facts.encryption = self.encryption();
        Ok(())
    }

    fn create_type(&self) -> Result<&'static CStr, Reason> {
        let found = self.quoted(b"createType", "createType has no quoted value")?;
        let found = found.ok_or(self.broken("there is no createType"))?;
        let mut known = CREATE_TYPES.into_iter();
        let what = "createType is none of monolithicFlat, vmfs, vmfsSparse, seSparse, \
                    twoGbMaxExtentSparse, twoGbMaxExtentFlat";
        known
            .find(|name| name.to_bytes() == found.recorded())
            .ok_or(unsupported(what, found.range().offset))
    }

    /// Reads the identifiers of the image and its parent, and the parent's name.
    pub(super) fn identity(&self, facts: &mut Facts<Text<'a>>) -> Result<(), Reason> {
        facts.backing = self.cut(IDENTITY_LENGTH).parent()?;
        // QEMU reads the last byte as a NUL when it looks for the identifiers.
        let window = self.cut(IDENTITY_LENGTH.saturating_sub(1));
        let missing = "there is no CID, or it has no value";
        facts.cid = Some(window.identifier(b"CID", missing)?);
        let missing = "there is no parentCID, or it has no value";
        facts.parent_cid = Some(window.identifier(b"parentCID", missing)?);
        if facts.encryption.is_none() {
            facts.encryption = self.encryption();
        }
        let extras = facts.extras.get_or_insert_with(Box::default);
        extras.adapter_type = self.entry(b"ddb.adapterType");
        extras.hardware_version = self.entry(b"ddb.virtualHWVersion");
        Ok(())
    }

    /// Returns the quoted value of the first `key`, with or without blanks around the equals sign.
    fn entry(&self, key: &[u8]) -> Option<Text<'a>> {
        let (rest, text) = scan::setting(self.after(key, 0)?).ok()?;
        (text.len() <= MAX_ENTRY).then(|| self.part(text, rest))
    }

    fn identifier(&self, key: &[u8], missing: &'static str) -> Result<u32, Reason> {
        match self.after(key, 1).map(scan::hexadecimal) {
            Some(Ok((_, value))) => Ok(value),
            _ => Err(self.broken(missing)),
        }
    }

    fn parent(&self) -> Result<Option<Backing<Text<'a>>>, Reason> {
        let unquoted = "parentFileNameHint has no quoted value";
        let Some(location) = self.quoted(b"parentFileNameHint", unquoted)? else {
            return Ok(None);
        };
        let range = location.range();
        let length = DESCRIPTOR.field("length of parentFileNameHint", range.offset, range.length);
        length.at_most(MAX_PARENT_NAME)?;
        let format = BackingFormat::is(Format::Vmdk);
        Ok(Backing::named(location, Some(format)))
    }

    /// Returns VMware's encryption if it is declared. QEMU does not know it, and a guest would see
    /// ciphertext.
    fn encryption(&self) -> Option<Box<Encryption<Text<'a>>>> {
        let mut lines = lines(self.text);
        let declared = lines.any(declares_encryption);
        declared.then(|| Box::new(Encryption::of(EncryptionFormat::Vmdk)))
    }
}

/// Returns whether a line declares encryption. VMware's programs ignore the case of keys.
fn declares_encryption(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    // Nearly all lines end here.
    if !matches!(line.first(), Some(b'e' | b'E' | b'k' | b'K' | b'd' | b'D')) {
        return false;
    }
    let is_set = |key| {
        let value = after_prefix(line, key)?.trim_ascii_start();
        value.strip_prefix(b"=")
    };
    is_set(b"encryptionKeys").is_some()
        || is_set(b"keyID").is_some()
        || is_set(b"ddb.iofilters").is_some_and(|value| {
            let filter = b"vmwarevmcrypt";
            let mut parts = value.windows(filter.len());
            parts.any(|part| part.eq_ignore_ascii_case(filter))
        })
}
