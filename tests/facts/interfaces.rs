// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks that every interface gives the same answer for the same bytes.

use diskprobe::{
    probe_buffer, probe_fd, probe_path, probe_source, Error, ErrorKind, Format, Image, Options,
    Prober, Source,
};
use diskprobe_test_support::answer::{answer, assert_never_another, assert_same};
use proptest::prelude::*;
use std::io::{self, Write};
use std::os::fd::AsFd;

/// Reads like a bad network: the first read is interrupted, and the data arrives in pieces.
struct Pieces<'a> {
    bytes: &'a [u8],
    length: Option<u64>,
    piece: usize,
    interrupt: bool,
}

impl Source for Pieces<'_> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.interrupt = !self.interrupt;
        if self.interrupt {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let from = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(self.bytes.len());
        let rest = &self.bytes[from..];
        let got = rest.len().min(buffer.len()).min(self.piece);
        buffer[..got].copy_from_slice(&rest[..got]);
        Ok(got)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(self.length)
    }
}

fn fed(bytes: &[u8], length: Option<u64>, options: &Options) -> Result<Image, Error> {
    let mut prober = Prober::new(options);
    if let Some(length) = length {
        prober.set_length(length)?;
    }
    while let Some(read) = prober.next_read()? {
        let range = read.preferred;
        let from = usize::try_from(range.offset)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        let to = usize::try_from(range.offset + range.length)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        prober.feed(range.offset, &bytes[from..to.max(from)])?;
    }
    prober.finish()
}

/// Asserts that all interfaces give the same answer for `bytes`, and returns it.
fn agreed(bytes: &[u8], options: &Options, piece: usize) -> String {
    let length = Some(bytes.len() as u64);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();

    let known = probe_buffer(bytes, length, options);
    let expected = answer(&known);
    assert_eq!(answer(&probe_path(file.path(), options)), expected, "path");
    assert_eq!(
        answer(&probe_fd(file.as_file().as_fd(), options)),
        expected,
        "descriptor"
    );
    let mut source = Pieces {
        bytes,
        length,
        piece,
        interrupt: false,
    };
    assert_same(&known, &probe_source(&mut source, options), "source");
    assert_same(&known, &fed(bytes, length, options), "prober");

    let mut source = Pieces {
        bytes,
        length: None,
        piece,
        interrupt: false,
    };
    let limited = *options != Options::default();
    assert_never_another(&known, &probe_source(&mut source, options), limited);
    assert_never_another(&known, &fed(bytes, None, options), limited);
    expected
}

/// Returns starts of images to damage: the signature and plausible fields of every format.
fn seeds() -> Vec<Vec<u8>> {
    let mut qcow2 = vec![0u8; 8192];
    qcow2[..4].copy_from_slice(b"QFI\xfb");
    qcow2[4..8].copy_from_slice(&3u32.to_be_bytes());
    qcow2[8..16].copy_from_slice(&600u64.to_be_bytes());
    qcow2[16..20].copy_from_slice(&8u32.to_be_bytes());
    qcow2[20..24].copy_from_slice(&16u32.to_be_bytes());
    qcow2[24..32].copy_from_slice(&(1u64 << 30).to_be_bytes());
    qcow2[36..40].copy_from_slice(&2u32.to_be_bytes());
    qcow2[40..48].copy_from_slice(&0x30000u64.to_be_bytes());
    qcow2[48..56].copy_from_slice(&0x10000u64.to_be_bytes());
    qcow2[56..60].copy_from_slice(&1u32.to_be_bytes());
    qcow2[96..100].copy_from_slice(&4u32.to_be_bytes());
    qcow2[100..104].copy_from_slice(&104u32.to_be_bytes());
    qcow2[600..608].copy_from_slice(b"base.img");
    let mut all = vec![qcow2];
    for (offset, magic) in [
        (0, &b"QFI\xfb\0\0\0\x01"[..]),
        (0, b"QED\0"),
        (0, b"KDMV\x01\0\0\0"),
        (0, b"COWD\x01\0\0\0"),
        (0, b"# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"monolithicFlat\"\nRW 2048 FLAT \"f\" 0\n"),
        (64, b"\x7f\x10\xda\xbe\x01\0\x01\0"),
        (0, b"conectix"),
        (0, b"vhdxfile"),
        (0, b"WithouFreSpacExt\x02\0\0\0"),
        (0, b"LUKS\xba\xbe\0\x01"),
        (0, b"LUKS\xba\xbe\0\x02\0\0\0\0\0\0\x40\0"),
    ] {
        let mut seed = vec![0u8; 4096];
        seed[offset..offset + magic.len()].copy_from_slice(magic);
        all.push(seed);
    }
    all
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((0usize..1024, any::<u8>()), 0..24);
    (prop::sample::select(seeds()), changes, 0usize..70_000).prop_map(
        |(mut bytes, changes, length)| {
            bytes.resize(length, 0);
            for (at, value) in changes {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = value;
                }
            }
            bytes
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_interface_gives_the_same_answer(bytes in damaged(), piece in 1usize..5000) {
        agreed(&bytes, &Options::default(), piece);
    }

    #[test]
    fn every_interface_gives_the_same_answer_for_a_given_format(
        bytes in damaged(),
        format in prop::sample::select(Format::ALL.iter().copied().filter(|f| *f != Format::Dir).collect::<Vec<_>>()),
        reads in 0u32..4,
    ) {
        let limits = diskprobe::Limits::new().max_reads(reads).unwrap();
        agreed(&bytes, &Options::new().format(Some(format)).limits(limits), 512);
    }
}

#[test]
fn undamaged_seeds_have_the_expected_facts() {
    let qcow2 = agreed(&seeds()[0], &Options::default(), 100);
    assert!(qcow2.contains(r#""format":"qcow2""#), "{qcow2}");
    assert!(qcow2.contains(r#""virtual-size":1073741824"#), "{qcow2}");
    assert!(
        qcow2.contains("origin: ByteRange { offset: 600, length: 8 }"),
        "{qcow2}"
    );
}

#[test]
fn a_partial_buffer_needs_more_data_and_is_not_truncated() {
    let qcow2 = &seeds()[0];
    let error = probe_buffer(&qcow2[..604], Some(8192), &Options::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NeedMoreData);
    assert_eq!(error.offset(), Some(600));
    let error = probe_buffer(&qcow2[..604], Some(604), &Options::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
    let error = probe_buffer(&qcow2[..604], None, &Options::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NeedMoreData);
    let image = probe_buffer(&qcow2[..608], None, &Options::default()).unwrap();
    assert_eq!(image.virtual_size(), Some(1 << 30));
    assert_eq!(image.physical_size(), None);
    let error = probe_buffer(&qcow2[..608], Some(607), &Options::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn an_empty_object_needs_no_read() {
    let mut prober = Prober::new(&Options::default());
    prober.set_length(0).unwrap();
    assert_eq!(prober.next_read().unwrap(), None);
    assert_eq!(prober.finish().unwrap().virtual_size(), Some(0));
}
