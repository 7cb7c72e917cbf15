// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lookup of elements by name or index, and the name to record after some elements are removed.

use diskprobe::chain::{Chain, Element, Lookup};
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::chain::{open, options, overlay, raw};
use diskprobe_test_support::Images;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

/// Makes a chain of three images. The top has a data file, so indexes and depths differ.
fn three(images: &Images) -> Chain {
    raw(images, "base.raw");
    std::fs::create_dir_all(images.path("sub")).unwrap();
    overlay(images, "sub/mid.qcow2", "../base.raw", "raw");
    let top = Qcow2::new(MIB).backing("sub/mid.qcow2", "qcow2");
    top.data_file("d.raw").write(images.path("top.qcow2"));
    open(images, "top.qcow2", &options()).expect("whole")
}

fn find(chain: &Chain, lookup: Lookup<'_>) -> Option<usize> {
    chain.find(&lookup).map(Element::index)
}

/// Limits the lookup to elements below `index`, if it is given.
fn below<'a>(chain: &Chain, lookup: Lookup<'a>, index: Option<usize>) -> Lookup<'a> {
    match index {
        Some(index) => lookup.below(&chain.elements()[index]),
        None => lookup,
    }
}

#[test]
fn an_element_is_found_by_its_index() {
    let images = Images::new();
    let chain = three(&images);
    let index = |name: &'static str, disk: Option<&'static str>, above| {
        let lookup = Lookup::name(name.as_bytes());
        let lookup = disk.map_or(lookup, |disk| lookup.disk(disk.as_bytes()));
        find(&chain, below(&chain, lookup, above))
    };
    assert_eq!(index("vda[1]", Some("vda"), None), Some(2));
    assert_eq!(index("vda[2]", Some("vda"), None), Some(3));
    assert_eq!(index("vda[2]", None, None), Some(3));
    assert_eq!(index("vda[3]", Some("vda"), None), None);
    assert_eq!(index("vdb[1]", Some("vda"), None), None);
    // 0 is not an index, so it is a file name. No such file exists.
    assert_eq!(index("vda[0]", Some("vda"), None), None);
    assert_eq!(index("vda[1]", Some("vda"), Some(0)), Some(2));
    assert_eq!(index("vda[1]", Some("vda"), Some(2)), None);
}

#[test]
fn an_element_is_found_by_its_name() {
    let images = Images::new();
    let chain = three(&images);
    symlink("base.raw", images.path("soft")).unwrap();
    std::fs::hard_link(images.path("base.raw"), images.path("sub/hard")).unwrap();
    let full = |name: &str| images.path(name).as_os_str().as_bytes().to_vec();
    let named = |name: &[u8], above| find(&chain, below(&chain, Lookup::name(name), above));
    assert_eq!(named(&full("top.qcow2"), None), Some(0));
    assert_eq!(named(&full("sub/mid.qcow2"), None), Some(2));
    assert_eq!(
        named(&full("sub/../base.raw"), None),
        Some(3),
        "as in the chain"
    );
    assert_eq!(named(&full("base.raw"), None), Some(3));
    assert_eq!(named(&full("soft"), None), Some(3));
    assert_eq!(named(b"../base.raw", None), Some(3), "as recorded");
    assert_eq!(
        named(b"hard", None),
        Some(3),
        "relative to the directory of the image above"
    );
    assert_eq!(named(b"./mid.qcow2", None), None, "not in its own");
    assert_eq!(named(b"./sub/mid.qcow2", None), Some(2));
    assert_eq!(named(&full("absent"), None), None);
    assert_eq!(
        named(&full("d.raw"), None),
        None,
        "a data file is never found"
    );
    assert_eq!(named(&full("top.qcow2"), Some(0)), None);
    assert_eq!(named(&full("base.raw"), Some(2)), Some(3));
    assert_eq!(named(&full("base.raw"), Some(3)), None);

    let last = |above| find(&chain, below(&chain, Lookup::last(), above));
    assert_eq!(
        (last(None), last(Some(2)), last(Some(3))),
        (Some(3), Some(3), None)
    );
}

#[test]
fn the_name_to_record_is_relative_to_the_image_above() {
    let images = Images::new();
    let chain = three(&images);
    let name = |first: usize, last: usize| {
        let elements = chain.elements();
        let name = chain.relative_backing_path(&elements[first], &elements[last]);
        name.map(|name| String::from_utf8(name).expect("UTF-8"))
    };
    assert_eq!(name(2, 3).as_deref(), Some("sub/../base.raw"));
    assert_eq!(name(3, 3).as_deref(), Some("../base.raw"));
    assert_eq!(name(2, 2).as_deref(), Some("sub/mid.qcow2"));
    assert_eq!(name(0, 3), None, "the top has no recorded name");
    assert_eq!(name(3, 2), None);
    assert_eq!(name(1, 3), None, "a data file");

    overlay(
        &images,
        "sub/mid.qcow2",
        images.path("base.raw").to_str().unwrap(),
        "raw",
    );
    let chain = open(&images, "top.qcow2", &options()).expect("whole");
    let elements = chain.elements();
    let name = chain.relative_backing_path(&elements[2], &elements[3]);
    assert_eq!(name, None, "absolute");
}
