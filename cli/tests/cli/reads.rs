// SPDX-License-Identifier: MIT OR Apache-2.0
//! The bytes that a probe reads of each image of the suite, and the facts it reports. The test
//! compares them with tables in `docs/formats.md`; `UPDATE_DOCS=1` writes the tables.

use crate::TOOL;
use diskprobe::{
    probe_source, ByteRange, Error, ErrorKind, Format, Image, Limits, Options, Source,
};
use diskprobe_test_support::document::{assert_parts, table};
use diskprobe_test_support::{suite, Images};
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// A file that records each read.
struct Recorded {
    file: File,
    ranges: Vec<ByteRange>,
}

impl Source for Recorded {
    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(Some(self.file.metadata()?.len()))
    }

    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let length = buffer.len() as u64;
        self.ranges.push(ByteRange { offset, length });
        self.file.read_at(buffer, offset)
    }
}

/// The size of the first read. A shorter file is read whole.
const FIRST_READ: u64 = 1536;

/// A probe and its reads.
struct Probe {
    name: String,
    asked: Option<Format>,
    length: u64,
    answer: Result<Image, Error>,
    ranges: Vec<ByteRange>,
}

impl Probe {
    fn of(path: &Path, asked: Option<Format>, thorough: bool) -> Self {
        let file = File::open(path).expect("the image");
        let length = file.metadata().expect("its length").len();
        let ranges = Vec::new();
        let mut source = Recorded { file, ranges };
        let options = Options::new().format(asked).thorough(thorough);
        let answer = probe_source(&mut source, &options);
        let name = path.file_name().expect("a name").to_string_lossy();
        Probe {
            name: name.into_owned(),
            asked,
            length,
            answer,
            ranges: source.ranges,
        }
    }

    fn reads(&self) -> u64 {
        self.ranges.len() as u64
    }

    fn bytes(&self) -> u64 {
        self.ranges.iter().map(|range| range.length).sum()
    }

    fn format(&self) -> Option<Format> {
        self.answer.as_ref().ok().map(Image::format)
    }

    /// Returns the format, the subformat and the reads. They are the same for most images of a
    /// program.
    fn ways(&self) -> Option<[String; 3]> {
        let image = self.answer.as_ref().ok()?;
        let subformat = image.subformat().unwrap_or_default();
        let ranges: Vec<String> = self.ranges.iter().map(|range| self.shown(range)).collect();
        let ranges = match ranges.is_empty() {
            true => "nothing".to_owned(),
            false => ranges.join(", "),
        };
        Some([image.format().to_string(), subformat.to_owned(), ranges])
    }

    /// Returns a range as text. The first read is shown as for a long file, and a read near the end
    /// by its distance from the end.
    fn shown(&self, range: &ByteRange) -> String {
        let ByteRange { offset, length } = *range;
        match self.length - offset {
            all if all == length && offset == 0 => format!("{FIRST_READ} at 0"),
            back if back <= FIRST_READ && offset != 0 => format!("{length} at the end − {back}"),
            _ => format!("{length} at {offset}"),
        }
    }
}

/// Probes the suite, quickly and thoroughly.
fn probed(images: &Images) -> [Vec<Probe>; 2] {
    let mut probes = [Vec::new(), Vec::new()];
    for member in suite::make(images) {
        let path = images.path(&member.name);
        for (probes, thorough) in probes.iter_mut().zip([false, true]) {
            probes.push(Probe::of(&path, member.asked, thorough));
        }
    }
    probes
}

fn answered(probes: &[Probe], format: Format) -> Vec<&Probe> {
    let answered = probes.iter().filter(|probe| probe.format() == Some(format));
    answered.collect()
}

