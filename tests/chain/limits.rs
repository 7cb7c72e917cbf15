// SPDX-License-Identifier: MIT OR Apache-2.0
//! Loops and limits of a chain.

use diskprobe::chain::ChainOptions;
use diskprobe::ErrorKind;
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::chain::{
    assert_broken, assert_whole, open, options, overlay, raw, with_data_file,
};
use diskprobe_test_support::Images;
use std::os::unix::fs::symlink;

const TOP: &str = "top top.qcow2 qcow2 given 1048576";
const LOOP: &str = "this file is already in the chain";

#[track_caller]
fn assert_loop(images: &Images, words: &str, expected: &str) {
    let words = format!("{words}: {LOOP}");
    let expected = (ErrorKind::Loop, &*words, expected);
    assert_broken(images, "top.qcow2", &options(), expected);
}

#[test]
fn loops_of_one_to_three_images_are_detected() {
    let images = Images::new();
    overlay(&images, "top.qcow2", "top.qcow2", "qcow2");
    let one = format!("{TOP} | backing top.qcow2 qcow2 recorded -");
    assert_loop(&images, "backing file at depth 1", &one);

    overlay(&images, "top.qcow2", "b.qcow2", "qcow2");
    overlay(&images, "b.qcow2", "./top.qcow2", "qcow2");
    let two = format!(
        "{TOP} | backing b.qcow2 qcow2 recorded 1048576 | backing ./top.qcow2 qcow2 recorded -"
    );
    assert_loop(&images, "backing file at depth 2", &two);

    overlay(&images, "b.qcow2", "c.qcow2", "qcow2");
    overlay(&images, "c.qcow2", "b.qcow2", "qcow2");
    let three = format!(
        "{TOP} | backing b.qcow2 qcow2 recorded 1048576 | backing c.qcow2 qcow2 recorded 1048576 | \
         backing b.qcow2 qcow2 recorded -"
    );
    assert_loop(&images, "backing file at depth 3", &three);
}

#[test]
fn a_loop_through_other_names_of_the_same_file_is_detected() {
    let images = Images::new();
    symlink("top.qcow2", images.path("soft")).unwrap();
    for name in ["soft", "hard"] {
        overlay(&images, "top.qcow2", name, "qcow2");
        if name == "hard" {
            std::fs::hard_link(images.path("top.qcow2"), images.path(name)).unwrap();
        }
        let expected = format!("{TOP} | backing {name} qcow2 recorded -");
        assert_loop(&images, "backing file at depth 1", &expected);
    }
}

#[test]
fn an_image_cannot_be_its_own_data_file() {
    let images = Images::new();
    with_data_file(&images, "top.qcow2", "d.raw");
    std::fs::remove_file(images.path("d.raw")).unwrap();
    symlink("top.qcow2", images.path("d.raw")).unwrap();
    let own = format!("{TOP} | data-file d.raw raw implied -");
    assert_loop(&images, "data file at depth 0", &own);
}

#[test]
fn two_images_may_share_a_data_file() {
    let images = Images::new();
    let base = Qcow2::new(MIB).data_file("d.raw");
    base.write(images.path("base.qcow2"));
    let top = base.backing("base.qcow2", "qcow2");
    top.write(images.path("top.qcow2"));
    let whole = format!(
        "{TOP} | data-file d.raw raw implied 1048576 | backing base.qcow2 qcow2 recorded 1048576 | \
         data-file d.raw raw implied 1048576"
    );
    assert_whole(&images, "top.qcow2", &options(), &whole);
}

#[test]
fn parts_of_one_file_are_different_elements() {
    let images = Images::new();
    raw(&images, "base.raw");
    let path = images.path("top.qcow2");
    let slice = |slice: &str| {
        format!(
            "json:{{\"file\":{{\"driver\":\"raw\",{slice},\"file\":{{\"driver\":\"file\",\
             \"filename\":\"{}\"}}}}}}",
            path.display()
        )
    };
    overlay(
        &images,
        "top.qcow2",
        &slice("\"offset\":512,\"size\":512"),
        "raw",
    );
    let whole = format!("{TOP} | backing top.qcow2 raw recorded 512");
    assert_whole(&images, "top.qcow2", &options(), &whole);
    // But the same part of the file twice is a loop.
    overlay(&images, "top.qcow2", &slice("\"offset\":0"), "qcow2");
    let first = open(&images, "top.qcow2", &options()).unwrap_err();
    assert_eq!(first.error().kind(), ErrorKind::Loop);
    assert_eq!(first.partial_chain().elements().len(), 3);
}

#[test]
fn the_number_of_images_is_limited() {
    let images = Images::new();
    raw(&images, "0");
    for number in 1..=5 {
        let (format, name) = if number == 1 {
            ("raw", "0".into())
        } else {
            ("qcow2", (number - 1).to_string())
        };
        overlay(&images, &number.to_string(), &name, format);
    }
    for limit in 0..=6 {
        let options = options()
            .max_images(limit)
            .expect("below the library's own");
        let walked = open(&images, "5", &options);
        if limit == 6 {
            assert_eq!(walked.expect("whole").elements().len(), 6);
            continue;
        }
        let broken = walked.expect_err("too long");
        assert_eq!(broken.error().kind(), ErrorKind::LimitExceeded);
        let words = format!("the chain has more than {limit} images");
        assert_eq!(broken.error().to_string(), words);
        let reached = broken.partial_chain().elements();
        // The image that exceeds the limit is an element too, but it is not opened.
        assert_eq!(reached.len(), usize::try_from(limit).unwrap() + 1);
        assert!(reached
            .iter()
            .rev()
            .skip(1)
            .all(|element| element.image().is_some()));
    }
    let error = ChainOptions::new().max_images(ChainOptions::MAX_IMAGES + 1);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidArgument);
}
