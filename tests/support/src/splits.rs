// SPDX-License-Identifier: MIT OR Apache-2.0
//! A prober that is fed an image in random pieces has the same result as a probe of the file.

use crate::answer::{assert_same, assert_same_without_length, found_end};
use crate::random::Random;
use diskprobe::{
    probe_source, ByteRange, Error, ErrorKind, Format, Image, Limits, Options, Prober, Source,
};
use std::cell::Cell;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// The longest object in bytes.
const MAX_OBJECT: u64 = i64::MAX as u64;

/// Fills a buffer with the bytes at an offset, which exist.
type Read<'a> = Box<dyn Fn(&mut [u8], u64) + 'a>;

/// An image with some bytes changed and its end cut off.
pub struct Object<'a> {
    name: &'a str,
    length: u64,
    read: Read<'a>,
    changes: Vec<(u64, u8)>,
    /// What a probe requested: reads and bytes.
    requested: Cell<(u32, u64)>,
}

impl<'a> Object<'a> {
    /// Returns the image with that many bytes.
    pub fn new(name: &'a str, length: u64, read: impl Fn(&mut [u8], u64) + 'a) -> Self {
        Object {
            name,
            length,
            read: Box::new(read),
            changes: Vec::new(),
            requested: Cell::default(),
        }
    }

    /// Returns the image in a file.
    pub fn file(name: &'a str, file: &'a File) -> Self {
        let length = file.metadata().expect("an image").len();
        Object::new(name, length, |buffer, offset| {
            file.read_exact_at(buffer, offset).expect("the image");
        })
    }

    /// Changes some bytes, most of them of the header, and sometimes cuts the end off.
    #[must_use]
    pub fn damaged(mut self, random: &mut Random) -> Self {
        const VALUES: [u8; 6] = [0, 1, 2, 0x7f, 0x80, 0xff];
        for _ in 0..random.below(9) {
            let end = up_to(random, self.length.min(65536));
            let offset = below(random, end);
            let value = match random.once_in(2) {
                true => *random.choose(&VALUES),
                false => random.byte(),
            };
            self.changes.push((offset, value));
        }
        if random.once_in(3) {
            self.length = up_to(random, self.length);
        }
        self
    }

    /// The bytes of a range, as far as they exist.
    fn bytes(&self, offset: u64, length: u64) -> Vec<u8> {
        let length = length.min(self.length.saturating_sub(offset));
        let mut bytes = vec![0; usize::try_from(length).expect("a short range")];
        (self.read)(&mut bytes, offset);
        for (at, value) in &self.changes {
            let index = at
                .checked_sub(offset)
                .and_then(|index| usize::try_from(index).ok());
            if let Some(byte) = index.and_then(|index| bytes.get_mut(index)) {
                *byte = *value;
            }
        }
        bytes
    }
}

/// The same without a length.
struct WithoutLength<'o>(&'o Object<'o>);

impl Source for WithoutLength<'_> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (&mut &*self.0).read_at(buffer, offset)
    }
}

impl Source for &Object<'_> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let bytes = self.bytes(offset, buffer.len() as u64);
        buffer[..bytes.len()].copy_from_slice(&bytes);
        let (reads, total) = self.requested.get();
        self.requested.set((reads + 1, total + buffer.len() as u64));
        Ok(bytes.len())
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(Some(self.length))
    }
}

fn below(random: &mut Random, end: u64) -> u64 {
    random.next() % end.max(1)
}

/// A number up to `most`, in which small ones are as likely as large ones.
fn up_to(random: &mut Random, most: u64) -> u64 {
    let bits = u64::BITS - most.leading_zeros();
    let size = 1u64 << random.below(bits as usize + 1).min(63);
    below(random, size.min(most).saturating_add(1))
}

/// How a caller feeds a prober.
#[derive(Debug)]
pub struct Habits {
    feed: Feed,
    length: Told,
    /// Windows that were not requested: their number before the first read, and then the number of
    /// reads for each.
    unrequested: (usize, Option<usize>),
    /// The number of reads after which a window is fed again.
    again: Option<usize>,
}

/// How much of a request is fed.
#[derive(Clone, Copy, Debug)]
enum Feed {
    Needed,
    Preferred,
    /// At most this number of bytes.
    Short(u64),
    /// This number of bytes more than requested.
    Beyond(u64),
}

/// When the length is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Before(u32),
    AtTheEnd,
    Never,
}

