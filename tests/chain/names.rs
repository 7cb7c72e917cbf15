// SPDX-License-Identifier: MIT OR Apache-2.0
//! The file that a recorded name refers to, and the ends of a chain.

use diskprobe::chain::{Chain, Element, ElementKind, ElementState};
use diskprobe::{ErrorKind, Format};
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::chain::{
    assert_broken, assert_whole, images as images_of, open, options, overlay, raw, with_data_file,
};
use diskprobe_test_support::Images;
use std::os::unix::fs::{symlink, FileTypeExt};
use std::process::Command;

#[test]
fn elements_are_ordered_from_the_top_down() {
    let images = Images::new();
    raw(&images, "base.raw");
    overlay(&images, "mid.qcow2", "base.raw", "raw");
    overlay(&images, "top.qcow2", "mid.qcow2", "qcow2");
    let chain = open(&images, "top.qcow2", &options()).expect("whole");
    let elements = chain.elements();
    let parents: Vec<_> = elements
        .iter()
        .map(|element| chain.parent(element).map(Element::index))
        .collect();
    assert_eq!(parents, [None, Some(0), Some(1)]);
    let depths: Vec<_> = elements.iter().map(|element| element.depth()).collect();
    assert_eq!(depths, [0, 1, 2]);
    let base = &elements[2];
    assert_eq!(base.kind(), ElementKind::Backing);
    assert_eq!(base.recorded(), Some(&b"base.raw"[..]));
    assert_eq!(base.location().unwrap().relative_name(), base.recorded());
    assert_eq!(base.format_name(), Some(&b"raw"[..]));
    assert_eq!(base.format(), Some(Format::Raw));
    assert_eq!(elements[0].recorded(), None);
    assert!(elements.iter().all(|element| element.identity().is_some()));
}

#[test]
fn names_are_relative_to_the_directory_in_the_path_of_the_image() {
    let images = Images::new();
    for folder in ["a", "b"] {
        std::fs::create_dir(images.path(folder)).unwrap();
    }
    raw(&images, "base.raw");
    overlay(&images, "a/mid.qcow2", "../base.raw", "raw");
    overlay(&images, "top.qcow2", "a/mid.qcow2", "qcow2");
    let whole = "top top.qcow2 qcow2 given 1048576 | backing a/mid.qcow2 qcow2 recorded 1048576 | \
                 backing a/../base.raw raw recorded 1048576";
    assert_whole(&images, "top.qcow2", &options(), whole);
    // A name is relative to the directory of the link, not of its target.
    symlink(images.path("top.qcow2"), images.path("b/top")).unwrap();
    let broken = "top b/top qcow2 given 1048576 | backing b/a/mid.qcow2 qcow2 recorded -";
    let words = "backing file at depth 1: cannot open: No such file or directory";
    assert_broken(
        &images,
        "b/top",
        &options(),
        (ErrorKind::NotFound, words, broken),
    );
    // A link to a directory is followed.
    symlink("a", images.path("link")).unwrap();
    let whole = "top link/mid.qcow2 qcow2 given 1048576 | \
                 backing link/../base.raw raw recorded 1048576";
    assert_whole(&images, "link/mid.qcow2", &options(), whole);
}

#[test]
fn local_files_are_followed_in_every_name_syntax() {
    let images = Images::new();
    raw(&images, "base.raw");
    raw(&images, "a:b");
    raw(&images, "line\nend");
    let base = images.path("base.raw");
    let base = base.to_str().unwrap();
    let json = format!("json:{{\"file\":{{\"filename\":\"{base}\"}}}}");
    let nested = format!("json:{{\"file\":{{\"driver\":\"file\",\"filename\":\"{base}\"}}}}");
    for (backing, leads_to) in [
        (base, "base.raw"),
        (&format!("file:{base}"), "base.raw"),
        (&json, "base.raw"),
        (&nested, "base.raw"),
        ("./a:b", "./a:b"),
        ("line\nend", "line\nend"),
        (".//base.raw", ".//base.raw"),
    ] {
        overlay(&images, "top.qcow2", backing, "raw");
        let whole =
            format!("top top.qcow2 qcow2 given 1048576 | backing {leads_to} raw recorded 1048576");
        assert_whole(&images, "top.qcow2", &options(), &whole);
    }
}

