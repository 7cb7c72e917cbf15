// SPDX-License-Identifier: MIT OR Apache-2.0
//! The maximum cost of a chain walk: endless chains of the most expensive images.

use diskprobe::chain::{
    Chain, ChainOptions, DataFileDirectory, Element, Identity, OpenRequest, Opened, Opener,
};
use diskprobe::location::Location;
use diskprobe::{Error, ErrorKind, Format, Limits, Options, Source};
use diskprobe_test_support::build::{Build, Qcow2, Vmdk, MIB};
use diskprobe_test_support::chain::{images, options, overlay};
use diskprobe_test_support::{patched, Images};
use std::cell::Cell;
use std::io;
use std::time::Instant;

/// Returns the same bytes for every name, each time as another file.
struct Endless<'a> {
    image: &'a [u8],
    has_identity: bool,
    opened: u64,
    reads: Cell<u64>,
    bytes: Cell<u64>,
    /// The maximum reads and bytes of one image.
    most: Cell<(u64, u64)>,
}

impl<'a> Endless<'a> {
    fn new(image: &'a [u8], has_identity: bool) -> Self {
        Endless {
            image,
            has_identity,
            opened: 0,
            reads: Cell::new(0),
            bytes: Cell::new(0),
            most: Cell::new((0, 0)),
        }
    }
}

struct Counted<'a> {
    of: &'a Endless<'a>,
    reads: u64,
    bytes: u64,
}

impl Source for Counted<'_> {
    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(Some(self.of.image.len() as u64))
    }

    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok();
        let rest = rest.and_then(|offset| self.of.image.get(offset..));
        let rest = rest.unwrap_or_default();
        let size = rest.len().min(buffer.len());
        buffer[..size].copy_from_slice(&rest[..size]);
        self.reads += 1;
        self.bytes += size as u64;
        Ok(size)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let (reads, bytes) = self.of.most.get();
        self.of
            .most
            .set((reads.max(self.reads), bytes.max(self.bytes)));
        self.of.reads.set(self.of.reads.get() + self.reads);
        self.of.bytes.set(self.of.bytes.get() + self.bytes);
    }
}

impl Opener for Endless<'_> {
    fn open(&mut self, _: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        self.opened += 1;
        let inode = self.opened;
        let identity = self.has_identity.then_some(Identity::new(1, inode));
        let opened = Opened::source(Box::new(Counted {
            of: self,
            reads: 0,
            bytes: 0,
        }));
        Ok(match identity {
            Some(identity) => opened.identity(identity),
            None => opened,
        })
    }
}

/// The names in a qcow2 image.
struct Names<'a> {
    /// The backing file name, at the end of the first cluster.
    backing: &'a [u8],
    /// The data file name, after the holes. Omitted if empty.
    data_file: &'a [u8],
}

/// Makes a qcow2 image of many extensions with holes between them.
fn qcow2(plain: &[u8], holes: u32, names: &Names<'_>) -> Vec<u8> {
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
    for _ in 0..holes {
        extension(0x7177_6572, b"", 64 << 10);
    }
    if !names.data_file.is_empty() {
        extension(0x4441_5441, names.data_file, 0);
    }
    extension(0, b"", 0);
    let place = (2 << 20) - 1024usize;
    let (offset, length) = (place as u64, names.backing.len() as u32);
    patched(
        &bytes,
        &[
            (8, &offset.to_be_bytes()),
            (16, &length.to_be_bytes()),
            (place, names.backing),
        ],
    )
}

/// Returns the most expensive image that the limit on reads accepts.
fn worst_qcow2(plain: &[u8], names: &Names<'_>, options: &Options) -> Vec<u8> {
    let images = (1..=Limits::MAX_READS)
        .rev()
        .map(|holes| qcow2(plain, holes, names));
    let is_taken =
        |image: &Vec<u8>| diskprobe::probe_source(&mut image.as_slice(), options).is_ok();
    images.into_iter().find(is_taken).expect("one that passes")
}

/// Makes a VMDK whose parent name is in a descriptor of maximum size, far from the header.
fn vmdk() -> Vec<u8> {
    let mut base = Vmdk::new(64 * MIB).bytes();
    base.resize(51200 + 65536, 0);
    let text = |length: usize| {
        let name = "n".repeat(1000);
        let head = format!(
            "# Disk DescriptorFile\nversion=1\nCID=7\nparentCID=00000007\n\
             parentFileNameHint=\"{name}\"\ncreateType=\"monolithicSparse\"\n\
             RW 131072 SPARSE \"x\"\n"
        );
        let mut text = head.into_bytes();
        text.resize(length, b'#');
        text
    };
    patched(
        &base,
        &[
            (28, &100u64.to_le_bytes()),
            (512, &text(20 * 512)),
            (51200, &text(65536)),
        ],
    )
}

