// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images that other programs made. They are not part of this repository: where `../shared/corpus`
//! is not there, this says so and passes.

mod common;

use common::{corpus, corpus_image, probe_with};
use diskprobe::{Format, Options};
use std::path::Path;

/// A line of `facts.tsv`.
struct Facts {
    file: String,
    format: Format,
    virtual_size: u64,
    physical_size: u64,
}

fn facts(corpus: &Path) -> Vec<Facts> {
    let table = std::fs::read_to_string(corpus.join("facts.tsv")).expect("facts.tsv");
    let fact = |line: &str| {
        let columns: Vec<_> = line.split('\t').collect();
        let number = |index: usize| columns[index].parse().expect("a number");
        Facts {
            file: columns[0].to_owned(),
            format: columns[1].parse::<Format>().expect("a format"),
            virtual_size: number(2),
            physical_size: number(3),
        }
    };
    table.lines().skip(1).map(fact).collect()
}

#[test]
fn images_of_other_programs() {
    let Some(corpus) = corpus() else {
        return;
    };
    let all = facts(&corpus);
    for facts in &all {
        let Facts { file, format, .. } = facts;
        let bytes = corpus_image(&corpus, file);
        assert_eq!(bytes.len() as u64, facts.physical_size, "{file}");
        // As QEMU has it: the name of one says its format.
        let options = Options::new().file_name(file.as_bytes());
        let image = probe_with(&bytes, &options);
        let image = image.unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(image.format(), *format, "{file}");
        assert_eq!(image.virtual_size(), Some(facts.virtual_size), "{file}");
        assert_eq!(image.physical_size(), Some(facts.physical_size), "{file}");
    }
    println!("{} images of the collection read", all.len());
    assert!(!all.is_empty());
}