/// Returns the median and maximum cost of the probes of a format.
fn costs(probes: &[Probe], format: Format) -> Vec<String> {
    let probes = answered(probes, format);
    let spread = |cost: fn(&Probe) -> u64| {
        let mut all: Vec<u64> = probes.iter().map(|probe| cost(probe)).collect();
        all.sort_unstable();
        let most = probes.iter().rev().max_by_key(|probe| cost(probe));
        let most = most.expect("an image");
        let most = format!("{} (`{}`)", cost(most), most.name);
        [all[all.len() / 2].to_string(), most]
    };
    let costs = [spread(Probe::reads), spread(Probe::bytes)].concat();
    [vec![format.to_string()], costs].concat()
}

/// Returns a table of the distinct sets of reads of these images.
fn ways<'p>(probes: impl Iterator<Item = &'p Probe>) -> String {
    let ways: BTreeSet<[String; 3]> = probes.filter_map(Probe::ways).collect();
    let ways: Vec<Vec<String>> = ways.into_iter().map(Vec::from).collect();
    table(&["format", "subformat", "bytes that are read"], &ways)
}

/// Keys that an answer for any format can have.
const COMMON: [&str; 11] = [
    "filename",
    "format",
    "virtual-size",
    "recorded-size",
    "physical-size",
    "actual-size",
    "findings",
    "content",
    "also-contains",
    "also-matches",
    "detected-as",
];

/// Returns the keys of `diskprobe info` that only some formats have.
fn facts(images: &Images, probes: &[&Probe]) -> String {
    let mut keys = BTreeSet::new();
    for probe in probes {
        let asked = probe.asked.map(|format| ["-f", format.as_str()]);
        let arguments = [
            asked.as_ref().map_or(&[][..], |asked| asked),
            &[&probe.name],
        ]
        .concat();
        let info = TOOL.info(images.directory(), &arguments);
        keys.extend(info.as_object().expect("an object").keys().cloned());
    }
    let own = keys.iter().filter(|key| !COMMON.contains(&key.as_str()));
    let own: Vec<String> = own.map(|key| format!("`{key}`")).collect();
    own.join(", ")
}

#[test]
fn documented_reads_of_a_probe_are_up_to_date() {
    let images = Images::new();
    let [plain, thorough] = probed(&images);
    for probe in plain.iter().chain(&thorough) {
        let name = &probe.name;
        assert!(probe.reads() <= u64::from(Limits::MAX_READS), "{name}");
        assert!(probe.bytes() <= Limits::MAX_BYTES, "{name}");
    }
    let too_far = plain.iter().find(|probe| probe.name == "w-qcow2-too-far");
    let error = too_far.expect("the image").answer.as_ref().err();
    let kind = error.map(Error::kind);
    assert_eq!(kind, Some(ErrorKind::LimitExceeded));

    let formats = Format::ALL
        .iter()
        .copied()
        .filter(|format| !answered(&plain, *format).is_empty());
    let formats: Vec<Format> = formats.collect();
    let columns = ["format", "reads: median", "most", "bytes: median", "most"];
    let costs = |probes: &[Probe]| {
        let rows: Vec<_> = formats
            .iter()
            .map(|format| costs(probes, *format))
            .collect();
        table(&columns, &rows)
    };
    let facts = formats.iter().map(|format| {
        let facts = facts(&images, &answered(&thorough, *format));
        vec![format.to_string(), facts]
    });
    let facts = table(&["format", "keys"], &facts.collect::<Vec<_>>());
    let made = plain.iter().filter(|probe| !probe.name.starts_with("w-"));
    let some = ["raw.img", "q3.qcow2", "x.vhdx"];
    let some = thorough.iter().filter(|probe| some.contains(&&*probe.name));
    let parts = [
        ("ranges", ways(made)),
        ("reads", costs(&plain)),
        ("thorough ranges", ways(some)),
        ("thorough reads", costs(&thorough)),
        ("facts", facts),
    ];
    println!("{} images", plain.len());
    for (name, part) in &parts[..4] {
        println!("{name}\n{part}");
    }
    assert_parts(
        "docs/formats.md",
        &parts.map(|(name, part)| (name.to_owned(), part)),
    );
}
