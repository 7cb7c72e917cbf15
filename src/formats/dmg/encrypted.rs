// SPDX-License-Identifier: MIT OR Apache-2.0
//! An encrypted UDIF image: all of it is inside, its trailer too. Big-endian.
//!
//! Version 2 has a header in front; version 1 has its header behind, and that ends in its
//! signature. Layout: public notes of those who read such images with the password. Of version 1
//! they know nothing but what the key is made of, which says nothing here. QEMU opens neither.

use crate::base::constraint::Constraint;
use crate::base::field::Structure;
use crate::base::format::Format;
use crate::base::number::{be_u128, be_u32, be_u64};
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::{not_nil, Encryption, EncryptionFormat, Facts, Uuid};
use nom::bytes::complete::take;
use nom::IResult;

const HEADER: Structure = Structure::new("encrypted dmg header");
/// Up to the last field that is read.
const LENGTH: u32 = 72;
const MAGIC: &[u8] = b"encrcdsa";
/// Of version 1, which stands in the last bytes.
pub(super) const MAGIC_AT_END: &[u8] = b"cdsaencr";

struct Header {
    version: u32,
    uuid: Uuid,
    data_offset: u64,
}

fn header(input: &[u8]) -> IResult<&[u8], Header> {
    let (input, _magic) = take(8usize)(input)?;
    let (input, version) = be_u32(input)?;
    let (input, _algorithms_and_key_lengths) = take(24usize)(input)?;
    let (input, uuid) = be_u128(input)?;
    let (input, _block_size) = be_u32(input)?;
    let (input, _data_size) = be_u64(input)?;
    let (input, data_offset) = be_u64(input)?;
    let header = Header {
        version,
        uuid: uuid.to_be_bytes(),
        data_offset,
    };
    Ok((input, header))
}

/// Whether the bytes start as version 2 does.
pub(in crate::formats) fn detect(head: &Head<'_>) -> bool {
    head.has(0, MAGIC)
}

/// What the signature alone says.
pub(crate) fn finding<'a>() -> Encryption<Text<'a>> {
    Encryption::of(EncryptionFormat::Dmg)
}

/// An image whose keys stand behind the data.
pub(super) fn version_1<'a>() -> Facts<Text<'a>> {
    let mut facts = Facts::of(Format::Dmg);
    facts.encryption = Some(Box::new(finding()));
    facts
}

/// Reads the header in front.
pub(super) fn version_2<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let header = view.parse(0, LENGTH, HEADER.name, header)?;
    HEADER
        .field("version", 8, header.version)
        .supported(header.version == 2, Constraint::Equal(2))?;
    let offset = HEADER.field("data offset", 64, header.data_offset);
    if let Some(end) = view.end_before(offset.value, HEADER.name)? {
        offset.at_most(end)?;
    }
    let mut facts = Facts::of(Format::Dmg);
    facts.uuid = not_nil(header.uuid);
    facts.encryption = Some(Box::new(Encryption {
        payload_offset: Some(header.data_offset),
        ..finding()
    }));
    Ok(facts)
}
