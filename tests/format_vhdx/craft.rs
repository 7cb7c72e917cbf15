// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images to test with: those of qemu-img, with other bytes and right checksums.

use crate::common::{patched, Images};

pub(crate) const HEADERS: [usize; 2] = [0x10000, 0x20000];
pub(crate) const REGION_TABLE: usize = 0x30000;
pub(crate) const BAT_ENTRY: usize = REGION_TABLE + 16;
pub(crate) const METADATA_ENTRY: usize = BAT_ENTRY + 32;
/// Where qemu-img puts the metadata region, and the items in it.
pub(crate) const METADATA: usize = 0x30_0000;
pub(crate) const FILE_PARAMETERS: usize = METADATA + 0x10000;
pub(crate) const DISK_SIZE: usize = FILE_PARAMETERS + 8;
pub(crate) const SECTOR_SIZE: usize = FILE_PARAMETERS + 0x20;
pub(crate) const PHYSICAL_SECTOR_SIZE: usize = FILE_PARAMETERS + 0x24;
pub(crate) const MIB: u64 = 1 << 20;

/// What no program knows.
pub(crate) const UNKNOWN: [u8; 16] = *b"nobody knows it.";
/// A8D35F2D-B30B-454D-ABF7-D3D84834AB0C, as it is stored.
pub(crate) const PARENT_LOCATOR: [u8; 16] =
    *b"\x2d\x5f\xd3\xa8\x0b\xb3\x4d\x45\xab\xf7\xd3\xd8\x48\x34\xab\x0c";

/// The entry of an item of the metadata table; the first five are qemu-img's.
pub(crate) fn item(number: usize) -> usize {
    METADATA + 32 + number * 32
}

/// A dynamic image of 64 MiB in blocks of 8 MiB, without the unused rest of the metadata region.
pub(crate) fn base(images: &Images) -> Vec<u8> {
    let mut bytes = images.create(&["-f", "vhdx", "NAME", "64M"]);
    bytes.truncate(METADATA + 0x11000);
    bytes
}

/// CRC-32C, one bit after the other.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 }
        })
    })
}

/// `base` with some bytes replaced, and then with right checksums.
pub(crate) fn crafted(base: &[u8], changes: &[(usize, &[u8])]) -> Vec<u8> {
    sealed(patched(base, changes))
}

/// The same bytes with right checksums, as far as what they cover is there.
pub(crate) fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let [first, second] = HEADERS;
    for (at, length) in [(first, 4096), (second, 4096), (REGION_TABLE, 65536)] {
        let Some(covered) = bytes.get_mut(at..at + length) else {
            continue;
        };
        covered[4..8].fill(0);
        let checksum = crc32c(covered);
        covered[4..8].copy_from_slice(&checksum.to_le_bytes());
    }
    bytes
}

/// The same bytes at a place in both headers.
pub(crate) fn in_headers(base: &[u8], position: usize, new: &[u8]) -> Vec<u8> {
    crafted(base, &HEADERS.map(|header| (header + position, new)))
}

/// One more entry in the region table.
pub(crate) fn with_region(
    base: &[u8],
    guid: &[u8],
    offset: u64,
    length: u32,
    bits: u32,
) -> Vec<u8> {
    let place = [&offset.to_le_bytes()[..], &length.to_le_bytes()].concat();
    let entry = [guid, &place, &bits.to_le_bytes()].concat();
    let changes: [(usize, &[u8]); 2] = [(REGION_TABLE + 8, &[3]), (METADATA_ENTRY + 32, &entry)];
    crafted(base, &changes)
}

/// An item's place in the metadata region.
fn place_of(base: &[u8], number: usize) -> usize {
    let place = &base[item(number) + 16..item(number) + 20];
    u32::from_le_bytes(place.try_into().expect("4 bytes")) as usize
}

/// One of qemu-img's items at another place in the metadata region. Eight bytes are the longest
/// that is read of any.
pub(crate) fn moved(base: &[u8], number: usize, place: u32) -> Vec<u8> {
    let from = METADATA + place_of(base, number);
    let to = METADATA + place as usize;
    let mut bytes = base.to_vec();
    bytes.resize(bytes.len().max(to + 8), 0);
    bytes.copy_within(from..from + 8, to);
    patched(&bytes, &[(item(number) + 16, &place.to_le_bytes())])
}

/// One more item in the metadata table, whose place is counted from the region's start.
pub(crate) fn with_item(base: &[u8], guid: &[u8], offset: u32, length: u32, flags: u32) -> Vec<u8> {
    let entry = [offset, length, flags].map(u32::to_le_bytes).concat();
    let entry = [guid, &entry].concat();
    patched(base, &[(METADATA + 10, &[6]), (item(5), &entry)])
}

/// B04AEFB7-D19E-4A81-B789-25B8E9445913, as it is stored.
const VHDX: [u8; 16] = *b"\xb7\xef\x4a\xb0\x9e\xd1\x81\x4a\xb7\x89\x25\xb8\xe9\x44\x59\x13";

pub(crate) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A parent locator that says this.
pub(crate) fn locator(pairs: &[(&str, &str)]) -> Vec<u8> {
    let count = u16::try_from(pairs.len()).expect("few");
    let header = [&VHDX[..], &[0; 2], &count.to_le_bytes()].concat();
    let mut end = header.len() + 12 * pairs.len();
    let (mut table, mut texts) = (header, Vec::new());
    for (key, value) in pairs {
        let (key, value) = (utf16(key), utf16(value));
        let key_at = u32::try_from(end).expect("small");
        let value_at = key_at + u32::try_from(key.len()).expect("small");
        let lengths = [&key, &value].map(|text| u16::try_from(text.len()).expect("short"));
        table.extend([key_at, value_at].map(u32::to_le_bytes).concat());
        table.extend(lengths.map(u16::to_le_bytes).concat());
        end += key.len() + value.len();
        texts.extend([key, value].concat());
    }
    [table, texts].concat()
}

/// `base` as a differencing image with this locator.
pub(crate) fn with_locator(base: &[u8], place: u32, locator: &[u8]) -> Vec<u8> {
    let length = u32::try_from(locator.len()).expect("small");
    let listed = with_item(base, &PARENT_LOCATOR, place, length, 4);
    let mut bytes = patched(&listed, &[(FILE_PARAMETERS + 4, &[2])]);
    let at = METADATA + place as usize;
    bytes.resize(bytes.len().max(at + locator.len()), 0);
    patched(&bytes, &[(at, locator)])
}
