// SPDX-License-Identifier: MIT OR Apache-2.0
//! From results, one by one, to a graph.

use super::judge::judge;
use super::resolve::{resolve, Known};
use super::{Destination, Edge, Graph, Node};
use crate::base::named::Set;
use crate::base::stored::Stored;
use crate::image::{Image, ReferenceKind};
use crate::io::Identity;
use crate::scan::ScanEntry;
use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;

/// Collects what a graph needs of each result.
#[derive(Debug, Default)]
pub struct Collector {
    files: Vec<(Identity, Node)>,
}

impl Collector {
    /// Takes a result. Names behind which no file was opened are not in the graph.
    pub fn add(&mut self, found: &ScanEntry) {
        let Some(attributes) = found.attributes() else {
            return;
        };
        let image = found.image();
        let node = Node {
            path: found.path().to_owned(),
            other_paths: Vec::new(),
            format: image.map(Image::format),
            modified: attributes.modified(),
            edges: image.map_or_else(|_| Vec::new(), edges),
            users: Vec::new(),
            remarks: Set::default(),
        };
        self.files.push((Identity::of_attributes(attributes), node));
    }

    /// Finds out where each name leads, and judges.
    ///
    /// For that it asks the system for what is behind each name (`stat`), and opens nothing.
    #[must_use]
    pub fn finish(mut self) -> Graph {
        let by_path = |node: &Node| node.path.as_os_str().as_bytes().to_vec();
        self.files.sort_by_cached_key(|(_, node)| by_path(node));
        let mut nodes: Vec<Node> = Vec::new();
        let mut known: Known = HashMap::new();
        for (identity, node) in self.files {
            let first = known.get(&identity).and_then(|first| nodes.get_mut(*first));
            match first {
                Some(first) => first.other_paths.push(node.path),
                None => {
                    known.insert(identity, nodes.len());
                    nodes.push(node);
                }
            }
        }
        let newer = resolve(&mut nodes, &known);
        judge(&mut nodes, &newer);
        Graph { nodes }
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
            .map(|format| Stored::new(format.text())),
        // Until it is resolved.
        to: Destination::Remote,
    };
    references.map(|one| edge(one.kind, one.location)).collect()
}
