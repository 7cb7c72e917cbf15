// SPDX-License-Identifier: MIT OR Apache-2.0
//! The graph of a scan: which images name which.
//!
//! ```
//! # let pool = std::env::temp_dir().join(format!("diskprobe-graph-{}", std::process::id()));
//! # std::fs::create_dir_all(&pool).unwrap();
//! # std::fs::write(pool.join("disk.raw"), [0; 1024]).unwrap();
//! use diskprobe::scan::graph::{GraphBuilder, Remark};
//! use diskprobe::scan::{scan, ScanOptions, ScanTarget};
//!
//! let mut builder = GraphBuilder::new();
//! scan([ScanTarget::Directory(pool.clone())], &ScanOptions::new(), |entry| {
//!     builder.add(&entry);
//!     std::ops::ControlFlow::Continue(())
//! });
//! let graph = builder.resolve();
//! for node in graph.nodes() {
//!     println!("{}: used by {}", node.path().display(), node.users().len());
//! }
//! # assert!(graph.nodes()[0].remarks().eq([Remark::Unreferenced]));
//! # std::fs::remove_dir_all(&pool).unwrap();
//! ```
//!
//! A graph holds every image of the scan in memory.

mod check;
mod collect;
mod files;
mod parent;
mod resolve;

pub use collect::GraphBuilder;

use crate::base::error::Error;
use crate::base::format::Format;
use crate::base::named::{named_enum, Set, Values};
use crate::base::stored::Stored;
use crate::image::{ExtentList, ReferenceKind, Uuid};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

named_enum! {
    /// A property of an image, in relation to the other images of a scan, that an administrator
    /// should know.
    Remark {
        /// The scan found no image that names this one. A virtual machine or an image that was not
        /// scanned may still use it.
        Unreferenced = 1 => "unreferenced",
        /// The image names a file that does not exist.
        Missing = 2 => "missing",
        /// The image names a file that exists and was not scanned.
        Outside = 3 => "outside",
        /// The image names an object that is not a file of this host. The object was not searched
        /// for.
        Remote = 4 => "remote",
        /// The image names an object that cannot be determined: the name is malformed, or stat(2)
        /// fails.
        Unresolved = 5 => "unresolved",
        /// The backing file was modified after the image: the two may not match.
        NewerBase = 6 => "newer-base",
        /// The image does not record the format of its backing file.
        FormatNotRecorded = 7 => "format-not-recorded",
        /// The chain of the image contains a loop.
        Loop = 8 => "loop",
    }
}

/// The images of a scan and what they name.
#[derive(Clone, Debug)]
pub struct Graph {
    nodes: Vec<Node>,
}

/// Identifies a node of one graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(usize);

impl NodeId {
    /// Returns the index of the node in [`Graph::nodes`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// One file of a graph.
#[derive(Clone, Debug)]
pub struct Node {
    path: PathBuf,
    other_paths: Vec<PathBuf>,
    format: Result<Format, Error>,
    modified: Option<SystemTime>,
    uuid: Option<Uuid>,
    /// The UUIDs of a parent that QEMU does not follow.
    parent_uuids: [Option<Uuid>; 2],
    edges: Vec<Edge>,
    /// The extents, until they are resolved: packed, because a small descriptor has thousands.
    extents: Option<Arc<ExtentList>>,
    omitted: usize,
    users: Vec<NodeId>,
    is_extent: bool,
    remarks: Set<Remark>,
}

/// A file or object that an image names.
#[derive(Clone, Debug)]
pub struct Edge {
    kind: ReferenceKind,
    recorded: Stored,
    format_name: Option<Stored>,
    to: Destination,
}

/// The object that a name leads to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Destination {
    /// A node of the graph.
    Node(NodeId),
    /// A file with this path that was not scanned.
    Outside(PathBuf),
    /// A path without a file.
    Missing(PathBuf),
    /// An object that is not a file of this host.
    Remote,
    /// Unknown, for this reason.
    Unresolved(Error),
}

impl Graph {
    /// Returns the images, ordered by the bytes of their paths.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns a node of this graph. The identifier of another graph's node selects an unrelated
    /// node, or `None`.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// Returns the path that a name leads to, if it is on this host.
    #[must_use]
    pub fn path_of<'a>(&'a self, destination: &'a Destination) -> Option<&'a Path> {
        match destination {
            Destination::Node(id) => self.node(*id).map(Node::path),
            Destination::Outside(path) | Destination::Missing(path) => Some(path),
            Destination::Remote | Destination::Unresolved(_) => None,
        }
    }
}

impl Destination {
    /// Returns a short, stable name, such as `missing`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
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
    /// Returns the path by which relative names in the image are resolved: the first path, if the
    /// scan found several.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the other paths that the scan found: hard links and symbolic links.
    #[must_use]
    pub fn other_paths(&self) -> &[PathBuf] {
        &self.other_paths
    }

    /// Returns the format.
    ///
    /// # Errors
    /// The reason why the file could not be probed. Other images may still name it.
    pub fn format(&self) -> Result<Format, &Error> {
        self.format.as_ref().copied()
    }

    /// Returns the files and objects that the image names, one edge for each, in the order of
    /// [`Image::references`](crate::Image::references). A parent that QEMU does not follow is one
    /// edge, however many names and UUIDs it has.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Returns how many extents have no edge: of those that are not nodes, only eight have one.
    #[must_use]
    pub fn omitted_extents(&self) -> usize {
        self.omitted
    }

    /// Returns the other nodes that name this one.
    #[must_use]
    pub fn users(&self) -> &[NodeId] {
        &self.users
    }

    /// Returns whether another node names this one as an extent. If so, it is a part of that image,
    /// and need not be an image itself.
    #[must_use]
    pub fn is_extent(&self) -> bool {
        self.is_extent
    }

    /// Returns the remarks, in the order of [`Remark`].
    #[must_use]
    pub fn remarks(&self) -> Values<Remark> {
        self.remarks.values()
    }
}

impl Edge {
    /// Returns the kind of reference.
    #[must_use]
    pub fn kind(&self) -> ReferenceKind {
        self.kind
    }

    /// Returns the exact bytes that the image records. Empty if the image records only the UUID of
    /// its parent.
    #[must_use]
    pub fn recorded(&self) -> &[u8] {
        self.recorded.bytes()
    }

    /// Returns the recorded name of the format.
    #[must_use]
    pub fn format_name(&self) -> Option<&[u8]> {
        self.format_name.as_ref().map(Stored::bytes)
    }

    /// Returns the object that the name leads to.
    #[must_use]
    pub fn destination(&self) -> &Destination {
        &self.to
    }
}
