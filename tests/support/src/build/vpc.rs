// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHD, which QEMU calls vpc.

use super::{whole_sectors, Build, Fields, SparseFile};

/// A VHD in which nothing is written.
#[derive(Clone, Debug)]
pub struct Vpc {
    size: u64,
    is_fixed: bool,
    is_size_forced: bool,
}

const BLOCK: u64 = 2 << 20;
/// Sectors of the largest geometry.
const LARGEST: u64 = 65535 * 16 * 255;

impl Vpc {
    /// An image of that virtual size, rounded up to a geometry.
    pub fn new(size: u64) -> Self {
        Vpc {
            size: whole_sectors(size),
            is_fixed: false,
            is_size_forced: false,
        }
    }

    /// With all bytes of the disk, and the footer after them.
    pub fn fixed(mut self) -> Self {
        self.is_fixed = true;
        self
    }

    /// Of exactly the size that was given.
    pub fn force_size(mut self) -> Self {
        self.is_size_forced = true;
        self
    }

    /// The size in sectors, and cylinders, heads and sectors per track.
    fn geometry(&self) -> (u64, [u8; 4]) {
        let sectors = self.size / 512;
        if self.is_size_forced {
            return (sectors, [0xff, 0xff, 16, 255]);
        }
        let enough = (sectors..).find_map(|more| {
            let (cylinders, heads, per_track) = chs(more);
            let total = cylinders * heads * per_track;
            (total >= sectors).then_some((total, cylinders, heads, per_track))
        });
        let (total, cylinders, heads, per_track) = enough.expect("a geometry");
        let byte = |value: u64| value.to_le_bytes()[0];
        let sides = [
            byte(cylinders >> 8),
            byte(cylinders),
            byte(heads),
            byte(per_track),
        ];
        (total, sides)
    }

    fn footer(&self, sectors: u64, geometry: [u8; 4]) -> Vec<u8> {
        let creator = if self.is_size_forced {
            b"qem2"
        } else {
            b"qemu"
        };
        let footer = Fields::new()
            .bytes(b"conectix")
            .be32(2) // features
            .be32(0x0001_0000) // version
            .be64(if self.is_fixed { u64::MAX } else { 512 }) // data_offset
            .be32(0x329f_774d) // timestamp
            .bytes(creator)
            .be32(0x0005_0003) // creator version
            .bytes(b"Wi2k")
            .be64(sectors * 512) // original_size
            .be64(sectors * 512) // current_size
            .bytes(&geometry)
            .be32(if self.is_fixed { 2 } else { 3 }) // type
            .be32(0) // checksum
            .bytes(b"uuid of an image")
            .at(512);
        vhd_checksum(footer.finish(), 0)
    }
}

/// Returns the geometry that the specification computes from the number of sectors.
fn chs(sectors: u64) -> (u64, u64, u64) {
    let sectors = sectors.min(LARGEST);
    if sectors >= 65535 * 16 * 63 {
        return (sectors / 255 / 16, 16, 255);
    }
    let (mut per_track, mut tracks) = (17, sectors / 17);
    let mut heads = tracks.div_ceil(1024).max(4);
    if tracks >= heads * 1024 || heads > 16 {
        (per_track, heads, tracks) = (31, 16, sectors / 31);
    }
    if tracks >= heads * 1024 {
        (per_track, heads, tracks) = (63, 16, sectors / 63);
    }
    (tracks / heads, heads, per_track)
}

/// Corrects the checksum of the footer at `footer`, which may be one byte short.
pub fn vhd_checksum(mut bytes: Vec<u8>, footer: usize) -> Vec<u8> {
    let end = bytes.len().min(footer + 512);
    put_checksum(&mut bytes[footer..end], 64);
    bytes
}

/// Puts the complement of the sum of all bytes at `offset`.
fn put_checksum(structure: &mut [u8], offset: usize) {
    structure[offset..offset + 4].fill(0);
    let sum: u32 = structure.iter().map(|byte| u32::from(*byte)).sum();
    structure[offset..offset + 4].copy_from_slice(&(!sum).to_be_bytes());
}

impl Build for Vpc {
    fn file(&self) -> SparseFile {
        let (sectors, geometry) = self.geometry();
        let footer = self.footer(sectors, geometry);
        if self.is_fixed {
            return SparseFile::zeros(0).put(sectors * 512, footer);
        }
        let entries = (sectors * 512).div_ceil(BLOCK);
        let header = Fields::new()
            .bytes(b"cxsparse")
            .be64(u64::MAX) // data_offset
            .be64(1536) // table_offset
            .be32(0x0001_0000) // version
            .be32(u32::try_from(entries).expect("32 bits"))
            .be32(u32::try_from(BLOCK).expect("32 bits"))
            .be32(0) // checksum
            .at(1024);
        let mut header = header.finish();
        put_checksum(&mut header, 36);
        let table_size = usize::try_from(whole_sectors(4 * entries)).expect("in memory");
        let table = vec![0xff; table_size];
        let end = 1536 + table.len() as u64;
        SparseFile::zeros(0)
            .put(0, footer.clone())
            .put(512, header)
            .put(1536, table)
            .put(end, footer)
    }
}
