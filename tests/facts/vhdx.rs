// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHDX.

use crate::{vhdx_parent, FIRST_READ};
use diskprobe::{ErrorKind, Format, Options, Source, Uuid};
use diskprobe_test_support::build::{Build, Vhdx, MIB};
use diskprobe_test_support::case::assert_ours;
use diskprobe_test_support::cases::vhdx::{all, bat, block_size, disk_size};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_rejected, detail, probe, probe_as};
use diskprobe_test_support::vhdx::*;
use proptest::prelude::*;
use std::io;
use std::sync::OnceLock;

#[test]
fn valid_images_give_facts_and_invalid_images_give_errors() {
    assert_ours(&all());
}

#[test]
fn created_images_are_clean_and_name_their_creator() {
    for (vhdx, subformat) in [
        (Vhdx::new(64 * MIB), "dynamic"),
        (Vhdx::new(8 * MIB).fixed(), "fixed"),
    ] {
        let bytes = vhdx.bytes();
        let image = probe(&bytes).expect("a vhdx image");
        assert_eq!(image.subformat(), Some(subformat));
        assert_eq!(image.is_dirty(), Some(false));
        assert!(image.parent().is_none());
        let creator = detail(&image, "creator").expect("a creator");
        assert!(creator.starts_with("QEMU v"), "{creator:?}");
        // The UUID is the data write GUID of the later header. Its first three groups have reversed
        // bytes.
        let stored = &bytes[HEADERS[1] + 32..][..16];
        let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
        assert_eq!(image.uuid(), Some(order.map(|at| stored[at]).into()));
    }
}

#[test]
fn the_later_header_is_used() {
    let base = base();
    let [first, second] = HEADERS;
    let (low, high) = ([0u8; 8], [0xff; 8]);
    let guids: [(usize, &[u8]); 2] = [(first + 32, &[1; 16]), (second + 32, &[2; 16])];
    let uuid = |first_sequence, second_sequence| {
        let sequences: [(usize, &[u8]); 2] =
            [(first + 8, first_sequence), (second + 8, second_sequence)];
        let bytes = changed(&base, &[guids, sequences].concat());
        probe(&bytes).expect("a vhdx image").uuid()
    };
    assert_eq!(uuid(&high, &low), Some(Uuid::from([1; 16])));
    assert_eq!(uuid(&low, &high), Some(Uuid::from([2; 16])));
}

#[test]
fn the_size_is_at_most_what_a_bat_of_2_gib_can_list() {
    let base = base();
    let entries = 0x7fff_fe00 / 8;
    let largest = bat(&base, 9 * MIB, entries * 8);
    // A run of blocks of 1 MiB between two bitmaps has 4096 blocks.
    let blocks = u64::from(entries) * 4096 / 4097;
    let wide = |blocks: u64| disk_size(&block_size(&largest, 1 << 20), blocks * MIB);
    let most = (blocks..).find(|blocks| probe(&wide(blocks + 1)).is_err());
    let most = most.expect("a limit");
    assert_eq!(most + (most - 1) / 4096, u64::from(entries));
    let words = "at most what a BAT of 2 GiB can map";
    assert_rejected(
        &wide(most + 1),
        ErrorKind::InvalidImage,
        DISK_SIZE as u64,
        words,
    );
}

#[test]
fn a_file_shorter_than_the_signature_is_raw() {
    for length in 0..8 {
        let image = probe(&base()[..length]).expect("raw");
        assert_eq!(image.format(), Format::Raw, "{length} bytes");
    }
}

/// Counts reads and bytes.
struct Counted<'a> {
    bytes: &'a [u8],
    reads: u32,
    read: usize,
}

impl Source for Counted<'_> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let from = usize::try_from(offset).expect("a small file");
        let rest = &self.bytes[from.min(self.bytes.len())..];
        let got = rest.len().min(buffer.len());
        buffer[..got].copy_from_slice(&rest[..got]);
        self.reads += 1;
        self.read += got;
        Ok(got)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(Some(self.bytes.len() as u64))
    }
}

fn cost(bytes: &[u8]) -> (u32, usize) {
    let mut source = Counted {
        bytes,
        reads: 0,
        read: 0,
    };
    diskprobe::probe_source(&mut source, &Options::default()).expect("a valid image");
    (source.reads, source.read)
}

