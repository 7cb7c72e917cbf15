// SPDX-License-Identifier: MIT OR Apache-2.0
//! parallels, bochs and cloop: small headers, each field at its limits, beside qemu-img.

mod common;
#[path = "common/crafted.rs"]
mod crafted;

use common::{assert_all_agreed, assert_all_refused, assert_cut_is_refused};
use common::{patched, probe, Images};
use diskprobe::ErrorKind::InvalidImage;
use diskprobe::Format;

#[test]
fn parallels() {
    let images = Images::new();
    let base = images.create(&["-f", "parallels", "NAME", "64M"]);
    assert_all_agreed(
        &images,
        Format::Parallels,
        &base,
        &[
            ("plain", &[]),
            ("first form", &[(0, b"WithoutFreeSpace")]),
            (
                "first form, upper half of the size",
                &[(0, b"WithoutFreeSpace"), (40, &[0xff; 4])],
            ),
            ("in use", &[(44, &0x746f_6e59u32.to_le_bytes())]),
            (
                "size beyond the table",
                &[(32, &[0; 4]), (36, &(1u64 << 40).to_le_bytes())],
            ),
            ("size 0", &[(36, &[0; 8])]),
        ],
    );
    // qemu-img opens it too, but reads a table of 2 GiB to do so: too much for a test.
    let longest = patched(&base, &[(32, &536_869_872u32.to_le_bytes())]);
    assert_eq!(probe(&longest).unwrap().virtual_size(), Some(64 << 20));
    let in_use = patched(&base, &[(44, &0x746f_6e59u32.to_le_bytes())]);
    assert_eq!(probe(&in_use).unwrap().dirty(), Some(true));
    assert_eq!(probe(&base).unwrap().dirty(), Some(false));
    assert_eq!(probe(&base).unwrap().cluster_size(), Some(1 << 20));
    assert_all_refused(
        &images,
        &base,
        InvalidImage,
        &[
            ("tracks is 0", 28, &[(28, &[0; 4])]),
            (
                "tracks is 4186128",
                28,
                &[(28, &4_186_128u32.to_le_bytes())],
            ),
            (
                "bat_entries is 536869873",
                32,
                &[(32, &536_869_873u32.to_le_bytes())],
            ),
            ("nb_sectors is", 36, &[(36, &(1u64 << 54).to_le_bytes())]),
            ("ext_off is", 56, &[(56, &(1u64 << 54).to_le_bytes())]),
        ],
    );
    let third = patched(&base, &[(16, &[3])]);
    assert_eq!(probe(&third).unwrap().format(), Format::Raw);
    assert_eq!(images.qemu_info_of(&third).unwrap()["format"], "raw");
    assert_cut_is_refused(&base, 20, 64);
}

#[test]
fn bochs() {
    let images = Images::new();
    assert_all_agreed(
        &images,
        Format::Bochs,
        &crafted::bochs(0x0001_0000),
        &[("version 1", &[])],
    );
    let base = crafted::bochs(0x0002_0000);
    assert_all_agreed(
        &images,
        Format::Bochs,
        &base,
        &[
            ("version 2", &[]),
            ("size not whole sectors", &[(88, &[0x64])]),
            (
                "smallest extent",
                &[(80, &512u32.to_le_bytes()), (88, &65536u64.to_le_bytes())],
            ),
            ("largest extent", &[(80, &(8u32 << 20).to_le_bytes())]),
            (
                "table of exactly the size",
                &[(88, &(64u64 << 20).to_le_bytes())],
            ),
            (
                "table and a part of a sector",
                &[(88, &((64u64 << 20) + 511).to_le_bytes())],
            ),
        ],
    );
    assert_all_refused(
        &images,
        &base,
        InvalidImage,
        &[
            ("extent is 0", 80, &[(80, &[0; 4])]),
            ("extent is 256", 80, &[(80, &256u32.to_le_bytes())]),
            ("extent is 3072", 80, &[(80, &3072u32.to_le_bytes())]),
            (
                "extent is 16777216",
                80,
                &[(80, &(16u32 << 20).to_le_bytes())],
            ),
            (
                "extent is 2147483648",
                80,
                &[(80, &(1u32 << 31).to_le_bytes())],
            ),
            (
                "catalog is 1048577",
                72,
                &[(72, &0x0010_0001u32.to_le_bytes())],
            ),
            (
                "disk is 67109376",
                88,
                &[(88, &((64u64 << 20) + 512).to_le_bytes())],
            ),
            (
                "disk is 9223372036854775808",
                88,
                &[(88, &(1u64 << 63).to_le_bytes())],
            ),
        ],
    );
    for subtype in [b"Undoable", b"Volatile"] {
        let overlay = patched(&base, &[(48, subtype)]);
        assert_eq!(probe(&overlay).unwrap().format(), Format::Raw);
        assert_eq!(images.qemu_info_of(&overlay).unwrap()["format"], "raw");
    }
    assert_cut_is_refused(&base, 68, 512);
}

#[test]
fn cloop() {
    let images = Images::new();
    let base = crafted::cloop();
    assert_all_agreed(
        &images,
        Format::Cloop,
        &base,
        &[
            ("plain", &[]),
            ("smallest block", &[(128, &512u32.to_be_bytes())]),
            ("largest block", &[(128, &(64u32 << 20).to_be_bytes())]),
            ("no blocks", &[(132, &[0; 4])]),
        ],
    );
    assert_all_refused(
        &images,
        &base,
        InvalidImage,
        &[
            ("block_size is 0", 128, &[(128, &[0; 4])]),
            ("block_size is 1000", 128, &[(128, &1000u32.to_be_bytes())]),
            (
                "block_size is 67109376",
                128,
                &[(128, &67_109_376u32.to_be_bytes())],
            ),
            (
                "n_blocks is 67108864",
                132,
                &[(132, &(1u32 << 26).to_be_bytes())],
            ),
        ],
    );
    assert_cut_is_refused(&base, 83, 136);
}
