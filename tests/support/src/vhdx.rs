// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHDX images with changed structures and right checksums.

use crate::build::{crc32c, Build, Vhdx, MIB};
use crate::{patched, Changes};

/// The offsets of the two headers.
pub const HEADERS: [usize; 2] = [0x1_0000, 0x2_0000];
/// The offset of the first region table.
pub const REGION_TABLE: usize = 0x3_0000;
/// The offset of its entry for the BAT.
pub const BAT_ENTRY: usize = REGION_TABLE + 16;
/// The offset of its entry for the metadata region.
pub const METADATA_ENTRY: usize = BAT_ENTRY + 32;
/// The offset of the metadata region.
pub const METADATA: usize = 0x30_0000;
/// The offsets of the items in that region.
pub const FILE_PARAMETERS: usize = METADATA + 0x1_0000;
/// See [`FILE_PARAMETERS`].
pub const DISK_SIZE: usize = FILE_PARAMETERS + 8;
/// See [`FILE_PARAMETERS`].
pub const SECTOR_SIZE: usize = FILE_PARAMETERS + 0x20;
/// See [`FILE_PARAMETERS`].
pub const PHYSICAL_SECTOR_SIZE: usize = FILE_PARAMETERS + 0x24;

/// A GUID without a meaning.
pub const UNKNOWN: [u8; 16] = *b"an unknown GUID.";
/// A8D35F2D-B30B-454D-ABF7-D3D84834AB0C, as it is stored.
pub const PARENT_LOCATOR: [u8; 16] =
    *b"\x2d\x5f\xd3\xa8\x0b\xb3\x4d\x45\xab\xf7\xd3\xd8\x48\x34\xab\x0c";
/// B04AEFB7-D19E-4A81-B789-25B8E9445913, as it is stored.
const VHDX: [u8; 16] = *b"\xb7\xef\x4a\xb0\x9e\xd1\x81\x4a\xb7\x89\x25\xb8\xe9\x44\x59\x13";

/// Returns the offset of an entry of the metadata table. The base has five.
pub fn item(number: usize) -> usize {
    METADATA + 32 + number * 32
}

/// Returns a dynamic image of 64 MiB in blocks of 8 MiB, without the space after the last item.
pub fn base() -> Vec<u8> {
    let mut bytes = Vhdx::new(64 * MIB).bytes();
    bytes.truncate(METADATA + 0x1_1000);
    bytes
}

/// Corrects the checksums, as far as what they cover is in the file.
pub fn with_checksums(mut bytes: Vec<u8>) -> Vec<u8> {
    let [first, second] = HEADERS;
    for (offset, length) in [(first, 4096), (second, 4096), (REGION_TABLE, 65536)] {
        let Some(covered) = bytes.get_mut(offset..offset + length) else {
            continue;
        };
        covered[4..8].fill(0);
        let checksum = crc32c(covered);
        covered[4..8].copy_from_slice(&checksum.to_le_bytes());
    }
    bytes
}

/// Returns `base` with some bytes replaced, and then right checksums.
pub fn changed(base: &[u8], changes: Changes<'_>) -> Vec<u8> {
    with_checksums(patched(base, changes))
}

/// Puts the same bytes into both headers.
pub fn in_headers(base: &[u8], offset: usize, new: &[u8]) -> Vec<u8> {
    changed(base, &HEADERS.map(|header| (header + offset, new)))
}

/// Adds an entry to the region table.
pub fn with_region(base: &[u8], guid: &[u8], offset: u64, length: u32, flags: u32) -> Vec<u8> {
    let range = [&offset.to_le_bytes()[..], &length.to_le_bytes()].concat();
    let entry = [guid, &range, &flags.to_le_bytes()].concat();
    changed(
        base,
        &[(REGION_TABLE + 8, &[3]), (METADATA_ENTRY + 32, &entry)],
    )
}

/// Moves an item to another offset of the metadata region. The longest that is read of an item of
/// the base are eight bytes.
pub fn moved(base: &[u8], number: usize, offset: u32) -> Vec<u8> {
    let old = base[item(number) + 16..][..4].try_into().expect("4 bytes");
    let from = METADATA + u32::from_le_bytes(old) as usize;
    let to = METADATA + offset as usize;
    let mut bytes = base.to_vec();
    bytes.resize(bytes.len().max(to + 8), 0);
    bytes.copy_within(from..from + 8, to);
    patched(&bytes, &[(item(number) + 16, &offset.to_le_bytes())])
}

/// Adds an entry to the metadata table. `offset` is relative to the region.
pub fn with_item(base: &[u8], guid: &[u8], offset: u32, length: u32, flags: u32) -> Vec<u8> {
    let entry = [offset, length, flags].map(u32::to_le_bytes).concat();
    let entry = [guid, &entry].concat();
    patched(base, &[(METADATA + 10, &[6]), (item(5), &entry)])
}

/// Returns the text in UTF-16.
pub fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Returns a parent locator with these keys and values.
pub fn locator(pairs: &[(&str, &str)]) -> Vec<u8> {
    let count = u16::try_from(pairs.len()).expect("few");
    let header = [&VHDX[..], &[0; 2], &count.to_le_bytes()].concat();
    let mut end = header.len() + 12 * pairs.len();
    let (mut table, mut texts) = (header, Vec::new());
    for (key, value) in pairs {
        let (key, value) = (utf16(key), utf16(value));
        let key_offset = u32::try_from(end).expect("small");
        let value_offset = key_offset + u32::try_from(key.len()).expect("small");
        let lengths = [&key, &value].map(|text| u16::try_from(text.len()).expect("short"));
        table.extend([key_offset, value_offset].map(u32::to_le_bytes).concat());
        table.extend(lengths.map(u16::to_le_bytes).concat());
        end += key.len() + value.len();
        texts.extend([key, value].concat());
    }
    [table, texts].concat()
}

/// Returns `base` as a differencing image with this locator at that offset of the metadata region.
pub fn with_locator(base: &[u8], offset: u32, locator: &[u8]) -> Vec<u8> {
    let length = u32::try_from(locator.len()).expect("small");
    let listed = with_item(base, &PARENT_LOCATOR, offset, length, 4);
    let mut bytes = patched(&listed, &[(FILE_PARAMETERS + 4, &[2])]);
    let start = METADATA + offset as usize;
    bytes.resize(bytes.len().max(start + locator.len()), 0);
    patched(&bytes, &[(start, locator)])
}
