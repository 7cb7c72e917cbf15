// SPDX-License-Identifier: MIT OR Apache-2.0
//! The default policy beside the safety checks of oslo.utils' format inspector, which OpenStack runs
//! on uploads, over the images of the whole suite: what that refuses is refused here too, unless it
//! is one of the harmless sorts of image that `docs/safety.md` lists.
//!
//! `VERDICTS_SEED` and `VERDICTS_MUTATIONS` make another or a longer run of it.

mod common;
#[path = "common/crafted.rs"]
mod crafted;
#[path = "common/good.rs"]
mod good;
#[path = "common/recipes.rs"]
mod recipes;
#[path = "common/venv.rs"]
mod venv;
#[allow(dead_code)] // Another test program uses the rest.
#[path = "format_vhdx/craft.rs"]
mod vhdx;

#[allow(dead_code)] // Another test program uses the rest.
#[path = "differential/bases.rs"]
mod bases;
#[path = "verdicts/classes.rs"]
mod classes;
#[path = "differential/extensions.rs"]
mod extensions;
#[allow(dead_code)] // Another test program uses the rest.
#[path = "differential/fields.rs"]
mod fields;
#[allow(dead_code)] // Another test program uses the rest.
#[path = "differential/mutation.rs"]
mod mutation;
#[allow(dead_code)] // Another test program uses the rest.
#[path = "differential/random.rs"]
mod random;
#[path = "differential/text.rs"]
mod text;

use common::Images;
use diskprobe::{Format, Image, Options, Policy};
use mutation::Mutated;
use recipes::Recipe;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const DOCUMENT: &str = include_str!("../docs/safety.md");
const SEED: u64 = 2026;
const MUTATIONS: u64 = 500;
/// Images that exist at the same time.
const AT_ONCE: u64 = 125;

/// What came of all images.
#[derive(Default)]
struct Summary {
    images: usize,
    refused_by_it: usize,
    refused_by_us: usize,
    accepted_by_both: usize,
    /// Refused only by it.
    classes: BTreeMap<&'static str, usize>,
    /// The same, for none of the known reasons.
    others: Vec<String>,
}

/// The image, where the default policy accepts it.
fn accepted(path: &Path) -> Option<Image> {
    let options = Options::new().thorough(true);
    let image = diskprobe::probe_path(path, &options).ok()?;
    let verdict = Policy::new().evaluate(&image, b"");
    verdict.is_accepted().then_some(image)
}

impl Summary {
    /// Judges images, each with what it is called.
    fn judge(&mut self, images: &[(String, PathBuf)]) {
        let paths: Vec<_> = images.iter().map(|(_, path)| path.clone()).collect();
        let theirs = venv::python("verdicts/judge_formats.py", &paths);
        let theirs: Vec<Value> = theirs
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(theirs.len(), images.len());
        for ((name, path), theirs) in images.iter().zip(&theirs) {
            let reasons = theirs["refused"].as_array().expect("a list");
            let reasons: Vec<_> = reasons.iter().filter_map(Value::as_str).collect();
            let ours = accepted(path);
            self.images += 1;
            self.refused_by_it += usize::from(!reasons.is_empty());
            self.refused_by_us += usize::from(ours.is_none());
            match ours {
                Some(_) if reasons.is_empty() => self.accepted_by_both += 1,
                Some(image) => match classes::of(&image, &reasons) {
                    Some(class) => *self.classes.entry(class).or_default() += 1,
                    None => self
                        .others
                        .push(format!("{name}: {} {theirs}", image.format())),
                },
                None => {}
            }
        }
    }

    fn print(&self, seed: u64) {
        let only_by_it: usize = self.classes.values().sum();
        println!("{}, seed {seed}", venv::OSLO_UTILS);
        println!("{} images", self.images);
        println!("{} refused by it", self.refused_by_it);
        println!("{} refused by us", self.refused_by_us);
        println!("{} accepted by both", self.accepted_by_both);
        println!("{} refused only by it, of these known classes:", only_by_it);
        for (name, count) in &self.classes {
            println!("    {count} {name}");
        }
        println!(
            "{} refused only by it, of no known class",
            self.others.len()
        );
    }
}

/// What qemu-img makes is accepted, unless it names a file; or the end of a raw image is another
/// format's.
fn assert_accepted(images: &Images, recipes: &[Recipe]) {
    let mut accepted = 0;
    for recipe in recipes {
        let asked = recipe.asked.and_then(|name| name.parse::<Format>().ok());
        let options = Options::new().format(asked).thorough(true);
        let image = diskprobe::probe_path(images.path(recipe.name), &options);
        let image = image.expect("an image");
        let names = image.references().count() != 0;
        let ends_as_another = image.format() == Format::Raw && image.also_matches().count() != 0;
        let verdict = Policy::new().evaluate(&image, b"");
        let right = verdict.is_accepted() != (names || ends_as_another);
        assert!(right, "{}: {verdict:?}", recipe.name);
        accepted += usize::from(verdict.is_accepted());
    }
    println!(
        "{accepted} of {} images that qemu-img makes are accepted",
        recipes.len()
    );
    assert!(accepted > recipes.len() / 2);
}

fn number_in(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

#[test]
fn what_oslo_utils_refuses_is_refused() {
    for (class, _) in classes::CLASSES {
        assert!(DOCUMENT.contains(&format!("\n| {class} | ")), "{class}");
    }
    let seed = number_in("VERDICTS_SEED").unwrap_or(SEED);
    let mutations = number_in("VERDICTS_MUTATIONS").unwrap_or(MUTATIONS);
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let mut all = Summary::default();

    all.evaluate(&good::images(&images));
    let made_by_qemu_img = recipes::made_by_qemu_img();
    for list in [&made_by_qemu_img, &recipes::crafted()] {
        let mut made = Vec::new();
        for recipe in list {
            recipes::make(&images, recipe);
            made.push((recipe.name.to_owned(), images.path(recipe.name)));
        }
        all.evaluate(&made);
    }
    assert_accepted(&images, &made_by_qemu_img);

    let images = Images::new();
    let bases = bases::all(&images);
    let numbers: Vec<_> = (0..mutations).collect();
    for numbers in numbers.chunks(AT_ONCE as usize) {
        let made = numbers.iter().map(|number| {
            let mutated = Mutated::new(&bases, seed, *number);
            let path = images.path(&format!("{}.img", number % AT_ONCE));
            std::fs::write(&path, &mutated.bytes).expect("room for the image");
            let steps = mutated.steps.join(", then ");
            let (base, name) = (mutated.base.name, format!("seed {seed}, mutation {number}"));
            (format!("{name} of {base}: {steps}"), path)
        });
        all.evaluate(&made.collect::<Vec<_>>());
    }

    for other in &all.others {
        println!("{other}");
    }
    all.print(seed);
    assert!(all.others.is_empty(), "of no known class, see above");
    assert!(all.accepted_by_both > all.images / 5, "most is damaged");
    assert!(all.refused_by_it > all.images / 5, "little is damaged");
}
