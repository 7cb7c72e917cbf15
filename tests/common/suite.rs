// SPDX-License-Identifier: MIT OR Apache-2.0
//! The whole suite of images, for tests that take every image there is. Whoever uses this has the
//! recipes, and the images that cost most, as modules beside it.
#![allow(dead_code, unreachable_pub)] // Each test program uses a part.

use crate::common::Images;
use crate::recipes::{self, Recipe};
use crate::worst;
use diskprobe::Format;

/// An image of the suite.
pub struct Member {
    pub name: String,
    /// The format to ask for.
    pub asked: Option<Format>,
}

/// Makes what qemu-img makes, what no program writes, and what costs most.
pub fn made(images: &Images) -> Vec<Member> {
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let crafted = recipes::crafted();
    let recipes = recipes::made_by_qemu_img();
    let recipes = recipes.iter().chain(&crafted);
    let mut members: Vec<Member> = recipes.map(|recipe| member(images, recipe)).collect();
    for (name, asked, bytes) in worst::images(images) {
        std::fs::write(images.path(name), bytes).expect("a file in the temporary directory");
        let name = name.to_owned();
        members.push(Member { name, asked });
    }
    members
}

/// Makes those that are meant to cost a reader much, or to crash it; of them are some in the suite.
pub fn hostile(images: &Images) -> Vec<Member> {
    let recipes = recipes::recipes(include_str!("../support/lists/hostile.txt"));
    let recipes = recipes.iter();
    recipes.map(|recipe| member(images, recipe)).collect()
}

fn member(images: &Images, recipe: &Recipe) -> Member {
    recipes::make(images, recipe);
    let asked = recipe.asked.map(|name| name.parse::<Format>().ok());
    Member {
        name: recipe.name.to_owned(),
        asked: asked.map(|format| format.expect("a format")),
    }
}