impl Habits {
    /// Returns random habits.
    pub fn random(random: &mut Random) -> Self {
        let sometimes = |random: &mut Random| random.once_in(2).then(|| 1 + random.below(6));
        Habits {
            feed: match random.below(4) {
                0 => Feed::Needed,
                1 => Feed::Preferred,
                2 => Feed::Short(1 + up_to(random, 4096)),
                _ => Feed::Beyond(up_to(random, 65536)),
            },
            length: match random.below(6) {
                0..3 => Told::Before(0),
                3 => Told::Before(u32::try_from(random.below(6)).expect("small")),
                4 => Told::AtTheEnd,
                _ => Told::Never,
            },
            unrequested: match random.once_in(2) {
                true => (random.below(6), sometimes(random)),
                false => (0, None),
            },
            again: sometimes(random),
        }
    }

    /// The same, if the object has no length to tell.
    #[must_use]
    pub fn without_length(mut self) -> Self {
        self.length = Told::Never;
        self
    }

    fn feeds_unrequested(&self) -> bool {
        self.unrequested != (0, None) || matches!(self.feed, Feed::Beyond(_))
    }
}

/// A prober, and what it was fed.
struct Host<'a> {
    object: &'a Object<'a>,
    prober: Prober,
    random: &'a mut Random,
    /// How many bytes may still be fed without a request.
    spare: u64,
    fed: Vec<(u64, u64)>,
    /// The ends of the reads that were requested, and the bytes that were fed of them.
    ends: Vec<u64>,
    requested: u64,
}

impl Host<'_> {
    fn feed(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        self.fed.push((offset, bytes.len() as u64));
        self.prober.feed(offset, bytes)
    }

    /// Feeds a window anywhere, as far as the limit on bytes allows.
    fn feed_unrequested(&mut self) -> Result<(), Error> {
        let length = self.object.length.min(MAX_OBJECT);
        let offset = match self.random.once_in(3) {
            true => below(self.random, length),
            false => up_to(self.random, length.saturating_sub(1)),
        };
        let size = up_to(self.random, self.spare.min(256 * 1024)).min(length - offset.min(length));
        let bytes = self.object.bytes(offset, size);
        if bytes.is_empty() {
            return Ok(());
        }
        self.spare -= bytes.len() as u64;
        self.feed(offset, &bytes)
    }

    /// Feeds a window, or a part of it, that was fed before.
    fn feed_again(&mut self) -> Result<(), Error> {
        let windows: Vec<_> = self
            .fed
            .iter()
            .filter(|window| window.1 > 0)
            .copied()
            .collect();
        if windows.is_empty() {
            return Ok(());
        }
        let (offset, size) = *self.random.choose(&windows);
        let from = match self.random.once_in(2) {
            true => 0,
            false => below(self.random, size),
        };
        let size = 1 + below(self.random, size - from);
        let bytes = self.object.bytes(offset + from, size);
        self.prober.feed(offset + from, &bytes)
    }

    /// Feeds what one read requests.
    fn feed_requested(&mut self, feed: Feed) -> Result<bool, Error> {
        let Some(read) = self.prober.next_read()? else {
            return Ok(false);
        };
        let name = self.object.name;
        assert_eq!(self.prober.next_read()?, Some(read), "{name}");
        assert_eq!(read.needed.offset, read.preferred.offset, "{name}");
        let (needed, preferred) = (read.needed.length, read.preferred.length);
        assert!(needed > 0 && needed <= preferred, "{name}: {read:?}");
        let size = match feed {
            Feed::Needed => read.needed.length,
            Feed::Preferred => read.preferred.length,
            // A long read must not take thousands of feeds.
            Feed::Short(longest) => {
                let least = read.preferred.length.div_ceil(64);
                least.max(1 + below(self.random, longest.min(read.preferred.length)))
            }
            Feed::Beyond(more) => {
                let more = more
                    .min(self.spare)
                    .min(MAX_OBJECT.saturating_sub(read.preferred.end()));
                self.spare -= more;
                read.preferred.length + more
            }
        };
        self.assert_within_limits(read.preferred, size);
        let bytes = self.object.bytes(read.preferred.offset, size);
        self.feed(read.preferred.offset, &bytes)?;
        Ok(true)
    }

    /// A read that is fed in pieces, or is requested again, keeps its end, unless the object turns
    /// out to end before it.
    fn assert_within_limits(&mut self, range: ByteRange, size: u64) {
        let (end, length) = (range.end(), self.object.length);
        let is_same = |known: &u64| *known == end || (*known).min(length) == end;
        if !self.ends.iter().any(is_same) {
            self.ends.push(end);
        }
        self.requested += size.min(range.length);
        let name = self.object.name;
        assert!(
            self.ends.len() <= Limits::MAX_READS as usize,
            "{name}: reads"
        );
        assert!(self.requested <= Limits::MAX_BYTES, "{name}: bytes");
    }

    fn run(&mut self, habits: &Habits) -> Result<Image, Error> {
        let mut reads = 0;
        for _ in 0..habits.unrequested.0 {
            self.feed_unrequested()?;
        }
        loop {
            if habits.length == Told::Before(reads) {
                self.prober.set_length(self.object.length)?;
            }
            let is_due = |random: &mut Random, often: Option<usize>| {
                often.is_some_and(|often| random.once_in(often))
            };
            if is_due(self.random, habits.unrequested.1) {
                self.feed_unrequested()?;
            }
            if is_due(self.random, habits.again) {
                self.feed_again()?;
            }
            if !self.feed_requested(habits.feed)? {
                break;
            }
            reads += 1;
        }
        if habits.length != Told::Never {
            self.prober.set_length(self.object.length)?;
            while self.feed_requested(habits.feed)? {}
        }
        let answer = self.prober.clone().finish();
        assert!(answer.is_ok(), "{}: finish() failed", self.object.name);
        answer
    }
}

