// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHDX, beside what qemu-img says of the same bytes.

mod common;
#[path = "format_vhdx/craft.rs"]
mod craft;
#[path = "format_vhdx/judged.rs"]
mod judged;
#[path = "format_vhdx/parent.rs"]
mod parent;

use common::{assert_agreed, assert_refused, corpus, corpus_image, patched, probe, Images};
use craft::*;
use diskprobe::{ErrorKind, Format, Options, Source};
use proptest::prelude::*;
use std::io;
use std::sync::OnceLock;

#[test]
fn images_of_every_option_have_the_facts_of_qemu() {
    let images = Images::new();
    let cases: [(&[&str], &str); 13] = [
        (&["NAME", "64M"], "dynamic"),
        (&["NAME", "512"], "dynamic"),
        (&["NAME", "1000003"], "dynamic"),
        (&["NAME", "5T"], "dynamic"),
        (&["NAME", "64T"], "dynamic"),
        (&["-o", "block_size=1M", "NAME", "64M"], "dynamic"),
        (&["-o", "block_size=1M", "NAME", "10G"], "dynamic"),
        (&["-o", "block_size=2M", "NAME", "1T"], "dynamic"),
        (&["-o", "block_size=256M", "NAME", "64T"], "dynamic"),
        (&["-o", "log_size=3M", "NAME", "64M"], "dynamic"),
        (&["-o", "block_state_zero=off", "NAME", "64M"], "dynamic"),
        (&["-o", "subformat=fixed", "NAME", "8M"], "fixed"),
        (
            &["-o", "subformat=fixed,block_size=1M", "NAME", "3000000"],
            "fixed",
        ),
    ];
    for (arguments, subformat) in cases {
        let name = arguments.join(" ");
        let bytes = images.create(&[&["-f", "vhdx"], arguments].concat());
        let image = assert_agreed(&images, &name, &bytes);
        assert_eq!(image.subformat(), Some(subformat), "{name}");
        assert_eq!(image.dirty(), Some(false), "{name}");
        let creator = image.creator().expect("qemu-img names itself");
        assert!(creator.starts_with(b"QEMU v"), "{creator:?}");

        // The data write GUID of the second header, which is qemu-img's later one. The first three
        // groups of it stand with their bytes turned round.
        let stored: [u8; 16] = bytes[HEADERS[1] + 32..][..16].try_into().expect("16 bytes");
        let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
        assert_eq!(image.uuid(), Some(order.map(|at| stored[at])), "{name}");
    }
}

#[test]
fn the_later_header_counts() {
    let base = base(&Images::new());
    let [first, second] = HEADERS;
    let (low, high) = ([0u8; 8], [0xff; 8]);
    let guids: [(usize, &[u8]); 2] = [(first + 32, &[1; 16]), (second + 32, &[2; 16])];
    let uuid = |first_sequence, second_sequence| {
        let sequences: [(usize, &[u8]); 2] =
            [(first + 8, first_sequence), (second + 8, second_sequence)];
        let bytes = crafted(&base, &[guids, sequences].concat());
        probe(&bytes).expect("a valid image").uuid()
    };
    assert_eq!(uuid(&high, &low), Some([1; 16]));
    assert_eq!(uuid(&low, &high), Some([2; 16]));
}

/// Where the log is in use, the facts are those before its replay. QEMU looks into the log; we say
/// that the image is dirty.
#[test]
fn a_log_in_use_is_dirty() {
    let images = Images::new();
    let base = base(&images);
    let in_use = in_headers(&base, 48, &[1]);
    let image = probe(&in_use).expect("an image with a log in use");
    assert_eq!(image.dirty(), Some(true));
    assert_eq!(image.virtual_size(), Some(64 * MIB));
    // There is nothing in the log, so that QEMU opens the image as it is.
    let info = images.qemu_info_of(&in_use).expect("qemu-img opens it");
    assert_eq!(info["virtual-size"], 64 * MIB);

    let no_log = in_headers(&in_use, 68, &[0; 4]);
    let image = assert_agreed(&images, "log of no length", &no_log);
    assert_eq!(image.dirty(), Some(false));
}

