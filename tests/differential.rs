// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images of every format, damaged in thousands of ways that a seed repeats, and what we and the
//! real qemu-img make of them. Where the two differ, it must be for one of the reasons that
//! `docs/differences/qemu.md` lists, and for none that it does not.
//!
//! `DIFFERENTIAL_SEED` and `DIFFERENTIAL_MUTATIONS` make another or a longer run of it;
//! `DIFFERENTIAL_ONLY` is the number of the one mutation to look at.

mod common;
#[path = "common/crafted.rs"]
mod crafted;
#[allow(dead_code)] // Another test program uses the rest.
#[path = "format_vhdx/craft.rs"]
mod vhdx;

#[path = "differential/bases.rs"]
mod bases;
#[path = "differential/classes.rs"]
mod classes;
#[path = "differential/compared.rs"]
mod compared;
#[path = "differential/document.rs"]
mod document;
#[path = "differential/extensions.rs"]
mod extensions;
#[path = "differential/fields.rs"]
mod fields;
#[path = "differential/judged.rs"]
mod judged;
#[path = "differential/mutation.rs"]
mod mutation;
#[path = "differential/qemu.rs"]
mod qemu;
#[path = "differential/random.rs"]
mod random;
#[path = "differential/text.rs"]
mod text;

use common::Images;
use document::Counts;
use judged::{judge, Verdict};
use mutation::Mutated;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

const SEED: u64 = 2026;
const MUTATIONS: u64 = 5600;
/// Images that are asked about at the same time.
const AT_ONCE: usize = 2;

/// What came of all images.
#[derive(Default)]
struct Summary {
    same_facts: usize,
    both_refuse: usize,
    classes: Counts,
    /// Images that differ for none of the known reasons, and how to make them again.
    others: Vec<String>,
}

impl Summary {
    fn count(&mut self, verdict: Verdict, recipe: impl FnOnce() -> String) {
        match verdict {
            Verdict::SameFacts => self.same_facts += 1,
            Verdict::BothRefuse => self.both_refuse += 1,
            Verdict::Class(name) => *self.classes.entry(name).or_default() += 1,
            Verdict::Other(reason) => self.others.push(format!("{reason}\n    {}", recipe())),
        }
    }

    fn add(&mut self, other: Summary) {
        self.same_facts += other.same_facts;
        self.both_refuse += other.both_refuse;
        for (name, count) in other.classes {
            *self.classes.entry(name).or_default() += count;
        }
        self.others.extend(other.others);
    }

    fn print(&self, version: &str, seed: u64, bases: usize, mutations: usize) {
        println!("qemu-img {version}, seed {seed}");
        println!("{bases} images, {mutations} mutations");
        let agreed = self.same_facts + self.both_refuse;
        let (same, refused) = (self.same_facts, self.both_refuse);
        println!("{agreed} agreements: {same} with the same facts, {refused} refused by both");
        for (name, _) in classes::CLASSES {
            println!("{} {name}", self.classes.get(name).unwrap_or(&0));
        }
        println!("{} others", self.others.len());
    }
}

fn number_in(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

/// Where the image of a recipe is kept, for a closer look.
fn keep(mutated: &Mutated<'_>) -> String {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = directory.join(format!("differential-{}.img", mutated.number));
    std::fs::write(&path, &mutated.bytes).expect("room for the image");
    path.display().to_string()
}

fn recipe(seed: u64, mutated: &Mutated<'_>) -> String {
    let (number, base) = (mutated.number, mutated.base.name);
    let steps = mutated.steps.join(", then ");
    let kept = keep(mutated);
    format!("seed {seed}, mutation {number} of {base}: {steps}\n    kept as {kept}")
}

#[test]
fn damaged_images() {
    document::assert_complete();
    let version = qemu::version();
    let seed = number_in("DIFFERENTIAL_SEED").unwrap_or(SEED);
    let count = number_in("DIFFERENTIAL_MUTATIONS").unwrap_or(MUTATIONS);
    let numbers = match number_in("DIFFERENTIAL_ONLY") {
        Some(only) => only..only + 1,
        None => 0..count,
    };
    let images = Images::new();
    let bases = bases::all(&images);

    // Undamaged, each is something that both sides know.
    let mut undamaged = Summary::default();
    for base in &bases {
        let verdict = judge(&base.bytes, base, &images.path("undamaged.img"));
        undamaged.count(verdict, || base.name.to_owned());
    }
    assert!(
        undamaged.others.is_empty(),
        "{}",
        undamaged.others.join("\n")
    );
    assert_eq!(undamaged.both_refuse, 0, "images that nobody opens");

    let next = AtomicU64::new(numbers.start);
    let work = |worker: usize| {
        let path = images.path(&format!("damaged-{worker}.img"));
        let mut summary = Summary::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if !numbers.contains(&number) {
                return summary;
            }
            let mutated = Mutated::new(&bases, seed, number);
            let verdict = judge(&mutated.bytes, mutated.base, &path);
            summary.count(verdict, || recipe(seed, &mutated));
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

    for other in &all.others {
        println!("{other}");
    }
    let mutations = numbers.end - numbers.start;
    all.print(
        &version,
        seed,
        bases.len(),
        usize::try_from(mutations).expect("small"),
    );
    assert!(
        all.others.is_empty(),
        "differences of no known class, see above"
    );
    if numbers == (0..count) {
        document::assert_counts(&document::counted(&version, seed, count), &all.classes);
        let total = usize::try_from(count).expect("small");
        assert!(
            all.same_facts > total / 4,
            "most must leave something to compare"
        );
        assert!(all.both_refuse > total / 8, "some must be beyond opening");
    }
}
