// SPDX-License-Identifier: MIT OR Apache-2.0
//! A graph of images as JSON.

use super::{bytes, reason};
use crate::base::json::{any, json, Json};
use crate::location::without_credentials;
use crate::scan::graph::{Destination, Edge, Graph, Node};
use core::fmt::Display;
use std::path::PathBuf;

impl Graph {
    /// Returns a JSON object with the images and what they name. `docs/scan.md` explains every key.
    pub fn json(&self) -> impl Display + '_ {
        let members = move |object: &mut Json<'_>| {
            let nodes = Some(self.nodes().iter());
            object.objects("images", nodes, |object, node| image(object, self, node));
        };
        json(move |json| json.object(members))
    }
}

fn image(object: &mut Json<'_>, graph: &Graph, node: &Node) {
    let file = |object: &mut Json<'_>, path| {
        object.text("filename", Some(bytes(path)));
    };
    let format = node.format();
    let omitted = Some(node.omitted_extents()).filter(|count| *count != 0);
    let users = node.users().iter();
    let users = users.filter_map(|user| Some(graph.node(*user)?.path()));
    file(object, node.path());
    object
        .objects(
            "other-filenames",
            any(node.other_paths().iter().map(PathBuf::as_path)),
            file,
        )
        .text("format", format.ok().map(|format| format.as_str()))
        .member("error", format.err().filter(|_| !node.is_extent()), reason)
        .objects("references", any(node.edges().iter()), |object, edge| {
            reference(object, graph, edge);
        })
        .value("omitted-extents", omitted)
        .objects("users", any(users), file)
        .texts(
            "remarks",
            Some(node.remarks().map(|remark| remark.as_str())),
        );
}

fn reference(object: &mut Json<'_>, graph: &Graph, edge: &Edge) {
    let destination = edge.destination();
    let location = without_credentials(edge.recorded());
    let error = match destination {
        Destination::Unresolved(error) => Some(error),
        _ => None,
    };
    object
        .text("kind", Some(edge.kind().as_str()))
        .text("location", Some(location).filter(|text| !text.is_empty()))
        .text("format", edge.format_name())
        .text("state", Some(destination.as_str()))
        .text("filename", graph.path_of(destination).map(bytes))
        .member("error", error, reason);
}
