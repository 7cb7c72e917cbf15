// SPDX-License-Identifier: MIT OR Apache-2.0
//! Counts agreements and differences by class. Compares the counts with the document.

use super::classes::CLASSES;
use super::pair::{Difference, Pair};
use std::collections::{BTreeMap, BTreeSet};

const DOCUMENT: &str = include_str!("../../../docs/differences/libvirt.md");

#[derive(Default)]
pub(crate) struct Tally {
    images: usize,
    /// Images without a difference.
    equal_images: usize,
    /// Images for which neither program gives an answer.
    unanswered: usize,
    equal_facts: usize,
    /// The number of images and of facts per class.
    classes: BTreeMap<&'static str, (usize, usize)>,
    /// Images whose libvirt format was predicted correctly.
    predicted: usize,
    /// Invented differences. No class may match them.
    invented: usize,
    /// Differences with no class or with several.
    others: Vec<String>,
}

fn classes_of(difference: &Difference<'_>) -> Vec<&'static str> {
    let fitting = CLASSES.iter().filter(|(_, fits)| fits(difference));
    fitting.map(|(name, _)| *name).collect()
}

impl Tally {
    pub(crate) fn add(&mut self, pair: &Pair) {
        let (equal, differing) = pair.compared();
        self.images += 1;
        self.equal_facts += equal;
        let unanswered = pair.ours.is_none() && pair.theirs.is_none();
        self.unanswered += usize::from(unanswered);
        self.equal_images += usize::from(differing.is_empty() && !unanswered);
        if let (Some(predicted), Some(theirs)) = (pair.predicted(), pair.theirs("format")) {
            assert_eq!(predicted, theirs, "{}", pair.path.display());
            self.predicted += 1;
        }
        let mut here = BTreeSet::new();
        for difference in differing {
            let names = classes_of(&difference);
            match names[..] {
                [name] => {
                    here.insert(name);
                    self.classes.entry(name).or_default().1 += 1;
                }
                _ => self.others.push(format!(
                    "{}: {}: ours {:?}, libvirt's {:?}, classes {names:?}",
                    pair.path.display(),
                    difference.fact,
                    difference.ours.unwrap_or_default(),
                    difference.theirs.unwrap_or_default()
                )),
            }
        }
        for name in here {
            self.classes.entry(name).or_default().0 += 1;
        }
    }

    /// Asserts that no class would match another answer of libvirt for an image without
    /// differences.
    pub(crate) fn invent(&mut self, pair: &Pair) {
        let agreed = pair.compared().1.is_empty();
        let facts = pair.ours.iter().filter(|_| agreed).flatten();
        for (fact, ours) in facts {
            for theirs in [None, Some("1")] {
                let difference = Difference {
                    pair,
                    fact,
                    ours: Some(ours),
                    theirs,
                };
                let names = classes_of(&difference);
                let path = pair.path.display();
                assert!(
                    names.is_empty(),
                    "{path}: {fact} {ours}, {theirs:?}: {names:?}"
                );
                self.invented += 1;
            }
        }
    }

    /// Prints the counts. Fails if a difference does not have exactly one class.
    pub(crate) fn check_classes(&self, versions: &str) {
        println!("{}", self.summary(versions));
        for (name, (images, facts)) in &self.classes {
            println!("{name}: {images} images, {facts} facts");
        }
        println!("{} formats of libvirt predicted", self.predicted);
        println!("{} invented differences are of no class", self.invented);
        println!("{} others", self.others.len());
        assert!(
            self.others.is_empty(),
            "others:\n{}",
            self.others.join("\n")
        );
    }

    /// Like `check_classes`, but also fails if the document has other counts.
    pub(crate) fn check(&self, versions: &str) {
        self.check_classes(versions);
        self.check_document(versions);
    }

    fn summary(&self, versions: &str) -> String {
        format!(
            "{versions}: {} images. {} agree in every fact, and {} have no answer on either side. \
             {} facts agree.",
            self.images, self.equal_images, self.unanswered, self.equal_facts
        )
    }

    fn check_document(&self, versions: &str) {
        let summary = self.summary(versions);
        let mut missing = Vec::new();
        // Other versions of the programs have other counts, but the same classes.
        let same_versions = DOCUMENT.lines().any(|line| line.starts_with(versions));
        if !same_versions {
            println!("docs/differences/libvirt.md has the counts of other versions");
        } else if !DOCUMENT.lines().any(|line| line == summary) {
            missing.push(summary);
        }
        for (name, _) in CLASSES {
            let (images, facts) = self.classes.get(name).copied().unwrap_or_default();
            let row = match same_versions {
                true => format!("| {name} | {images} | {facts} | "),
                false => format!("| {name} | "),
            };
            if !DOCUMENT.lines().any(|line| line.starts_with(&row)) {
                missing.push(row);
            }
        }
        let rows = DOCUMENT.lines().filter(|line| line.starts_with("| "));
        // The first two rows are the head of the table.
        assert_eq!(
            rows.count() - 2,
            CLASSES.len(),
            "rows of docs/differences/libvirt.md"
        );
        assert!(
            missing.is_empty(),
            "docs/differences/libvirt.md lacks:\n{}",
            missing.join("\n")
        );
    }
}