/// Asserts [`assert_split`] with random options and habits.
pub fn assert_any_split(object: &Object<'_>, asked: Option<Format>, random: &mut Random) {
    let habits = Habits::random(random);
    let mut options = Options::new().format(asked).thorough(random.once_in(2));
    options = options.also_matches(random.once_in(2));
    if random.once_in(8) {
        options = options.file_name("x.dmg");
    }
    let is_told = habits.length == Told::Before(0);
    if is_told && !habits.feeds_unrequested() && random.once_in(4) {
        let reads = u32::try_from(random.below(8)).expect("small");
        let limits = Limits::new().max_reads(reads).expect("below the limit");
        let limits = limits.max_bytes(up_to(random, Limits::MAX_BYTES));
        options = options.limits(limits.expect("below the limit"));
    }
    assert_split(object, &options, &habits, random);
}

/// Asserts that a prober which is fed the object in random pieces gives the answer of a file, if
/// the unrequested bytes and those that it must read stay within the limit together.
///
/// Without a length, the answer differs as [`assert_same_without_length`] says. It is that of a
/// source that has no length either, unless unrequested bytes were fed.
pub fn assert_split(object: &Object<'_>, options: &Options, habits: &Habits, random: &mut Random) {
    object.requested.set((0, 0));
    let expected = probe_source(&mut &*object, options);
    let is_told = habits.length == Told::Before(0);
    let without = (!is_told).then(|| probe_source(&mut WithoutLength(object), options));
    let mut host = Host {
        object,
        prober: Prober::new(options),
        random,
        // A prober that gets the length late can make the reads of both probes.
        spare: Limits::MAX_BYTES.saturating_sub(object.requested.get().1),
        fed: Vec::new(),
        ends: Vec::new(),
        requested: 0,
    };
    let answer = host.run(habits);
    if is_limit(&expected) && (habits.feeds_unrequested() || !is_told) {
        // Bytes that are held already save reads, and so does an end that is not looked for: the
        // prober gets farther.
        return;
    }
    if without.as_ref().is_some_and(is_limit) && is_limit(&answer) {
        // Finding the end costs reads.
        return;
    }
    let context = || {
        let Object { name, length, .. } = object;
        let changes: Vec<_> = object
            .changes
            .iter()
            .map(|(at, value)| format!("{at}={value:#x}"))
            .collect();
        let changes = changes.join(" ");
        format!("{name}, {length} bytes, changed {changes}: {options:?}, {habits:?}")
    };
    match is_told || (habits.length != Told::Never && answer.is_ok()) {
        true => assert_same(&expected, &answer, &context()),
        // An error that was found before the length was set remains.
        false => assert_same_without_length(&expected, &answer, &context()),
    }
    let is_alone = habits.length == Told::Never && !habits.feeds_unrequested();
    if let Some(without) = without.filter(|_| is_alone) {
        // Windows that touch save reads, so that a prober may request nothing after the end.
        let requested_end = host.ends.iter().any(|end| *end > object.length);
        match (found_end(&without), found_end(&answer)) {
            (true, false) if !requested_end => {
                assert_same_without_length(&without, &answer, &context());
            }
            // And so that reads are left for the search of the end.
            (false, true) => assert_same_without_length(&answer, &without, &context()),
            _ => assert_same(&without, &answer, &context()),
        }
    }
}

fn is_limit(answer: &Result<Image, Error>) -> bool {
    answer
        .as_ref()
        .is_err_and(|error| error.kind() == ErrorKind::LimitExceeded)
}
