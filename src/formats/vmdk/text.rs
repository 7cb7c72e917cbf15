// SPDX-License-Identifier: MIT OR Apache-2.0
//! The text of a descriptor, in a separate file or inside a sparse file.
//!
//! As in QEMU, a key is at the first occurrence of its name, even in a comment or inside
//! another word. The value starts a fixed number of bytes after it.

use super::scan;
use crate::base::error::Reason;
use crate::base::field::Structure;
use crate::base::limits::{FIRST_READ, MAX_VMDK_DESCRIPTOR};
use crate::base::range::ByteRange;
use crate::base::text::{until_nul, Text};
use crate::base::view::{Incomplete, View};
use nom::FindSubstring;

pub(super) const DESCRIPTOR: Structure = Structure::new("vmdk descriptor");

/// The offset at which QEMU reads the descriptor of a sparse file, regardless of the header.
const EMBEDDED_OFFSET: u64 = 0x200;
/// QEMU looks for the identifiers and the parent in this many bytes.
pub(super) const IDENTITY_LENGTH: usize = 20 * 512;

// The first read is never more than what is needed.
const _: () = assert!(FIRST_READ < IDENTITY_LENGTH as u64);
// A message spells out this limit.
const _: () = assert!(MAX_VMDK_DESCRIPTOR == 65536);

/// The text, which has no NUL, and its offset in the file.
pub(super) struct Descriptor<'a> {
    pub(super) text: &'a [u8],
    pub(super) offset: u64,
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
    /// Reads the text in a sparse file: as much as QEMU reads or, if the text does not end there,
    /// as much as the header declares.
    pub(super) fn embedded(view: &View<'a>, declared: u64) -> Result<Self, Incomplete> {
        let most = u32::try_from(IDENTITY_LENGTH).unwrap_or(u32::MAX);
        let descriptor = Descriptor::read(view, EMBEDDED_OFFSET, most)?;
        let declared = u32::try_from(declared.min(MAX_VMDK_DESCRIPTOR)).unwrap_or(u32::MAX);
        match descriptor.text.len() == IDENTITY_LENGTH && declared > most {
            true => Descriptor::read(view, EMBEDDED_OFFSET, declared),
            false => Ok(descriptor),
        }
    }

    /// Reads all of a text that lists extents.
    pub(super) fn alone(view: &View<'a>, offset: u64) -> Result<Self, Incomplete> {
        let most = u32::try_from(MAX_VMDK_DESCRIPTOR).unwrap_or(u32::MAX);
        let descriptor = Descriptor::read(view, offset, most.saturating_add(1))?;
        match u32::try_from(descriptor.text.len()) {
            Ok(length) if length <= most => Ok(descriptor),
            _ => Err(unsupported("longer than 65536 bytes", offset).into()),
        }
    }

    /// Reads at most `most` bytes of text. Typical descriptors end within the first read; more is
    /// read only if that read has no NUL.
    fn read(view: &View<'a>, offset: u64, most: u32) -> Result<Self, Incomplete> {
        if view.length().bound() <= offset {
            // The text is missing, not empty.
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

    /// Returns whether there can be more text than is read.
    pub(super) fn is_longest(&self) -> bool {
        u64::try_from(self.text.len()).is_ok_and(|length| length >= MAX_VMDK_DESCRIPTOR)
    }

    pub(super) fn range(&self) -> ByteRange {
        Text::bytes(self.text, self.offset).range()
    }

    /// Returns the offset in the file at which `left` bytes of text are left.
    pub(super) fn offset_of(&self, left: usize) -> u64 {
        let start = u64::try_from(self.text.len().saturating_sub(left));
        self.offset.saturating_add(start.unwrap_or(u64::MAX))
    }

    /// Returns the part of the text that `rest` follows.
    pub(super) fn part(&self, part: &'a [u8], rest: &[u8]) -> Text<'a> {
        let left = rest.len().saturating_add(part.len());
        Text::bytes(part, self.offset_of(left))
    }

    pub(super) fn broken(&self, what: &'static str) -> Reason {
        DESCRIPTOR.broken(what, self.offset)
    }

    /// Returns as much of the text as is in the first `length` bytes.
    pub(super) fn cut(&self, length: usize) -> Self {
        Descriptor {
            text: self.text.get(..length).unwrap_or(self.text),
            offset: self.offset,
        }
    }

    /// Returns the text that is `skip` bytes after the first `key`.
    pub(super) fn after(&self, key: &[u8], skip: usize) -> Option<&'a [u8]> {
        let start = self.text.find_substring(key)?;
        let value = start.saturating_add(key.len()).saturating_add(skip);
        Some(self.text.get(value..).unwrap_or_default())
    }

    /// Returns the text from two bytes after `key` to the next quote. The two bytes can have any
    /// value. Fails with `unquoted` if the quote is missing.
    pub(super) fn quoted(
        &self,
        key: &[u8],
        unquoted: &'static str,
    ) -> Result<Option<Text<'a>>, Reason> {
        match self.after(key, 2).map(scan::quoted) {
            None => Ok(None),
            Some(Ok((rest, text))) => Ok(Some(self.part(text, rest))),
            Some(Err(_)) => Err(self.broken(unquoted)),
        }
    }
}
