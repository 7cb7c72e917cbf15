// SPDX-License-Identifier: MIT OR Apache-2.0
//! Damages images of every format in thousands of ways, and compares our answers with those of
//! `qemu-img`. Each difference must have a reason that `docs/differences/qemu.md` lists. A seed
//! determines the damage.
//!
//! Environment variables:
//! - `DIFFERENTIAL_SEED` and `DIFFERENTIAL_MUTATIONS` select another or a longer run.
//! - `DIFFERENTIAL_SWEEP` sweeps each field in every image that has it, not only in the first.
//! - `DIFFERENTIAL_ONLY` and `DIFFERENTIAL_FIELD` select a single image by its number.

pub(crate) mod bases;
mod classes;
mod document;
mod extensions;
mod fields;
mod judge;
mod limit_values;
pub(crate) mod mutation;
mod qemu;
mod sweep;
mod text;

use bases::Base;
use diskprobe_test_support::oracle::{trial, Need, QEMU_IMG};
use diskprobe_test_support::{qemu_img, trials, Images};
use document::{Column, Counts};
use judge::{judge, Verdict};
use libtest_mimic::Trial;
use mutation::Mutated;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::OnceLock;

const PRLIMIT: Need = Need::Program("prlimit", "util-linux");

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = trials![[QEMU_IMG, PRLIMIT];
        damaged_images_differ_only_for_known_reasons,
        images_with_swept_fields_differ_only_for_known_reasons,
    ];
    let name = "damaged::the_document_has_each_known_reason";
    trials.push(trial(name, &[], document::assert_complete));
    trials
}

const SEED: u64 = 2026;
const MUTATIONS: u64 = 5600;
/// The number of images that are compared at the same time.
const AT_ONCE: usize = 2;

/// The results of all images.
#[derive(Default)]
struct Summary {
    same_facts: usize,
    both_refuse: usize,
    classes: Counts,
    versions: Counts,
    /// Images with a difference of no known reason, and how to make them.
    others: Vec<String>,
}

impl Summary {
    fn count(&mut self, verdict: Verdict, recipe: impl FnOnce() -> String) {
        match verdict {
            Verdict::SameFacts => self.same_facts += 1,
            Verdict::BothRefuse => self.both_refuse += 1,
            Verdict::Class(name) => *self.classes.entry(name).or_default() += 1,
            Verdict::Version(class) => *self.versions.entry(class.what).or_default() += 1,
            Verdict::Other(reason) => self.others.push(format!("{reason}\n    {}", recipe())),
        }
    }

    fn add(&mut self, other: Summary) {
        self.same_facts += other.same_facts;
        self.both_refuse += other.both_refuse;
        for (name, count) in other.classes {
            *self.classes.entry(name).or_default() += count;
        }
        for (what, count) in other.versions {
            *self.versions.entry(what).or_default() += count;
        }
        self.others.extend(other.others);
    }

    fn print(&self) {
        let agreed = self.same_facts + self.both_refuse;
        let (same, refused) = (self.same_facts, self.both_refuse);
        println!("{agreed} agreements: {same} with the same facts, {refused} refused by both");
        for (name, _) in classes::CLASSES {
            println!("{} {name}", self.classes.get(name).unwrap_or(&0));
        }
        for (what, count) in &self.versions {
            println!("{count} need another qemu-img: {what}");
        }
        println!("{} others", self.others.len());
    }
}

/// Returns the value of an environment variable as a number.
pub(crate) fn number_in(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{variable}={text} is not a number")))
}

/// Saves the image for inspection. Returns its path.
fn keep(mutated: &Mutated<'_>, what: &str) -> String {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = directory.join(format!("differential-{what}-{}.img", mutated.number));
    std::fs::write(&path, &mutated.bytes).expect("space for the image");
    path.display().to_string()
}

fn recipe(what: &str, mutated: &Mutated<'_>) -> String {
    let (number, base) = (mutated.number, mutated.base.name);
    let steps = mutated.steps.join(", then ");
    let kept = keep(mutated, what);
    format!("{what} {number} of {base}: {steps}\n    kept as {kept}")
}

