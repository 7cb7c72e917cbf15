// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images that make a reader work, allocate or crash.

use super::bases::*;
use super::every_way::{check, Hostile};
use crate::TOOL;
use diskprobe::ErrorKind::{InvalidImage, Truncated, UnsupportedFeature};
use diskprobe::{probe_buffer, Content, Format, Options};
use diskprobe_test_support::build::{bochs, cloop, udif, Build, Subformat, MIB, TIB};
use diskprobe_test_support::{build, patched, vhdx, Images};
use Format::{Qcow2, Raw, Vmdk};

const ONES: &[u8] = &[0xff; 8];

/// Any size is reported as a fact. The caller sets a limit.
fn a_disk_far_larger_than_its_file() {
    let images = Images::new();
    let bytes = build::Qcow2::new(60 * TIB).bytes();
    assert!(bytes.len() < 2 << 20);
    let image = Hostile::new(bytes.clone()).accepted(Qcow2);
    assert_eq!(image.virtual_size(), Some(60 << 40));
    images.write("x.img", &bytes);
    for (limit, code) in [("60T", 0), ("65970697666559", 1), ("65970697666560", 0)] {
        let limit = format!("--max-virtual-size={limit}");
        let run = check(images.directory(), &[&limit, "x.img"]);
        assert_eq!(run.code, Some(code), "{limit}");
        assert_eq!(run.text().contains("\n    virtual-size "), code == 1);
    }
}

#[test]
fn cve_2013_2096() {
    a_disk_far_larger_than_its_file();
}

#[test]
fn cve_2013_4463() {
    a_disk_far_larger_than_its_file();
}

#[test]
fn cve_2013_4469() {
    a_disk_far_larger_than_its_file();
}

/// A small or sparse file claims tables of gibibytes.
#[test]
fn cve_2015_5162() {
    let size = (1u64 << 43) - (1 << 22);
    let changes: [(usize, &[u8]); 3] = [
        (24, &size.to_be_bytes()),
        (32, &[9, 6]),
        (40, &512u64.to_be_bytes()),
    ];
    let qcow = patched(&qcow(), &changes);
    let qcow = Hostile::new(qcow).in_file_of(3 << 30).costs(3, 80 << 10);
    // QEMU would load this table of 2 GiB. No fact needs it.
    assert_eq!(qcow.accepted(Format::Qcow).virtual_size(), Some(size));
    // The largest map that QEMU accepts, and one entry more.
    for (blocks, refused) in [(0x1fff_ff80u32, false), (0x1fff_ff81, true)] {
        let image = Hostile::new(patched(&vdi(), &[(384, &blocks.to_le_bytes())]));
        match refused {
            true => image.broken(InvalidImage, "blocks_in_image"),
            false => drop(image.accepted(Format::Vdi)),
        }
    }
    let entries = patched(&vpc(), &[(512 + 28, &ONES[..4])]);
    Hostile::new(entries).broken(InvalidImage, "max_table_entries");
}

#[test]
fn cve_2014_0142() {
    let tracks = patched(&parallels(), &[(28, &[0; 4])]);
    Hostile::new(tracks).broken(InvalidImage, "tracks");
    let extent = patched(&bochs(0x2_0000), &[(80, &[0; 4])]);
    Hostile::new(extent).broken(InvalidImage, "extent");
    let block_size = patched(&vpc(), &[(512 + 32, &[0; 4])]);
    Hostile::new(block_size).broken(InvalidImage, "block_size");
}

#[test]
fn cve_2014_0143() {
    let bat = patched(&parallels(), &[(32, &ONES[..4])]);
    Hostile::new(bat).broken(InvalidImage, "bat_entries");
    let catalog = patched(&bochs(0x2_0000), &[(72, &ONES[..4])]);
    Hostile::new(catalog).broken(InvalidImage, "catalog");
    let l1 = patched(&qcow2(), &[(36, &ONES[..4])]);
    Hostile::new(l1).broken(InvalidImage, "l1_size");
    let refcounts = patched(&qcow2(), &[(56, &ONES[..4])]);
    Hostile::new(refcounts).broken(InvalidImage, "refcount_table_clusters");
    let blocks = patched(&cloop(), &[(132, &ONES[..4])]);
    Hostile::new(blocks).broken(InvalidImage, "n_blocks");
}

