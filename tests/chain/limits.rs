// SPDX-License-Identifier: MIT OR Apache-2.0
//! Loops, long chains, and what a walk costs.

use crate::common::Images;
use crate::made::{assert_broken, assert_whole, open, options, overlay, raw};
use diskprobe::chain::{Chain, ChainOptions, Identity, Opened, Opener};
use diskprobe::limits::{MAX_BYTES, MAX_CHAIN_IMAGES, MAX_READS};
use diskprobe::location::Location;
use diskprobe::{Error, ErrorKind, Source};
use std::cell::Cell;
use std::io;
use std::os::unix::fs::symlink;

const TOP: &str = "top top.qcow2 qcow2 given 1048576";
const LOOP: &str = "the chain has this file already";

#[track_caller]
fn assert_loop(images: &Images, words: &str, expected: &str) {
    let words = format!("{words}: {LOOP}");
    let expected = (ErrorKind::Loop, &*words, expected);
    assert_broken(images, "top.qcow2", &options(), expected);
}

#[test]
fn loops_of_one_to_three_images() {
    let images = Images::new();
    overlay(&images, "top.qcow2", "top.qcow2", "qcow2");
    let one = format!("{TOP} | backing top.qcow2 qcow2 recorded -");
    assert_loop(&images, "backing file at depth 1", &one);

    overlay(&images, "top.qcow2", "b.qcow2", "qcow2");
    overlay(&images, "b.qcow2", "./top.qcow2", "qcow2");
    let two = format!(
        "{TOP} | backing b.qcow2 qcow2 recorded 1048576 | backing ./top.qcow2 qcow2 recorded -"
    );
    assert_loop(&images, "backing file at depth 2", &two);

    overlay(&images, "b.qcow2", "c.qcow2", "qcow2");
    overlay(&images, "c.qcow2", "b.qcow2", "qcow2");
    let three = format!(
        "{TOP} | backing b.qcow2 qcow2 recorded 1048576 | backing c.qcow2 qcow2 recorded 1048576 | \
         backing b.qcow2 qcow2 recorded -"
    );
    assert_loop(&images, "backing file at depth 3", &three);
}

#[test]
fn a_loop_through_other_names_of_the_same_file() {
    let images = Images::new();
    symlink("top.qcow2", images.path("soft")).unwrap();
    for name in ["soft", "hard"] {
        overlay(&images, "top.qcow2", name, "qcow2");
        if name == "hard" {
            std::fs::hard_link(images.path("top.qcow2"), images.path(name)).unwrap();
        }
        let expected = format!("{TOP} | backing {name} qcow2 recorded -");
        assert_loop(&images, "backing file at depth 1", &expected);
    }
}

#[test]
fn a_file_is_in_a_chain_once() {
    let images = Images::new();
    images.qemu_img(&[
        "create",
        "-q",
        "-f",
        "qcow2",
        "-o",
        "data_file=d.raw",
        "top.qcow2",
        "1M",
    ]);
    std::fs::remove_file(images.path("d.raw")).unwrap();
    symlink("top.qcow2", images.path("d.raw")).unwrap();
    let own = format!("{TOP} | data-file d.raw raw implied -");
    assert_loop(&images, "data file at depth 0", &own);
}

#[test]
fn parts_of_one_file_are_different() {
    let images = Images::new();
    raw(&images, "base.raw");
    let path = images.path("top.qcow2");
    let slice = |offset: u32, size: u32| {
        format!(
            "json:{{\"driver\":\"raw\",\"offset\":{offset},\"size\":{size},\"file\":{{\"driver\":\
             \"file\",\"filename\":\"{}\"}}}}",
            path.display()
        )
    };
    overlay(&images, "top.qcow2", &slice(512, 512), "raw");
    let whole = format!("{TOP} | backing top.qcow2 raw recorded 512");
    assert_whole(&images, "top.qcow2", &options(), &whole);
    // Each of which is there once.
    overlay(&images, "top.qcow2", &slice(0, 0), "qcow2");
    let first = open(&images, "top.qcow2", &options()).unwrap_err();
    assert_eq!(first.error().kind(), ErrorKind::Loop);
    assert_eq!(first.reached().elements().len(), 3);
}

#[test]
fn the_number_of_images_is_limited() {
    let images = Images::new();
    raw(&images, "0");
    for number in 1..=5 {
        let (format, name) = if number == 1 {
            ("raw", "0".into())
        } else {
            ("qcow2", (number - 1).to_string())
        };
        overlay(&images, &number.to_string(), &name, format);
    }
    for limit in 0..=6 {
        let options = options()
            .max_images(limit)
            .expect("below the library's own");
        let walked = open(&images, "5", &options);
        if limit == 6 {
            assert_eq!(walked.expect("whole").elements().len(), 6);
            continue;
        }
        let broken = walked.expect_err("too long");
        assert_eq!(broken.error().kind(), ErrorKind::LimitExceeded);
        let words = format!("the chain has more than {limit} images");
        assert!(broken.to_string().ends_with(&words), "{broken}");
        let reached = broken.reached().elements();
        // The one that is too many is described.
        assert_eq!(reached.len(), usize::try_from(limit).unwrap() + 1);
        assert!(reached
            .iter()
            .rev()
            .skip(1)
            .all(|element| element.image().is_some()));
    }
    assert_eq!(ChainOptions::new().max_images(MAX_CHAIN_IMAGES + 1), None);
}

