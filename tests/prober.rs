// SPDX-License-Identifier: MIT OR Apache-2.0
//! The prober gives the answer of a file, however its bytes are fed.

use diskprobe::{probe_source, Error, ErrorKind, Image, Limits, Options, Prober, Source};
use diskprobe_test_support::cases::qcow2;
use proptest::prelude::*;
use std::io;

/// A small generator of numbers, so that a failure can be repeated from its seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) % bound.max(1)
    }
}

/// An object that does not know its length.
struct Unsized<'a>(&'a [u8]);

impl Source for Unsized<'_> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (&mut &*self.0).read_at(buffer, offset)
    }
}

/// How a host feeds the prober.
#[derive(Clone, Debug)]
struct Host {
    seed: u64,
    /// Longest feed in bytes.
    longest: u64,
    /// The length is set before this read; `None`: never.
    length_at: Option<u32>,
    /// Windows that were not requested.
    unrequested: u32,
}

/// Feeds an image in random pieces.
fn fed(bytes: &[u8], options: &Options, host: &Host) -> Result<Image, Error> {
    let mut numbers = Numbers(host.seed);
    let mut prober = Prober::new(options);
    let length = bytes.len() as u64;
    let part = |offset: u64, most: u64| {
        let from = offset.min(length) as usize;
        let to = offset.saturating_add(most).min(length) as usize;
        &bytes[from..to.max(from)]
    };
    for _ in 0..host.unrequested {
        let (offset, size) = (numbers.below(length), 1 + numbers.below(64));
        let bytes = part(offset, size);
        if !bytes.is_empty() {
            prober.feed(offset, bytes)?;
        }
    }
    let mut reads = 0;
    loop {
        if host.length_at == Some(reads) {
            prober.set_length(length)?;
        }
        let Some(read) = prober.next_read()? else {
            break;
        };
        assert!(read.needed.length > 0 && read.needed.length <= read.preferred.length);
        reads += 1;
        let size = 1 + numbers.below(host.longest);
        let from = read.preferred.offset;
        prober.feed(from, part(from, read.preferred.length.min(size)))?;
    }
    if host.length_at.is_some_and(|at| at >= reads) {
        prober.set_length(length)?;
        while let Some(read) = prober.next_read()? {
            prober.feed(
                read.preferred.offset,
                part(read.preferred.offset, read.preferred.length),
            )?;
        }
    }
    prober.finish()
}

fn text(answer: &Result<Image, Error>) -> String {
    match answer {
        Ok(image) => format!("{image:?}"),
        Err(error) => format!("{:?} at {:?}: {error}", error.kind(), error.offset()),
    }
}

/// Headers of several formats, to be damaged and cut.
fn seeds() -> Vec<Vec<u8>> {
    let starts: [(usize, &[u8]); 10] = [
        (0, b"QFI\xfb\0\0\0\x03\0\0\0\0\0\0\x02\x58\0\0\0\x08\0\0\0\x10\0\0\0\0\x40\0\0\0"),
        (0, b"QFI\xfb\0\0\0\x01\0\0\0\0\0\0\x10\0\0\0\0\x08"),
        (0, b"QED\0\0\0\x01\0\x04\0\0\0\x01\0\0\0"),
        (0, b"KDMV\x01\0\0\0\x03\0\0\0\0\x08\0\0"),
        (0, b"# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"monolithicFlat\"\nRW 2048 FLAT \"f\" 0\n"),
        (64, b"\x7f\x10\xda\xbe\x01\0\x01\0"),
        (0, b"conectix"),
        (0, b"vhdxfile"),
        (0, b"LUKS\xba\xbe\0\x01"),
        (0, b"raw"),
    ];
    let seed = |(offset, start): &(usize, &[u8])| {
        let mut bytes = vec![0u8; 8192];
        bytes[*offset..offset + start.len()].copy_from_slice(start);
        bytes
    };
    starts.iter().map(seed).collect()
}

fn images() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((0usize..1024, any::<u8>()), 0..16);
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

