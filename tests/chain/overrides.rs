// SPDX-License-Identifier: MIT OR Apache-2.0
//! Backing files, data files and formats that the caller knows.

use diskprobe::chain::{
    Chain, ChainError, ChainOptions, ElementKind, LocalFiles, OpenRequest, Opened, Opener,
};
use diskprobe::location::Location;
use diskprobe::{Error, ErrorKind, Format};
use diskprobe_test_support::build::{Build, Qcow2, Vdi, MIB};
use diskprobe_test_support::chain::{overlay, raw, unrecorded, with_data_file};
use diskprobe_test_support::{patched, Images};
use std::path::PathBuf;
use ElementKind::{Backing, DataFile, Top};

/// Opens local files, and keeps their paths.
struct Log {
    files: LocalFiles,
    asked: Vec<PathBuf>,
}

impl Opener for Log {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let path = request.location().local_path().expect("a local file");
        self.asked.push(path.to_owned());
        self.files.open(request)
    }
}

fn walk(images: &Images, options: &ChainOptions) -> (Result<Chain, ChainError>, Vec<PathBuf>) {
    let files = LocalFiles::unrestricted();
    let mut log = Log {
        files,
        asked: Vec::new(),
    };
    let top = Location::from_path(images.path("top.qcow2"));
    let chain = Chain::open(top, &mut log, options);
    (chain, log.asked)
}

fn with(
    images: &Images,
    kind: ElementKind,
    depth: u32,
    name: &str,
    format: Option<Format>,
) -> ChainOptions {
    let location = Location::from_path(images.path(name));
    let options = ChainOptions::new().override_element(kind, depth, location, format);
    options.expect("an element that can be overridden")
}

#[track_caller]
fn assert_error(chain: Result<Chain, ChainError>, kind: ErrorKind, words: &str) {
    let broken = chain.expect_err("an error");
    assert_eq!(broken.error().kind(), kind);
    let message = format!("{broken}: {}", broken.error());
    assert!(message.contains(words), "{message}");
}

#[test]
fn a_given_data_file_replaces_the_recorded_one_which_is_not_opened() {
    let images = Images::new();
    raw(&images, "given.raw");
    raw(&images, "data.raw");
    let path = |name| images.path(name);
    let options = with(&images, DataFile, 0, "given.raw", None);
    for name in ["data.raw", "./data.raw", "nbd:host:1", "absent.raw"] {
        with_data_file(&images, "top.qcow2", name);
        let (chain, asked) = walk(&images, &options);
        let chain = chain.expect("a chain");
        assert_eq!(asked, [path("top.qcow2"), path("given.raw")], "{name}");
        let element = &chain.elements()[1];
        assert_eq!(element.recorded(), Some(name.as_bytes()));
        assert_eq!(element.format_source().as_str(), "implied");
        assert!(chain.is_complete());
    }
}

#[test]
fn a_data_file_without_a_recorded_name_can_be_given() {
    let images = Images::new();
    raw(&images, "given.raw");
    let bytes = Qcow2::new(MIB).bytes();
    // The incompatible feature bit without the extension.
    images.write("top.qcow2", patched(&bytes, &[(72, &4u64.to_be_bytes())]));
    let (chain, _) = walk(&images, &ChainOptions::new());
    assert_error(
        chain,
        ErrorKind::InvalidImage,
        "the data file has no recorded name",
    );
    let (chain, _) = walk(&images, &with(&images, DataFile, 0, "given.raw", None));
    let chain = chain.expect("a chain");
    assert_eq!(chain.elements().len(), 2);
    assert_eq!(chain.elements()[1].recorded(), None);
    // The same below another image.
    std::fs::rename(images.path("top.qcow2"), images.path("mid.qcow2")).expect("renamed");
    overlay(&images, "top.qcow2", "mid.qcow2", "qcow2");
    let (chain, _) = walk(&images, &with(&images, DataFile, 0, "given.raw", None));
    assert_error(
        chain,
        ErrorKind::InvalidArgument,
        "data file at depth 0: the caller gave",
    );
    let (chain, _) = walk(&images, &with(&images, DataFile, 1, "given.raw", None));
    assert_eq!(chain.expect("a chain").elements().len(), 3);
}

