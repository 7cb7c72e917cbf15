// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every difference from libvirt's answers, by line and class.

use std::collections::BTreeMap;

const DOCUMENT: &str = include_str!("../../../docs/chain.md");

/// A class and its lines. Each line has the difference: our answer first, then libvirt's.
type Class = (&'static str, &'static [(&'static str, &'static str)]);

/// docs/chain.md has a row with the reason for each class.
const CLASSES: [Class; 12] = [
    (
        "unrecorded backing format",
        &[
            ("chain-run-008", "refused: format-not-recorded"),
            ("chain-run-098", "0.backing_raw_format auto for auto_safe"),
            ("probe-03", "backing_raw_format auto for auto_safe"),
        ],
    ),
    (
        "unknown backing format",
        &[
            ("chain-run-034", "refused: unsupported-format"),
            ("chain-run-036", "refused: unsupported-format"),
            ("chain-run-038", "refused: unsupported-format"),
            ("chain-run-040", "refused: unsupported-format"),
            (
                "chain-virstoragetest-qcow2-protocol-backing-nbd",
                "0.backing_raw_format nbd for raw",
            ),
        ],
    ),
    (
        "bytes of another format",
        &[
            ("chain-run-032", "refused: wrong-format"),
            ("chain-run-059", "refused: wrong-format"),
            ("chain-run-089", "refused: wrong-format"),
            ("chain-run-091", "refused: wrong-format"),
            ("chain-run-093", "refused: wrong-format"),
            ("chain-run-097", "refused: wrong-format"),
        ],
    ),
    (
        "truncated header",
        &[
            ("chain-run-057", "refused: truncated"),
            ("probe-16", "refused: truncated"),
        ],
    ),
    (
        "a directory",
        &[
            ("chain-run-017", "unsupported-file for OPERATION_INVALID"),
            ("chain-run-018", "refused: unsupported-file"),
            ("chain-run-087", "refused: unsupported-file"),
            ("chain-run-106", "refused: unsupported-file"),
            ("chain-run-108", "refused: unsupported-file"),
            (
                "chain-virstoragetest-directory-dir",
                "0.type file for dir; the end",
            ),
            (
                "chain-virstoragetest-directory-raw",
                "refused: unsupported-file",
            ),
            ("probe-23", "refused: unsupported-file"),
        ],
    ),
    (
        "a character device",
        &[("probe-21", "refused: unsupported-file")],
    ),
    (
        "LUKS",
        &[
            ("chain-run-046", "1.encryption - for luks 2068480"),
            ("chain-run-095", "0.encryption - for luks 2068480"),
            ("probe-05", "capacity 1048576 for -; format luks for raw"),
        ],
    ),
    (
        "backing file name at a high offset",
        &[
            ("chain-run-055", "2 images for 1"),
            (
                "probe-19",
                "backing_raw base.qcow2 for -; backing_raw_format qcow2 for auto",
            ),
        ],
    ),
    ("a loop", &[("chain-run-068", "1 images for 20")]),
    (
        "size of a fixed VHD",
        &[("chain-run-113", "0.capacity 4212736 for -")],
    ),
    (
        "format that only QEMU detects, or that QEMU and libvirt name differently",
        &[
            ("probe-11", "capacity 4194304 for -; format vhdx for raw"),
            ("probe-13", "format parallels for ploop"),
            ("probe-30", "format vhdx for raw"),
        ],
    ),
    (
        "backing format of a vmdk image",
        &[("probe-07", "backing_raw_format vmdk for auto")],
    ),
];

/// The differences of one file of the collection.
pub(crate) struct Differences {
    file: &'static str,
    /// The prefix of the name of each line.
    prefix: &'static str,
    lines: usize,
    found: BTreeMap<String, String>,
}

impl Differences {
    pub(crate) fn new(file: &'static str, prefix: &'static str) -> Self {
        Differences {
            file,
            prefix,
            lines: 0,
            found: BTreeMap::new(),
        }
    }

    /// Adds a line and its difference, which is empty if the answers agree.
    pub(crate) fn add(&mut self, line: &str, found: &str) {
        self.lines += 1;
        assert!(line.starts_with(self.prefix), "{line}");
        if !found.is_empty() {
            self.found.insert(line.to_owned(), found.to_owned());
        }
    }

    /// Prints the differences. Fails if they are not exactly the listed ones.
    pub(crate) fn check(&self) {
        let (lines, differing) = (self.lines, self.found.len());
        let same = lines.saturating_sub(differing);
        println!(
            "{}: {lines} lines: {same} the same, {differing} differ:",
            self.file
        );
        let mut listed = BTreeMap::new();
        for (class, all) in CLASSES {
            let of_file = all.iter().filter(|(line, _)| line.starts_with(self.prefix));
            for (line, found) in of_file {
                println!("  {class}: {line}: {found}");
                listed.insert((*line).to_owned(), (*found).to_owned());
            }
        }
        assert_eq!(self.found, listed, "{}: found, and listed", self.file);
        assert!(same > 0);
    }
}

/// Asserts that docs/chain.md has a row for each class.
pub(crate) fn assert_explained() {
    let (_, table) = DOCUMENT
        .split_once("\n| difference |")
        .expect("a table of differences");
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with("| "));
    let explained: Vec<_> = rows.filter_map(|row| row.split(" | ").next()).collect();
    let classes = CLASSES.map(|(name, _)| format!("| {name}"));
    assert_eq!(explained, classes);
}
