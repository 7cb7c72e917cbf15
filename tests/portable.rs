// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images of every byte order, made here and held in memory: the same facts on every machine. Miri
//! runs this for machines with 32 bits, and for those whose more significant byte comes first.

#[path = "common/crafted.rs"]
mod crafted;

use diskprobe::{probe_buffer, EncryptionFormat, Format, Image, Options, Prober};

/// Zeros, and in them some bytes.
fn image(length: usize, parts: &[(usize, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0; length];
    for (at, part) in parts {
        bytes[*at..at + part.len()].copy_from_slice(part);
    }
    bytes
}

fn qcow2() -> Vec<u8> {
    let header: [(usize, &[u8]); 15] = [
        (0, b"QFI\xfb\0\0\0\x03"),
        (8, &600u64.to_be_bytes()),
        (16, &8u32.to_be_bytes()),
        (20, &16u32.to_be_bytes()),
        (24, &(5u64 << 40).to_be_bytes()),
        (32, &1u32.to_be_bytes()),
        (36, &10240u32.to_be_bytes()),
        (40, &0x30000u64.to_be_bytes()),
        (48, &0x10000u64.to_be_bytes()),
        (56, &1u32.to_be_bytes()),
        (72, &1u64.to_be_bytes()),
        (96, &4u32.to_be_bytes()),
        (100, &104u32.to_be_bytes()),
        (104, b"\xe2\x79\x2a\xca\0\0\0\x03raw"),
        (600, b"base.img"),
    ];
    image(4096, &header)
}

fn qed() -> Vec<u8> {
    let numbers = [0x1_0000u32, 4, 1].map(u32::to_le_bytes).concat();
    let parts: [(usize, &[u8]); 5] = [
        (0, b"QED\0"),
        (4, &numbers),
        (16, &[2]),
        (40, &0x1_0000u64.to_le_bytes()),
        (48, &(5u64 << 40).to_le_bytes()),
    ];
    image(0x6_0000, &parts)
}

fn vdi() -> Vec<u8> {
    let parts: [(usize, &[u8]); 9] = [
        (64, b"\x7f\x10\xda\xbe\x01\0\x01\0"),
        (72, &0x190u32.to_le_bytes()),
        (76, &1u32.to_le_bytes()),
        (340, &0x200u32.to_le_bytes()),
        (344, &0x400u32.to_le_bytes()),
        (360, &512u32.to_le_bytes()),
        (368, &(64u64 << 20).to_le_bytes()),
        (376, &(1u32 << 20).to_le_bytes()),
        (384, &64u32.to_le_bytes()),
    ];
    image(2048, &parts)
}

fn vpc() -> Vec<u8> {
    let size = (127u64 << 30).to_be_bytes();
    let footer: [(usize, &[u8]); 12] = [
        (0, b"conectix"),
        (12, &0x1_0000u32.to_be_bytes()),
        (16, &512u64.to_be_bytes()),
        (28, b"win "),
        (40, &size),
        (48, &size),
        (60, &3u32.to_be_bytes()),
        (512, b"cxsparse"),
        (528, &1536u64.to_be_bytes()),
        (536, &0x1_0000u32.to_be_bytes()),
        (540, &65024u32.to_be_bytes()),
        (544, &(2u32 << 20).to_be_bytes()),
    ];
    let mut bytes = image(1 << 20, &footer);
    let sum: u32 = bytes[..512].iter().map(|byte| u32::from(*byte)).sum();
    bytes[64..68].copy_from_slice(&(!sum).to_be_bytes());
    bytes
}

fn vmdk() -> Vec<u8> {
    let text = b"# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n\
        createType=\"twoGbMaxExtentFlat\"\nRW 4192256 FLAT \"a\" 0\nRW 2048 FLAT \"b\" 128\n";
    text.to_vec()
}

fn parallels() -> Vec<u8> {
    let parts: [(usize, &[u8]); 5] = [
        (0, b"WithouFreSpacExt\x02"),
        (28, &2048u32.to_le_bytes()),
        (32, &64u32.to_le_bytes()),
        (36, &(1u64 << 33).to_le_bytes()),
        (48, &2048u32.to_le_bytes()),
    ];
    image(4096, &parts)
}

fn pulled(bytes: &[u8]) -> Image {
    let mut pull = Prober::new(Some(bytes.len() as u64), &Options::new());
    while let Some(range) = pull.next_read().expect("a range") {
        let from = usize::try_from(range.offset).expect("in the image");
        let length = usize::try_from(range.length).expect("in the image");
        pull.feed(&bytes[from..from + length]).expect("wanted");
    }
    pull.finish().expect("an answer")
}

/// What each must be: format, virtual size, cluster size, dirty.
type Row = (Vec<u8>, Format, u64, Option<u64>, Option<bool>);

#[test]
fn the_same_facts_on_every_machine() {
    const K64: Option<u64> = Some(65536);
    const MIB: Option<u64> = Some(1 << 20);
    let rows: [Row; 8] = [
        (qcow2(), Format::Qcow2, 5 << 40, K64, Some(true)),
        (qed(), Format::Qed, 5 << 40, K64, Some(true)),
        (vdi(), Format::Vdi, 64 << 20, MIB, None),
        (vpc(), Format::Vpc, 127 << 30, Some(2 << 20), None),
        (vmdk(), Format::Vmdk, 4194304 * 512, None, None),
        (parallels(), Format::Parallels, 1 << 42, MIB, None),
        (
            crafted::bochs(0x2_0000),
            Format::Bochs,
            64 << 20,
            Some(512 << 10),
            None,
        ),
        (crafted::cloop(), Format::Cloop, 1 << 20, K64, None),
    ];
    for (bytes, format, size, cluster, dirty) in &rows {
        let image = probe_buffer(bytes, Some(bytes.len() as u64), &Options::new());
        let image = image.unwrap_or_else(|error| panic!("{format}: {error}"));
        assert_eq!(image.format(), *format);
        assert_eq!(image.virtual_size(), Some(*size), "{format}");
        assert_eq!(image.cluster_size(), *cluster, "{format}");
        if dirty.is_some() {
            assert_eq!(image.dirty(), *dirty, "{format}");
        }
        assert_eq!(
            format!("{image:?}"),
            format!("{:?}", pulled(bytes)),
            "{format}"
        );
    }
    let overlay = probe_buffer(&rows[0].0, None, &Options::new()).expect("an answer");
    let backing = overlay.backing().expect("a backing file");
    assert_eq!(backing.location, b"base.img");
    assert_eq!(
        backing.format.and_then(|format| format.format),
        Some(Format::Raw)
    );
    let encryption = overlay.encryption().map(|encryption| encryption.format);
    assert_eq!(encryption, Some(EncryptionFormat::Aes));
    let split = probe_buffer(&rows[4].0, Some(rows[4].0.len() as u64), &Options::new());
    let split = split.expect("an answer");
    let extents: Vec<_> = split
        .extents()
        .map(|one| (one.size, one.file_offset))
        .collect();
    assert_eq!(
        extents,
        [(4192256 << 9, Some(0)), (2048 << 9, Some(128 << 9))]
    );
    assert_eq!(split.cid(), Some(0x1234_5678));
}

/// Far beyond what 32 bits can say.
#[test]
fn structures_beyond_four_gigabytes() {
    let mut bytes = qcow2();
    bytes[8..16].copy_from_slice(&(1u64 << 40).to_be_bytes());
    let mut pull = Prober::new(Some(1 << 50), &Options::new());
    let range = pull.next_read().expect("a range").expect("a range");
    pull.feed(&bytes[..usize::try_from(range.length).expect("short")])
        .expect("wanted");
    let error = pull
        .next_read()
        .expect_err("the name must lie in the first cluster");
    assert!(error.to_string().contains("1099511627776"), "{error}");
}
