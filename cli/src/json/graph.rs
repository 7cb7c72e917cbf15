// SPDX-License-Identifier: MIT OR Apache-2.0
//! A graph of images as JSON.

use super::object::{Object, Value};
use super::reason;
use diskprobe::scan::graph::{Destination, Edge, Graph, Node, Remark};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

pub(crate) fn all(graph: &Graph) -> Object {
    let images = graph.nodes().iter().map(|node| image(graph, node));
    Object::new().with("images", images.collect::<Value>())
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

fn name(graph: &Graph, place: usize) -> &[u8] {
    let node = graph.nodes().get(place);
    node.map(|node| bytes(node.path())).unwrap_or_default()
}

fn file(path: &[u8]) -> Object {
    Object::new().text("filename", path)
}

fn image(graph: &Graph, node: &Node) -> Object {
    let format = node.format();
    file(bytes(node.path()))
        .list(
            "other-filenames",
            node.other_paths().map(|path| file(bytes(path))),
        )
        .maybe("format", format.ok().map(|format| format.as_str()))
        .maybe("error", format.err().map(|error| reason(&error)))
        .list(
            "references",
            node.edges().iter().map(|edge| reference(graph, edge)),
        )
        .list(
            "users",
            node.users().iter().map(|user| file(name(graph, *user))),
        )
        .with(
            "remarks",
            node.remarks().map(Remark::as_str).collect::<Value>(),
        )
}

fn reference(graph: &Graph, edge: &Edge) -> Object {
    let (state, path, error) = match edge.destination() {
        Destination::Node(place) => ("scanned", Some(name(graph, *place)), None),
        Destination::Outside(path) => ("outside", Some(bytes(path)), None),
        Destination::Missing(path) => ("missing", Some(bytes(path)), None),
        Destination::Unresolved(error) => ("unresolved", None, Some(reason(error))),
        _ => ("remote", None, None),
    };
    Object::new()
        .with("kind", edge.kind().as_str())
        .text("location", edge.recorded())
        .maybe_text("format", edge.format_name())
        .with("state", state)
        .maybe_text("filename", path)
        .maybe("error", error)
}
