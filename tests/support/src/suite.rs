// SPDX-License-Identifier: MIT OR Apache-2.0
//! The whole suite of images, for tests that take every image.

use crate::recipes::{self, Recipe};
use crate::{costliest, Images};
use diskprobe::Format;

/// An image of the suite.
pub struct Member {
    /// The name of the file.
    pub name: String,
    /// The format to ask for.
    pub asked: Option<Format>,
}

/// Makes the images that `qemu-img` makes as well, those that no program writes, and those that
/// cost most.
pub fn make(images: &Images) -> Vec<Member> {
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let recipes = [recipes::built(), recipes::crafted()].concat();
    let mut members = made(images, &recipes);
    for (name, asked, bytes) in costliest::images() {
        images.write(name, bytes);
        let name = name.to_owned();
        members.push(Member { name, asked });
    }
    members
}

/// The same, and the images that are meant to cost a reader much, or to crash it.
pub fn make_all(images: &Images) -> Vec<Member> {
    let mut members = make(images);
    members.extend(made(images, &recipes::hostile()));
    members
}

fn made(images: &Images, recipes: &[Recipe]) -> Vec<Member> {
    let member = |recipe: &Recipe| {
        recipe.build(images);
        Member {
            name: recipe.name.to_owned(),
            asked: recipe.asked,
        }
    };
    recipes.iter().map(member).collect()
}
