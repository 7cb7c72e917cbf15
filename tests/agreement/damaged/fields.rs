// SPDX-License-Identifier: MIT OR Apache-2.0
//! The offsets of the numeric fields in the headers of each format.

use diskprobe::Format;
use diskprobe_test_support::vhdx;

/// A numeric field of a header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) offset: usize,
    pub(crate) width: usize,
    pub(crate) big_endian: bool,
}

impl Field {
    /// Returns the value, or `None` if the image ends within the field.
    pub(crate) fn get(&self, bytes: &[u8]) -> Option<u64> {
        let stored = bytes.get(self.offset..self.offset + self.width)?;
        let push = |value: u64, byte: &u8| (value << 8) | u64::from(*byte);
        Some(match self.big_endian {
            true => stored.iter().fold(0, push),
            false => stored.iter().rev().fold(0, push),
        })
    }

    /// Writes the low bytes of `value`. Ignores the bytes after the end of the image.
    pub(crate) fn set(&self, bytes: &mut [u8], value: u64) {
        let mut new = value.to_le_bytes()[..self.width].to_vec();
        if self.big_endian {
            new.reverse();
        }
        for (old, byte) in bytes.iter_mut().skip(self.offset).zip(new) {
            *old = byte;
        }
    }
}

/// Offsets and widths, as `offset:width`.
type Layout = &'static str;

const QCOW: Layout = "4:4 8:8 16:4 20:4 24:8 32:1 33:1 36:4 40:8";
const QCOW2: Layout = "4:4 8:8 16:4 20:4 24:8 32:4 36:4 40:8 48:8 56:4 60:4 64:8";
/// The fields of version 3, and of the first extensions at every offset that they can have.
const QCOW2_ADDED: Layout =
    "72:8 80:8 88:8 96:4 100:4 104:1 112:4 116:4 120:4 124:4 128:4 132:4 136:4 140:4";
const QED: Layout = "4:4 8:4 12:4 16:8 24:8 32:8 40:8 48:8 56:4 60:4";
const VMDK: Layout = "4:4 8:4 12:8 20:8 28:8 36:8 44:4 48:8 56:8 64:8 72:1 73:4 77:2";
const VMDK_MARKERS: Layout = "0:8 8:4 12:4 1024:8 1032:4 1036:4";
const COWD: Layout = "4:4 8:4 12:4 16:4 20:4 24:4 28:4 32:4 36:4 40:4";
const VDI: Layout =
    "68:4 72:4 76:4 80:4 340:4 344:4 348:4 360:4 364:4 368:8 376:4 380:4 384:4 388:4 392:8 \
     424:8 440:8 512:4";
const VPC_FOOTER: Layout =
    "8:4 12:4 16:8 24:4 28:4 40:8 48:8 56:2 58:1 59:1 60:4 64:4 68:8 84:1 511:1";
const VPC_DYNAMIC: Layout = "8:8 16:8 24:4 28:4 32:4 36:4 40:8 64:2 576:4 580:4 584:4 592:8";
const VHDX_HEADER: Layout = "8:8 32:8 48:8 64:2 66:2 68:4 72:8";
const VHDX_TABLE: Layout = "8:4 16:8 32:8 40:4 44:4 48:8 64:8 72:4 76:4 80:8";
const VHDX_ITEM: Layout = "0:8 16:4 20:4 24:4";
const VHDX_VALUES: Layout = "0:4 4:4 8:8 32:4 36:4 64:8 82:2";
const VHDX_LOCATOR: Layout = "18:2 20:4 24:4 28:2 30:2 32:4 36:4 40:2 42:2";
/// The offset at which `qemu-img` writes the block allocation table.
const VHDX_BAT: usize = 2 << 20;
const PARALLELS: Layout = "16:4 20:4 24:4 28:4 32:4 36:8 44:4 48:4 52:4 56:8 64:4 68:4";
const BOCHS: Layout = "64:4 68:4 72:4 76:4 80:4 84:8 88:8";
const CLOOP: Layout = "128:4 132:4 136:8 144:8 264:8";
const DMG: Layout = "4:4 8:4 24:8 32:8 40:8 48:8 56:4 60:4 216:8 224:8 492:8";
const LUKS: Layout = "6:2 104:4 108:4 164:4";
const LUKS_SLOT: Layout = "0:4 4:4 40:4 44:4";
const COW: Layout = "4:4 1032:4 1036:8 1044:4";

