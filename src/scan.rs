// SPDX-License-Identifier: MIT OR Apache-2.0
//! Many images at once: what is in a storage pool's directories.
//!
//! ```
//! # let pool = std::env::temp_dir().join(format!("diskprobe-scan-{}", std::process::id()));
//! # std::fs::create_dir_all(&pool).unwrap();
//! # std::fs::write(pool.join("disk.raw"), [0; 1024]).unwrap();
//! use diskprobe::scan::{scan, ScanOptions, Target};
//! use std::ops::ControlFlow;
//!
//! let summary = scan([Target::Directory(pool.clone())], &ScanOptions::new(), |found| {
//!     match found.image() {
//!         Ok(image) => println!("{}: {}", found.path().display(), image.format()),
//!         Err(error) => println!("{}: {error}", found.path().display()),
//!     }
//!     ControlFlow::Continue(())
//! });
//! # assert_eq!((summary.images, summary.failures), (1, 0));
//! # std::fs::remove_dir_all(&pool).unwrap();
//! ```
//!
//! `docs/scan.md` says what is scanned, in which order, and what it costs.

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
pub use entry::{ScanEntry, Summary};
pub use options::ScanOptions;

use std::ops::ControlFlow;
use std::path::PathBuf;

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The files that a directory lists. A symbolic link to a directory is followed here.
    Directory(PathBuf),
    /// One file or block device, as by [`probe_path`](crate::probe_path). Whatever file system it
    /// is on, and whatever link leads to it.
    File(PathBuf),
}

/// Probes all images of the targets, and gives each result, with its error if it has one, to
/// `found`.
///
/// `found` is called for one result at a time; where there are several jobs, in any of their
/// threads, and the others wait when it is slow. The scan ends early when it breaks. When this
/// function returns, the threads have ended.
///
/// What is held meanwhile grows with the jobs and the depth of the directories, not with the number
/// of files. Targets are taken from the iterator as they are needed, in any of the threads.
///
/// # Panics
/// Where `found` does, or the iterator.
pub fn scan<T, F>(targets: T, options: &ScanOptions, found: F) -> Summary
where
    T: IntoIterator<Item = Target>,
    T::IntoIter: Send,
    F: FnMut(ScanEntry) -> ControlFlow<()> + Send,
{
    jobs::run(targets.into_iter(), options, found)
}