fn hosts() -> impl Strategy<Value = Host> {
    (any::<u64>(), 1u64..5000, prop::option::of(0u32..4), 0u32..6).prop_map(
        |(seed, longest, length_at, unrequested)| Host {
            seed,
            longest,
            length_at,
            unrequested,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_of_an_image_gives_the_answer_of_the_file(
        bytes in images(),
        host in hosts(),
        thorough in any::<bool>(),
    ) {
        let options = Options::new().thorough(thorough);
        let expected = match host.length_at {
            Some(_) => probe_source(&mut &bytes[..], &options),
            None => probe_source(&mut Unsized(&bytes), &options),
        };
        let answer = fed(&bytes, &options, &host);
        // A late length cannot take back an error that was found without it.
        if host.length_at == Some(0) || host.length_at.is_none() || answer.is_ok() {
            prop_assert_eq!(text(&answer), text(&expected));
        } else {
            prop_assert!(expected.is_err(), "{} instead of {}", text(&answer), text(&expected));
        }
    }
}

#[test]
fn a_short_feed_is_asked_for_again() {
    let disk = vec![0u8; 1 << 20];
    let mut prober = Prober::new(&Options::new());
    let first = prober.next_read().unwrap().unwrap();
    assert_eq!((first.preferred.offset, first.preferred.length), (0, 1536));
    prober.feed(0, &disk[..512]).unwrap();
    let rest = prober.next_read().unwrap().unwrap();
    assert_eq!((rest.preferred.offset, rest.preferred.length), (512, 1024));
    prober.feed(512, &disk[512..1536]).unwrap();
    prober.set_length(1 << 20).unwrap();
    assert!(prober.next_read().unwrap().is_none());
    assert_eq!(prober.finish().unwrap().virtual_size(), Some(1 << 20));
}

#[test]
fn a_caller_without_the_length_can_feed_only_needed_bytes() {
    let disk = vec![0u8; 1 << 20];
    let mut prober = Prober::new(&Options::new());
    let mut needed = Vec::new();
    while let Some(read) = prober.next_read().unwrap() {
        let range: std::ops::Range<u64> = read.needed.into();
        needed.push(range.clone());
        prober
            .feed(range.start, &disk[range.start as usize..range.end as usize])
            .unwrap();
    }
    assert_eq!(needed, [0..512, 512..1536]);
    assert_eq!(prober.finish().unwrap().physical_size(), None);
}

#[test]
fn the_length_can_be_set_after_the_last_read() {
    let disk = vec![0u8; 4096];
    let mut prober = Prober::new(&Options::new());
    while let Some(read) = prober.next_read().unwrap() {
        let range: std::ops::Range<u64> = read.preferred.into();
        prober
            .feed(range.start, &disk[range.start as usize..range.end as usize])
            .unwrap();
    }
    prober.set_length(4096).unwrap();
    assert!(prober.next_read().unwrap().is_none());
    assert_eq!(prober.finish().unwrap().physical_size(), Some(4096));
}

#[test]
fn another_length_is_a_change() {
    let mut prober = Prober::new(&Options::new());
    prober.set_length(4096).unwrap();
    prober.set_length(4096).unwrap();
    assert_eq!(
        prober.set_length(4097).unwrap_err().kind(),
        ErrorKind::Changed
    );
    assert_eq!(prober.next_read().unwrap_err().kind(), ErrorKind::Changed);
    let mut prober = Prober::new(&Options::new());
    prober.feed(0, &[0; 1024]).unwrap();
    assert_eq!(
        prober.set_length(1000).unwrap_err().kind(),
        ErrorKind::Changed
    );
    let mut prober = Prober::new(&Options::new());
    prober.set_length(1000).unwrap();
    assert_eq!(
        prober.feed(0, &[0; 1024]).unwrap_err().kind(),
        ErrorKind::Changed
    );
}

#[test]
fn an_empty_feed_ends_the_object() {
    let mut prober = Prober::new(&Options::new());
    prober.feed(0, &[]).unwrap();
    assert!(prober.next_read().unwrap().is_none());
    assert_eq!(prober.finish().unwrap().physical_size(), Some(0));
    let mut prober = Prober::new(&Options::new());
    prober.feed(0, &[0; 1000]).unwrap();
    prober.feed(1000, &[]).unwrap();
    assert!(prober.next_read().unwrap().is_none());
    assert_eq!(prober.finish().unwrap().physical_size(), Some(1000));
}

#[test]
fn unrequested_bytes_count_against_the_limit() {
    let limits = Limits::new().max_bytes(5000).unwrap();
    let mut prober = Prober::new(&Options::new().limits(limits));
    prober.feed(8192, &[0; 4000]).unwrap();
    let error = prober.feed(16384, &[0; 1001]).unwrap_err();
    assert_eq!(
        (error.kind(), error.offset()),
        (ErrorKind::LimitExceeded, Some(16384))
    );
}

#[test]
fn bytes_that_were_fed_before_are_not_requested() {
    let mut prober = Prober::new(&Options::new());
    prober.set_length(65536).unwrap();
    prober.feed(0, &[0; 4096]).unwrap();
    assert!(prober.next_read().unwrap().is_none());
    assert_eq!(prober.finish().unwrap().virtual_size(), Some(65536));
}

#[test]
fn bytes_that_are_fed_again_are_ignored() {
    let limits = Limits::new().max_bytes(5000).unwrap();
    let mut prober = Prober::new(&Options::new().limits(limits));
    prober.set_length(65536).unwrap();
    let first = prober.next_read().unwrap().unwrap();
    for end in 2..100 {
        for start in (1..end).rev() {
            prober
                .feed(start, &vec![0; (end - start) as usize])
                .unwrap();
        }
    }
    assert_eq!(prober.next_read().unwrap(), Some(first));
    prober.feed(0, &[0; 512]).unwrap();
    prober.feed(0, &[1; 512]).unwrap();
    assert!(prober.next_read().unwrap().is_none());
    assert_eq!(prober.finish().unwrap().virtual_size(), Some(65536));
}

#[test]
fn the_rest_of_a_planned_read_is_free() {
    let unknown = [(qcow2::UNKNOWN, 0, &b""[..]); 100];
    let disk = qcow2::extended(&unknown, b"base.img");
    let options = Options::new().limits(Limits::new().max_reads(2).unwrap());
    let expected = probe_source(&mut &disk[..], &options);
    let mut prober = Prober::new(&options);
    prober.set_length(disk.len() as u64).unwrap();
    let mut feeds = 0;
    let answer = loop {
        match prober.next_read() {
            Ok(Some(read)) => {
                let range: std::ops::Range<usize> =
                    read.needed.offset as usize..read.needed.end() as usize;
                prober.feed(read.needed.offset, &disk[range]).unwrap();
                feeds += 1;
            }
            Ok(None) => break prober.finish(),
            Err(error) => break Err(error),
        }
    };
    assert!(feeds > 2, "{feeds} feeds: {}", text(&answer));
    assert_eq!(text(&answer), text(&expected));
    assert!(answer.is_ok(), "{}", text(&answer));
}

#[test]
fn a_length_that_is_set_between_reads_costs_no_read() {
    let limits = Limits::new().max_reads(1).unwrap();
    let mut prober = Prober::new(&Options::new().limits(limits));
    let first = prober.next_read().unwrap().unwrap();
    prober.set_length(65536).unwrap();
    assert_eq!(prober.next_read().unwrap(), Some(first));
    prober.feed(65536, &[]).unwrap();
    assert_eq!(prober.next_read().unwrap(), Some(first));
}

#[test]
fn bytes_that_are_fed_backwards_give_the_answer_of_the_file() {
    let disk = seeds().remove(4);
    let mut prober = Prober::new(&Options::new());
    prober.set_length(disk.len() as u64).unwrap();
    while let Some(read) = prober.next_read().unwrap() {
        for offset in (read.preferred.offset..read.preferred.end()).rev() {
            prober
                .feed(offset, &disk[offset as usize..=offset as usize])
                .unwrap();
        }
    }
    let expected = probe_source(&mut &disk[..], &Options::new());
    assert_eq!(text(&prober.finish()), text(&expected));
}