#[test]
fn a_log_to_replay_that_another_program_left() {
    let Some(corpus) = corpus() else {
        return;
    };
    let bytes = corpus_image(&corpus, "iotest-dirtylog-10G-4M.vhdx");
    let image = probe(&bytes).expect("a VHDX image");
    assert!(Images::new().qemu_info_of(&bytes).is_none());
    assert_eq!(image.format(), Format::Vhdx);
    assert_eq!(image.virtual_size(), Some(10_737_418_240));
    assert_eq!(image.dirty(), Some(true));
    assert_eq!(image.creator(), Some(&b"QEMU v1.6.50"[..]));
}

/// BAT entries say nothing of the image's facts. QEMU reads them and refuses those that point
/// somewhere else than into the file; we do not read them.
#[test]
fn the_bat_is_not_read() {
    let images = Images::new();
    let base = base(&images);
    // The first block is fully present (6), in the file's last possible mebibyte.
    let astray = patched(
        &base,
        &[(0x20_0000, &[6, 0, 0xf0, 0xff, 0xff, 0xff, 0xff, 0x7f])],
    );
    assert_eq!(
        probe(&astray).expect("the same facts").virtual_size(),
        Some(64 * MIB)
    );
    assert!(images.qemu_info_of(&astray).is_none());
}

#[test]
fn a_cut_image_is_truncated_never_raw() {
    let images = Images::new();
    let base = base(&images);
    for length in 0..8 {
        let image = probe(&base[..length]).expect("too short for the signature");
        assert_eq!(image.format(), Format::Raw, "{length} bytes");
    }
    let [first, second] = HEADERS;
    let table_end = item(5);
    for length in [
        8,
        511,
        512,
        519,
        520,
        first,
        first + 4095,
        first + 4096,
        second,
        second + 4095,
        second + 4096,
        REGION_TABLE,
        REGION_TABLE + 65535,
        REGION_TABLE + 65536,
        METADATA,
        METADATA + 31,
        METADATA + 32,
        table_end - 1,
        table_end,
        FILE_PARAMETERS,
        DISK_SIZE,
        SECTOR_SIZE,
        SECTOR_SIZE + 3,
    ] {
        let error = probe(&base[..length]).expect_err("a cut image");
        assert_eq!(
            error.kind(),
            ErrorKind::Truncated,
            "{length} bytes: {error}"
        );
    }
    for length in [
        8,
        520,
        second,
        REGION_TABLE + 65536,
        METADATA + 32,
        table_end,
    ] {
        assert!(images.qemu_info_of(&base[..length]).is_none(), "{length}");
    }
    assert!(probe(&base[..SECTOR_SIZE + 4]).is_ok());
}

/// Counts what is read.
struct Counted<'a> {
    bytes: &'a [u8],
    reads: u32,
    read: usize,
}

impl Source for Counted<'_> {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        let from = usize::try_from(offset).expect("a small file");
        let there = &self.bytes[from.min(self.bytes.len())..];
        let got = there.len().min(room.len());
        room[..got].copy_from_slice(&there[..got]);
        self.reads += 1;
        self.read += got;
        Ok(got)
    }
}

const FIRST_READ: usize = diskprobe::limits::FIRST_READ as usize;

fn cost(bytes: &[u8]) -> (u32, usize) {
    let mut source = Counted {
        bytes,
        reads: 0,
        read: 0,
    };
    let length = Some(bytes.len() as u64);
    diskprobe::probe_source(&mut source, length, &Options::default()).expect("a valid image");
    (source.reads, source.read)
}

