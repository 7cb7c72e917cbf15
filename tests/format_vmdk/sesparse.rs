// SPDX-License-Identifier: MIT OR Apache-2.0
//! seSparse, the sparse file of newer ESX: a part of a disk, which only a descriptor makes one.

use super::{assert_agreed, images_and_base, text};
use crate::common::{probe, probe_with, qemu_info_with};
use diskprobe::{ErrorKind, Format, Options};

const SECTORS: u64 = 131_072;

/// An extent of that many sectors, none of them written. There is no program here that makes one.
fn extent() -> Vec<u8> {
    let mut bytes = vec![0; 1 << 20];
    let numbers: [(usize, u64); 20] = [
        (0, 0xcafe_babe),
        (8, 0x2_0000_0001),
        (16, SECTORS),
        (24, 8),
        (32, 64),
        (80, 1), // Volatile header.
        (88, 1),
        (96, 2), // Journal header.
        (104, 2),
        (112, 2048),
        (120, 2048),
        (128, 64), // Grain directory.
        (136, 1),
        (144, 128), // Grain tables.
        (152, 64),
        (160, 256),
        (168, 1),
        (176, 512),
        (512, 0xcafe_cafe),
        (520, 0),
    ];
    for (offset, number) in numbers {
        bytes[offset..offset + 8].copy_from_slice(&number.to_le_bytes());
    }
    bytes
}

#[test]
fn a_descriptor_makes_a_disk_of_it() {
    let (images, _) = images_and_base();
    std::fs::write(images.path("se"), extent()).unwrap();
    let descriptor = format!(
        "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n\
         createType=\"seSparse\"\nRW {SECTORS} SESPARSE \"se\"\n"
    );
    let (_, image) = assert_agreed(&images, "seSparse", descriptor.as_bytes());
    assert_eq!(image.virtual_size(), Some(SECTORS * 512));
    let extent = image.extents().next().unwrap();
    assert_eq!(
        (text(extent.kind), text(extent.location)),
        ("SESPARSE".into(), "se".into())
    );
    assert_eq!(extent.file_offset, None);
}

#[test]
fn alone_it_is_raw_and_no_vmdk() {
    let (images, _) = images_and_base();
    let bytes = extent();
    let path = images.path("se");
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(probe(&bytes).unwrap().format(), Format::Raw);
    assert_eq!(qemu_info_with(&path, &[]).unwrap()["format"], "raw");
    let vmdk = Options::new().format(Some(Format::Vmdk));
    let error = probe_with(&bytes, &vmdk).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongFormat);
    assert!(error.to_string().contains("a seSparse extent"), "{error}");
    assert!(qemu_info_with(&path, &["-f", "vmdk"]).is_none());
}
