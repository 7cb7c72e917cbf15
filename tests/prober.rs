// SPDX-License-Identifier: MIT OR Apache-2.0
//! The prober gives the answer of a file, however its bytes are fed.

use diskprobe::{probe_source, ErrorKind, Limits, Options, Prober};
use diskprobe_test_support::answer::assert_same;
use diskprobe_test_support::cases::qcow2;
use diskprobe_test_support::random::Random;
use diskprobe_test_support::splits::{assert_any_split, Object};
use diskprobe_test_support::{suite, Images};
use std::fs::File;

/// How many splits are tried without `DISKPROBE_SPLITS`.
const SPLITS: u64 = 8_000;
const SEED: u64 = 14;

/// Returns the numbers of the splits: `DISKPROBE_SPLITS` is a count, or FROM..TO to repeat some.
fn numbers() -> std::ops::Range<u64> {
    let Ok(text) = std::env::var("DISKPROBE_SPLITS") else {
        return 0..SPLITS;
    };
    let (from, to) = text.split_once("..").unwrap_or(("0", &text));
    let number = |text: &str| text.parse().expect("a number");
    number(from)..number(to)
}

#[test]
fn any_split_of_an_image_gives_the_answer_of_the_file() {
    let images = Images::new();
    let members = suite::make_all(&images);
    let open = |member: &suite::Member| File::open(images.path(&member.name));
    let files: Vec<_> = members
        .iter()
        .map(|member| open(member).expect("an image"))
        .collect();
    for number in numbers() {
        let mut random = Random::of(SEED, number);
        let index = random.below(files.len());
        let member = &members[index];
        if !files[index].metadata().is_ok_and(|file| file.is_file()) {
            continue;
        }
        let name = format!("split {number} of {}", member.name);
        let object = Object::file(&name, &files[index]);
        let object = match random.once_in(3) {
            true => object,
            false => object.damaged(&mut random),
        };
        let asked = member.asked.filter(|_| !random.once_in(4));
        assert_any_split(&object, asked, &mut random);
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
    assert!(feeds > 2, "{feeds} feeds");
    assert_same(&expected, &answer, "only needed bytes");
    assert!(answer.is_ok());
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
    let disk = qcow2::extended(&[(qcow2::UNKNOWN, 300, b"x")], b"base.img");
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
    assert_same(&expected, &prober.finish(), "backwards");
}
