// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHDX.

use super::{whole_sectors, Build, Fields, SparseFile, GIB, MIB, TIB};

/// A VHDX in which nothing is written.
#[derive(Clone, Debug)]
pub struct Vhdx {
    size: u64,
    block_size: Option<u64>,
    log_size: u64,
    is_fixed: bool,
    is_zero: bool,
}

const SECTOR: u64 = 512;
/// Where a block of the BAT says that it is zero.
const BLOCK_ZERO: u64 = 2;

/// Identifiers, as they are stored.
const BAT: [u8; 16] = *b"\x66\x77\xc2\x2d\x23\xf6\x00\x42\x9d\x64\x11\x5e\x9b\xfd\x4a\x08";
const METADATA: [u8; 16] = *b"\x06\xa2\x7c\x8b\x90\x47\x9a\x4b\xb8\xfe\x57\x5f\x05\x0f\x88\x6e";

/// The items of the metadata region: identifier, offset, length and flags.
const ITEMS: [(&[u8; 16], u32, u32, u32); 5] = [
    // File parameters.
    (
        b"\x37\x67\xa1\xca\x36\xfa\x43\x4d\xb3\xb6\x33\xf0\xaa\x44\xe7\x6b",
        0x10000,
        8,
        4,
    ),
    // Virtual disk size.
    (
        b"\x24\x42\xa5\x2f\x1b\xcd\x76\x48\xb2\x11\x5d\xbe\xd8\x3b\xf4\xb8",
        0x10008,
        8,
        6,
    ),
    // Page 83 data.
    (
        b"\xab\x12\xca\xbe\xe6\xb2\x23\x45\x93\xef\xc3\x09\xe0\x00\xc7\x46",
        0x10010,
        16,
        6,
    ),
    // Logical sector size.
    (
        b"\x1d\xbf\x41\x81\x6f\xa9\x09\x47\xba\x47\xf2\x33\xa8\xfa\xab\x5f",
        0x10020,
        4,
        6,
    ),
    // Physical sector size.
    (
        b"\xc7\x48\xa3\xcd\x5d\x44\x71\x44\x9c\xc9\xe9\x88\x52\x51\xc5\x56",
        0x10024,
        4,
        6,
    ),
];

impl Vhdx {
    /// An image of that virtual size.
    pub fn new(size: u64) -> Self {
        Vhdx {
            size: whole_sectors(size),
            block_size: None,
            log_size: MIB,
            is_fixed: false,
            is_zero: true,
        }
    }

    /// With blocks of that size.
    pub fn block_size(mut self, bytes: u64) -> Self {
        self.block_size = Some(bytes);
        self
    }

    /// With a log of that size.
    pub fn log_size(mut self, bytes: u64) -> Self {
        self.log_size = bytes.next_multiple_of(MIB);
        self
    }

    /// With all bytes of the disk in the file.
    pub fn fixed(mut self) -> Self {
        self.is_fixed = true;
        self
    }

    /// With blocks that are not present, instead of blocks that are zero.
    pub fn not_zero(mut self) -> Self {
        self.is_zero = false;
        self
    }

    fn block(&self) -> u64 {
        self.block_size.unwrap_or(match self.size {
            size if size > 32 * TIB => 64 * MIB,
            size if size > 100 * GIB => 32 * MIB,
            size if size > GIB => 16 * MIB,
            _ => 8 * MIB,
        })
    }

    /// The entries of the BAT: a bitmap has one after each run of blocks.
    fn bat(&self) -> Vec<u8> {
        let run = (SECTOR << 23) / self.block();
        let blocks = self.size.div_ceil(self.block());
        let state = if self.is_zero { BLOCK_ZERO } else { 0 };
        let entries = (0..blocks).fold(Fields::new(), |all, block| {
            let all = if block > 0 && block % run == 0 {
                all.le64(0)
            } else {
                all
            };
            all.le64(state)
        });
        entries.finish()
    }

    fn metadata(&self) -> (Vec<u8>, Vec<u8>) {
        let table = Fields::new().bytes(b"metadata").le16(0).le16(5).at(32);
        let table = ITEMS
            .iter()
            .fold(table, |table, (id, offset, length, flags)| {
                let entry = table.bytes(*id).le32(*offset).le32(*length);
                entry.le32(*flags).le32(0)
            });
        let values = Fields::new()
            .le32(u32::try_from(self.block()).expect("32 bits"))
            .le32(u32::from(self.is_fixed))
            .le64(self.size)
            .bytes(b"page 83 of disks")
            .le32(u32::try_from(SECTOR).expect("32 bits"))
            .le32(u32::try_from(SECTOR).expect("32 bits"));
        (table.finish(), values.finish())
    }

    fn header(&self, sequence: u64) -> Vec<u8> {
        let header = Fields::new()
            .bytes(b"head")
            .le32(0) // Checksum
            .le64(sequence)
            .bytes(b"write of a file.")
            .bytes(b"write of data...")
            .bytes(&[0; 16]) // LogGuid
            .le16(0) // LogVersion
            .le16(1) // Version
            .le32(u32::try_from(self.log_size).expect("32 bits"))
            .le64(MIB) // LogOffset
            .at(4096);
        with_checksum(header.finish())
    }
}

fn region_table(bat: (u64, u64), metadata: u64) -> Vec<u8> {
    let number = |value: u64| u32::try_from(value).expect("32 bits");
    let table = Fields::new()
        .bytes(b"regi")
        .le32(0) // Checksum
        .le32(2) // EntryCount
        .le32(0)
        .bytes(&BAT)
        .le64(bat.0)
        .le32(number(bat.1))
        .le32(0)
        .bytes(&METADATA)
        .le64(metadata)
        .le32(number(MIB))
        .le32(0)
        .at(65536);
    with_checksum(table.finish())
}

fn with_checksum(mut structure: Vec<u8>) -> Vec<u8> {
    let checksum = crc32c(&structure);
    structure[4..8].copy_from_slice(&checksum.to_le_bytes());
    structure
}

/// CRC-32C, bit by bit.
pub fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 }
        })
    })
}

impl Build for Vhdx {
    /// Identifier, headers, region tables, log, BAT, metadata, and space for the data.
    fn file(&self) -> SparseFile {
        let bat = self.bat();
        let bat_offset = MIB + self.log_size;
        let bat_size = (bat.len() as u64).next_multiple_of(MIB);
        let metadata_offset = bat_offset + bat_size;
        let (table, values) = self.metadata();
        let creator = "QEMU v10.0".encode_utf16();
        let creator = creator.fold(Fields::new().bytes(b"vhdxfile"), Fields::le16);
        let regions = region_table((bat_offset, bat_size), metadata_offset);
        let data = metadata_offset + 5 * MIB;
        SparseFile::zeros(data + if self.is_fixed { self.size } else { 0 })
            .put(0, creator.finish())
            .put(0x1_0000, self.header(1))
            .put(0x2_0000, self.header(2))
            .put(0x3_0000, regions.clone())
            .put(0x4_0000, regions)
            .put(bat_offset, bat)
            .put(metadata_offset, table)
            .put(metadata_offset + 0x1_0000, values)
    }
}
