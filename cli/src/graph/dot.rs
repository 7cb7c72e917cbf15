// SPDX-License-Identifier: MIT OR Apache-2.0
//! The graph for Graphviz. No name can end its string: what is shown has no control characters, and
//! quotes and backslashes are escaped once more.

use super::{format, path};
use crate::human::joined;
use crate::text::shown;
use diskprobe::scan::graph::{Destination, Edge, Graph, Node};
use std::fmt::Write;

pub(super) fn text(graph: &Graph) -> String {
    let mut text = String::from("digraph images {\n    node [shape=box];\n");
    for (place, node) in graph.nodes().iter().enumerate() {
        let _ = writeln!(text, "    n{place} [label={}];", label(node));
    }
    let mut others = 0u64;
    for (place, node) in graph.nodes().iter().enumerate() {
        for edge in node.edges() {
            let to = match edge.destination() {
                Destination::Node(to) => format!("n{to}"),
                other => {
                    let name = format!("x{others}");
                    others = others.saturating_add(1);
                    let label = quoted(&[elsewhere(edge, other)]);
                    let _ = writeln!(text, "    {name} [label={label}, style=dashed];");
                    name
                }
            };
            let kind = quoted(&[edge.kind().to_string()]);
            let _ = writeln!(text, "    n{place} -> {to} [label={kind}];");
        }
    }
    text.push_str("}\n");
    text
}

fn label(node: &Node) -> String {
    let mut lines = vec![path(node.path()), format(node)];
    lines.extend(joined(node.remarks()));
    quoted(&lines)
}

/// What is not in the graph, and why.
fn elsewhere(edge: &Edge, destination: &Destination) -> String {
    match destination {
        Destination::Outside(file) => format!("{} (outside)", path(file)),
        Destination::Missing(file) => format!("{} (missing)", path(file)),
        Destination::Remote => format!("{} (remote)", shown(edge.recorded())),
        _ => format!("{} (unresolved)", shown(edge.recorded())),
    }
}

/// Lines as one string of the language.
fn quoted(lines: &[String]) -> String {
    let lines = lines.iter();
    let lines = lines.map(|line| line.replace('\\', "\\\\").replace('"', "\\\""));
    format!("\"{}\"", lines.collect::<Vec<_>>().join("\\n"))
}
