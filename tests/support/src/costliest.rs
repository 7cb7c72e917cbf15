// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images that make a probe read as much as an image of their format can, and some that report what
//! no other does.

use crate::build::{cow, vhd_checksum, Build, Fields, Qcow, Qcow2, Qed, Vdi, Vmdk, Vpc, MIB};
use crate::{patched, vhdx};
use diskprobe::Format;

/// The name, the format to ask for, and the bytes.
pub type Costly = (&'static str, Option<Format>, Vec<u8>);

/// Returns all of them.
pub fn images() -> Vec<Costly> {
    vec![
        ("w-qcow", None, far_name()),
        ("w-qcow2", None, hops(15)),
        ("w-qcow2-thorough", None, hops(13)),
        ("w-qcow2-too-far", None, hops(16)),
        ("w-qcow2-bitmaps", None, bitmaps()),
        ("w-qed", None, far_name_of_qed()),
        ("w-vhdx", None, vhdx_apart()),
        ("w-vmdk", None, vmdk()),
        ("w-vmdk-text", None, descriptor(65536)),
        ("w-vpc", None, vpc()),
        ("w-luks2", Some(Format::Luks), luks2()),
        ("w-luks2-second", Some(Format::Luks), luks2_second()),
        ("w-dmg", Some(Format::Dmg), dmg()),
        ("w-cow", Some(Format::Cow), cow(MIB)),
        ("w-vdi-child", None, vdi_child()),
        ("w-vhdx-paths", None, vhdx_paths(false)),
        ("w-vhdx-path", None, vhdx_paths(true)),
        ("w-vpc-place", None, vpc_shared()),
        ("w-vpc-child", None, vpc_child()),
    ]
}

/// The longest backing file name, after the first read.
fn far_name() -> Vec<u8> {
    let mut base = Qcow::new(64 * MIB).bytes();
    base.resize(16384, b'x');
    patched(
        &base,
        &[(8, &8192u64.to_be_bytes()), (16, &1023u32.to_be_bytes())],
    )
}

/// A qcow2 image with a bitmap.
fn bitmaps() -> Vec<u8> {
    let extension = Fields::new()
        .be32(0x2385_2875)
        .be32(24)
        .be32(1) // bitmaps
        .be32(0)
        .be64(32) // bytes of the directory
        .be64(0x1_0000) // its offset
        .be64(0);
    let base = Qcow2::new(64 * MIB).bytes();
    // Bit 0 of the autoclear features says that the extension is valid.
    patched(&base, &[(95, &[1]), (112, &extension.finish())])
}

fn far_name_of_qed() -> Vec<u8> {
    let base = Qed::new(64 * MIB).bytes();
    let name = [8192u32.to_le_bytes(), 4095u32.to_le_bytes()].concat();
    patched(&base, &[(16, &[1]), (56, &name), (8192, &[b'x'; 4095])])
}

/// Header extensions so far apart that each costs a read.
fn hops(count: u32) -> Vec<u8> {
    const STEP: u32 = 8192;
    const UNKNOWN: u32 = 0x1234_5678;
    let mut bytes = Qcow2::new(64 * MIB).cluster_size(2 * MIB).bytes();
    let mut at = 112;
    for hop in 1..=count {
        let next = hop * STEP;
        let extension = [UNKNOWN, next - at - 8].map(u32::to_be_bytes).concat();
        bytes = patched(&bytes, &[(at as usize, &extension)]);
        at = next;
    }
    bytes
}

/// A full metadata table, the items far apart, and the longest parent locator.
fn vhdx_apart() -> Vec<u8> {
    use vhdx::{base, item, moved, with_item, FILE_PARAMETERS, METADATA, PARENT_LOCATOR};
    const LOCATOR_TYPE: [u8; 16] =
        *b"\xb7\xef\x4a\xb0\x9e\xd1\x81\x4a\xb7\x89\x25\xb8\xe9\x44\x59\x13";
    let plain = patched(&base(), &[(FILE_PARAMETERS + 4, &[2])]);
    let apart = moved(
        &moved(&moved(&plain, 0, 0x2_0000), 1, 0x3_0000),
        3,
        0x4_0000,
    );
    let mut bytes = with_item(&apart, &PARENT_LOCATOR, 0x5_0000, 32768, 4);
    bytes.resize(METADATA + 0x6_0000, 0);
    assert_eq!(&bytes[item(5)..item(5) + 16], &PARENT_LOCATOR);
    patched(
        &bytes,
        &[
            (METADATA + 10, &2047u16.to_le_bytes()),
            (METADATA + 0x5_0000, &LOCATOR_TYPE),
        ],
    )
}

/// Returns a descriptor of `length` bytes.
fn descriptor(length: usize) -> Vec<u8> {
    let head = "# Disk DescriptorFile\nversion=1\nCID=7\nparentCID=ffffffff\n\
                createType=\"monolithicFlat\"\nRW 2048 FLAT \"f\" 0\n";
    let mut text = head.as_bytes().to_vec();
    text.resize(length, b'#');
    text
}

/// A sparse file whose extents are listed in the longest text, apart from the identifiers.
fn vmdk() -> Vec<u8> {
    let mut base = Vmdk::new(64 * MIB).bytes();
    base.resize(51200 + 65536, 0);
    let identifiers = &descriptor(20 * 512)[..];
    let sector = 100u64.to_le_bytes();
    patched(
        &base,
        &[
            (12, &[0; 8]),
            (28, &sector),
            (512, identifiers),
            (51200, &descriptor(65536)),
        ],
    )
}

/// The dynamic disk header far from the footer's copy, and eight of the longest parent locators.
fn vpc() -> Vec<u8> {
    const HEADER: usize = 65536;
    let base = Vpc::new(64 * MIB).bytes();
    let header = base[512..1536].to_vec();
    let mut bytes = base;
    bytes.resize(HEADER * 2, b'x');
    bytes = patched(
        &bytes,
        &[
            (16, &(HEADER as u64).to_be_bytes()),
            (63, &[4]),
            (HEADER, &header),
        ],
    );
    // The first two are UTF-16, which takes half as much again in UTF-8.
    let codes = [
        b"W2ru", b"W2ku", b"MacX", b"Mac ", b"Wi2r", b"Wi2k", b"xxxx", b"yyyy",
    ];
    for locator in 0..8u32 {
        let place = u64::from(70000 + locator * 6000).to_be_bytes();
        let entry = [
            &codes[locator as usize][..],
            &4096u32.to_be_bytes().repeat(2),
            &[0; 4],
            &place,
        ]
        .concat();
        let at = HEADER + 576 + 24 * locator as usize;
        bytes = patched(&bytes, &[(at, &entry)]);
    }
    vhd_checksum(bytes, 0)
}

/// Both copies of the longest JSON that is read.
fn luks2() -> Vec<u8> {
    const SIZE: usize = 128 << 10;
    let mut bytes = vec![0; 1 << 20];
    for (at, magic) in [(0, b"LUKS\xba\xbe\0\x02"), (SIZE, b"SKUL\xba\xbe\0\x02")] {
        bytes = with_luks2(&bytes, at, magic, SIZE);
    }
    bytes
}

/// The first copy is broken, and the second at the last offset that is tried.
fn luks2_second() -> Vec<u8> {
    const SIZE: usize = 4 << 20;
    let bytes = with_luks2(&vec![0; 9 << 20], SIZE, b"SKUL\xba\xbe\0\x02", SIZE);
    patched(&bytes, &[(0, b"LUKS\xba\xbe\0\x02")])
}

/// A copy of a LUKS2 header with the longest JSON.
fn with_luks2(base: &[u8], at: usize, magic: &[u8], size: usize) -> Vec<u8> {
    let text = br#"{"keyslots":{},"segments":{"0":{"offset":"1048576","size":"dynamic"}}}"#;
    let mut json = text.to_vec();
    json.resize(65535, b' ');
    patched(
        base,
        &[
            (at, magic),
            (at + 8, &(size as u64).to_be_bytes()),
            (at + 256, &(at as u64).to_be_bytes()),
            (at + 4096, &json),
        ],
    )
}

/// Sixteen sectors, and a trailer with a resource fork.
fn dmg() -> Vec<u8> {
    Fields::new()
        .at(8192)
        .bytes(b"koly")
        .at(8192 + 40)
        .be64(4096) // RsrcForkOffset
        .be64(512) // RsrcForkLength
        .at(8192 + 492)
        .be64(16) // SectorCount
        .at(8704)
        .finish()
}

fn vdi_child() -> Vec<u8> {
    let base = Vdi::new(64 * MIB).bytes();
    patched(&base, &[(76, &[4]), (424, &[7; 16])])
}

/// A parent locator of 32 KiB that consists of paths, which are longer in UTF-8; or of one path,
/// three times.
fn vhdx_paths(shared: bool) -> Vec<u8> {
    let path = "\u{7878}".repeat(5_380);
    let names = ["relative_path", "volume_path", "absolute_win32_path"];
    let linkage = ("parent_linkage", "{7d0df5b6-6bb2-4a3d-9d6f-9b5f5b3c5d11}");
    let [first, second, third] = names.map(|name| (name, &path[..]));
    let locator = vhdx::locator(&[linkage, first, second, third]);
    let locator = match shared {
        true => {
            let value = locator[20 + 12 + 4..][..4].to_vec();
            let at = |entry: usize| 20 + 12 * entry + 4;
            patched(&locator, &[(at(2), &value), (at(3), &value)])
        }
        false => locator,
    };
    vhdx::with_locator(&vhdx::base(), 0x1_0100, &locator)
}

/// Eight parent locators that share their bytes.
fn vpc_shared() -> Vec<u8> {
    let base = Vpc::new(64 * MIB).bytes();
    let mut bytes = patched(&base, &[(63, &[4])]);
    bytes.resize(4096 * 4, b'x');
    for locator in 0..8u32 {
        let entry = [0x5732_7572 + locator, 4096, 4096, 0, 0, 8192].map(u32::to_be_bytes);
        bytes = patched(
            &bytes,
            &[(512 + 576 + 24 * locator as usize, &entry.concat())],
        );
    }
    vhd_checksum(bytes, 0)
}

fn vpc_child() -> Vec<u8> {
    let base = Vpc::new(64 * MIB).bytes();
    let child = patched(&base, &[(63, &[4]), (552, &[7; 16]), (576, b"\0p")]);
    vhd_checksum(child, 0)
}
