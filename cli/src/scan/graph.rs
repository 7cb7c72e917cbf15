// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe scan --graph`: the dependencies between images.

use crate::text::{aligned, joined, shown, shown_location};
use diskprobe::scan::graph::{Destination, Edge, Graph, Node, Remark};
use diskprobe::ReferenceKind;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Returns a table with one row for each image, and an explanation of the remark `unreferenced`.
pub(crate) fn table(graph: &Graph) -> String {
    let headings = "NAME|FORMAT|ROLE|DEPENDS ON|USERS|REMARKS";
    let nodes = graph.nodes().iter();
    let mut text = aligned(headings, nodes.clone().map(|node| row(graph, node)), &[4]);
    let mut remarks = nodes.flat_map(Node::remarks);
    if remarks.any(|remark| remark == Remark::Unreferenced) {
        text.push_str(
            "\nunreferenced: no scanned image names this image; \
             a VM or another image may use it\n",
        );
    }
    text
}

fn row(graph: &Graph, node: &Node) -> [String; 6] {
    let none = || "-".to_owned();
    let is_backing = |edge: &Edge| edge.kind() == ReferenceKind::Backing;
    let role = match (node.edges().iter().any(is_backing), node.users().is_empty()) {
        (true, true) => "overlay",
        (true, false) => "overlay, base",
        (false, true) => "-",
        (false, false) => "base",
    };
    let names = node.edges().iter().map(|edge| match edge.kind() {
        ReferenceKind::Backing => named(graph, edge),
        kind => format!("{} ({kind})", named(graph, edge)),
    });
    let names = names.chain(omitted(node));
    [
        path(node.path()),
        format(node),
        role.to_owned(),
        joined(names).unwrap_or_else(none),
        node.users().len().to_string(),
        joined(node.remarks()).unwrap_or_else(none),
    ]
}

fn omitted(node: &Node) -> Option<String> {
    let count = node.omitted_extents();
    (count != 0).then(|| format!("{count} more extents"))
}

fn path(path: &Path) -> String {
    shown(path.as_os_str().as_bytes())
}

/// Returns the format, if the image could be probed.
fn format(node: &Node) -> String {
    node.format()
        .map_or("-".into(), |format| format.to_string())
}

/// Returns the path of the destination, or the recorded name if it was not found.
fn named(graph: &Graph, edge: &Edge) -> String {
    if edge.recorded().is_empty() && graph.path_of(edge.destination()).is_none() {
        return "unnamed".into();
    }
    let found = graph.path_of(edge.destination()).map(path);
    found.unwrap_or_else(|| shown_location(edge.recorded()))
}

/// Returns the graph in Graphviz's language. Names cannot end a string: control characters are
/// escaped, and then quotes and backslashes.
pub(crate) fn dot(graph: &Graph) -> String {
    let mut text = String::from("digraph images {\n    node [shape=box];\n");
    for (index, node) in graph.nodes().iter().enumerate() {
        let remarks = joined(node.remarks());
        let lines = [path(node.path()), format(node)].into_iter();
        let lines = lines.chain(remarks).chain(omitted(node));
        let label = quoted(lines);
        text.push_str(&format!("    n{index} [label={label}];\n"));
    }
    let edges = graph.nodes().iter().enumerate();
    let edges = edges.flat_map(|(index, node)| node.edges().iter().map(move |edge| (index, edge)));
    let mut others = 0u64..;
    for (index, edge) in edges {
        let to = match edge.destination() {
            Destination::Node(to) => format!("n{}", to.index()),
            other => {
                let to = format!("x{}", others.next().unwrap_or_default());
                let label = format!("{} ({})", named(graph, edge), other.as_str());
                let label = quoted([label].into_iter());
                text.push_str(&format!("    {to} [label={label}, style=dashed];\n"));
                to
            }
        };
        let kind = edge.kind();
        text.push_str(&format!("    n{index} -> {to} [label=\"{kind}\"];\n"));
    }
    text + "}\n"
}

/// Returns the lines as one quoted string for Graphviz.
fn quoted(lines: impl Iterator<Item = String>) -> String {
    let lines = lines.map(|line| line.replace('\\', "\\\\").replace('"', "\\\""));
    format!("\"{}\"", lines.collect::<Vec<_>>().join("\\n"))
}
