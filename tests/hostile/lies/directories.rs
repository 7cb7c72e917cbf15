// SPDX-License-Identifier: MIT OR Apache-2.0
//! Directories in scans.

use super::server::{File, Liar, Lie};
use super::{qcow2, scanned, trial, MOST_REQUESTS};
use diskprobe::scan::{ScanOptions, ScanTarget};
use fuser::FileType::{Directory, RegularFile};
use libtest_mimic::Trial;
use std::time::Duration;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("lies::directories_have_their_answers", files, answers),
        trial("lies::nested_directories_have_a_limit", nested, depth),
    ]
}

fn files() -> Vec<File> {
    let interrupted = |operation| Lie::Interrupted(operation, Duration::ZERO);
    vec![
        File::new("good", &qcow2(), Lie::Nothing),
        File::directory("lookup", interrupted("lookup")),
        File::directory("getattr", interrupted("getattr")),
        File::directory("opendir", interrupted("opendir")),
        File::directory("readdir", interrupted("readdir")),
        File::directory("thrice", Lie::InterruptedThrice),
        File::new("file-as-directory", &qcow2(), Lie::Nothing).of_kind(RegularFile, Directory),
    ]
}

fn answers(liar: Liar) {
    let error = |what: &str| format!("io: cannot {what}: Interrupted system call");
    let expected = [
        (
            "file-as-directory",
            "io: cannot open the directory: Not a directory".to_owned(),
        ),
        ("getattr", error("stat")),
        ("good", "qcow2".to_owned()),
        ("good", "qcow2".to_owned()),
        ("lookup", error("open the directory")),
        ("opendir", error("open the directory")),
        ("readdir", error("list the directory")),
    ];
    let expected = expected.map(|(name, text)| (name.as_bytes().to_vec(), text));
    for jobs in [1, 4] {
        let options = ScanOptions::new().jobs(jobs).expect("few");
        let options = options.recursive(true);
        let found = scanned(ScanTarget::Directory(liar.path(b"")), &options);
        assert_eq!(found, expected);
        assert!(liar.most_requests() <= MOST_REQUESTS);
    }
}

fn nested() -> Vec<File> {
    vec![File::directory("nested", Lie::Nested)]
}

fn depth(liar: Liar) {
    for jobs in [1, 4] {
        let options = ScanOptions::new().jobs(jobs).expect("few");
        let options = options.recursive(true);
        let found = scanned(ScanTarget::Directory(liar.path(b"nested")), &options);
        let error = "limit-exceeded: more than 64 directories deep";
        assert_eq!(found, [(b"nested".to_vec(), error.to_owned())]);
    }
}
