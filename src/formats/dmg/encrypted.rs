// SPDX-License-Identifier: MIT OR Apache-2.0
//! An encrypted UDIF image. The trailer is encrypted too. Big-endian.
//!
//! Version 2 has a header at the start. Version 1 has it at the end, with the magic last; its other
//! fields describe only the key. Layout: public notes of programs that read such images with the
//! password. QEMU opens neither version.

use crate::base::constraint::Constraint;
use crate::base::format::Format;
use crate::base::header::header;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::{EncryptionFacts, EncryptionFormat, Facts, Uuid};

const MAGIC: &[u8] = b"encrcdsa";
/// The magic of version 1, in the last bytes.
pub(super) const MAGIC_AT_END: &[u8] = b"cdsaencr";

header! {
    /// The header of version 2, up to the last field that is read.
    struct Header("encrypted dmg header", BigEndian, 72) {
        8 version: u32,
        36 uuid: Uuid,
        /// Offset of the encrypted data.
        64 data_offset: u64 = "data offset",
    }
}

/// Returns whether the bytes start like version 2.
pub(in crate::formats) fn detect(head: &Head<'_>) -> bool {
    head.has(0, MAGIC)
}

/// Returns what the magic alone shows.
pub(crate) fn finding<'a>() -> EncryptionFacts<Text<'a>> {
    EncryptionFacts::of(EncryptionFormat::Dmg)
}

/// Returns the facts that version 1 shows, and where the data starts if that is known.
pub(super) fn facts<'a>(payload_offset: Option<u64>) -> Facts<Text<'a>> {
    let mut facts = Facts::of(Format::Dmg);
    facts.encryption = Some(Box::new(EncryptionFacts {
        payload_offset,
        ..finding()
    }));
    facts
}

/// Reads an image whose header is at the start.
pub(super) fn version_2<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let header = Header::read(view, 0)?;
    let version = header.version();
    version.supported(version.value == 2, Constraint::Equal(2))?;
    let offset = header.data_offset();
    if let Some(end) = view.end_before(offset.value, offset.structure)? {
        offset.at_most(end)?;
    }
    let mut facts = facts(Some(header.data_offset));
    facts.uuid = header.uuid.not_nil();
    Ok(facts)
}
