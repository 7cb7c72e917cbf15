// SPDX-License-Identifier: MIT OR Apache-2.0
//! Builds the graph from the entries of a scan.

use super::check::add_remarks;
use super::resolve::{resolve, Known};
use super::{Edge, Graph, Node, NodeId};
use crate::base::error::Error;
use crate::base::identity::Identity;
use crate::base::named::Set;
use crate::base::stored::Stored;
use crate::image::{Image, ReferenceKind};
use crate::io::{attributes_of_path, Attributes, FileKind};
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
    /// Files that could not be opened.
    unopened: Vec<Node>,
}

impl GraphBuilder {
    /// Creates a builder without entries.
    #[must_use]
    pub fn new() -> Self {
        GraphBuilder::default()
    }

    /// Adds an entry. An entry that is not a file is left out: a directory, or a name that leads
    /// nowhere.
    pub fn add(&mut self, entry: &ScanEntry) {
        let attributes = entry.attributes();
        let image = entry.image();
        let parent = image.ok().and_then(Image::parent);
        let parent_uuids = parent.map(|parent| [parent.uuid, parent.alternative_uuid]);
        let node = Node {
            path: entry.path().to_owned(),
            other_paths: Vec::new(),
            format: image.map(Image::format).map_err(Error::clone),
            modified: attributes.and_then(Attributes::modified),
            uuid: image.ok().and_then(Image::uuid),
            parent_uuids: parent_uuids.unwrap_or_default(),
            edges: image.map_or_else(|_| Vec::new(), edges),
            extents: image.ok().and_then(Image::shared_extents),
            omitted: 0,
            users: Vec::new(),
            is_extent: false,
            remarks: Set::default(),
        };
        match attributes {
            Some(attributes) => self.files.push((Identity::of_attributes(attributes), node)),
            None => self.unopened.push(node),
        }
    }

    /// Resolves the names, with one `stat` for each, and returns the graph. Opens nothing.
    #[must_use]
    pub fn resolve(self) -> Graph {
        let by_path = |(_, node): &(Identity, Node)| node.path.as_os_str().as_bytes().to_vec();
        let mut files = self.files;
        let mut unopened: Vec<_> = self.unopened.into_iter().filter_map(unopened).collect();
        files.sort_by_cached_key(by_path);
        unopened.sort_by_cached_key(by_path);
        files.append(&mut unopened);
        let mut first: HashMap<Identity, usize> = HashMap::new();
        let mut distinct: Vec<(Identity, Node)> = Vec::new();
        for (identity, node) in files {
            match first.get(&identity).and_then(|at| distinct.get_mut(*at)) {
                Some((_, first)) => first.other_paths.push(node.path),
                None => {
                    first.insert(identity, distinct.len());
                    distinct.push((identity, node));
                }
            }
        }
        distinct.sort_by_cached_key(by_path);
        let ids = distinct.iter().enumerate();
        let known: Known = ids.map(|(at, (file, _))| (*file, NodeId(at))).collect();
        let mut nodes: Vec<Node> = distinct.into_iter().map(|(_, node)| node).collect();
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

/// Returns the identity of a file that could not be opened. Other images may still name it.
fn unopened(mut node: Node) -> Option<(Identity, Node)> {
    let seen = attributes_of_path(&node.path).ok()?;
    node.modified = seen.modified();
    let can_be_image = matches!(seen.kind, FileKind::Regular | FileKind::Block);
    can_be_image.then(|| (Identity::of_attributes(&seen), node))
}

/// Returns an edge for each name, except those of extents, of which there can be thousands.
fn edges(image: &Image) -> Vec<Edge> {
    let format = image.backing().and_then(|backing| backing.format);
    let references = image.references();
    let references = references.filter(|one| one.kind != ReferenceKind::Extent);
    let edge = |kind, location: &[u8]| Edge {
        format_name: format
            .filter(|_| kind == ReferenceKind::Backing)
            .map(|format| Stored::new(format.name())),
        ..Edge::new(kind, location)
    };
    let mut edges: Vec<Edge> = references.map(|one| edge(one.kind, one.location)).collect();
    let has_unnamed_parent = image
        .parent()
        .is_some_and(|parent| parent.location.is_none() && parent.uuid.is_some());
    if has_unnamed_parent {
        edges.push(edge(ReferenceKind::Parent, b""));
    }
    edges
}
