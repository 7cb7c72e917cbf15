// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random chains, the same in every run.
//!
//! If qemu-img follows a chain, diskprobe must report the same facts, or refuse it by a rule of its
//! own. If qemu-img refuses a chain, diskprobe must refuse it too.

use super::{our_chain, qemu_chain, SAME};
use diskprobe_test_support::build::{Build, Qcow, Qcow2, Qed, SparseFile, Vdi, Vmdk, MIB};
use diskprobe_test_support::oracle::QEMU_IMG;
use diskprobe_test_support::random::Random;
use diskprobe_test_support::recipes::forget_format;
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::symlink;

pub(super) fn trials() -> Vec<Trial> {
    trials![[QEMU_IMG]; random_chains_match_qemu_img]
}

const CHAINS: u64 = 40;
const SEED: u64 = 4;
const DIRECTORIES: [&str; 3] = ["", "s/", "s/t/"];
const FORMATS: [&str; 10] = [
    "qcow2", "qcow2", "qcow2", "qcow2", "qcow2", "raw", "qcow", "qed", "vmdk", "vdi",
];

/// Returns one of the names by which the file `from` can name the file `to`.
fn named(images: &Images, random: &mut Random, from: &str, to: &str) -> String {
    let absolute = images.path(to).display().to_string();
    // From the file up to the directory of the images, then down to the other file.
    let up = "../".repeat(from.matches('/').count());
    let relative = format!("{up}{to}");
    match random.below(8) {
        0 => absolute,
        1 => format!("file:{absolute}"),
        2 => format!("file:{to}"),
        3 => format!(r#"json:{{"file":{{"driver":"file","filename":"{absolute}"}}}}"#),
        4 => {
            format!(r#"json:{{"driver":"raw","file":{{"driver":"file","filename":"{absolute}"}}}}"#)
        }
        5 => {
            let name = format!("link{}", random.below(1000));
            let directory = from.rsplit_once('/').map_or("", |(directory, _)| directory);
            // If the link exists, it may lead to another file.
            let link = images.path(directory).join(&name);
            match symlink(&relative, link) {
                Ok(()) => name,
                Err(_) => relative,
            }
        }
        6 => format!("./{relative}"),
        _ => relative,
    }
}

/// Makes two to six images, most of them an overlay of the next. Returns the name of the first.
fn make(images: &Images, random: &mut Random) -> String {
    std::fs::create_dir_all(images.path("s/t")).expect("directories");
    let number = 2 + random.below(5);
    let names: Vec<String> = (0..number)
        .map(|index| format!("{}f{index}", random.choose(&DIRECTORIES)))
        .collect();
    let mut formats: BTreeMap<&str, &str> = BTreeMap::new();
    for (index, name) in names.iter().enumerate().rev() {
        let format = if index == 0 {
            "qcow2"
        } else {
            *random.choose(&FORMATS)
        };
        formats.insert(name, format);
        let has_backing = ["qcow2", "qcow", "qed"].contains(&format);
        let backing = match random.below(20) {
            0..=16 => names.get(index + 1).map(String::as_str),
            17 | 18 => Some(random.choose(&names).as_str()),
            _ => Some("missing"),
        };
        let backing = backing.filter(|_| has_backing).map(|backing| {
            let recorded = named(images, random, name, backing);
            let right = formats.get(backing).copied().unwrap_or("qcow2");
            let said = if random.once_in(16) { "qcow" } else { right };
            (recorded, said)
        });
        images.write(name, image(format, &backing));
        if backing.is_some() && format == "qcow2" && random.once_in(4) {
            forget_format(&images.path(name));
        }
    }
    names.into_iter().next().expect("two at least")
}

/// Returns an image, which may have a backing file of the given name and format.
fn image(format: &str, backing: &Option<(String, &str)>) -> Vec<u8> {
    match (format, backing) {
        ("qcow2", Some((name, format))) => Qcow2::new(MIB).backing(name, format).bytes(),
        ("qcow2", None) => Qcow2::new(MIB).bytes(),
        ("qcow", Some((name, _))) => Qcow::new(MIB).backing(name).bytes(),
        ("qcow", None) => Qcow::new(MIB).bytes(),
        ("qed", Some((name, format))) => Qed::new(MIB).backing(name, format).bytes(),
        ("qed", None) => Qed::new(MIB).bytes(),
        ("vmdk", _) => Vmdk::new(MIB).bytes(),
        ("vdi", _) => Vdi::new(MIB).bytes(),
        _ => SparseFile::zeros(MIB).bytes(),
    }
}

/// Returns the facts of each image that the test compares.
fn facts(chain: &[Value]) -> Vec<Vec<Option<&Value>>> {
    chain
        .iter()
        .map(|image| SAME.iter().map(|key| image.get(key)).collect())
        .collect()
}

fn random_chains_match_qemu_img() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..CHAINS {
        let images = Images::new();
        let mut random = Random::of(SEED, number);
        let top = make(&images, &mut random);
        let run = our_chain(&images, &["--unrecorded-format=probe"], &top);
        let ours = run.json().as_array().expect("an array").clone();
        let error = ours.last().and_then(|last| last.get("error"));
        let error = error.map(|error| error["code"].as_str().expect("a code").to_owned());
        let what = match (qemu_chain(&images, &top), error) {
            (Some(theirs), None) => {
                assert_eq!(facts(&ours), facts(&theirs), "{number}: {SAME:?}");
                format!("{} images, agreed", ours.len())
            }
            (None, None) => panic!("{number}: only diskprobe follows it: {ours:?}"),
            (None, Some(code)) => format!("refused by both: {code}"),
            (Some(_), Some(code)) => {
                // qemu-img detects unrecorded formats, and detects loops by name only.
                let ours_alone = ["format-not-recorded", "loop"].contains(&&*code);
                assert!(ours_alone, "{number}: {}", run.err);
                format!("refused by us: {code}")
            }
        };
        *seen.entry(what).or_default() += 1;
    }
    for (what, times) in &seen {
        println!("{times}: {what}");
    }
    assert!(seen.len() >= 6, "{seen:?}");
}
