// SPDX-License-Identifier: MIT OR Apache-2.0
//! The default policy beside the safety checks of oslo.utils' format inspector, which OpenStack runs
//! on uploads, over the images of the whole suite: what that refuses is refused here, unless it is
//! one of the harmless sorts of image that `docs/safety.md` lists.
//!
//! `VERDICTS_SEED` and `VERDICTS_MUTATIONS` make another or a longer run of it.

mod common;
#[path = "common/crafted.rs"]
mod crafted;
#[path = "common/recipes.rs"]
mod recipes;
#[path = "readers/venv.rs"]
mod venv;
#[allow(dead_code)] // Another test program uses the rest.
#[path = "format_vhdx/craft.rs"]
mod vhdx;

#[allow(dead_code)]
#[path = "differential/bases.rs"]
mod bases;
#[path = "differential/extensions.rs"]
mod extensions;
#[allow(dead_code)]
#[path = "differential/fields.rs"]
mod fields;
#[allow(dead_code)]
#[path = "differential/mutation.rs"]
mod mutation;
#[allow(dead_code)]
#[path = "differential/random.rs"]
mod random;
#[path = "differential/text.rs"]
mod text;

use common::Images;
use diskprobe::{Image, Options, Policy};
use mutation::Mutated;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

const SEED: u64 = 2026;
const MUTATIONS: u64 = 1500;
/// Images that exist at the same time.
const AT_ONCE: u64 = 250;

#[derive(Default)]
struct Summary {
    images: usize,
    refused_by_it: usize,
    refused_by_us: usize,
    accepted_by_both: usize,
    classes: BTreeMap<String, usize>,
    others: Vec<String>,
}

impl Summary {
    fn judge(&mut self, images: &[(String, PathBuf)]) {
        let paths: Vec<_> = images.iter().map(|(_, path)| path.clone()).collect();
        let theirs = venv::python("verdicts/judge_formats.py", &paths);
        let theirs: Vec<Value> = theirs
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(theirs.len(), images.len());
        for ((name, path), theirs) in images.iter().zip(&theirs) {
            let probed = diskprobe::probe_path(path, &Options::new().thorough(true));
            let policy = Policy::new();
            let accepted = probed.filter_accepted(&policy);
            let refused = theirs["refused"].as_array().expect("a list");
            self.images += 1;
            self.refused_by_it += usize::from(!refused.is_empty());
            self.refused_by_us += usize::from(accepted.is_none());
            match (accepted, refused.is_empty()) {
                (Some(_), true) => self.accepted_by_both += 1,
                (Some(image), false) => {
                    let class = format!(
                        "{} {:?} {theirs}",
                        image.format(),
                        image.content().collect::<Vec<_>>()
                    );
                    *self.classes.entry(class.clone()).or_default() += 1;
                    self.others.push(format!("{name}: {class}"));
                }
                (None, _) => {}
            }
        }
    }
}

trait Accepted {
    fn filter_accepted(self, policy: &Policy) -> Option<Image>;
}
impl Accepted for Result<Image, diskprobe::Error> {
    fn filter_accepted(self, policy: &Policy) -> Option<Image> {
        let image = self.ok()?;
        policy.judge(&image, b"").is_accepted().then_some(image)
    }
}

#[test]
fn what_oslo_utils_refuses_is_refused() {
    let mut all = Summary::default();
    let images = Images::new();
    let suite = Images::new();
    std::fs::create_dir(suite.path("sub")).expect("a directory");
    for list in [recipes::made_by_qemu_img(), recipes::crafted()] {
        let images = &suite;
        let mut made = Vec::new();
        for recipe in &list {
            recipes::make(images, recipe);
            made.push((recipe.name.to_owned(), images.path(recipe.name)));
        }
        all.judge(&made);
    }
    let bases = bases::all(&images);
    let mut number = 0;
    while number < MUTATIONS {
        let mut made = Vec::new();
        for k in number..number + AT_ONCE {
            let mutated = Mutated::new(&bases, SEED, k);
            let path = images.path(&format!("{}.img", k % AT_ONCE));
            std::fs::write(&path, &mutated.bytes).expect("room");
            made.push((
                format!("{k} {} {:?}", mutated.base.name, mutated.steps),
                path,
            ));
        }
        all.judge(&made);
        number += AT_ONCE;
    }
    for (c, n) in &all.classes {
        println!("{n} {c}");
    }
    for o in &all.others {
        println!("OTHER {o}");
    }
    println!(
        "{} images, {} refused by it, {} by us, {} accepted by both, {} only by it",
        all.images,
        all.refused_by_it,
        all.refused_by_us,
        all.accepted_by_both,
        all.others.len()
    );
}
