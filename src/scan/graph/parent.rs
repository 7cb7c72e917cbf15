// SPDX-License-Identifier: MIT OR Apache-2.0
//! Finds the parents that QEMU does not follow, by name and by UUID.

use super::{Destination, Edge, Node, NodeId};
use crate::base::error::{Error, ErrorKind};
use crate::base::format::Format;
use crate::image::{ReferenceKind, Uuid};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The images whose UUID is that of a parent.
pub(super) struct Uuids {
    parents: HashMap<NodeId, (Format, Uuid)>,
    /// The first of several images with the same UUID: in each directory, and in all directories.
    first: HashMap<(Format, Uuid, Option<PathBuf>), NodeId>,
}

impl Uuids {
    pub(super) fn of(nodes: &[Node]) -> Self {
        let wanted = nodes.iter().flat_map(|node| node.parent_uuids);
        let wanted: HashSet<Uuid> = wanted.flatten().filter_map(Uuid::not_nil).collect();
        let mut uuids = Uuids {
            parents: HashMap::new(),
            first: HashMap::new(),
        };
        for (index, node) in nodes.iter().enumerate() {
            let uuid = node.uuid.filter(|uuid| wanted.contains(uuid));
            if let (Some(uuid), Ok(format)) = (uuid, node.format()) {
                let id = NodeId(index);
                uuids.parents.insert(id, (format, uuid));
                let directory = node.path.parent().map(Path::to_owned);
                for directory in [directory, None] {
                    uuids.first.entry((format, uuid, directory)).or_insert(id);
                }
            }
        }
        uuids
    }

    /// Keeps one edge for the parent: to the image with its UUID, by name if possible; else to the
    /// file that the first name leads to.
    pub(super) fn choose_parent(&self, id: NodeId, node: &mut Node) {
        let is_parent = |edge: &Edge| edge.kind == ReferenceKind::Parent;
        let parents = node.edges.iter().filter(|edge| is_parent(edge)).cloned();
        let rank = |edge: &Edge| match edge.to {
            Destination::Node(to) if self.has_parent_uuid(node, to) => 0,
            Destination::Node(_) => 1,
            Destination::Outside(_) => 2,
            _ => 3,
        };
        let Some(mut best) = parents.min_by_key(rank) else {
            return;
        };
        if rank(&best) != 0 {
            if let Some(to) = self.by_uuid(id, node) {
                best.to = Destination::Node(to);
            }
        }
        node.edges.retain(|edge| !is_parent(edge));
        node.edges.push(best);
    }

    fn has_parent_uuid(&self, node: &Node, to: NodeId) -> bool {
        self.parents.get(&to).is_some_and(|(format, uuid)| {
            node.format().ok() == Some(*format) && node.parent_uuids.contains(&Some(*uuid))
        })
    }

    /// Returns the image that has the UUID of the parent, preferably in the same directory.
    fn by_uuid(&self, id: NodeId, node: &Node) -> Option<NodeId> {
        let format = node.format().ok()?;
        let directory = node.path.parent().map(Path::to_owned);
        let places = [directory, None].into_iter();
        let mut keys = places.flat_map(|place| {
            let uuids = node.parent_uuids.into_iter().flatten();
            uuids.map(move |uuid| (format, uuid, place.clone()))
        });
        keys.find_map(|key| self.first.get(&key).copied().filter(|to| *to != id))
    }
}

impl Node {
    /// Returns why a parent without a name was not found.
    pub(super) fn parent_not_found(&self) -> Error {
        let uuid = self.parent_uuids.iter().flatten().next();
        let uuid = uuid.map(Uuid::to_string).unwrap_or_default();
        Error::described(
            ErrorKind::NotFound,
            "no scanned image has the UUID {uuid} of the parent",
            &[("uuid", &uuid)],
        )
    }
}

/// Returns the recorded name of a parent as a path of this system. `None`: no name is recorded.
///
/// VHD and VHDX record Windows paths. A path that starts with a drive or a share is left as it is,
/// because nothing on this host has such a path.
pub(super) fn path_of_parent(recorded: &[u8], format: Option<Format>) -> Option<Cow<'_, [u8]>> {
    let is_absolute = recorded.starts_with(b"\\") || recorded.get(1) == Some(&b':');
    Some(match format {
        _ if recorded.is_empty() => return None,
        Some(Format::Vpc | Format::Vhdx) if !is_absolute => {
            let slash = |byte: &u8| if *byte == b'\\' { b'/' } else { *byte };
            Cow::Owned(recorded.iter().map(slash).collect())
        }
        _ => Cow::Borrowed(recorded),
    })
}
