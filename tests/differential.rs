// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images of every format, damaged in thousands of ways that a seed repeats, and what we and the
//! real qemu-img make of them. Where the two differ, it must be for one of the reasons that
//! `docs/differences/qemu.md` lists, and for none that it does not.
//!
//! `DIFFERENTIAL_SEED` and `DIFFERENTIAL_MUTATIONS` make another or a longer run of it, and
//! `DIFFERENTIAL_SWEEP` sweeps each field in every image that has it, not only in the first;
//! `DIFFERENTIAL_ONLY` and `DIFFERENTIAL_FIELD` are the number of the one image to look at.

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
#[path = "differential/judged_values.rs"]
mod judged_values;
#[path = "differential/mutation.rs"]
mod mutation;
#[path = "differential/qemu.rs"]
mod qemu;
#[path = "differential/random.rs"]
mod random;
#[path = "differential/sweep.rs"]
mod sweep;
#[path = "differential/text.rs"]
mod text;

use bases::Base;
use common::Images;
use document::{Column, Counts};
use judged::{judge, Verdict};
use mutation::Mutated;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::OnceLock;

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

    fn print(&self) {
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
fn keep(mutated: &Mutated<'_>, what: &str) -> String {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = directory.join(format!("differential-{what}-{}.img", mutated.number));
    std::fs::write(&path, &mutated.bytes).expect("room for the image");
    path.display().to_string()
}

fn recipe(what: &str, mutated: &Mutated<'_>) -> String {
    let (number, base) = (mutated.number, mutated.base.name);
    let steps = mutated.steps.join(", then ");
    let kept = keep(mutated, what);
    format!("{what} {number} of {base}: {steps}\n    kept as {kept}")
}

/// The valid images, made once for both tests. Each is something that both sides know.
fn valid() -> &'static (Images, Vec<Base>) {
    static MADE: OnceLock<(Images, Vec<Base>)> = OnceLock::new();
    MADE.get_or_init(|| {
        document::assert_complete();
        let images = Images::new();
        let bases = bases::all(&images);
        let mut undamaged = Summary::default();
        for base in &bases {
            let verdict = judge(&base.bytes, base, &images.path("undamaged.img"));
            undamaged.count(verdict, || base.name.to_owned());
        }
        let others = undamaged.others.join("\n");
        assert!(undamaged.others.is_empty(), "{others}");
        assert_eq!(undamaged.both_refuse, 0, "images that nobody opens");
        (images, bases)
    })
}

/// Asks both sides about each of the images that have these numbers. `what` they are is a word.
fn ask<'a>(what: &str, numbers: Range<u64>, made: impl Fn(u64) -> Mutated<'a> + Sync) -> Summary {
    let (images, _) = valid();
    let next = AtomicU64::new(numbers.start);
    let work = |worker: usize| {
        let path = images.path(&format!("{what}-{worker}.img"));
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

/// Fails unless every difference is of a known class, and unless the document has these counts.
fn assert_known(all: &Summary, whole: bool, counted: &str, column: Column) {
    for other in &all.others {
        println!("{other}");
    }
    println!("{counted}");
    all.print();
    let others = all.others.len();
    assert_eq!(others, 0, "differences of no known class, see above");
    if whole {
        document::assert_counts(counted, column, &all.classes);
    }
}

#[test]
fn damaged_images() {
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
    let counted = document::counted(&qemu::version(), &what);
    assert_known(&all, whole, &counted, Column::Mutations);
    if whole {
        let total = usize::try_from(count).expect("small");
        let same = all.same_facts;
        assert!(same > total / 4, "most must leave something to compare");
        assert!(all.both_refuse > total / 8, "some must be beyond opening");
    }
}

#[test]
fn swept_fields() {
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
    let counted = document::counted(&qemu::version(), &what);
    assert_known(&all, numbers == (0..count), &counted, Column::Sweep);
}
