// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares a probe by callback of unknown length with one of known length. The answers must be
//! equal for every image of the suite, whole and truncated at every offset that could matter.

use crate::everything;
use diskprobe::{probe_source, Limits, Options, Source};
use diskprobe_test_support::answer::assert_never_another;
use diskprobe_test_support::build::{Build, Qcow, MIB};
use diskprobe_test_support::{patched, Images};
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// The start of a file, and the offsets at which reads began and ended.
struct Start<'a> {
    file: &'a File,
    length: u64,
    is_length_known: bool,
    reads: u32,
    edges: BTreeSet<u64>,
}

impl<'a> Start<'a> {
    fn of(file: &'a File, length: u64) -> Self {
        Start {
            file,
            length,
            is_length_known: false,
            reads: 0,
            edges: BTreeSet::new(),
        }
    }
}

impl Source for Start<'_> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let length = buffer.len().min(rest);
        self.reads += 1;
        self.edges.insert(offset);
        self.edges.insert(offset + buffer.len() as u64);
        self.file.read_at(&mut buffer[..length], offset)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(self.is_length_known.then_some(self.length))
    }
}

/// Compares the answers for the first `length` bytes. Returns the offsets at which reads began and
/// ended.
fn compare(file: &File, length: u64, options: &Options) -> BTreeSet<u64> {
    let mut source = Start::of(file, length);
    source.is_length_known = true;
    let known = probe_source(&mut source, options);
    let expensive = source.reads > Limits::MAX_READS / 2;
    source.is_length_known = false;
    let unknown = probe_source(&mut source, options);
    assert_never_another(&known, &unknown, expensive);
    source.edges
}

#[test]
fn a_probe_finds_the_length_if_the_answer_depends_on_it() {
    let (images, members) = everything();
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
fn a_name_beyond_the_end_is_truncated_unless_it_is_empty() {
    let images = Images::new();
    let mut base = Qcow::new(MIB).bytes();
    // The first read must not reach the end.
    base.resize(4096, 0);
    let offset = (64u64 << 20).to_be_bytes();
    let length = base.len() as u64;
    // As in QEMU, nothing is read for an empty name.
    let empty = patched(&base, &[(8, &offset)]);
    let file = File::open(images.write("empty", empty)).expect("the image");
    compare(&file, length, &Options::new());
    assert!(probe_source(&mut Start::of(&file, length), &Options::new()).is_ok());
    let far = patched(&base, &[(8, &offset), (16, &1u32.to_be_bytes())]);
    let file = File::open(images.write("far", far)).expect("the image");
    compare(&file, length, &Options::new());
    // The message contains only what is known about the end.
    let mut start = Start::of(&file, length);
    let error = probe_source(&mut start, &Options::new()).expect_err("a name beyond the end");
    let words = "qcow backing file name: needs 1 bytes at offset 67108864, but the file ends at \
                 offset 67108864 or before";
    assert_eq!(error.to_string(), words);
}
