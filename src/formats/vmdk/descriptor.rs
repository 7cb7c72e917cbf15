// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts that a descriptor records.

use super::description::Description;
use super::others::Others;
use super::text::{Descriptor, DESCRIPTOR, IDENTITY_LENGTH};
use super::{extents, others, scan};
use crate::base::error::Reason;
use crate::base::format::Format;
use crate::base::text::Text;
use crate::formats::sizes;
use crate::image::{BackingFacts, BackingFormatFacts, EncryptionFacts, EncryptionFormat, Facts};
use core::ffi::CStr;
use std::sync::Arc;

/// Longest parent name that can be opened.
const MAX_PARENT_NAME: u64 = 4095;
/// Longest of the other texts, which are words and numbers. Longer ones are not facts: the name of
/// a parent may be inside one, and both would be kept.
const MAX_ENTRY: usize = 511;

/// The values of `createType` that QEMU reads in a separate descriptor file.
const CREATE_TYPES: [&CStr; 6] = [
    c"monolithicFlat",
    c"vmfs",
    c"vmfsSparse",
    c"seSparse",
    c"twoGbMaxExtentSparse",
    c"twoGbMaxExtentFlat",
];

impl<'a> Descriptor<'a> {
    /// Reads the facts of the disk that the extents make up.
    pub(super) fn disk(&self, facts: &mut Facts<Text<'a>>) -> Result<(), Reason> {
        facts.subformat = Some(self.create_type()?);
        let extents = extents::read(self)?;
        if extents.len() == 0 {
            return Err(self.broken("no extent with access RW"));
        }
        let sizes = extents.iter().map(|extent| extent.size);
        let total = sizes.fold(0, u64::saturating_add);
        facts.extents = Some(Arc::new(extents));
        let total = DESCRIPTOR.field("total extent size", self.offset, total);
        facts.virtual_size = Some(sizes::whole_sectors(total)?);
        facts.recorded_size = facts.virtual_size;
        facts.encryption = encryption(&others::read(self, None, facts));
        Ok(())
    }

    fn create_type(&self) -> Result<&'static CStr, Reason> {
        let found = self.quoted(b"createType", "createType has no quoted value")?;
        let found = found.ok_or(self.broken("createType is missing"))?;
        let mut known = CREATE_TYPES.into_iter();
        let unsupported = Reason::UnsupportedName {
            structure: DESCRIPTOR.name,
            field: "createType",
            offset: found.range().offset,
            value: found.recorded().into(),
        };
        let found = known.find(|name| name.to_bytes() == found.recorded());
        found.ok_or(unsupported)
    }

    /// Reads the identifiers of the image and its parent, the parent's name, and what other
    /// programs read. `description` is that of the file that contains the text.
    pub(super) fn identity(
        &self,
        description: Option<&Description>,
        facts: &mut Facts<Text<'a>>,
    ) -> Result<(), Reason> {
        facts.backing = self.cut(IDENTITY_LENGTH).parent()?;
        let others = others::read(self, description, facts);
        // QEMU reads the last byte as a NUL when it looks for the identifiers.
        let window = self.cut(IDENTITY_LENGTH.saturating_sub(1));
        let missing = match self.offset {
            0 => "CID is missing or empty",
            _ => {
                "CID is missing or empty: if this is one extent of a disk, \
                 use the descriptor of that disk"
            }
        };
        facts.cid = Some(window.identifier(b"CID", missing)?);
        let missing = "parentCID is missing or empty";
        facts.parent_cid = Some(window.identifier(b"parentCID", missing)?);
        if facts.encryption.is_none() {
            facts.encryption = encryption(&others);
        }
        facts.headers_differ |= others.told.differs;
        facts.parent = others.parent.map(Box::new);
        let extras = facts.extras.get_or_insert_with(Box::default);
        extras.largest_size = Some(others.told.size);
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

    fn parent(&self) -> Result<Option<BackingFacts<Text<'a>>>, Reason> {
        let unquoted = "parentFileNameHint has no quoted value";
        let Some(location) = self.quoted(b"parentFileNameHint", unquoted)? else {
            return Ok(None);
        };
        let range = location.range();
        let length = DESCRIPTOR.field("length of parentFileNameHint", range.offset, range.length);
        length.at_most(MAX_PARENT_NAME)?;
        let format = BackingFormatFacts::is(Format::Vmdk);
        Ok(BackingFacts::named(location, Some(format)))
    }
}

fn encryption<'a>(others: &Others<'_>) -> Option<Box<EncryptionFacts<Text<'a>>>> {
    let encryption = || Box::new(EncryptionFacts::of(EncryptionFormat::Vmdk));
    others.is_encrypted.then(encryption)
}
