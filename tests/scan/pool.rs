// SPDX-License-Identifier: MIT OR Apache-2.0
//! A directory of images, and a scan of it as text.

use crate::common::Images;
use diskprobe::scan::{scan, ScanEntry, ScanOptions, Summary, Target};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::LazyLock;
use tempfile::TempDir;

pub(crate) struct Pool(TempDir);

static QCOW2: LazyLock<Vec<u8>> =
    LazyLock::new(|| Images::new().create(&["-f", "qcow2", "NAME", "64M"]));

/// One thread, a few, and more than most tests have files.
pub(crate) fn all_jobs() -> [ScanOptions; 3] {
    [1, 4, 40].map(|jobs| ScanOptions::new().jobs(jobs).expect("few"))
}

impl Pool {
    pub(crate) fn new() -> Self {
        Pool(tempfile::tempdir().expect("a temporary directory"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn target(&self) -> Target {
        Target::Directory(self.0.path().to_owned())
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        std::fs::write(path, bytes).expect("a file");
    }

    pub(crate) fn qcow2(&self, name: &str) {
        self.write(name, &QCOW2);
    }

    pub(crate) fn raw(&self, name: &str) {
        self.write(name, &[0; 1024]);
    }

    /// What a scan of the pool finds, sorted: a line for each result.
    pub(crate) fn scan(&self, options: &ScanOptions) -> (Vec<String>, Summary) {
        let (mut found, summary) = self.scan_targets([self.target()], options);
        found.sort();
        (found, summary)
    }

    /// The same of certain targets, as it comes.
    pub(crate) fn scan_targets<T>(
        &self,
        targets: T,
        options: &ScanOptions,
    ) -> (Vec<String>, Summary)
    where
        T: IntoIterator<Item = Target, IntoIter: Send>,
    {
        let mut lines = Vec::new();
        let summary = scan(targets, options, |found| {
            lines.push(self.line(&found));
            ControlFlow::Continue(())
        });
        let results = summary.images + summary.failures;
        assert_eq!(results, lines.len() as u64);
        (lines, summary)
    }

    pub(crate) fn line(&self, found: &ScanEntry) -> String {
        let name = found.path().strip_prefix(self.0.path()).expect("in it");
        let name = name.display();
        match found.image() {
            Ok(image) => format!("{name}: {}", image.format()),
            Err(error) => format!("{name}: {error}"),
        }
    }
}
