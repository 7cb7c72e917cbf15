// SPDX-License-Identifier: MIT OR Apache-2.0
//! Builds the graph from the entries of a scan.

use super::check::add_remarks;
use super::resolve::{resolve, Known};
use super::{Destination, Edge, Graph, Node, NodeId};
use crate::base::error::Error;
use crate::base::identity::Identity;
use crate::base::named::Set;
use crate::base::stored::Stored;
use crate::image::{Image, ReferenceKind};
use crate::scan::ScanEntry;
use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;

/// Builds a [`Graph`] from the entries of a scan. See the [module](super) for a whole scan.
///
/// ```
/// # fn entries() -> Vec<diskprobe::scan::ScanEntry> { Vec::new() }
/// use diskprobe::scan::graph::GraphBuilder;
/// let mut builder = GraphBuilder::new();
/// builder.extend(&entries());
/// assert!(builder.resolve().nodes().is_empty());
/// ```
#[derive(Debug, Default)]
pub struct GraphBuilder {
    files: Vec<(Identity, Node)>,
}

impl GraphBuilder {
    /// Creates a builder without entries.
    #[must_use]
    pub fn new() -> Self {
        GraphBuilder::default()
    }

    /// Adds an entry. Entries without an opened file are left out.
    pub fn add(&mut self, entry: &ScanEntry) {
        let Some(attributes) = entry.attributes() else {
            return;
        };
        let node = Node {
            path: entry.path().to_owned(),
            other_paths: Vec::new(),
            format: entry.image().map(Image::format).map_err(Error::clone),
            modified: attributes.modified(),
            edges: entry.image().map_or_else(|_| Vec::new(), edges),
            users: Vec::new(),
            remarks: Set::default(),
        };
        self.files.push((Identity::of_attributes(attributes), node));
    }

    /// Resolves each name with one `stat` and returns the graph. Opens nothing.
    #[must_use]
    pub fn resolve(mut self) -> Graph {
        let by_path = |node: &Node| node.path.as_os_str().as_bytes().to_vec();
        self.files.sort_by_cached_key(|(_, node)| by_path(node));
        let mut nodes: Vec<Node> = Vec::new();
        let mut known: Known = HashMap::new();
        for (identity, node) in self.files {
            let first = known
                .get(&identity)
                .and_then(|first| nodes.get_mut(first.0));
            match first {
                Some(first) => first.other_paths.push(node.path),
                None => {
                    known.insert(identity, NodeId(nodes.len()));
                    nodes.push(node);
                }
            }
        }
        let newer = resolve(&mut nodes, &known);
        add_remarks(&mut nodes, &newer);
        Graph { nodes }
    }
}

impl<'a> Extend<&'a ScanEntry> for GraphBuilder {
    fn extend<I: IntoIterator<Item = &'a ScanEntry>>(&mut self, entries: I) {
        entries.into_iter().for_each(|entry| self.add(entry));
    }
}

fn edges(image: &Image) -> Vec<Edge> {
    let format = image.backing().and_then(|backing| backing.format);
    let references = image.references();
    let edge = |kind, location: &[u8]| Edge {
        kind,
        recorded: Stored::new(location),
        format_name: format
            .filter(|_| kind == ReferenceKind::Backing)
            .map(|format| Stored::new(format.name())),
        // Replaced when it is resolved.
        to: Destination::Remote,
    };
    references.map(|one| edge(one.kind, one.location)).collect()
}
