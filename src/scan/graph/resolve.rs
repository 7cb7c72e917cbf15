// SPDX-License-Identifier: MIT OR Apache-2.0
//! Resolves the names in images.

use super::{Destination, Edge, Node, NodeId};
use crate::base::error::Error;
use crate::base::identity::Identity;
use crate::base::stored::Stored;
use crate::image::ReferenceKind;
use crate::io::{attributes_of_path, Attributes};
use crate::location::{self, file_name, Location};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The nodes by the identity of their files.
pub(super) type Known = HashMap<Identity, NodeId>;

/// Resolves every name. Returns for each node whether its backing file is newer.
pub(super) fn resolve(nodes: &mut [Node], known: &Known) -> Vec<bool> {
    let mut users: Vec<Vec<NodeId>> = nodes.iter().map(|_| Vec::new()).collect();
    let mut newer = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter_mut().enumerate() {
        let id = NodeId(index);
        let mut is_newer = false;
        for edge in &mut node.edges {
            let seen = edge.look(&node.path, known);
            if edge.kind == ReferenceKind::Backing {
                let base = seen.and_then(|seen| seen.modified());
                is_newer |= node
                    .modified
                    .zip(base)
                    .is_some_and(|(own, base)| base > own);
            }
            match edge.to {
                Destination::Node(to) if to != id => {
                    if let Some(users) = users.get_mut(to.0).filter(|all| all.last() != Some(&id)) {
                        users.push(id);
                    }
                }
                _ => {}
            }
        }
        // A sparse VMDK lists itself.
        let is_itself = |edge: &Edge| matches!(edge.to, Destination::Node(to) if to == id);
        node.edges
            .retain(|edge| edge.kind != ReferenceKind::Extent || !is_itself(edge));
        newer.push(is_newer);
    }
    for (node, users) in nodes.iter_mut().zip(users) {
        node.users = users;
    }
    newer
}

impl Edge {
    /// Resolves the name. Returns the attributes of the file, if there is one.
    fn look(&mut self, image: &Path, known: &Known) -> Option<Attributes> {
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
        match attributes_of_path(&path) {
            Ok(seen) => {
                let node = known.get(&Identity::of_attributes(&seen));
                self.to = node.map_or(Destination::Outside(path), |node| Destination::Node(*node));
                Some(seen)
            }
            Err(error) => {
                self.to = match error.kind() {
                    io::ErrorKind::NotFound => Destination::Missing(path),
                    _ => Destination::Unresolved(Error::cannot_open(error)),
                };
                None
            }
        }
    }

    /// Returns the path of the file. `None`: it is not a file of this host.
    fn path(&mut self, image: &Path) -> Result<Option<PathBuf>, Error> {
        let recorded = self.recorded.bytes();
        match self.kind {
            ReferenceKind::Backing => {
                let image = Location::from_path(image);
                let location = location::resolve_recorded(recorded, Some(&image))?;
                if let Some(format) = location.driver_format() {
                    self.format_name
                        .get_or_insert_with(|| Stored::new(format.as_str().as_bytes()));
                }
                Ok(location.local_path().map(Path::to_owned))
            }
            ReferenceKind::DataFile => {
                let image = Location::from_path(image);
                let location = location::resolve_data_file(recorded, Some(&image))?;
                Ok(location.local_path().map(Path::to_owned))
            }
            // A colon has no meaning in these paths.
            ReferenceKind::Extent | ReferenceKind::Parent => {
                let path = file_name(recorded, image.as_os_str().as_bytes());
                Ok(Some(PathBuf::from(OsStr::from_bytes(&path))))
            }
        }
    }
}
