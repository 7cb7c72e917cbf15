// SPDX-License-Identifier: MIT OR Apache-2.0
//! The content of a raw image, detected by a few signatures near its start.

use crate::base::named::Set;
use crate::base::view::{Head, Incomplete, View};
use crate::image::Content;

/// Content that is detected by one signature near the start, with its offset.
const SIGNATURES: &[(Content, usize, &[u8])] = &[
    (Content::Gpt, 512, b"EFI PART"),
    (Content::Gpt, 4096, b"EFI PART"),
    (Content::Lvm2, 512 + 24, b"LVM2 001"),
    (Content::Xfs, 0, b"XFSB"),
    (Content::Ntfs, 3, b"NTFS    "),
    (Content::ExFat, 3, b"EXFAT   "),
    (Content::Fat, 54, b"FAT12   "),
    (Content::Fat, 54, b"FAT16   "),
    (Content::Fat, 82, b"FAT32   "),
    (Content::Squashfs, 0, b"hsqs"),
    // At the end of a page, usually of 4 KiB.
    (Content::Swap, 4086, b"SWAPSPACE2"),
    (Content::Swap, 4086, b"SWAP-SPACE"),
    (Content::Gzip, 0, b"\x1f\x8b\x08"),
    (Content::Xz, 0, b"\xfd7zXZ\0"),
    (Content::Zstd, 0, b"\x28\xb5\x2f\xfd"),
    (Content::Bzip2, 0, b"BZh"),
    (Content::Lz4, 0, b"\x04\x22\x4d\x18"),
    (Content::Tar, 257, b"ustar"),
    (Content::Zip, 0, b"PK\x03\x04"),
];

/// The GUIDs of a BitLocker and a BitLocker To Go volume, as Windows 7 and later write them.
const BITLOCKER: [&[u8; 16]; 2] = [
    b"\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01",
    b"\x3b\x4d\xa8\x92\x80\xdd\x0e\x4d\x9e\x4e\xb1\xe3\x28\x4e\xae\xd8",
];
/// Number of bytes at the start that must be text.
const TEXT: usize = 512;

/// Offset of the volume descriptors of optical discs (ECMA-119, ECMA-167), each of 2048 bytes.
const DESCRIPTORS: u64 = 32768;
const DESCRIPTOR: usize = 2048;
const DESCRIPTORS_LENGTH: u32 = 32768;

/// Returns the volume descriptors, or those before the end of the file.
pub(super) fn descriptors<'a>(view: &View<'a>) -> Result<&'a [u8], Incomplete> {
    view.if_there(DESCRIPTORS, DESCRIPTORS_LENGTH, "volume descriptors")
}

/// Returns the content that the first bytes and the volume descriptors show.
pub(super) fn of(start: &[u8], descriptors: &[u8]) -> Set<Content> {
    let start = Head(start);
    let by_signature = SIGNATURES.iter();
    let by_signature = by_signature
        .filter(|(_, offset, signature)| start.has(*offset, signature))
        .map(|(content, _, _)| *content);
    let by_structure = [
        (Content::Ext, is_ext(&start)),
        (Content::Mbr, has_partitions(&start)),
        (Content::Iso9660, is_iso9660(descriptors)),
        (Content::Udf, is_udf(descriptors)),
    ];
    let by_structure = by_structure.into_iter().filter(|(_, found)| *found);
    let all = by_signature.chain(by_structure.map(|(content, _)| content));
    let all: Set<Content> = all.collect();
    match is_bitlocker(&start) {
        // The boot sector of a BitLocker To Go volume also has the fields of a file system.
        true => {
            let mut all = all.without(Content::Fat).without(Content::Ntfs);
            all.insert(Content::BitLocker);
            all
        }
        false => all,
    }
}

/// Returns whether the first sector is that of a BitLocker volume.
pub(super) fn is_bitlocker(start: &Head<'_>) -> bool {
    let has_guid = |offset| BITLOCKER.iter().any(|guid| start.has(offset, *guid));
    start.has(3, b"-FVE-FS-") || start.has(510, b"\x55\xaa") && (has_guid(160) || has_guid(424))
}

/// Returns the type of text, if the first bytes of a file are text.
pub(super) fn text(start: &[u8]) -> Option<Content> {
    let start = start.get(..TEXT).unwrap_or(start);
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    let is_text = match core::str::from_utf8(start) {
        Ok(_) => true,
        // The last character is incomplete.
        Err(error) => error.error_len().is_none() && start.len() == TEXT,
    };
    if start.is_empty() || !is_text || start.iter().any(is_control) {
        return None;
    }
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let text = text.trim_ascii_start();
    let is_html = [&b"<!doctype html"[..], b"<html"].iter().any(|tag| {
        let start = text.get(..tag.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(tag))
    });
    Some(if is_html {
        Content::Html
    } else {
        Content::Text
    })
}

pub(super) fn is_iso9660(descriptors: &[u8]) -> bool {
    Head(descriptors).has(1, b"CD001")
}

/// Checks for the descriptor sequence of UDF, which follows that of ISO 9660 if both are present.
fn is_udf(descriptors: &[u8]) -> bool {
    let identifiers = descriptors.chunks(DESCRIPTOR);
    identifiers
        .map_while(|descriptor| descriptor.get(1..6))
        .take_while(|id| matches!(*id, b"CD001" | b"BEA01" | b"BOOT2" | b"NSR02" | b"NSR03"))
        .any(|id| matches!(id, b"NSR02" | b"NSR03"))
}

/// The magic has only two bytes, so two more fields of the superblock must be valid.
fn is_ext(start: &Head<'_>) -> bool {
    const SUPERBLOCK: usize = 1024;
    const LOG_BLOCK_SIZE: usize = SUPERBLOCK + 24;
    const MAGIC: usize = SUPERBLOCK + 56;
    const REVISION: usize = SUPERBLOCK + 76;
    start.has(MAGIC, b"\x53\xef")
        && start.present().len() >= REVISION + 4
        && start.le_u32(LOG_BLOCK_SIZE) <= 6
        && start.le_u32(REVISION) <= 1
}

/// Returns whether the first sector ends in a partition table with at least one partition.
fn has_partitions(start: &Head<'_>) -> bool {
    /// The type of a partition that covers a disk with a GPT.
    const PROTECTIVE: u8 = 0xee;
    let entries = start.present().get(446..510).unwrap_or_default();
    let is_valid = |entry: &[u8]| matches!(entry.first(), Some(0 | 0x80));
    let is_used = |entry: &[u8]| {
        let kind = entry.get(4).copied().unwrap_or_default();
        let sectors = entry.get(12..16).unwrap_or_default();
        kind != 0 && kind != PROTECTIVE && sectors.iter().any(|byte| *byte != 0)
    };
    start.has(510, b"\x55\xaa")
        && entries.chunks(16).all(is_valid)
        && entries.chunks(16).any(is_used)
}
