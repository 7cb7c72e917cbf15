// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains of images, and the results of following them as text.

use crate::build::{Build, Qcow2, MIB};
use crate::message::{assert_parts, assert_template};
use crate::recipes::forget_format;
use crate::Images;
use diskprobe::chain::{
    Chain, ChainError, ChainOptions, DataFileDirectory, Element, ElementKind, ElementState,
    UnrecordedFormat,
};
use diskprobe::{ErrorKind, Format, Options};
use std::os::unix::ffi::OsStrExt;

/// Makes a qcow2 overlay of 1 MiB over `backing`, which need not exist, and may be the overlay
/// itself.
pub fn overlay(images: &Images, name: &str, backing: &str, format: &str) {
    let overlay = Qcow2::new(MIB).backing(backing, format);
    overlay.write(images.path(name));
}

/// Makes an image whose data file, of 1 MiB, is called `data_file`.
pub fn with_data_file(images: &Images, name: &str, data_file: &str) {
    Qcow2::new(MIB)
        .data_file(data_file)
        .write(images.path(name));
}

/// Makes an overlay that does not record the format of `backing`.
pub fn unrecorded(images: &Images, name: &str, backing: &str) {
    overlay(images, name, backing, "raw");
    forget_format(&images.path(name));
}

/// Makes a raw image of 1 MiB.
pub fn raw(images: &Images, name: &str) {
    std::fs::write(images.path(name), vec![0; 1 << 20]).expect("a file");
}

/// Returns options for a top whose format is given as qcow2, in whose directory data files are.
pub fn options() -> ChainOptions {
    ChainOptions::new()
        .image_options(Options::new().format(Some(Format::Qcow2)))
        .data_file_directory(DataFileDirectory::Image)
}

/// The same, with a policy for formats that are not recorded.
pub fn with_policy(policy: UnrecordedFormat) -> ChainOptions {
    options().unrecorded_format(policy)
}

/// Walks the chain of `top`.
pub fn open(images: &Images, top: &str, options: &ChainOptions) -> Result<Chain, ChainError> {
    Chain::open_path(images.path(top), options).inspect_err(assert_templates)
}

/// Asserts that the templates of the element at fault and of the reason give their messages.
#[track_caller]
fn assert_templates(broken: &ChainError) {
    assert_template(broken.error());
    assert_parts(&broken.to_string(), broken.template(), broken.parameters());
}

/// Writes a chain on one line: of each element its kind, its path from the directory of the images,
/// its format, how that is known, and its size.
pub fn line(images: &Images, chain: &Chain) -> String {
    let directory = format!("{}/", images.directory().display());
    let elements = chain.elements().iter().map(|element| {
        let name = element.location().map(|location| {
            let path = location
                .local_path()
                .map_or(location.masked(), |path| path.as_os_str().as_bytes());
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

/// Asserts that the chain is whole, and is this.
#[track_caller]
pub fn assert_whole(images: &Images, top: &str, options: &ChainOptions, expected: &str) {
    let chain = open(images, top, options).unwrap_or_else(|broken| panic!("{top}: {broken}"));
    assert_eq!(line(images, &chain), expected);
}

/// Returns the element at which a chain is broken, except the top image, and the reason.
pub fn message(broken: &ChainError) -> String {
    assert_templates(broken);
    match broken.partial_chain().elements() {
        [_] => broken.error().to_string(),
        _ => format!("{broken}: {}", broken.error()),
    }
}

/// Asserts that the chain is broken for that reason, and has this part.
#[track_caller]
pub fn assert_broken(
    images: &Images,
    top: &str,
    options: &ChainOptions,
    (kind, words, expected): (ErrorKind, &str, &str),
) {
    let broken = open(images, top, options).expect_err(top);
    assert_eq!(message(&broken), words);
    assert_eq!(broken.error().kind(), kind);
    assert_eq!(line(images, broken.partial_chain()), expected);
    let last = broken
        .partial_chain()
        .elements()
        .last()
        .expect("an element");
    let ElementState::Failed(error) = last.state() else {
        panic!("{top}: the last element is {:?}", last.state());
    };
    assert_eq!(error.kind(), kind);
}

/// Returns the images of a chain, without their data files.
pub fn images(chain: &Chain) -> impl Iterator<Item = &Element> {
    let all = chain.elements().iter();
    all.filter(|element| element.kind() != ElementKind::DataFile)
}
