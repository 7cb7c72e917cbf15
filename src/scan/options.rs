// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the caller may say of a scan.

use crate::base::limits::MAX_SCAN_JOBS;
use crate::base::options::Options;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// How to scan. The default looks into the given directories alone, in the caller's thread, and
/// follows symbolic links to files of the same file system.
#[derive(Clone, Debug)]
pub struct ScanOptions {
    pub(super) image: Options,
    pub(super) jobs: u32,
    pub(super) recursive: bool,
    pub(super) ordered: bool,
    pub(super) follow_links: bool,
    pub(super) cross_file_systems: bool,
    pub(super) special_files: bool,
    pub(super) cancel: Option<Arc<AtomicBool>>,
}

impl Default for ScanOptions {
    fn default() -> Self {
        ScanOptions {
            image: Options::new(),
            jobs: 1,
            recursive: false,
            ordered: false,
            follow_links: true,
            cross_file_systems: false,
            special_files: false,
            cancel: None,
        }
    }
}

impl ScanOptions {
    /// The default options.
    #[must_use]
    pub fn new() -> Self {
        ScanOptions::default()
    }

    /// How to probe each image. Its file's name is added for each, as by [`Options::file_name`].
    #[must_use]
    pub fn image(mut self, options: &Options) -> Self {
        self.image = *options;
        self
    }

    /// How many threads work, the caller's among them: so for 1, which is the default, none is
    /// started. `None` where that is 0 or more than [`MAX_SCAN_JOBS`].
    ///
    /// Where the system has no more threads to give, there are fewer. They have the signal mask of
    /// the caller's thread.
    #[must_use]
    pub fn jobs(mut self, jobs: u32) -> Option<Self> {
        self.jobs = jobs;
        (1..=MAX_SCAN_JOBS).contains(&jobs).then_some(self)
    }

    /// Whether to go into the directories of a directory too, down to
    /// [`MAX_SCAN_DEPTH`](crate::base::limits::MAX_SCAN_DEPTH). Never by a symbolic link.
    #[must_use]
    pub fn recursive(mut self, recursive: bool) -> Self {
        self.recursive = recursive;
        self
    }

    /// Whether results come in the order in which the targets are given and the directories list
    /// their names, each directory at its place. By default they come as they are found, which
    /// with one job is the same.
    ///
    /// Directories are then read one after another. What is found before its turn waits: at most a
    /// few results for each job, whatever the number of files.
    #[must_use]
    pub fn ordered(mut self, ordered: bool) -> Self {
        self.ordered = ordered;
        self
    }

    /// Whether symbolic links to files are followed, as libvirt's pools do; the default. Otherwise
    /// they count as special files. Links to directories are never followed.
    #[must_use]
    pub fn follow_links(mut self, follow: bool) -> Self {
        self.follow_links = follow;
        self
    }

    /// Whether to follow links, and go into directories, on other file systems than that of the
    /// directory that was given. By default each of those is a result with the error
    /// [`OutsideRoot`](crate::ErrorKind::OutsideRoot). A mounted directory is opened to see that it
    /// is one, and not read.
    #[must_use]
    pub fn cross_file_systems(mut self, cross: bool) -> Self {
        self.cross_file_systems = cross;
        self
    }

    /// Whether special files (FIFOs, sockets, character devices) are results too, with the error
    /// [`UnsupportedFile`](crate::ErrorKind::UnsupportedFile); by default they are counted only.
    /// They are never opened.
    #[must_use]
    pub fn special_files(mut self, report: bool) -> Self {
        self.special_files = report;
        self
    }

    /// A flag that ends the scan when it is set, from any thread. No result comes after those that
    /// are being handed over; a call of the system that hangs is waited for.
    #[must_use]
    pub fn cancel_by(mut self, flag: Arc<AtomicBool>) -> Self {
        self.cancel = Some(flag);
        self
    }

    pub(super) fn is_cancelled(&self) -> bool {
        let flag = self.cancel.as_ref();
        flag.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// How many of the listed names a job takes at a time: a few, so that jobs rarely wait for each
    /// other, and fewer towards the end, so that all jobs end at the same time.
    pub(super) fn names_at_once(&self, listed: usize) -> usize {
        const MOST: usize = 16;
        if self.ordered {
            // Each result has a ticket of its own.
            return 1;
        }
        let jobs = usize::try_from(self.jobs).unwrap_or(usize::MAX);
        let share = listed.checked_div(jobs.saturating_mul(2));
        share.unwrap_or(0).clamp(1, MOST)
    }

    /// How many results may be stored until their turn. Each job can hold one more, so that at most
    /// eight per job wait.
    pub(super) fn window(&self) -> u64 {
        u64::from(self.jobs).saturating_mul(7)
    }
}
