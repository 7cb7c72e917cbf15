// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a raw image holds, as far as a few signatures near its start tell.

use crate::base::named::Set;
use crate::base::view::{Incomplete, View};
use crate::image::Content;

/// Content that one signature near the start tells, and where that stands.
const SIGNATURES: [(Content, usize, &[u8]); 12] = [
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
    // At the end of a page, of which 4 KiB is the usual size.
    (Content::Swap, 4086, b"SWAPSPACE2"),
    (Content::Swap, 4086, b"SWAP-SPACE"),
];

/// Where the volume descriptors of optical discs start (ECMA-119, ECMA-167), one each 2048 bytes.
const DESCRIPTORS: u64 = 32768;
const DESCRIPTOR: usize = 2048;
const DESCRIPTORS_LENGTH: u32 = 32768;

/// The volume descriptors, as far as the file has them.
pub(super) fn descriptors<'a>(view: &View<'a>) -> Result<&'a [u8], Incomplete> {
    view.if_there(DESCRIPTORS, DESCRIPTORS_LENGTH, "volume descriptors")
}

/// What bytes from the start, and volume descriptors, show.
pub(super) fn of(start: &[u8], descriptors: &[u8]) -> Set<Content> {
    let mut found = Set::default();
    for (content, offset, signature) in SIGNATURES {
        if has(start, offset, signature) {
            found.insert(content);
        }
    }
    if is_ext(start) {
        found.insert(Content::Ext);
    }
    if has_partitions(start) {
        found.insert(Content::Mbr);
    }
    if is_iso9660(descriptors) {
        found.insert(Content::Iso9660);
    }
    if is_udf(descriptors) {
        found.insert(Content::Udf);
    }
    found
}

pub(super) fn is_iso9660(descriptors: &[u8]) -> bool {
    has(descriptors, 1, b"CD001")
}

/// UDF names itself in a sequence of descriptors, behind those of ISO 9660 where it has both.
fn is_udf(descriptors: &[u8]) -> bool {
    let mut identifiers = descriptors
        .chunks(DESCRIPTOR)
        .map_while(|descriptor| descriptor.get(1..6));
    identifiers
        .by_ref()
        .take_while(|id| {
            [b"CD001", b"BEA01", b"BOOT2", b"NSR02", b"NSR03"]
                .iter()
                .any(|known| id == known)
        })
        .any(|id| id == b"NSR02" || id == b"NSR03")
}

/// The signature has two bytes only, so two fields beside it must make sense too.
fn is_ext(start: &[u8]) -> bool {
    const SUPERBLOCK: usize = 1024;
    let field = |offset: usize| {
        let bytes = start.get(SUPERBLOCK.saturating_add(offset)..)?;
        bytes
            .first_chunk::<4>()
            .map(|bytes| u32::from_le_bytes(*bytes))
    };
    has(start, SUPERBLOCK + 56, &[0x53, 0xef])
        && field(24).is_some_and(|log_block_size| log_block_size <= 6)
        && field(76).is_some_and(|revision| revision <= 1)
}

/// Whether the first sector ends in a partition table that names at least one partition.
fn has_partitions(start: &[u8]) -> bool {
    /// The type of a partition that covers a disk with a GPT.
    const PROTECTIVE: u8 = 0xee;
    let Some(entries) = start.get(446..510) else {
        return false;
    };
    let entries = || entries.chunks(16);
    let sensible = |entry: &[u8]| matches!(entry.first(), Some(0 | 0x80));
    let used = |entry: &[u8]| {
        let kind = entry.get(4).copied().unwrap_or_default();
        let sectors = entry.get(12..16).unwrap_or_default();
        kind != 0 && kind != PROTECTIVE && sectors.iter().any(|byte| *byte != 0)
    };
    has(start, 510, &[0x55, 0xaa]) && entries().all(sensible) && entries().any(used)
}

fn has(bytes: &[u8], offset: usize, signature: &[u8]) -> bool {
    let rest = bytes.get(offset..);
    rest.is_some_and(|rest| rest.starts_with(signature))
}
