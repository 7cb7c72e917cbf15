// SPDX-License-Identifier: MIT OR Apache-2.0
//! A directory of images, and its scan as text.

use diskprobe::scan::{scan, ScanEntry, ScanOptions, ScanSummary, ScanTarget};
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::Images;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex};

pub(crate) struct Pool(Images);

/// Returns options for one job, for a few jobs, and for more jobs than most tests have files.
pub(crate) fn all_jobs() -> [ScanOptions; 3] {
    [1, 4, 40].map(|jobs| ScanOptions::new().jobs(jobs).expect("few"))
}

impl Pool {
    pub(crate) fn new() -> Self {
        Pool(Images::new())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path(name)
    }

    pub(crate) fn target(&self) -> ScanTarget {
        ScanTarget::Directory(self.0.directory().to_owned())
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        self.0.write(name, bytes);
    }

    pub(crate) fn qcow2(&self, name: &str) {
        self.write(name, &Qcow2::new(64 * MIB).bytes());
    }

    pub(crate) fn raw(&self, name: &str) {
        self.write(name, &[0; 1024]);
    }

    /// Scans the pool. Returns a line for each result, sorted.
    pub(crate) fn scan(&self, options: &ScanOptions) -> (Vec<String>, ScanSummary) {
        let (mut found, summary) = self.scan_targets([self.target()], options);
        found.sort();
        (found, summary)
    }

    /// Scans the targets. Returns a line for each result, in order of arrival.
    pub(crate) fn scan_targets<T>(
        &self,
        targets: T,
        options: &ScanOptions,
    ) -> (Vec<String>, ScanSummary)
    where
        T: IntoIterator<Item = ScanTarget, IntoIter: Send>,
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
        let name = found
            .path()
            .strip_prefix(self.0.directory())
            .expect("in it");
        let name = name.display();
        match found.image() {
            Ok(image) => format!("{name}: {}", image.format()),
            Err(error) => format!("{name}: {error}"),
        }
    }
}

/// An endless sequence of names that counts the names taken.
pub(crate) struct Endless {
    path: PathBuf,
    taken: Mutex<u64>,
    changed: Condvar,
}

impl Endless {
    /// Makes names that all refer to one raw image in the pool.
    pub(crate) fn of(pool: &Pool) -> Self {
        pool.raw("0.raw");
        Endless {
            path: pool.path("0.raw"),
            taken: Mutex::new(0),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn targets(&self) -> impl Iterator<Item = ScanTarget> + Send + '_ {
        std::iter::repeat_with(|| {
            *self.taken.lock().expect("no panic") += 1;
            self.changed.notify_all();
            ScanTarget::File(self.path.clone())
        })
    }

    /// Returns the number of names taken so far.
    pub(crate) fn taken(&self) -> u64 {
        *self.taken.lock().expect("no panic")
    }

    /// Waits until `count` names were taken.
    pub(crate) fn wait_until_taken(&self, count: u64) {
        let taken = self.taken.lock().expect("no panic");
        let taken = self.changed.wait_while(taken, |taken| *taken < count);
        drop(taken.expect("no panic"));
    }
}
