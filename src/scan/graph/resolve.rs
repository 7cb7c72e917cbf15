// SPDX-License-Identifier: MIT OR Apache-2.0
//! Resolves the names in images.

use super::files::{Files, Seen};
use super::parent::{path_of_parent, Uuids};
use super::{Destination, Edge, Node, NodeId};
use crate::base::error::Error;
use crate::base::identity::Identity;
use crate::base::stored::Stored;
use crate::image::{ExtentList, ReferenceKind};
use crate::io::Attributes;
use crate::location::{self, file_name, Location};
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The nodes by the identity of their files.
pub(super) type Known = HashMap<Identity, NodeId>;

/// Edges of one image to extents that are not nodes. A hostile descriptor lists thousands.
const MOST_OTHERS: usize = 8;

/// Resolves every name. Returns for each node whether its backing file is newer.
pub(super) fn resolve(nodes: &mut [Node], known: &Known) -> Vec<bool> {
    let uuids = Uuids::of(nodes);
    let mut files = Files::default();
    let mut users: Vec<Vec<NodeId>> = nodes.iter().map(|_| Vec::new()).collect();
    let mut extents = HashSet::new();
    let mut newer = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter_mut().enumerate() {
        let id = NodeId(index);
        newer.push(node.resolve_edges(known, &mut files));
        uuids.choose_parent(id, node);
        for edge in &node.edges {
            let Destination::Node(to) = edge.to else {
                continue;
            };
            if to != id {
                if let Some(users) = users.get_mut(to.0).filter(|all| all.last() != Some(&id)) {
                    users.push(id);
                }
                if edge.kind == ReferenceKind::Extent {
                    extents.insert(to);
                }
            }
        }
        // A sparse VMDK lists itself.
        node.edges.retain(|edge| {
            edge.kind != ReferenceKind::Extent
                || !matches!(edge.to, Destination::Node(to) if to == id)
        });
    }
    for (index, (node, users)) in nodes.iter_mut().zip(users).enumerate() {
        node.users = users;
        node.is_extent = extents.contains(&NodeId(index));
    }
    newer
}

impl Node {
    /// Resolves the names and keeps one edge for each file. Returns whether the backing file is
    /// newer.
    fn resolve_edges(&mut self, known: &Known, files: &mut Files) -> bool {
        let mut edges = std::mem::take(&mut self.edges);
        let mut is_newer = false;
        for edge in &mut edges {
            let seen = edge.look(self, known, files);
            if edge.kind == ReferenceKind::Backing {
                let base = seen.and_then(|seen| seen.modified());
                let times = self.modified.zip(base);
                is_newer |= times.is_some_and(|(own, base)| base > own);
            }
        }
        self.edges = edges;
        if let Some(extents) = self.extents.take() {
            self.resolve_extents(&extents, known, files);
        }
        is_newer
    }

    /// Adds an edge for each extent that is a node, and for the first few of the others.
    fn resolve_extents(&mut self, extents: &ExtentList, known: &Known, files: &mut Files) {
        let mut names = HashSet::new();
        let (mut found, mut missing) = (HashSet::new(), HashSet::new());
        let mut others = 0usize;
        for extent in extents.iter().filter(|one| names.insert(one.location)) {
            let mut edge = Edge::new(ReferenceKind::Extent, extent.location);
            let seen = edge.look(self, known, files);
            let is_first = match (seen, &edge.to) {
                (Some(seen), _) => found.insert(Identity::of_attributes(&seen)),
                (None, Destination::Missing(path)) => missing.insert(path.clone()),
                (None, _) => true,
            };
            let is_node = matches!(edge.to, Destination::Node(_));
            if !is_first {
                continue;
            }
            if !is_node {
                others = others.saturating_add(1);
            }
            if is_node || others <= MOST_OTHERS {
                self.edges.push(edge);
            } else if let Some(remark) = edge.remark() {
                self.remarks.insert(remark);
            }
        }
        self.omitted = others.saturating_sub(MOST_OTHERS);
    }
}

impl Edge {
    /// Creates an edge that is not resolved yet.
    pub(super) fn new(kind: ReferenceKind, recorded: &[u8]) -> Self {
        Edge {
            kind,
            recorded: Stored::new(recorded),
            format_name: None,
            to: Destination::Remote,
        }
    }

    /// Resolves the name. Returns the attributes of the file, if there is one.
    fn look(&mut self, image: &Node, known: &Known, files: &mut Files) -> Option<Attributes> {
        let path = match self.path(image) {
            Ok(Some(path)) => path,
            Ok(None) => {
                self.to = Destination::Remote;
                return None;
            }
            Err(error) => {
                self.to = Destination::Unresolved(error);
                return None;
            }
        };
        match files.look(&path) {
            Seen::File(seen) => {
                let node = known.get(&Identity::of_attributes(&seen));
                self.to = node.map_or(Destination::Outside(path), |node| Destination::Node(*node));
                Some(seen)
            }
            Seen::Missing => {
                self.to = Destination::Missing(path);
                None
            }
            Seen::Failed(error) => {
                self.to = Destination::Unresolved(error);
                None
            }
        }
    }

    /// Returns the path of the file. `None`: it is not a file of this host.
    fn path(&mut self, image: &Node) -> Result<Option<PathBuf>, Error> {
        let recorded = self.recorded.bytes();
        let joined = |name: &[u8]| {
            let path = file_name(name, image.path.as_os_str().as_bytes());
            Ok(Some(PathBuf::from(OsStr::from_bytes(&path))))
        };
        match self.kind {
            ReferenceKind::Backing => {
                let image = Location::from_path(&image.path);
                let location = location::resolve_recorded(recorded, Some(&image))?;
                if let Some(format) = location.driver_format() {
                    self.format_name
                        .get_or_insert_with(|| Stored::new(format.as_str().as_bytes()));
                }
                Ok(location.local_path().map(Path::to_owned))
            }
            ReferenceKind::DataFile => {
                let image = Location::from_path(&image.path);
                let location = location::resolve_data_file(recorded, Some(&image))?;
                Ok(location.local_path().map(Path::to_owned))
            }
            // A colon has no meaning in these paths.
            ReferenceKind::Extent => joined(recorded),
            ReferenceKind::Parent => match path_of_parent(recorded, image.format().ok()) {
                Some(name) => joined(&name),
                None => Err(image.parent_not_found()),
            },
        }
    }
}
