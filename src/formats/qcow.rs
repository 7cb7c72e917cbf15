// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow, version 1. Big-endian.
//!
//! Specification: Mark McLoughlin, "The QCOW Image Format"; limits are those of QEMU's driver.

use super::{require_signature, sizes};
use crate::base::constraint::Constraint;
use crate::base::field::Structure;
use crate::base::format::Format;
use crate::base::number::{be_u16, be_u32, be_u64, be_u8};
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::{Backing, Encryption, EncryptionFormat, Extras, Facts};
use nom::IResult;

const HEADER: Structure = Structure::new("qcow header");
const LENGTH: u32 = 48;
const MAGIC_AND_VERSION: &[u8] = b"QFI\xfb\0\0\0\x01";

const MAX_BACKING_NAME: u64 = 1023;
const L1_ENTRY_BYTES: u64 = 8;
const MAX_L1_ENTRIES: u64 = sizes::MAX_TABLE_BYTES / L1_ENTRY_BYTES;
const CRYPT_NONE: u32 = 0;
const CRYPT_AES: u32 = 1;

struct Header {
    backing_file_offset: u64,
    backing_file_size: u32,
    mtime: u32,
    size: u64,
    cluster_bits: u8,
    l2_bits: u8,
    crypt_method: u32,
    l1_table_offset: u64,
}

fn header(input: &[u8]) -> IResult<&[u8], Header> {
    let (input, _magic_and_version) = be_u64(input)?;
    let (input, backing_file_offset) = be_u64(input)?;
    let (input, backing_file_size) = be_u32(input)?;
    let (input, mtime) = be_u32(input)?;
    let (input, size) = be_u64(input)?;
    let (input, cluster_bits) = be_u8(input)?;
    let (input, l2_bits) = be_u8(input)?;
    let (input, _padding) = be_u16(input)?;
    let (input, crypt_method) = be_u32(input)?;
    let (input, l1_table_offset) = be_u64(input)?;
    let header = Header {
        backing_file_offset,
        backing_file_size,
        mtime,
        size,
        cluster_bits,
        l2_bits,
        crypt_method,
        l1_table_offset,
    };
    Ok((input, header))
}

pub(crate) fn detect(head: &Head<'_>) -> bool {
    head.has(0, MAGIC_AND_VERSION)
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    require_signature(view, Format::Qcow, detect, "no qcow version 1 signature", 0)?;
    let header = view.parse(0, LENGTH, HEADER.name, header)?;
    let cluster_bits = HEADER.field("cluster_bits", 32, header.cluster_bits);
    cluster_bits.between(9, 16)?;
    let l2_bits = HEADER.field("l2_bits", 33, header.l2_bits);
    l2_bits.between(6, 13)?;
    HEADER
        .field("crypt_method", 36, header.crypt_method)
        .supported(
            matches!(header.crypt_method, CRYPT_NONE | CRYPT_AES),
            Constraint::Be("0 (none), 1 (AES)"),
        )?;
    let size = HEADER.field("size", 24, header.size);
    size.at_least(2)?;
    let shift = u32::from(header.cluster_bits.saturating_add(header.l2_bits));
    let covered_by_entry = 1u64.checked_shl(shift).unwrap_or(1);
    size.at_most(covered_by_entry.saturating_mul(MAX_L1_ENTRIES))?;
    let l1_entries = size.value.div_ceil(covered_by_entry.max(1));
    sizes::table_place(
        HEADER.field("l1_table_offset", 40, header.l1_table_offset),
        l1_entries.saturating_mul(L1_ENTRY_BYTES),
    )?;

    let mut facts = Facts::of(Format::Qcow);
    facts.virtual_size = Some(sizes::whole_sectors(size)?);
    facts.recorded_size = Some(header.size);
    facts.cluster_size = 1u64.checked_shl(u32::from(header.cluster_bits));
    if header.crypt_method == CRYPT_AES {
        facts.encryption = Some(Box::new(Encryption::of(EncryptionFormat::Aes)));
    }
    facts.backing = backing(view, &header)?;
    facts.extras = Extras::backing_mtime(header.mtime);
    Ok(facts)
}

fn backing<'a>(view: &View<'a>, header: &Header) -> Result<Option<Backing<Text<'a>>>, Incomplete> {
    if header.backing_file_offset == 0 {
        return Ok(None);
    }
    let (offset, size) = (header.backing_file_offset, header.backing_file_size);
    HEADER
        .field("backing_file_size", 16, size)
        .at_most(MAX_BACKING_NAME)?;
    let name = view.at(offset, size, "qcow backing file name")?;
    Ok(Backing::named(Text::until_nul(name, offset), None))
}
