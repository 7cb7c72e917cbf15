// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images made by other programs. They are not part of this repository.

use diskprobe::{Format, Options};
use diskprobe_test_support::oracle::{shared, Need, CORPUS, QEMU_IMG};
use diskprobe_test_support::probe::{detail, probe, probe_with};
use diskprobe_test_support::random::Random;
use diskprobe_test_support::splits::{assert_any_split, Object};
use diskprobe_test_support::{qemu_img, trials, Images};
use libtest_mimic::Trial;
use std::fs::File;
use std::process::Command;

const BZIP2: Need = Need::Program("bzip2", "bzip2");

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = trials![[CORPUS, BZIP2];
        images_of_other_programs_have_the_recorded_facts,
        any_split_of_an_image_gives_the_answer_of_the_file,
    ];
    trials.extend(trials![[CORPUS, BZIP2, QEMU_IMG];
        a_vhdx_with_a_log_to_replay_is_dirty,
    ]);
    trials
}

/// A line of `facts.tsv`.
struct Facts {
    file: String,
    format: Format,
    virtual_size: u64,
    physical_size: u64,
}

fn facts() -> Vec<Facts> {
    let table = std::fs::read_to_string(shared("corpus").join("facts.tsv")).expect("facts.tsv");
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

/// Returns the decompressed bytes of an image.
fn image(name: &str) -> Vec<u8> {
    let path = shared("corpus").join(format!("{name}.bz2"));
    let output = Command::new("bzip2")
        .args(["-dc", "--"])
        .arg(&path)
        .output();
    let output = output.expect("bzip2");
    assert!(output.status.success(), "{path:?}");
    output.stdout
}

fn images_of_other_programs_have_the_recorded_facts() {
    let all = facts();
    for facts in &all {
        let Facts { file, format, .. } = facts;
        let bytes = image(file);
        assert_eq!(bytes.len() as u64, facts.physical_size, "{file}");
        // One image is detected by its name only.
        let options = Options::new().file_name(file);
        let image = probe_with(&bytes, &options);
        let image = image.unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(image.format(), *format, "{file}");
        assert_eq!(image.virtual_size(), Some(facts.virtual_size), "{file}");
        assert_eq!(image.physical_size(), Some(facts.physical_size), "{file}");
    }
    println!("{} images of the collection", all.len());
    assert!(!all.is_empty());
}

fn any_split_of_an_image_gives_the_answer_of_the_file() {
    let images = Images::new();
    for (index, facts) in facts().iter().enumerate() {
        let path = images.write(&facts.file, image(&facts.file));
        let file = File::open(path).expect("an image");
        for number in 0..200 {
            let mut random = Random::of(index as u64, number);
            let name = format!("split {number} of {}", facts.file);
            let object = Object::file(&name, &file);
            let object = match random.once_in(2) {
                true => object,
                false => object.damaged(&mut random),
            };
            let asked = random.once_in(2).then_some(facts.format);
            assert_any_split(&object, asked, &mut random);
        }
    }
}

fn a_vhdx_with_a_log_to_replay_is_dirty() {
    let bytes = image("iotest-dirtylog-10G-4M.vhdx");
    let image = probe(&bytes).expect("a VHDX image");
    assert!(qemu_img::info_of(&Images::new(), &bytes).is_none());
    assert_eq!(image.format(), Format::Vhdx);
    assert_eq!(image.virtual_size(), Some(10_737_418_240));
    assert_eq!(image.is_dirty(), Some(true));
    assert_eq!(detail(&image, "creator").as_deref(), Some("QEMU v1.6.50"));
}