#[test]
fn a_probe_costs_six_reads_for_usual_images_and_at_most_eleven() {
    let base = base();
    assert_eq!(cost(&base), (6, FIRST_READ as usize + 5 * 4096));

    // The most expensive image: a full region table, a full metadata table, items that are far
    // apart, and the longest parent locator.
    let apart = moved(&moved(&moved(&base, 0, 0x2_0000), 1, 0x3_0000), 3, 0x4_0000);
    let pairs = locator(&[("relative_path", "p.vhdx")]);
    let mut worst = with_locator(&apart, 0x5_0000, &pairs);
    worst = changed(&worst, &[(REGION_TABLE + 65535, &[1])]);
    worst.resize(METADATA + 0x6_0000, 0);
    let changes: [(usize, &[u8]); 3] = [
        (METADATA + 10, &2047u16.to_le_bytes()),
        (item(5) + 20, &32768u32.to_le_bytes()),
        (METADATA + 0x2_0000 + 4, &[2]),
    ];
    worst = patched(&worst, &changes);
    assert_eq!(
        cost(&worst),
        (
            11,
            FIRST_READ as usize + 7 * 4096 + 65536 + 2047 * 32 + 32768
        )
    );
}

/// A read starts at the first item and has 4096 bytes.
#[test]
fn items_that_are_close_together_cost_one_read() {
    let base = base();
    for (offset, reads) in [(0x1_1000, 6), (0x1_1001, 7)] {
        assert_eq!(cost(&moved(&base, 0, offset)).0, reads, "{offset:#x}");
    }
}

/// Ranges that no checksum covers.
const UNCHECKED: [(usize, usize); 3] = [
    (METADATA, 32 + 7 * 32),
    (FILE_PARAMETERS, 0x40),
    (vhdx_parent::AT, 0x140),
];

/// If the checksum is correct with zeros for the rest of the table, the rest is not read.
#[test]
fn only_the_used_part_of_a_region_table_is_read() {
    let base = base();
    let unread = patched(&base, &[(REGION_TABLE + 65535, &[1])]);
    assert_eq!(cost(&unread), cost(&base));
    let start = patched(&base, &[(REGION_TABLE + 1023, &[1])]);
    let error = probe(&start).expect_err("a checksum of other bytes");
    assert_eq!(error.offset(), Some(REGION_TABLE as u64 + 4));
    let whole = changed(&base, &[(REGION_TABLE + 65535, &[1])]);
    assert_eq!(cost(&whole).0, 7);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_have_an_answer_within_eleven_reads(
        changes in prop::collection::vec((0usize..3, 0usize..0x140, any::<u8>()), 1..6),
    ) {
        static DIFFERENCING: OnceLock<Vec<u8>> = OnceLock::new();
        let mut bytes = DIFFERENCING.get_or_init(vhdx_parent::differencing_image).clone();
        for (part, at, value) in changes {
            let (start, length) = UNCHECKED[part];
            bytes[start + at % length] = value;
        }
        let mut source = Counted { bytes: &bytes, reads: 0, read: 0 };
        let answer = diskprobe::probe_source(&mut source, &Options::default());
        prop_assert!(source.reads <= 11 && source.read < 400 << 10);
        if let Ok(image) = answer {
            prop_assert_eq!(image.virtual_size().map(|size| size % 512), Some(0));
        }
    }
}

#[test]
fn bytes_of_another_format_are_not_vhdx() {
    let error = probe_as(Format::Vhdx, &[0; 4096]).expect_err("zeros");
    assert_eq!(error.kind(), ErrorKind::WrongFormat);
    let words = "file type identifier";
    assert_rejected(b"vhdxfile", ErrorKind::Truncated, 8, words);
}

#[test]
fn the_physical_sector_size_is_512_4096_or_unknown() {
    for (bytes, size) in [
        (512u32, Some("512")),
        (4096, Some("4096")),
        (0, None),
        (1024, None),
    ] {
        let changed = patched(&base(), &[(PHYSICAL_SECTOR_SIZE, &bytes.to_le_bytes())]);
        let image = probe(&changed).expect("a vhdx image");
        assert_eq!(detail(&image, "physical-sector-size").as_deref(), size);
    }
}
