// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares the default policy with the safety checks of oslo.utils' format inspector, which
//! OpenStack runs on uploads. The images are those of the whole suite. Our policy must refuse what
//! oslo.utils refuses, except for the harmless classes that `docs/safety.md` lists.
//!
//! `VERDICTS_SEED` and `VERDICTS_MUTATIONS` select another or a longer run.

mod classes;

use crate::damaged::bases;
use crate::damaged::mutation::Mutated;
use crate::damaged::number_in;
use diskprobe::{Image, Options, Policy};
use diskprobe_test_support::oracle::Need;
use diskprobe_test_support::{harmless, recipes, trials, venv, Images};
use libtest_mimic::Trial;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const DIRECTORY: &str = env!("CARGO_TARGET_TMPDIR");

pub(crate) fn trials() -> Vec<Trial> {
    trials![[Need::OsloUtils(DIRECTORY)]; images_refused_by_oslo_utils_are_refused]
}

const DOCUMENT: &str = include_str!("../../../docs/safety.md");
const SEED: u64 = 2026;
const MUTATIONS: u64 = 500;
/// The number of images that exist at the same time.
const AT_ONCE: u64 = 125;

/// The results of all images.
#[derive(Default)]
struct Summary {
    images: usize,
    refused_by_it: usize,
    refused_by_us: usize,
    accepted_by_both: usize,
    /// Images that only oslo.utils refuses, by known class.
    classes: BTreeMap<&'static str, usize>,
    /// Images that only oslo.utils refuses, without a known class.
    others: Vec<String>,
}

/// Returns the image, if the default policy accepts it.
fn accepted(path: &Path) -> Option<Image> {
    let options = Options::new().thorough(true);
    let image = diskprobe::probe_path(path, &options).ok()?;
    let verdict = Policy::new().evaluate(&image, None);
    verdict.is_accepted().then_some(image)
}

impl Summary {
    /// Compares the verdicts on images, each with its name.
    fn judge(&mut self, images: &[(String, PathBuf)]) {
        let paths: Vec<_> = images.iter().map(|(_, path)| path.clone()).collect();
        let theirs = venv::python(
            DIRECTORY,
            "tests/agreement/verdicts/judge_formats.py",
            &paths,
        );
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

fn images_refused_by_oslo_utils_are_refused() {
    for (class, _) in classes::CLASSES {
        assert!(DOCUMENT.contains(&format!("\n| {class} | ")), "{class}");
    }
    let seed = number_in("VERDICTS_SEED").unwrap_or(SEED);
    let mutations = number_in("VERDICTS_MUTATIONS").unwrap_or(MUTATIONS);
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let mut all = Summary::default();

    all.judge(&harmless::make(&images));
    for list in [recipes::built(), recipes::crafted()] {
        let mut made = Vec::new();
        for recipe in list {
            recipe.build(&images);
            made.push((recipe.name.to_owned(), images.path(recipe.name)));
        }
        all.judge(&made);
    }

    let images = Images::new();
    let bases = bases::all(&images);
    let numbers: Vec<_> = (0..mutations).collect();
    for numbers in numbers.chunks(AT_ONCE as usize) {
        let made = numbers.iter().map(|number| {
            let mutated = Mutated::new(&bases, seed, *number);
            let path = images.write(format!("{}.img", number % AT_ONCE), &mutated.bytes);
            let steps = mutated.steps.join(", then ");
            let (base, name) = (mutated.base.name, format!("seed {seed}, mutation {number}"));
            (format!("{name} of {base}: {steps}"), path)
        });
        all.judge(&made.collect::<Vec<_>>());
    }

    for other in &all.others {
        println!("{other}");
    }
    all.print(seed);
    assert!(all.others.is_empty(), "without a known class, see above");
    assert!(all.accepted_by_both > all.images / 5, "too few accepted");
    assert!(all.refused_by_it > all.images / 5, "too few refused");
}