#[test]
fn a_given_backing_file_replaces_the_recorded_one_which_is_not_opened() {
    let images = Images::new();
    raw(&images, "base.raw");
    let path = |name| images.path(name);
    let options = with(&images, Backing, 1, "base.raw", Some(Format::Raw));
    for name in ["absent.qcow2", "blah:x", "json:{", "nbd://host/x"] {
        overlay(&images, "top.qcow2", name, "qcow2");
        let (chain, asked) = walk(&images, &options);
        let chain = chain.expect("a chain");
        assert_eq!(asked, [path("top.qcow2"), path("base.raw")], "{name}");
        let element = &chain.elements()[1];
        assert_eq!(element.recorded(), Some(name.as_bytes()));
        assert_eq!(element.format(), Some(Format::Raw));
        assert_eq!(element.format_source().as_str(), "given");
    }
    // An image without a recorded one, and one that cannot have any.
    images.write("top.qcow2", Qcow2::new(MIB).bytes());
    let (chain, _) = walk(&images, &options);
    assert_eq!(chain.expect("a chain").elements()[1].recorded(), None);
    images.write("top.qcow2", Vdi::new(MIB).bytes());
    let (chain, _) = walk(&images, &options);
    assert_error(
        chain,
        ErrorKind::InvalidArgument,
        "backing file at depth 1: the caller gave",
    );
}

#[test]
fn a_format_can_be_given_without_a_location() {
    let images = Images::new();
    images.write("base.qcow2", Qcow2::new(MIB).bytes());
    let given = |format| ChainOptions::new().override_element(Backing, 1, None, format);
    unrecorded(&images, "top.qcow2", "base.qcow2");
    let (chain, _) = walk(&images, &given(Format::Qcow2).expect("options"));
    assert_eq!(
        chain.expect("a chain").elements()[1].format(),
        Some(Format::Qcow2)
    );
    // As for the top image, the bytes must have the format.
    let (chain, _) = walk(&images, &given(Format::Vdi).expect("options"));
    assert_error(chain, ErrorKind::WrongFormat, "not a vdi image");
    // A recorded format is replaced.
    overlay(&images, "top.qcow2", "base.qcow2", "odd");
    let (chain, _) = walk(&images, &given(Format::Raw).expect("options"));
    let chain = chain.expect("a chain");
    assert_eq!(chain.elements()[1].format_source().as_str(), "given");
    assert_eq!(chain.elements()[1].format_name(), Some(&b"odd"[..]));
}

#[test]
fn a_location_without_a_format_keeps_the_recorded_format() {
    let images = Images::new();
    images.write("other.qcow2", Qcow2::new(MIB).bytes());
    overlay(&images, "top.qcow2", "absent.qcow2", "qcow2");
    let options = with(&images, Backing, 1, "other.qcow2", None);
    let chain = walk(&images, &options).0.expect("a chain");
    assert_eq!(chain.elements()[1].format_source().as_str(), "recorded");
    unrecorded(&images, "top.qcow2", "absent.qcow2");
    let (chain, _) = walk(&images, &options);
    assert_error(
        chain,
        ErrorKind::FormatNotRecorded,
        "its format is not recorded",
    );
    // A later call replaces an earlier one.
    let location = Location::from_path(images.path("other.qcow2"));
    let options = options.override_element(Backing, 1, location, Format::Qcow2);
    assert!(walk(&images, &options.expect("options")).0.is_ok());
}

#[test]
fn a_given_file_that_is_already_in_the_chain_is_a_loop() {
    let images = Images::new();
    overlay(&images, "top.qcow2", "absent.qcow2", "qcow2");
    let (chain, _) = walk(&images, &with(&images, Backing, 1, "top.qcow2", None));
    assert_error(chain, ErrorKind::Loop, "already in the chain");
}

#[test]
fn only_elements_below_the_top_image_can_be_overridden() {
    for (kind, depth, format, words) in [
        (Top, 0, None, "the top image cannot be overridden"),
        (Backing, 0, None, "a backing file has a depth of at least 1"),
        (DataFile, 0, Some(Format::Qcow2), "a data file is raw"),
    ] {
        let options = ChainOptions::new().override_element(kind, depth, None, format);
        let error = options.expect_err(words);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert_eq!(error.to_string(), words);
    }
}
