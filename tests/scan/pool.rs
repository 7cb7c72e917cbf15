// SPDX-License-Identifier: MIT OR Apache-2.0
//! A directory of images, and a scan of it as text.

use diskprobe::scan::{scan, ScanEntry, ScanOptions, Summary, Target};
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::Images;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex};

pub(crate) struct Pool(Images);

/// Options for one job, for a few, and for more than most tests have files.
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

    pub(crate) fn target(&self) -> Target {
        Target::Directory(self.0.directory().to_owned())
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

    /// Scans the pool; returns a line for each result, sorted.
    pub(crate) fn scan(&self, options: &ScanOptions) -> (Vec<String>, Summary) {
        let (mut found, summary) = self.scan_targets([self.target()], options);
        found.sort();
        (found, summary)
    }

    /// Scans the targets; returns a line for each result, in the order in which it comes.
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

/// Names without an end, which are counted as they are taken.
pub(crate) struct Endless {
    path: PathBuf,
    taken: Mutex<u64>,
    changed: Condvar,
}

impl Endless {
    /// Makes names of one raw image in the pool.
    pub(crate) fn of(pool: &Pool) -> Self {
        pool.raw("0.raw");
        Endless {
            path: pool.path("0.raw"),
            taken: Mutex::new(0),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn targets(&self) -> impl Iterator<Item = Target> + Send + '_ {
        std::iter::repeat_with(|| {
            *self.taken.lock().expect("no panic") += 1;
            self.changed.notify_all();
            Target::File(self.path.clone())
        })
    }

    /// Returns how many names were taken so far.
    pub(crate) fn taken(&self) -> u64 {
        *self.taken.lock().expect("no panic")
    }

    /// Waits until that many names were taken.
    pub(crate) fn wait_until_taken(&self, count: u64) {
        let taken = self.taken.lock().expect("no panic");
        let taken = self.changed.wait_while(taken, |taken| *taken < count);
        drop(taken.expect("no panic"));
    }
}
