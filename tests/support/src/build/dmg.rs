// SPDX-License-Identifier: MIT OR Apache-2.0
//! UDIF images, whose file names end in `.dmg`, and the headers of encrypted ones.

use super::Fields;

/// A UDIF image.
#[derive(Clone, Debug)]
pub struct Udif {
    /// All of it.
    pub bytes: Vec<u8>,
    /// The offset of the trailer.
    pub trailer: usize,
}

/// 4096 bytes of data, the list of the blocks that they are, and the trailer.
pub fn udif() -> Udif {
    const DATA: usize = 4096;
    let blocks = Fields::new()
        .bytes(b"mish")
        .at(204)
        .be32(1) // type: raw
        .be32(0)
        .be64(0) // first sector
        .be64(8) // sectors
        .be64(0) // offset
        .be64(DATA as u64) // length
        .finish();
    let text = base64(&blocks);
    let list = format!("<plist><dict><key>blkx</key><data>{text}</data></dict></plist>");
    let trailer = DATA + list.len();
    let bytes = Fields::new()
        .at(DATA)
        .bytes(list.as_bytes())
        .bytes(b"koly")
        .be32(4) // version
        .be32(512) // header size
        .at(trailer + 32)
        .be64(DATA as u64) // DataForkLength
        .at(trailer + 216)
        .be64(DATA as u64) // XMLOffset
        .be64(list.len() as u64) // XMLLength
        .at(trailer + 492)
        .be64(8) // SectorCount
        .at(trailer + 512)
        .finish();
    Udif { bytes, trailer }
}

/// The header of an encrypted image, whose data starts at 0x1000, and one sector of data.
pub fn encrypted_dmg() -> Vec<u8> {
    let header = Fields::new()
        .bytes(b"encrcdsa")
        .be32(2) // version
        .bytes(&[0x5a; 24])
        .bytes(&[0xab; 16]) // UUID
        .be32(512) // block size
        .be64(512) // data size
        .be64(0x1000) // data offset
        .finish();
    let mut bytes = vec![0x5a; 0x1200];
    bytes[..header.len()].copy_from_slice(&header);
    bytes
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let digits = group.len() + 1;
        let mut padded = [0; 4];
        padded[1..=group.len()].copy_from_slice(group);
        let number = u32::from_be_bytes(padded) as usize;
        let digit = |place: usize| char::from(DIGITS[number >> (18 - 6 * place) & 63]);
        text.extend((0..4).map(|place| if place < digits { digit(place) } else { '=' }));
    }
    text
}
