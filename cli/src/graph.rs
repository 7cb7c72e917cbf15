// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe scan --graph`: which images stand on which.

mod dot;

use crate::args::Graph as How;
use crate::human::joined;
use crate::json;
use crate::scan::table::aligned;
use crate::text::shown;
use diskprobe::scan::graph::{Destination, Edge, Graph, Node, Remark};
use diskprobe::ReferenceKind;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

pub(crate) fn write(graph: &Graph, how: How, out: &mut impl Write) -> io::Result<()> {
    match how {
        How::Table => out.write_all(table(graph).as_bytes()),
        How::Json => writeln!(out, "{}", json::pretty(&json::graph::all(graph))?),
        How::Dot => out.write_all(dot::text(graph).as_bytes()),
    }
}

/// One row for each image, and what some remarks do not say.
fn table(graph: &Graph) -> String {
    let headings = ["NAME", "FORMAT", "ROLE", "STANDS ON", "USERS", "REMARKS"];
    let rows = graph.nodes().iter().map(|node| row(graph, node)).collect();
    let mut text = aligned(headings, rows, &[4]);
    let mut all = graph.nodes().iter().flat_map(Node::remarks);
    if all.any(|remark| remark == Remark::Unreferenced) {
        text.push_str(
            "\nunreferenced: named by no image that was scanned; \
             a machine may use it, or an image elsewhere\n",
        );
    }
    text
}

fn row(graph: &Graph, node: &Node) -> [String; 6] {
    let none = || "-".to_owned();
    let names = node.edges().iter().map(|edge| named(graph, edge));
    [
        path(node.path()),
        format(node),
        role(node).to_owned(),
        joined(names).unwrap_or_else(none),
        node.users().len().to_string(),
        joined(node.remarks()).unwrap_or_else(none),
    ]
}

fn path(path: &Path) -> String {
    shown(path.as_os_str().as_bytes())
}

/// The format, as far as the image could be probed.
fn format(node: &Node) -> String {
    node.format()
        .map_or("-".into(), |format| format.to_string())
}

/// What the image is to the others.
fn role(node: &Node) -> &'static str {
    let mut backing = node.edges().iter();
    let is_overlay = backing.any(|edge| edge.kind() == ReferenceKind::Backing);
    match (is_overlay, node.users().is_empty()) {
        (true, true) => "overlay",
        (true, false) => "overlay, base",
        (false, true) => "-",
        (false, false) => "base",
    }
}

/// What is named, as far as it was found; and in what role, unless that is the usual.
fn named(graph: &Graph, edge: &Edge) -> String {
    let name = match edge.destination() {
        Destination::Node(place) => graph.nodes().get(*place).map(|node| path(node.path())),
        Destination::Outside(file) | Destination::Missing(file) => Some(path(file)),
        _ => None,
    };
    let name = name.unwrap_or_else(|| shown(edge.recorded()));
    match edge.kind() {
        ReferenceKind::Backing => name,
        kind => format!("{name} ({kind})"),
    }
}
