// SPDX-License-Identifier: MIT OR Apache-2.0
//! Scans of storage pools: all images of directories.
//!
//! ```
//! # let pool = std::env::temp_dir().join(format!("diskprobe-scan-{}", std::process::id()));
//! # std::fs::create_dir_all(&pool).unwrap();
//! # std::fs::write(pool.join("disk.raw"), [0; 1024]).unwrap();
//! use diskprobe::scan::{scan, ScanOptions, ScanTarget};
//! use std::ops::ControlFlow;
//!
//! let summary = scan([ScanTarget::Directory(pool.clone())], &ScanOptions::new(), |entry| {
//!     match entry.image() {
//!         Ok(image) => println!("{}: {}", entry.path().display(), image.format()),
//!         Err(error) => println!("{}: {error}", entry.path().display()),
//!     }
//!     ControlFlow::Continue(())
//! });
//! # assert_eq!((summary.images, summary.failures), (1, 0));
//! # std::fs::remove_dir_all(&pool).unwrap();
//! ```

mod cancel;
mod entry;
pub mod graph;
mod jobs;
mod look;
mod options;
mod order;
mod sink;
mod stop;
mod walk;

pub use crate::io::Attributes;
pub use cancel::CancelToken;
pub use entry::{ScanEntry, ScanSummary};
pub use options::ScanOptions;

use std::ops::ControlFlow;
use std::path::PathBuf;

/// A directory or file to scan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ScanTarget {
    /// The files in a directory. A symbolic link to a directory is followed here.
    Directory(PathBuf),
    /// One file or block device, as for [`probe_path`](crate::probe_path), on any file system.
    File(PathBuf),
}

/// Probes all images of the targets and calls `sink` with each result, whether an image or an
/// error. See the [module](self) for an example with results.
///
/// `sink` is called for one result at a time, in any thread of the scan; other threads wait while
/// it runs. `sink` must not wait for a lock that the caller of this function holds. If it returns
/// `Break`, the scan ends early. All threads have ended when this function returns.
///
/// Memory grows with the number of threads and the depth of the directories, not with the number of
/// files. Targets are taken from the iterator as they are needed, in any thread.
///
/// ```
/// use diskprobe::scan::{scan, ScanOptions, ScanTarget};
/// let target = ScanTarget::File("/nonexistent".into());
/// let summary = scan([target], &ScanOptions::new(), |_| std::ops::ControlFlow::Continue(()));
/// assert_eq!((summary.images, summary.failures), (0, 1));
/// ```
///
/// # Panics
/// If `sink` or the iterator panics.
#[doc(alias = "diskprobe_scan")]
pub fn scan<T, F>(targets: T, options: &ScanOptions, sink: F) -> ScanSummary
where
    T: IntoIterator<Item = ScanTarget>,
    T::IntoIter: Send,
    F: FnMut(ScanEntry) -> ControlFlow<()> + Send,
{
    jobs::run(targets.into_iter(), options, sink)
}