#[test]
fn only_the_slice_is_probed() {
    let images = Images::new();
    raw(&images, "inner.raw");
    overlay(&images, "inner.qcow2", "inner.raw", "raw");
    let inner = std::fs::read(images.path("inner.qcow2")).unwrap();
    let rounded = inner.len().next_multiple_of(512);
    let padding = vec![0; 512 + rounded - inner.len()];
    let container = [vec![0; 1 << 20], inner, padding].concat();
    std::fs::write(images.path("container"), container).unwrap();
    let path = images.path("container");
    let slice = |offset: usize, size: Option<usize>, format: &str| {
        let path = path.to_str().unwrap();
        let size = size.map_or(String::new(), |size| format!("\"size\":{size},"));
        let json = format!(
            "json:{{\"file\":{{\"driver\":\"raw\",\"offset\":{offset},{size}\
             \"file\":{{\"driver\":\"file\",\"filename\":\"{path}\"}}}}}}"
        );
        overlay(&images, "top.qcow2", &json, format);
    };
    let top = "top top.qcow2 qcow2 given 1048576";
    for size in [Some(rounded), None] {
        slice(1 << 20, size, "qcow2");
        let whole = format!(
            "{top} | backing container qcow2 recorded 1048576 | backing inner.raw raw recorded \
             1048576"
        );
        assert_whole(&images, "top.qcow2", &options(), &whole);
    }
    slice(512, Some(1024), "raw");
    let whole = format!("{top} | backing container raw recorded 1024");
    assert_whole(&images, "top.qcow2", &options(), &whole);
    let chain = open(&images, "top.qcow2", &options()).unwrap();
    let part = chain.elements()[1].image().unwrap();
    assert_eq!(
        (part.physical_size(), part.allocated_size()),
        (Some(1024), None)
    );

    let broken = format!("{top} | backing container qcow2 recorded -");
    let words =
        "backing file at depth 1: json: the slice ends after the end of the file (offset 0)";
    for (offset, size) in [
        (1 << 20, Some(rounded + 1024)),
        (1 << 30, None),
        (1 << 30, Some(512)),
    ] {
        slice(offset, size, "qcow2");
        let expected = (ErrorKind::InvalidLocation, words, &*broken);
        assert_broken(&images, "top.qcow2", &options(), expected);
    }
}

#[test]
fn a_location_that_is_not_local_ends_the_chain() {
    let images = Images::new();
    for backing in [
        "nbd://host/export",
        "rbd:pool/image",
        "https://host/base.img",
        "nvme://0000:01:00.0/1",
        "fat:/srv/folder",
        "json:{\"file.driver\":\"nbd\",\"file.server.type\":\"unix\",\"file.server.path\":\"/s\"}",
    ] {
        overlay(&images, "top.qcow2", backing, "raw");
        let whole = format!("top top.qcow2 qcow2 given 1048576 | backing {backing} raw recorded -");
        assert_whole(&images, "top.qcow2", &options(), &whole);
        let chain = open(&images, "top.qcow2", &options()).unwrap();
        let element = &chain.elements()[1];
        assert!(matches!(element.state(), ElementState::Unopened));
        assert_eq!(element.identity(), None);
    }
}

#[test]
fn a_file_that_cannot_be_opened_breaks_the_chain() {
    let images = Images::new();
    let made = Command::new("mkfifo").arg(images.path("fifo")).status();
    assert!(made.expect("mkfifo is installed").success());
    std::fs::create_dir(images.path("folder")).unwrap();
    symlink("nowhere", images.path("dangling")).unwrap();
    symlink("round", images.path("round")).unwrap();
    let zero = std::fs::metadata("/dev/zero").unwrap();
    assert!(zero.file_type().is_char_device());
    let cases = [
        (
            "absent",
            ErrorKind::NotFound,
            "cannot open: No such file or directory",
        ),
        (
            "dangling",
            ErrorKind::NotFound,
            "cannot open: No such file or directory",
        ),
        (
            "round",
            ErrorKind::Io,
            "cannot open: Too many levels of symbolic links",
        ),
        (
            "fifo",
            ErrorKind::UnsupportedFile,
            "a FIFO, not a disk image",
        ),
        (
            "folder",
            ErrorKind::UnsupportedFile,
            "a directory, not a disk image",
        ),
        (
            "/dev/zero",
            ErrorKind::UnsupportedFile,
            "a character device, not a disk image",
        ),
    ];
    for (backing, kind, words) in cases {
        overlay(&images, "top.qcow2", backing, "raw");
        let broken =
            format!("top top.qcow2 qcow2 given 1048576 | backing {backing} raw recorded -");
        let words = format!("backing file at depth 1: {words}");
        assert_broken(&images, "top.qcow2", &options(), (kind, &words, &broken));
    }
    for (backing, words) in [
        (
            "foo:bar",
            "location: the part before the colon, \"foo\", is not a known protocol; a path with a \
             colon starts with ./ or /",
        ),
        (
            "vm 10:00.img",
            "location: the part before the colon, \"vm 10\", is not a known protocol; a path with a \
             colon starts with ./ or /",
        ),
    ] {
        overlay(&images, "top.qcow2", backing, "raw");
        let broken =
            format!("top top.qcow2 qcow2 given 1048576 | backing {backing} raw recorded -");
        let words = format!("backing file at depth 1: {words}");
        let expected = (ErrorKind::InvalidLocation, &*words, &*broken);
        assert_broken(&images, "top.qcow2", &options(), expected);
    }
    overlay(&images, "top.qcow2", "json:{", "raw");
    let error = open(&images, "top.qcow2", &options()).unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::InvalidLocation);
    let element = error.partial_chain().elements().last().unwrap();
    assert!(element.location().is_none());
    assert_eq!(element.recorded(), Some(&b"json:{"[..]));
}