/// Returns the valid images, which are made once for both tests. Asserts that both programs open
/// each of them.
fn valid() -> &'static (Images, Vec<Base>) {
    static MADE: OnceLock<(Images, Vec<Base>)> = OnceLock::new();
    MADE.get_or_init(|| {
        let images = Images::new();
        let bases = bases::all(&images);
        let mut undamaged = Summary::default();
        for base in &bases {
            let verdict = judge(&base.bytes, base, &images.path("undamaged.img"));
            undamaged.count(verdict, || base.name.to_owned());
        }
        let others = undamaged.others.join("\n");
        assert!(undamaged.others.is_empty(), "{others}");
        assert_eq!(undamaged.both_refuse, 0, "both refuse a valid image");
        (images, bases)
    })
}

/// Compares the answers for each image with a number in this range. `what` names the kind of image.
fn ask<'a>(what: &str, numbers: Range<u64>, made: impl Fn(u64) -> Mutated<'a> + Sync) -> Summary {
    let (images, _) = valid();
    let next = AtomicU64::new(numbers.start);
    let work = |worker: usize| {
        let path = images.path(format!("{what}-{worker}.img"));
        let mut summary = Summary::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if !numbers.contains(&number) {
                return summary;
            }
            let mutated = made(number);
            let verdict = judge(&mutated.bytes, mutated.base, &path);
            summary.count(verdict, || recipe(what, &mutated));
        }
    };
    let mut all = Summary::default();
    std::thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|worker| scope.spawn(move || work(worker)))
            .collect();
        for worker in workers {
            all.add(worker.join().expect("a worker ends"));
        }
    });
    all
}

/// Asserts that every difference has a known class, and that the document lists these counts.
fn assert_known(all: &Summary, whole: bool, counted: &str, column: Column) {
    for other in &all.others {
        println!("{other}");
    }
    println!("{counted}");
    all.print();
    let others = all.others.len();
    assert_eq!(others, 0, "differences without a known class, see above");
    if whole {
        document::assert_counts(counted, column, &all.classes);
    }
}

fn damaged_images_differ_only_for_known_reasons() {
    let seed = number_in("DIFFERENTIAL_SEED").unwrap_or(SEED);
    let count = number_in("DIFFERENTIAL_MUTATIONS").unwrap_or(MUTATIONS);
    let numbers = match number_in("DIFFERENTIAL_ONLY") {
        Some(only) => only..only + 1,
        None => 0..count,
    };
    let (_, bases) = valid();
    let all = ask("mutation", numbers.clone(), |number| {
        Mutated::new(bases, seed, number)
    });
    let whole = numbers == (0..count);
    let what = format!("seed {seed}, {count} mutations");
    let counted = document::counted(version(), &what);
    assert_known(&all, whole, &counted, Column::Mutations);
    if whole {
        let total = usize::try_from(count).expect("small");
        let same = all.same_facts;
        assert!(same > total / 4, "both must open more images");
        assert!(all.both_refuse > total / 8, "both must refuse more images");
    }
}

fn images_with_swept_fields_differ_only_for_known_reasons() {
    let (_, bases) = valid();
    let in_all = std::env::var_os("DIFFERENTIAL_SWEEP").is_some();
    let swept = sweep::images(bases, in_all);
    let image = |number: u64| swept[usize::try_from(number).expect("small")];
    let count = swept.len() as u64;
    let numbers = match number_in("DIFFERENTIAL_FIELD") {
        Some(only) => only..only + 1,
        None => 0..count,
    };
    let all = ask("field", numbers.clone(), |number| {
        let sweep::Swept { base, field, value } = image(number);
        Mutated::swept(number, base, field, value)
    });
    let what = format!("{count} values of fields");
    let counted = document::counted(version(), &what);
    assert_known(&all, numbers == (0..count), &counted, Column::Sweep);
}

fn version() -> &'static str {
    qemu_img::version_text().expect("qemu-img")
}
