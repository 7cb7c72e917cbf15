// SPDX-License-Identifier: MIT OR Apache-2.0
//! Options of a scan.

use super::cancel::CancelToken;
use crate::base::error::Error;
use crate::base::limits::MAX_SCAN_JOBS;
use crate::base::options::check_argument;
use crate::base::options::Options;

/// How to scan. The default reads only the given directories, in the caller's thread, and follows
/// symbolic links to files on the same file system.
///
/// ```
/// use diskprobe::scan::ScanOptions;
/// let options = ScanOptions::new().recursive(true).jobs(4)?;
/// # let _ = options;
/// # Ok::<(), diskprobe::Error>(())
/// ```
#[doc(alias = "diskprobe_scan_options")]
#[derive(Clone, Debug)]
pub struct ScanOptions {
    pub(super) image: Options,
    pub(super) jobs: u32,
    pub(super) recursive: bool,
    pub(super) ordered: bool,
    pub(super) follow_links: bool,
    pub(super) cross_file_systems: bool,
    pub(super) special_files: bool,
    cancel: CancelToken,
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
            cancel: CancelToken::new(),
        }
    }
}

impl ScanOptions {
    /// The highest number of threads.
    pub const MAX_JOBS: u32 = MAX_SCAN_JOBS;

    /// Creates the default options.
    #[must_use]
    pub fn new() -> Self {
        ScanOptions::default()
    }

    /// Sets how to probe each image. The [name](Options::file_name) of each file is added.
    #[doc(alias = "diskprobe_scan_options_set_image_options")]
    #[must_use]
    pub fn image_options(mut self, options: Options) -> Self {
        self.image = options;
        self
    }

    /// Sets the number of threads, the caller's thread included. The default is 1, which starts
    /// none.
    ///
    /// Threads are started as work becomes available. Each has a stack of 1 MiB and the signal mask
    /// of the caller's thread. If the system cannot start that many, the scan uses fewer.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for 0 or more than
    /// [`MAX_JOBS`](ScanOptions::MAX_JOBS).
    #[doc(alias = "diskprobe_scan_options_set_jobs")]
    pub fn jobs(mut self, jobs: u32) -> Result<Self, Error> {
        check_argument("jobs", jobs, 1u32, MAX_SCAN_JOBS)?;
        self.jobs = jobs;
        Ok(self)
    }

    /// Sets whether to scan subdirectories, at most 64 levels deep. Symbolic links to directories
    /// are never followed.
    #[doc(alias = "diskprobe_scan_options_set_recursive")]
    #[must_use]
    pub fn recursive(mut self, recursive: bool) -> Self {
        self.recursive = recursive;
        self
    }

    /// Sets whether entries are delivered in the order of the targets and of the names that each
    /// directory lists. By default, they are delivered as they are found; with one thread, this is
    /// the same order.
    ///
    /// Directories are then read one after another. Entries that are found early wait: at most a
    /// few for each thread, whatever the number of files.
    #[doc(alias = "diskprobe_scan_options_set_ordered")]
    #[must_use]
    pub fn ordered(mut self, ordered: bool) -> Self {
        self.ordered = ordered;
        self
    }

    /// Sets whether symbolic links to files are followed, as libvirt's pools do. This is the
    /// default; otherwise links count as special files.
    #[doc(alias = "diskprobe_scan_options_set_follow_links")]
    #[must_use]
    pub fn follow_links(mut self, follow: bool) -> Self {
        self.follow_links = follow;
        self
    }

    /// Sets whether links and subdirectories may lead to a file system other than the target's. By
    /// default each is an entry with the error [`OutsideRoot`](crate::ErrorKind::OutsideRoot). A
    /// mount point is opened to determine its file system, but not read. A mount point of proc or
    /// sysfs is an error in both cases, because reading files there can have side effects.
    #[doc(alias = "diskprobe_scan_options_set_cross_file_systems")]
    #[must_use]
    pub fn cross_file_systems(mut self, cross: bool) -> Self {
        self.cross_file_systems = cross;
        self
    }

    /// Sets whether names that a directory lists as FIFOs, sockets or character devices are
    /// delivered as entries with the error [`UnsupportedFile`](crate::ErrorKind::UnsupportedFile).
    /// By default they are only counted. They are not opened in either case.
    #[doc(alias = "diskprobe_scan_options_set_special_files")]
    #[must_use]
    pub fn special_files(mut self, report: bool) -> Self {
        self.special_files = report;
        self
    }

    /// Sets the token that cancels the scan from any thread.
    #[must_use]
    pub fn cancel_by(mut self, token: CancelToken) -> Self {
        self.cancel = token;
        self
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    #[cfg(feature = "capi")]
    pub(crate) fn has_several_jobs(&self) -> bool {
        self.jobs > 1
    }

    /// Returns how many of the listed names a job takes at a time: a few, so that jobs rarely wait
    /// for each other, and fewer towards the end, so that all jobs end at the same time.
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

    /// Returns how many results may be stored until their turn. Each job can hold one more, so that
    /// at most eight per job wait.
    pub(super) fn window(&self) -> u64 {
        u64::from(self.jobs).saturating_mul(7)
    }
}
