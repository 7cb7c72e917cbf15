// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who reads by callback and does not know the length gets the answer of who does: of every image
//! of the suite, whole and cut wherever that could matter.

#[path = "common/answer.rs"]
mod answer;
mod common;
#[allow(dead_code)] // A part of it is used here.
#[path = "format_vhdx/craft.rs"]
mod craft;
#[path = "common/recipes.rs"]
mod recipes;
#[path = "common/suite.rs"]
mod suite;
#[path = "common/worst.rs"]
mod worst;

use answer::assert_never_another;
use common::{patched, Images};
use diskprobe::limits::MAX_READS;
use diskprobe::{probe_source, Options, Source};
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// The start of a file, and where reads of it began and ended.
struct Start<'a> {
    file: &'a File,
    length: u64,
    reads: u32,
    edges: BTreeSet<u64>,
}

impl<'a> Start<'a> {
    fn of(file: &'a File, length: u64) -> Self {
        Start {
            file,
            length,
            reads: 0,
            edges: BTreeSet::new(),
        }
    }
}

impl Source for Start<'_> {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let length = room.len().min(rest);
        self.reads += 1;
        self.edges.insert(offset);
        self.edges.insert(offset + room.len() as u64);
        self.file.read_at(&mut room[..length], offset)
    }
}

/// Compares the answers for the first `length` bytes; returns where the reads began and ended.
fn compare(file: &File, length: u64, options: &Options) -> BTreeSet<u64> {
    let mut source = Start::of(file, length);
    let known = probe_source(&mut source, Some(length), options);
    let expensive = source.reads > MAX_READS / 2;
    let unknown = probe_source(&mut source, None, options);
    assert_never_another(&known, &unknown, expensive);
    source.edges
}

#[test]
fn the_length_is_learnt_where_it_decides() {
    let images = Images::new();
    let mut members = suite::made(&images);
    members.extend(suite::hostile(&images));
    let mut compared = 0;
    for member in members {
        let path = images.path(&member.name);
        if !path.is_file() {
            continue;
        }
        let file = File::open(path).expect("the image");
        let length = file.metadata().expect("its length").len();
        for asked in std::iter::once(None).chain(member.asked.map(Some)) {
            let options = Options::new().format(asked);
            let edges = compare(&file, length, &options);
            let around = edges.iter().flat_map(|edge| {
                [-512i64, -511, -1, 0, 1, 511].map(|by| edge.saturating_add_signed(by))
            });
            let cuts: BTreeSet<u64> = around.filter(|cut| *cut < length).collect();
            for cut in cuts {
                compare(&file, cut, &options);
                compared += 1;
            }
        }
    }
    assert!(compared > 4000, "{compared}");
}

#[test]
fn an_empty_name_stands_within_the_file() {
    let images = Images::new();
    let mut base = images.create(&["-f", "qcow", "NAME", "1M"]);
    // The first read must not tell the length.
    base.resize(4096, 0);
    let far = patched(&base, &[(8, &(64u64 << 20).to_be_bytes())]);
    let path = images.path("far");
    std::fs::write(&path, far).expect("room for the image");
    let file = File::open(path).expect("the image");
    let length = base.len() as u64;
    compare(&file, length, &Options::new());
    // What is said of the end is no more than is known.
    let mut start = Start::of(&file, length);
    let error = probe_source(&mut start, None, &Options::new()).expect_err("no such place");
    let words = "qcow backing file name: needs 0 bytes at offset 67108864, but the file ends at \
                 offset 67108863 or before";
    assert_eq!(error.to_string(), words);
}