#[test]
fn a_top_that_cannot_be_opened_is_still_an_element() {
    let images = Images::new();
    let words = "cannot open: No such file or directory";
    let broken = (ErrorKind::NotFound, words, "top absent qcow2 given -");
    assert_broken(&images, "absent", &options(), broken);
    let probed = diskprobe::chain::ChainOptions::new();
    let broken = (ErrorKind::NotFound, words, "top absent ? unknown -");
    assert_broken(&images, "absent", &probed, broken);
}

#[test]
fn the_top_is_always_a_path() {
    let images = Images::new();
    raw(&images, "base.raw");
    overlay(&images, "nbd:x.qcow2", "base.raw", "raw");
    let whole = "top nbd:x.qcow2 qcow2 given 1048576 | backing base.raw raw recorded 1048576";
    assert_whole(&images, "nbd:x.qcow2", &options(), whole);
}

#[test]
fn data_files_are_elements_of_their_own() {
    let images = Images::new();
    raw(&images, "base.raw");
    let top = Qcow2::new(MIB).backing("base.raw", "raw");
    top.data_file("d.raw").write(images.path("top.qcow2"));
    let whole = "top top.qcow2 qcow2 given 1048576 | data-file d.raw raw implied 1048576 | \
                 backing base.raw raw recorded 1048576";
    assert_whole(&images, "top.qcow2", &options(), whole);
    let chain = open(&images, "top.qcow2", &options()).unwrap();
    let of: Vec<_> = chain
        .elements()
        .iter()
        .map(|e| (chain.parent(e).map(Element::index), e.depth()))
        .collect();
    assert_eq!(of, [(None, 0), (Some(0), 0), (Some(0), 1)]);
    assert_eq!(
        images_of(&chain).map(Element::index).collect::<Vec<_>>(),
        [0, 2]
    );

    std::fs::remove_file(images.path("d.raw")).unwrap();
    let words = "data file at depth 0: cannot open: No such file or directory";
    let broken = "top top.qcow2 qcow2 given 1048576 | data-file d.raw raw implied -";
    assert_broken(
        &images,
        "top.qcow2",
        &options(),
        (ErrorKind::NotFound, words, broken),
    );
}

#[test]
fn a_data_file_needs_a_name() {
    let images = Images::new();
    with_data_file(&images, "top.qcow2", "d.raw");
    let path = images.path("top.qcow2");
    let original = std::fs::read(&path).unwrap();
    let place = original
        .windows(4)
        .position(|four| four == 0x4441_5441u32.to_be_bytes());
    let place = place.expect("the name of a data file");
    // The name is replaced by an extension of an unknown kind, then by an empty name.
    let mut bytes = original.clone();
    bytes[place..place + 4].copy_from_slice(b"none");
    std::fs::write(&path, &bytes).unwrap();
    let words =
        "data file at depth 0: qcow2 header: the data file has no recorded name (offset 72)";
    let broken = "top top.qcow2 qcow2 given 1048576 | data-file  ? unknown -";
    assert_broken(
        &images,
        "top.qcow2",
        &options(),
        (ErrorKind::InvalidImage, words, broken),
    );

    let mut bytes = original;
    bytes[place + 7] = 0;
    bytes[place + 8..place + 12].copy_from_slice(b"none");
    bytes[place + 12..place + 16].fill(0);
    std::fs::write(&path, &bytes).unwrap();
    let words = "data file at depth 0: location: empty location (offset 0)";
    assert_broken(
        &images,
        "top.qcow2",
        &options(),
        (ErrorKind::InvalidLocation, words, broken),
    );
}

#[test]
fn a_directory_can_be_the_top() {
    let images = Images::new();
    let options = diskprobe::Options::new().format(Some(Format::Dir));
    let options = diskprobe::chain::ChainOptions::new().image_options(options);
    let chain = Chain::open_path(images.directory(), &options).expect("a directory");
    assert_eq!(chain.elements().len(), 1);
    assert_eq!(chain.elements()[0].format(), Some(Format::Dir));
}
