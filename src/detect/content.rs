// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a raw image holds, as far as a few signatures near its start show.

use crate::base::named::Set;
use crate::base::view::{Head, Incomplete, View};
use crate::image::Content;

/// Content that one signature near the start shows, and its offset.
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
    // At the end of a page, which usually has 4 KiB.
    (Content::Swap, 4086, b"SWAPSPACE2"),
    (Content::Swap, 4086, b"SWAP-SPACE"),
];

/// Offset of the volume descriptors of optical discs (ECMA-119, ECMA-167), one each 2048 bytes.
const DESCRIPTORS: u64 = 32768;
const DESCRIPTOR: usize = 2048;
const DESCRIPTORS_LENGTH: u32 = 32768;

/// Returns the volume descriptors, as far as the file has them.
pub(super) fn descriptors<'a>(view: &View<'a>) -> Result<&'a [u8], Incomplete> {
    view.if_there(DESCRIPTORS, DESCRIPTORS_LENGTH, "volume descriptors")
}

/// Returns what bytes from the start, and volume descriptors, show.
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
    by_signature
        .chain(by_structure.map(|(content, _)| content))
        .collect()
}

pub(super) fn is_iso9660(descriptors: &[u8]) -> bool {
    Head(descriptors).has(1, b"CD001")
}

/// Checks for UDF's sequence of descriptors, which comes after that of ISO 9660 if both are there.
fn is_udf(descriptors: &[u8]) -> bool {
    let identifiers = descriptors.chunks(DESCRIPTOR);
    identifiers
        .map_while(|descriptor| descriptor.get(1..6))
        .take_while(|id| matches!(*id, b"CD001" | b"BEA01" | b"BOOT2" | b"NSR02" | b"NSR03"))
        .any(|id| matches!(id, b"NSR02" | b"NSR03"))
}

/// The magic has two bytes only, so two more fields of the superblock must make sense too.
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

/// Whether the first sector ends in a partition table that names at least one partition.
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
