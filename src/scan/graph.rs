// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which of the scanned images use which.
//!
//! ```
//! # let pool = std::env::temp_dir().join(format!("diskprobe-graph-{}", std::process::id()));
//! # std::fs::create_dir_all(&pool).unwrap();
//! # std::fs::write(pool.join("disk.raw"), [0; 1024]).unwrap();
//! use diskprobe::scan::graph::{Graph, Remark};
//! use diskprobe::scan::{scan, ScanOptions, Target};
//!
//! let mut collector = Graph::collect();
//! scan([Target::Directory(pool.clone())], &ScanOptions::new(), |found| {
//!     collector.add(&found);
//!     std::ops::ControlFlow::Continue(())
//! });
//! let graph = collector.finish();
//! for node in graph.nodes() {
//!     println!("{}: used by {}", node.path().display(), node.users().len());
//! }
//! # assert!(graph.nodes()[0].remarks().eq([Remark::Unreferenced]));
//! # std::fs::remove_dir_all(&pool).unwrap();
//! ```
//!
//! A graph holds every image, so that its memory grows with their number.

mod collect;
mod judge;
mod resolve;

pub use collect::Collector;

use crate::base::error::Error;
use crate::base::format::Format;
use crate::base::named::{named_enum, Set};
use crate::base::stored::Stored;
use crate::image::ReferenceKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

named_enum! {
    /// Something about an image among others that an operator should know.
    Remark {
        /// No image that was scanned names it. That does not say that nobody uses it: a machine
        /// may, or an image that was not scanned.
        Unreferenced = 1 => "unreferenced",
        /// It names a file that is not there.
        Missing = 2 => "missing",
        /// It names a file that is there, and was not scanned.
        Outside = 3 => "outside",
        /// It names something that is not a file of this machine, which was not looked for.
        Remote = 4 => "remote",
        /// It names something that cannot be found out: the name is malformed, or the system does
        /// not tell.
        Unresolved = 5 => "unresolved",
        /// Its backing file was changed after itself: what the guest reads may not fit together.
        NewerBase = 6 => "newer-base",
        /// It does not record the format of its backing file.
        FormatNotRecorded = 7 => "format-not-recorded",
        /// The way down from it comes back to where it was.
        Loop = 8 => "loop",
    }
}

/// The images of a scan, and what they name.
#[derive(Debug)]
pub struct Graph {
    nodes: Vec<Node>,
}

/// One file, which may have been scanned by several names.
#[derive(Debug)]
pub struct Node {
    path: PathBuf,
    other_paths: Vec<PathBuf>,
    format: Result<Format, Error>,
    modified: Option<SystemTime>,
    edges: Vec<Edge>,
    users: Vec<usize>,
    remarks: Set<Remark>,
}

/// Something that an image names.
#[derive(Debug)]
pub struct Edge {
    kind: ReferenceKind,
    recorded: Stored,
    format_name: Option<Stored>,
    to: Destination,
}

/// What a name leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Destination {
    /// One of the graph's nodes, by its index.
    Node(usize),
    /// A file of this path that was not scanned.
    Outside(PathBuf),
    /// Nothing: no file has this path.
    Missing(PathBuf),
    /// Not a file of this machine.
    Remote,
    /// Unknown, for this reason.
    Unresolved(Error),
}

impl Graph {
    /// Starts to collect the results of a scan.
    #[must_use]
    pub fn collect() -> Collector {
        Collector::default()
    }

    /// Returns the images, in the order of their paths' bytes.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns the path that a name leads to, if it is one of this machine.
    #[must_use]
    pub fn path_of<'a>(&'a self, destination: &'a Destination) -> Option<&'a Path> {
        match destination {
            Destination::Node(place) => self.nodes.get(*place).map(Node::path),
            Destination::Outside(path) | Destination::Missing(path) => Some(path),
            Destination::Remote | Destination::Unresolved(_) => None,
        }
    }
}

impl Destination {
    /// Returns a short, stable name for what the name leads to.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match self {
            Destination::Node(_) => "scanned",
            Destination::Outside(_) => "outside",
            Destination::Missing(_) => "missing",
            Destination::Remote => "remote",
            Destination::Unresolved(_) => "unresolved",
        }
    }
}

impl Node {
    /// Returns its name, to which relative names in it are relative: the first of several.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns its other names: hard or symbolic links.
    pub fn other_paths(&self) -> impl ExactSizeIterator<Item = &Path> {
        self.other_paths.iter().map(PathBuf::as_path)
    }

    /// Returns its format.
    ///
    /// # Errors
    /// If it could not be probed. It may still be what another image names.
    pub fn format(&self) -> Result<Format, Error> {
        self.format
    }

    /// Returns what it names, in the order of [`Image::references`](crate::Image::references).
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Returns the other nodes that name it, by their indexes.
    #[must_use]
    pub fn users(&self) -> &[usize] {
        &self.users
    }

    /// Returns the remarks, in the order of [`Remark`].
    pub fn remarks(&self) -> impl Iterator<Item = Remark> {
        self.remarks.iter()
    }
}

impl Edge {
    /// Returns in what role it is named.
    #[must_use]
    pub fn kind(&self) -> ReferenceKind {
        self.kind
    }

    /// Returns the name: the exact bytes that the image records.
    #[must_use]
    pub fn recorded(&self) -> &[u8] {
        self.recorded.bytes()
    }

    /// Returns the name of the format that is recorded with it.
    #[must_use]
    pub fn format_name(&self) -> Option<&[u8]> {
        self.format_name.as_ref().map(Stored::bytes)
    }

    /// Returns what it leads to.
    #[must_use]
    pub fn destination(&self) -> &Destination {
        &self.to
    }
}