#[test]
fn a_hostile_chain_stays_within_its_limits() {
    let plain = Qcow2::new(64 * MIB).cluster_size(2 * MIB).bytes();
    let quick = Options::new().format(Some(Format::Qcow2));
    let thorough = quick.clone().thorough(true);
    let of = |options: &Options| {
        let chain = ChainOptions::new().image_options(options.clone());
        // The images are on a server, which has no data files.
        chain.data_file_directory(DataFileDirectory::Working)
    };
    let of_vmdk = Options::new().format(Some(Format::Vmdk)).thorough(true);
    let (long, data_file) = ([b'n'; 1023], [b'd'; 4000]);
    let names = Names {
        backing: &long,
        data_file: b"",
    };
    let both = Names {
        data_file: &data_file,
        ..names
    };
    // Without identities, names must differ to avoid a loop: each directory is one level deeper.
    let deeper = Names {
        backing: b"d/n",
        ..names
    };
    let cases = [
        (
            "qcow2",
            of(&quick),
            worst_qcow2(&plain, &names, &quick),
            true,
        ),
        (
            "qcow2, thorough",
            of(&thorough),
            worst_qcow2(&plain, &names, &thorough),
            true,
        ),
        (
            "qcow2 and data files",
            of(&thorough),
            worst_qcow2(&plain, &both, &thorough),
            true,
        ),
        (
            "qcow2, identified by names",
            of(&quick),
            worst_qcow2(&plain, &deeper, &quick),
            false,
        ),
        ("vmdk, thorough", of(&of_vmdk), vmdk(), true),
    ];
    let depth = u64::from(ChainOptions::MAX_IMAGES);
    let mut most_reads = 0;
    for (name, options, image, has_identity) in cases {
        let mut endless = Endless::new(&image, has_identity);
        let top = Location::parse(b"https://host/a/top").expect("a location");
        let begun = Instant::now();
        let broken = Chain::open(top, &mut endless, &options).expect_err("it has no end");
        let taken = begun.elapsed();
        let (reads, bytes) = (endless.reads.get(), endless.bytes.get());
        let elements = broken.partial_chain().elements();
        println!(
            "{name}: {} elements, {} opened, {reads} reads, {bytes} bytes, {taken:?}",
            elements.len(),
            endless.opened
        );
        let opened = elements.iter().filter(|element| element.image().is_some());
        assert_eq!(opened.count() as u64, endless.opened, "{name}");
        let most = endless.most.get();
        assert!(
            most.0 <= u64::from(Limits::MAX_READS) && most.1 <= Limits::MAX_BYTES,
            "{name}: {most:?}"
        );
        assert!(reads <= depth * u64::from(Limits::MAX_READS), "{name}");
        assert!(bytes <= depth * Limits::MAX_BYTES, "{name}");
        // The walk reaches the limits.
        assert_eq!(
            broken.error().kind(),
            ErrorKind::LimitExceeded,
            "{name}: {broken}"
        );
        assert_eq!(
            images(broken.partial_chain()).count() as u64,
            depth + 1,
            "{name}"
        );
        most_reads = most_reads.max(most.0);
    }
    assert_eq!(
        most_reads,
        u64::from(Limits::MAX_READS),
        "the most expensive image must reach the limit"
    );
}

#[test]
fn without_identities_a_loop_is_detected_by_names() {
    let images = Images::new();
    overlay(&images, "top.qcow2", "next.qcow2", "qcow2");
    let image = std::fs::read(images.path("top.qcow2")).unwrap();
    let mut endless = Endless::new(&image, false);
    let top = Location::parse(b"https://host/top.qcow2").unwrap();
    let broken = Chain::open(top, &mut endless, &options()).expect_err("it has no end");
    assert_eq!(broken.error().kind(), ErrorKind::Loop);
    let elements = broken.partial_chain().elements();
    let path = |element: &Element| element.location().unwrap().path().unwrap().to_vec();
    let paths = elements.iter().map(path).map(String::from_utf8);
    let paths: Vec<_> = paths.map(Result::unwrap).collect();
    assert_eq!(paths, ["top.qcow2", "./next.qcow2", "./next.qcow2"]);
}