/// Returns other fields that readers check: data of extensions, checksums, and the name of a
/// parent.
pub(crate) fn more(format: Format, bytes: &[u8]) -> Vec<Field> {
    let mut found = Found::default();
    match format {
        Format::Qcow2 => found.big(0, "104:8 112:8 120:8 128:8"),
        Format::Vhdx => {
            for header in vhdx::HEADERS {
                found.little(header, "4:4 48:1");
            }
            found.little(vhdx::REGION_TABLE, "4:4");
            let locator = vhdx::METADATA + 0x10040;
            if bytes.get(locator).is_some_and(|byte| *byte != 0) {
                found.little(locator, VHDX_LOCATOR);
            }
        }
        _ => {}
    }
    found.0
}

/// Returns the numeric fields of a valid image.
pub(crate) fn of(format: Format, bytes: &[u8]) -> Vec<Field> {
    let mut found = Found::default();
    match format {
        Format::Qcow => found.big(0, QCOW),
        Format::Qcow2 => {
            found.big(0, QCOW2);
            found.big(0, QCOW2_ADDED);
            found.big(0, "60:4 60:4");
            if let Some(header) = luks_header(bytes) {
                found.luks(header);
            }
        }
        Format::Qed => found.little(0, QED),
        Format::Vmdk if bytes.starts_with(b"COWD") => found.little(0, COWD),
        Format::Vmdk if bytes.starts_with(b"KDMV") => {
            found.little(0, VMDK);
            if bytes[bytes.len() - 1024..].starts_with(b"KDMV") {
                found.little(bytes.len() - 1536, VMDK_MARKERS);
                found.little(bytes.len() - 1024, VMDK);
            }
        }
        Format::Vdi => found.little(0, VDI),
        Format::Vpc if bytes.starts_with(b"conectix") => {
            found.big(0, VPC_FOOTER);
            found.big(512, VPC_DYNAMIC);
        }
        Format::Vpc => found.big(bytes.len() - 512, VPC_FOOTER),
        Format::Vhdx => {
            for header in vhdx::HEADERS {
                found.little(header, VHDX_HEADER);
            }
            found.little(vhdx::REGION_TABLE, VHDX_TABLE);
            found.little(vhdx::METADATA, "8:2 10:2");
            for number in 0..6 {
                found.little(vhdx::item(number), VHDX_ITEM);
            }
            // Repeated to choose these fields more often, because most checks are of them.
            for _ in 0..3 {
                found.little(vhdx::FILE_PARAMETERS, VHDX_VALUES);
                found.little(vhdx::DISK_SIZE, "0:8 0:8 0:8 0:8");
                found.little(VHDX_BAT, "0:8 0:8 8:8");
                found.little(vhdx::HEADERS[1], "48:8 48:8");
            }
        }
        Format::Parallels => found.little(0, PARALLELS),
        Format::Bochs => found.little(0, BOCHS),
        Format::Cloop => found.big(0, CLOOP),
        Format::Dmg => found.big(bytes.len() - 512, DMG),
        Format::Luks => found.luks(0),
        Format::Cow => found.big(0, COW),
        _ => found.little(0, "0:4 4:4 64:4 508:4"),
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<Field>);

impl Found {
    fn add(&mut self, start: usize, layout: Layout, big_endian: bool) {
        let number = |text: &str| text.parse::<usize>().expect("a number");
        self.0.extend(layout.split_ascii_whitespace().map(|field| {
            let (offset, width) = field.split_once(':').expect("offset:width");
            Field {
                offset: start + number(offset),
                width: number(width),
                big_endian,
            }
        }));
    }

    fn big(&mut self, start: usize, layout: Layout) {
        self.add(start, layout, true);
    }

    fn little(&mut self, start: usize, layout: Layout) {
        self.add(start, layout, false);
    }

    fn luks(&mut self, start: usize) {
        for _ in 0..4 {
            self.big(start, LUKS);
            self.big(start, "104:4");
        }
        for slot in 0..8 {
            self.big(start + 208 + slot * 48, LUKS_SLOT);
        }
    }
}

/// Returns the offset of the LUKS header in a qcow2 image, if it has one.
fn luks_header(bytes: &[u8]) -> Option<usize> {
    let kind = 0x0537_be77u32.to_be_bytes();
    let area = bytes.get(..512)?;
    let extension = area.windows(4).position(|part| part == kind)?;
    let offset: [u8; 8] = bytes.get(extension + 8..extension + 16)?.try_into().ok()?;
    usize::try_from(u64::from_be_bytes(offset)).ok()
}