#[test]
fn six_reads_are_enough_for_what_programs_write_and_eleven_for_anything() {
    let base = base(&Images::new());
    assert_eq!(cost(&base), (6, FIRST_READ + 5 * 4096));

    // A region table filled to its end, a full metadata table, the items far apart, and the
    // longest parent locator.
    let apart = moved(&moved(&moved(&base, 0, 0x2_0000), 1, 0x3_0000), 3, 0x4_0000);
    let pairs = locator(&[("relative_path", "p.vhdx")]);
    let mut worst = with_locator(&apart, 0x5_0000, &pairs);
    worst = crafted(&worst, &[(REGION_TABLE + 65535, &[1])]);
    worst.resize(METADATA + 0x6_0000, 0);
    let changes: [(usize, &[u8]); 3] = [
        (METADATA + 10, &2047u16.to_le_bytes()),
        (item(5) + 20, &32768u32.to_le_bytes()),
        (METADATA + 0x2_0000 + 4, &[2]),
    ];
    worst = patched(&worst, &changes);
    assert_eq!(
        cost(&worst),
        (11, FIRST_READ + 7 * 4096 + 65536 + 2047 * 32 + 32768)
    );
}

/// Items that one read can bring, the one that is asked for first behind the others: 4096 bytes from
/// the first byte of the one that lies first.
#[test]
fn items_that_lie_close_together_cost_one_read() {
    let base = base(&Images::new());
    for (place, reads) in [(0x1_1000, 6), (0x1_1001, 7)] {
        assert_eq!(cost(&moved(&base, 0, place)).0, reads, "{place:#x}");
    }
}

/// Neither checksums nor qemu-img vouch for the bytes that these changes are made to.
const UNCHECKED: [(usize, usize); 3] = [
    (METADATA, 32 + 7 * 32),
    (FILE_PARAMETERS, 0x40),
    (parent::AT, 0x140),
];

/// The checksum is right if the rest of the table is zeros, so it is not read. QEMU reads it, and
/// refuses the image.
#[test]
fn a_region_table_is_read_as_far_as_it_counts() {
    let images = Images::new();
    let base = base(&images);
    let unread = patched(&base, &[(REGION_TABLE + 65535, &[1])]);
    assert!(images.qemu_info_of(&unread).is_none());
    assert_eq!(cost(&unread), cost(&base));
    let start = patched(&base, &[(REGION_TABLE + 1023, &[1])]);
    let error = probe(&start).expect_err("a checksum of other bytes");
    assert_eq!(error.offset(), Some(REGION_TABLE as u64 + 4));
    let whole = crafted(&base, &[(REGION_TABLE + 65535, &[1])]);
    assert_agreed(&images, "a tail that counts", &whole);
    assert_eq!(cost(&whole).0, 7);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_have_an_answer_within_eleven_reads(
        changes in prop::collection::vec((0usize..3, 0usize..0x140, any::<u8>()), 1..6),
    ) {
        static DIFFERENCING: OnceLock<Vec<u8>> = OnceLock::new();
        let mut bytes = DIFFERENCING.get_or_init(parent::differencing_image).clone();
        for (part, at, value) in changes {
            let (start, length) = UNCHECKED[part];
            bytes[start + at % length] = value;
        }
        let mut source = Counted { bytes: &bytes, reads: 0, read: 0 };
        let length = Some(bytes.len() as u64);
        let answer = diskprobe::probe_source(&mut source, length, &Options::default());
        prop_assert!(source.reads <= 11 && source.read < 400 << 10);
        if let Ok(image) = answer {
            prop_assert_eq!(image.virtual_size().map(|size| size % 512), Some(0));
        }
    }
}

#[test]
fn an_image_of_another_format_is_not_vhdx() {
    let options = Options::new().format(Some(Format::Vhdx));
    let error = common::probe_with(&[0; 4096], &options).expect_err("zeros");
    assert_eq!(error.kind(), ErrorKind::WrongFormat);
    assert_refused(
        b"vhdxfile",
        ErrorKind::Truncated,
        Some(8),
        "file type identifier",
    );
}

#[test]
fn the_sector_size_of_the_disk_itself() {
    let images = Images::new();
    let base = base(&images);
    for (bytes, size) in [
        (512u32, Some(512)),
        (4096, Some(4096)),
        (0, None),
        (1024, None),
    ] {
        let changed = patched(&base, &[(PHYSICAL_SECTOR_SIZE, &bytes.to_le_bytes())]);
        let image = assert_agreed(&images, "physical sector size", &changed);
        assert_eq!(image.physical_sector_size(), size);
    }
}
