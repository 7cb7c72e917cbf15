// SPDX-License-Identifier: MIT OR Apache-2.0
//! Adds the remarks to the nodes, after all names are resolved.

use super::{Destination, Edge, Node, Remark};
use crate::image::ReferenceKind;
use std::collections::BTreeSet;

pub(super) fn add_remarks(nodes: &mut [Node], newer: &[bool]) {
    let looping = looping(nodes);
    for ((node, newer), looping) in nodes.iter_mut().zip(newer).zip(looping) {
        let mut remarks = node.remarks;
        for edge in &node.edges {
            if let Some(remark) = edge.remark() {
                remarks.insert(remark);
            }
            if edge.kind == ReferenceKind::Backing && edge.format_name.is_none() {
                remarks.insert(Remark::FormatNotRecorded);
            }
        }
        for (holds, remark) in [
            (node.users.is_empty(), Remark::Unreferenced),
            (*newer, Remark::NewerBase),
            (looping, Remark::Loop),
        ] {
            if holds {
                remarks.insert(remark);
            }
        }
        node.remarks = remarks;
    }
}

impl Edge {
    /// Returns the remark on an image with this edge.
    pub(super) fn remark(&self) -> Option<Remark> {
        Some(match self.to {
            Destination::Node(_) => return None,
            // A parent that QEMU does not follow is often a path of another host.
            Destination::Missing(_) if self.kind == ReferenceKind::Parent => Remark::Unresolved,
            Destination::Missing(_) => Remark::Missing,
            Destination::Outside(_) => Remark::Outside,
            Destination::Remote => Remark::Remote,
            Destination::Unresolved(_) => Remark::Unresolved,
        })
    }
}

/// Returns for each node whether its chain contains a loop. Nodes are removed if all nodes that
/// they name were removed; those that remain have a loop.
fn looping(nodes: &[Node]) -> Vec<bool> {
    let below = |node: &Node| {
        let nodes = node.edges.iter().filter_map(|edge| match edge.to {
            Destination::Node(to) => Some(to.0),
            _ => None,
        });
        nodes.collect::<BTreeSet<usize>>()
    };
    let mut left: Vec<usize> = nodes.iter().map(|node| below(node).len()).collect();
    let mut is_looping: Vec<bool> = left.iter().map(|left| *left != 0).collect();
    let nodes_in_order = is_looping.iter().enumerate();
    let mut ends: Vec<usize> = nodes_in_order
        .filter_map(|(index, is_looping)| (!is_looping).then_some(index))
        .collect();
    while let Some(end) = ends.pop() {
        let users = nodes.get(end).map(|node| &*node.users).unwrap_or_default();
        for user in users {
            let Some(left) = left.get_mut(user.0) else {
                continue;
            };
            *left = left.saturating_sub(1);
            if *left == 0 {
                if let Some(is_looping) = is_looping.get_mut(user.0) {
                    *is_looping = false;
                }
                ends.push(user.0);
            }
        }
    }
    is_looping
}
