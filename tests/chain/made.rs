// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains that qemu-img makes, and what a walk makes of them, as text.

use crate::common::Images;
use diskprobe::chain::{Chain, ChainError, ChainOptions, UnrecordedFormat};
use diskprobe::{ErrorKind, Format, Options, Source};
use std::io;
use std::path::Path;

/// Makes an overlay over `backing`, which need not exist, and may be the overlay itself.
pub(crate) fn overlay(images: &Images, name: &str, backing: &str, format: &str) {
    let create = [
        "create", "-q", "-u", "-f", "qcow2", "-b", backing, "-F", format,
    ];
    images.qemu_img(&[&create[..], &["new.qcow2", "1M"]].concat());
    // qemu-img takes some names for something else.
    std::fs::rename(images.path("new.qcow2"), images.path(name)).expect("the same directory");
}

/// Makes an image whose data file, of 1 MiB, is called `data_file`.
pub(crate) fn with_data_file(images: &Images, name: &str, data_file: &str) {
    let option = format!("data_file={data_file}");
    images.qemu_img(&["create", "-q", "-f", "qcow2", "-o", &option, name, "1M"]);
}

/// What is read from memory.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Source for Bytes<'_> {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok();
        let rest = rest.and_then(|offset| self.0.get(offset..));
        let rest = rest.unwrap_or_default();
        let size = rest.len().min(room.len());
        room[..size].copy_from_slice(&rest[..size]);
        Ok(size)
    }
}

/// Makes an overlay that does not record the format of `backing`.
pub(crate) fn unrecorded(images: &Images, name: &str, backing: &str) {
    overlay(images, name, backing, "raw");
    forget_format(&images.path(name));
}

/// Turns the extension that records a backing format into one of a type that nobody knows.
pub(crate) fn forget_format(path: &Path) {
    let mut bytes = std::fs::read(path).expect("an image");
    let extension = bytes
        .windows(4)
        .position(|four| four == [0xe2, 0x79, 0x2a, 0xca]);
    let extension = extension.expect("a recorded format");
    bytes[extension..extension + 4].copy_from_slice(b"none");
    std::fs::write(path, bytes).expect("an image");
}

pub(crate) fn raw(images: &Images, name: &str) {
    std::fs::write(images.path(name), vec![0; 1 << 20]).expect("a file");
}

/// The top is a qcow2 image, and its format is given.
pub(crate) fn options() -> ChainOptions {
    ChainOptions::new().image(&Options::new().format(Some(Format::Qcow2)))
}

pub(crate) fn with_policy(policy: UnrecordedFormat) -> ChainOptions {
    options().unrecorded_format(policy)
}

pub(crate) fn open(
    images: &Images,
    top: &str,
    options: &ChainOptions,
) -> Result<Chain, ChainError> {
    Chain::open_path(images.path(top), options)
}

/// A chain as one line: of each element its kind, its path from the directory of the images, its
/// format, how that is known, and its size.
pub(crate) fn line(images: &Images, chain: &Chain) -> String {
    let directory = format!("{}/", images.directory().display());
    let elements = chain.elements().iter().map(|element| {
        let name = element.location().map(|location| {
            let path = location.local_path().unwrap_or(location.text());
            String::from_utf8_lossy(path).replace(&directory, "")
        });
        let format = element.format().map_or("?", Format::as_str);
        let size = element.image().map_or("-".into(), |image| {
            image
                .virtual_size()
                .map_or("?".into(), |size| size.to_string())
        });
        format!(
            "{} {} {format} {} {size}",
            element.kind(),
            name.unwrap_or_default(),
            element.format_source()
        )
    });
    elements.collect::<Vec<_>>().join(" | ")
}

#[track_caller]
pub(crate) fn assert_whole(images: &Images, top: &str, options: &ChainOptions, expected: &str) {
    let chain = open(images, top, options).unwrap_or_else(|broken| panic!("{top}: {broken}"));
    assert_eq!(line(images, &chain), expected);
}

/// The chain is broken for that reason, and was reached so far.
#[track_caller]
pub(crate) fn assert_broken(
    images: &Images,
    top: &str,
    options: &ChainOptions,
    (kind, words, expected): (ErrorKind, &str, &str),
) {
    let broken = open(images, top, options).expect_err(top);
    assert_eq!(broken.to_string(), words);
    assert_eq!(broken.error().kind(), kind);
    assert_eq!(line(images, broken.partial_chain()), expected);
    let last = broken
        .partial_chain()
        .elements()
        .last()
        .expect("an element");
    assert_eq!(last.error(), Some(broken.error()));
    assert!(last.image().is_none());
}