/// Images that have no end: each names the next.
struct Endless<'a> {
    image: &'a [u8],
    opened: u64,
    reads: &'a Cell<u64>,
    bytes: &'a Cell<u64>,
    has_identity: bool,
}

struct Counted<'a> {
    image: &'a [u8],
    reads: &'a Cell<u64>,
    bytes: &'a Cell<u64>,
}

impl Source for Counted<'_> {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.image.get(offset..));
        let rest = rest.unwrap_or_default();
        let size = rest.len().min(room.len());
        room[..size].copy_from_slice(&rest[..size]);
        self.reads.set(self.reads.get() + 1);
        self.bytes.set(self.bytes.get() + size as u64);
        Ok(size)
    }
}

impl Opener for Endless<'_> {
    fn open(&mut self, _: &Location) -> Result<Opened<'_>, Error> {
        self.opened += 1;
        let source = Counted {
            image: self.image,
            reads: self.reads,
            bytes: self.bytes,
        };
        Ok(Opened::Source {
            source: Box::new(source),
            length: Some(self.image.len() as u64),
            identity: self.has_identity.then_some(Identity {
                device: 1,
                inode: self.opened,
            }),
        })
    }
}

/// The image with the most reads that a format allows for a backing file: a qcow2 header of many
/// extensions with holes between.
fn worst_image(images: &Images) -> Vec<u8> {
    let plain = images.create(&["-f", "qcow2", "-o", "cluster_size=2M", "NAME", "64M"]);
    let mut bytes = vec![0; 4 << 20];
    bytes[..112].copy_from_slice(&plain[..112]);
    let mut at = 112;
    let mut extension = |kind: u32, data: &[u8], skip: usize| {
        bytes[at..at + 4].copy_from_slice(&kind.to_be_bytes());
        let length = u32::try_from(data.len() + skip).expect("small");
        bytes[at + 4..at + 8].copy_from_slice(&length.to_be_bytes());
        bytes[at + 8..at + 8 + data.len()].copy_from_slice(data);
        at += (8 + data.len() + skip).next_multiple_of(8);
    };
    extension(0xe279_2aca, b"qcow2", 0);
    for _ in 0..MAX_READS - 5 {
        extension(0x7177_6572, b"", 64 << 10);
    }
    extension(0, b"", 0);
    let name = b"next.qcow2";
    let place = (2 << 20) - 512usize;
    bytes[8..16].copy_from_slice(&(place as u64).to_be_bytes());
    bytes[16..20].copy_from_slice(&(name.len() as u32).to_be_bytes());
    bytes[place..place + name.len()].copy_from_slice(name);
    bytes
}

#[test]
fn a_hostile_chain_costs_no_more_than_its_limits() {
    let images = Images::new();
    let image = worst_image(&images);
    let (reads, bytes) = (Cell::new(0), Cell::new(0));
    let mut endless = Endless {
        image: &image,
        opened: 0,
        reads: &reads,
        bytes: &bytes,
        has_identity: true,
    };
    let top = Location::of_path(b"/top.qcow2");
    let before = std::time::Instant::now();
    let broken = Chain::open(top, &mut endless, &options()).expect_err("it has no end");
    let taken = before.elapsed();
    assert_eq!(broken.error().kind(), ErrorKind::LimitExceeded, "{broken}");
    assert_eq!(endless.opened, u64::from(MAX_CHAIN_IMAGES));
    let depth = u64::from(MAX_CHAIN_IMAGES);
    println!(
        "the worst chain: {depth} images, {} reads, {} bytes, {taken:?}",
        reads.get(),
        bytes.get()
    );
    assert!(
        reads.get() > 5 * depth,
        "not the worst: {} reads",
        reads.get()
    );
    assert!(reads.get() <= depth * u64::from(MAX_READS));
    assert!(bytes.get() <= depth * MAX_BYTES);
}

#[test]
fn without_identities_names_tell_a_loop() {
    let images = Images::new();
    overlay(&images, "top.qcow2", "next.qcow2", "qcow2");
    let image = std::fs::read(images.path("top.qcow2")).unwrap();
    let (reads, bytes) = (Cell::new(0), Cell::new(0));
    let mut endless = Endless {
        image: &image,
        opened: 0,
        reads: &reads,
        bytes: &bytes,
        has_identity: false,
    };
    let top = Location::parse(b"nbd://host/top.qcow2").unwrap();
    let broken = Chain::open(top, &mut endless, &options()).expect_err("it has no end");
    assert_eq!(broken.error().kind(), ErrorKind::Loop);
    let elements = broken.reached().elements();
    let paths = elements
        .iter()
        .map(|element| element.location().unwrap().path().unwrap());
    let paths: Vec<_> = paths.map(String::from_utf8_lossy).collect();
    assert_eq!(paths, ["top.qcow2", "./next.qcow2", "./next.qcow2"]);
}
