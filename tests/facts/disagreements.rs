// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes that programs are known to interpret differently, and our answers.

use crate::cow::base;
use diskprobe::Format;
use diskprobe_test_support::build::{Build, Vdi, MIB};
use diskprobe_test_support::case::line;
use diskprobe_test_support::cases::disagreements::rows;
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{probe, probe_as};

#[test]
fn each_row_gives_the_listed_answer() {
    for row in rows() {
        println!("{}: {}", row.name, row.why);
        assert!(!row.cases.is_empty(), "{}", row.name);
        row.cases.iter().for_each(|case| drop(case.assert_ours()));
    }
}

#[test]
fn every_row_is_in_the_list() {
    let numbers = rows().into_iter().map(|row| row.name[4..6].parse());
    let numbers: Vec<usize> = numbers.map(|number| number.expect("row_NN")).collect();
    assert_eq!(numbers, (1..=57).collect::<Vec<_>>());
}

/// Row 27 with the format given. QEMU has no COW driver to compare with.
#[test]
fn cow_is_read_if_it_is_given() {
    let image = probe_as(Format::Cow, &base()).expect("a cow image");
    assert_eq!(line(&image), "cow 1048576 backing base.img");
}

/// Rows 25 and 26: a second signature is a finding, whichever format is detected.
#[test]
fn a_second_signature_is_reported() {
    let bytes = patched(&Vdi::new(64 * MIB).bytes(), &[(0, b"QFI\xfb\0\0\0\x03")]);
    let image = probe(&bytes).expect("a vdi image");
    assert!(image.also_matches().eq([Format::Qcow2]));
}
