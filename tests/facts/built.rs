// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks that each image of the lists has the facts, or the error, in `built.txt`.
//! `UPDATE_FACTS=1` writes that file.

use diskprobe::Options;
use diskprobe_test_support::case::line;
use diskprobe_test_support::recipes::{built, crafted};
use diskprobe_test_support::{root, Images};

#[test]
fn listed_images_have_the_recorded_facts() {
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let mut lines = Vec::new();
    for recipe in built().iter().chain(&crafted()) {
        recipe.build(&images);
        let options = Options::new().format(recipe.asked);
        let found = match diskprobe::probe_path(images.path(recipe.name), &options) {
            Ok(image) => line(&image),
            Err(error) => format!("{}: {error}", error.kind()),
        };
        lines.push(format!("{}: {found}\n", recipe.name));
    }
    let path = root().join("tests/facts/built.txt");
    if std::env::var_os("UPDATE_FACTS").is_some() {
        std::fs::write(&path, lines.concat()).expect("the file");
        return;
    }
    let expected = std::fs::read_to_string(&path).expect("the file");
    let expected: Vec<&str> = expected.split_inclusive('\n').collect();
    for (found, expected) in lines.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(lines.len(), expected.len());
}