/// Probes these images with every header field set to values that can overflow.
fn all_fields(images: &[Vec<u8>]) {
    const VALUES: [u64; 8] = [
        0,
        1,
        (1 << 31) - 1,
        1 << 31,
        (1 << 32) - 1,
        (1 << 63) - 1,
        1 << 63,
        u64::MAX,
    ];
    let (mut facts, mut errors) = (0, 0);
    for image in images {
        let start = image[..image.len().min(1 << 16)].to_vec();
        for offset in (0..160).step_by(2) {
            for value in VALUES {
                let narrow = u32::try_from(value & 0xffff_ffff).expect("half of it");
                let news: [&[u8]; 4] = [
                    &value.to_be_bytes(),
                    &value.to_le_bytes(),
                    &narrow.to_be_bytes(),
                    &narrow.to_le_bytes(),
                ];
                for new in news {
                    let bytes = patched(&start, &[(offset, new)]);
                    let options = Options::new().thorough(true);
                    match probe_buffer(&bytes, Some(bytes.len() as u64), &options) {
                        Ok(_) => facts += 1,
                        Err(error) => {
                            assert!(!error.to_string().is_empty());
                            errors += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(
        facts > 100 && errors > 100,
        "{facts} images, {errors} errors"
    );
}

#[test]
fn cve_2014_0144() {
    all_fields(&[cloop(), qcow2(), vdi(), vpc(), bochs(0x1_0000), parallels()]);
}

#[test]
fn cve_2014_0145() {
    let old = build::Qcow2::new(64 * MIB).version_2().bytes();
    all_fields(&[qcow2(), old]);
    // The length and offset fields of a trailer.
    let udif = udif();
    for field in (0..512).step_by(4) {
        let bytes = patched(&udif.bytes, &[(udif.trailer + field, &ONES[..4])]);
        let length = Some(bytes.len() as u64);
        let options = Options::new().format(Some(Format::Dmg));
        if let Ok(image) = probe_buffer(&bytes, length, &options) {
            assert_eq!(image.format(), Format::Dmg);
        }
    }
}

#[test]
fn cve_2014_0146() {
    let offset = (1u64 << 63).to_be_bytes();
    let snapshots = patched(&qcow2(), &[(60, &[0, 0, 0, 1]), (64, &offset)]);
    Hostile::new(snapshots).broken(InvalidImage, "snapshots_offset");
}

#[test]
fn cve_2014_0147() {
    let extent = patched(&bochs(0x2_0000), &[(80, &0x8000_0000u32.to_le_bytes())]);
    Hostile::new(extent).broken(InvalidImage, "extent");
    let order = patched(&qcow2(), &[(96, &ONES[..4])]);
    Hostile::new(order).broken(InvalidImage, "refcount_order");
}

#[test]
fn cve_2014_0148() {
    let base = vhdx();
    for (offset, value, kind) in [
        (vhdx::FILE_PARAMETERS, 0u32, InvalidImage),
        (vhdx::FILE_PARAMETERS, 1, InvalidImage),
        (vhdx::SECTOR_SIZE, 0, UnsupportedFeature),
    ] {
        let bytes = vhdx::changed(&base, &[(offset, &value.to_le_bytes())]);
        let bytes = Hostile::new(bytes).costs(8, 256 << 10);
        bytes.broken(kind, "Size is");
    }
}

#[test]
fn cve_2014_0222() {
    Hostile::new(patched(&qcow(), &[(33, &[30])])).broken(InvalidImage, "l2_bits");
}

#[test]
fn cve_2014_0223() {
    let size = (1u64 << 63).to_be_bytes();
    Hostile::new(patched(&qcow(), &[(24, &size)])).broken(InvalidImage, "size");
}

/// Sizes and offsets in an extended partition table are not followed.
#[test]
fn cve_2016_5011() {
    extended_partition(0);
}

#[test]
fn cve_2026_53615() {
    extended_partition(u32::MAX);
}

fn extended_partition(start: u32) {
    let mut bytes = vec![0; 1 << 16];
    for table in [0, 0x200] {
        bytes[table + 446 + 4] = 5;
        bytes[table + 446 + 8..][..4].copy_from_slice(&start.to_le_bytes());
        bytes[table + 446 + 12..][..4].copy_from_slice(&u32::MAX.to_le_bytes());
        bytes[table + 510..][..2].copy_from_slice(&[0x55, 0xaa]);
    }
    let image = Hostile::new(bytes).costs(3, 80 << 10).accepted(Raw);
    assert_eq!(image.content().collect::<Vec<_>>(), [Content::Mbr]);
}

/// A label inside a partition is not read.
#[test]
fn cve_2026_13595() {
    let mut bytes = vec![0; 1 << 16];
    bytes[446 + 4] = 0xa5;
    bytes[446 + 8] = 1;
    bytes[446 + 12] = 100;
    bytes[510..512].copy_from_slice(&[0x55, 0xaa]);
    for label in [512, 1024] {
        bytes[label..label + 4].copy_from_slice(&0x8256_4557u32.to_le_bytes());
        bytes[label + 132..label + 136].copy_from_slice(&0x8256_4557u32.to_le_bytes());
        bytes[label + 138..label + 140].copy_from_slice(&ONES[..2]);
    }
    let image = Hostile::new(bytes).costs(3, 80 << 10).accepted(Raw);
    assert_eq!(image.content().collect::<Vec<_>>(), [Content::Mbr]);
}

/// A label with a command is not reported.
#[test]
fn cve_2014_9114() {
    let label = b"$(x)`y`\n;z";
    let mut bytes = vec![0; 1 << 16];
    bytes[1024 + 56..1024 + 58].copy_from_slice(&[0x53, 0xef]);
    bytes[1024 + 120..][..label.len()].copy_from_slice(label);
    let image = Hostile::new(bytes.clone()).accepted(Raw);
    assert_eq!(image.content().collect::<Vec<_>>(), [Content::Ext]);
    let images = Images::new();
    images.write("x.img", &bytes);
    for command in ["info", "check"] {
        let run = TOOL.run(images.directory(), &[command, "x.img"]);
        assert!(!run.text().contains("$("), "{run:?}");
    }
}

/// Only the signature of a file system is read, not its inner structures.
#[test]
fn cve_2023_34325() {
    let mut xfs = b"XFSB".to_vec();
    xfs.resize(1 << 16, 0xff);
    let image = Hostile::new(xfs).costs(3, 80 << 10).accepted(Raw);
    assert_eq!(image.content().collect::<Vec<_>>(), [Content::Xfs]);
}

/// A compressed grain that ends too early is not read.
#[test]
fn cve_2026_2243() {
    let stream = build::Vmdk::new(64 * MIB).subformat(Subformat::StreamOptimized);
    let stream = stream.bytes();
    let mut cut = stream.clone();
    let data = stream.len().next_multiple_of(512);
    cut.resize(data, 0);
    // A grain marker in the last sector claims more data than the file has.
    cut.extend(ONES);
    cut.extend(&ONES[..4]);
    let (whole, cut) = (
        Hostile::new(stream).accepted(Vmdk),
        Hostile::new(cut).accepted(Vmdk),
    );
    assert_eq!(whole.virtual_size(), cut.virtual_size());
}

/// The offsets point into a hole of a sparse file.
#[test]
fn an_offset_in_a_hole_of_2_gib_is_an_error() {
    let footer = patched(&vmdk(), &[(56, ONES)]);
    Hostile::new(footer)
        .in_file_of(2 << 30)
        .broken(InvalidImage, "footer");
    let offset = (1u64 << 50).to_le_bytes();
    let far = vhdx::changed(&vhdx(), &[(vhdx::METADATA_ENTRY + 16, &offset)]);
    let far = Hostile::new(far).in_file_of(2 << 30).costs(8, 256 << 10);
    far.broken(Truncated, "metadata");
}

#[test]
fn a_descriptor_without_extents_is_an_error() {
    let text = b"version=1\nCID=1\nparentCID=1\ncreateType=\"monolithicFlat\"\n".to_vec();
    Hostile::new(text).broken(InvalidImage, "no extent with access RW");
    let unknown =
        b"version=1\nCID=1\nparentCID=1\ncreateType=\"custom\"\nRW 1 FLAT \"x\" 0".to_vec();
    Hostile::new(unknown).broken(UnsupportedFeature, "createType");
}

/// Opening a FIFO would block until a writer opens it.
#[test]
fn a_fifo_is_refused_without_blocking() {
    let images = Images::new();
    let made = std::process::Command::new("mkfifo")
        .arg(images.path("x"))
        .status();
    assert!(made.expect("mkfifo").success());
    let start = std::time::Instant::now();
    let run = check(images.directory(), &["x"]);
    assert!(start.elapsed().as_secs() < 5);
    assert_eq!((run.code, run.text()), (Some(1), "x: refused\n"));
    assert!(run.err.contains("FIFO"), "{run:?}");
}
