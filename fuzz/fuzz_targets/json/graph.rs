// SPDX-License-Identifier: MIT OR Apache-2.0
//! The graph of a directory with the image in it, what follows in the input, and a further name of
//! the image; the names are the input's too. It is told as JSON, to people and to Graphviz.

use crate::oracle::{assert_shown, assert_text, written};
use crate::tool::scan::graph::{dot, table};
use crate::APART;
use diskprobe::location::without_credentials;
use diskprobe::scan::graph::{Destination, Graph, GraphBuilder, Node};
use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe::Options;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// The file with the rest of the input, and another name: backing files of the seeds.
const SECOND: &[u8] = b"raw.img";
const FURTHER: &[u8] = b"v.vmdk";

pub(crate) fn collected(name: &[u8], bytes: &[u8], options: &Options) {
    let directory = place(name, bytes);
    let mut builder = GraphBuilder::new();
    let mut found = 0;
    let options = ScanOptions::new().image_options(options.clone());
    scan([ScanTarget::Directory(directory)], &options, |one| {
        found += 1;
        builder.add(&one);
        ControlFlow::Continue(())
    });
    let graph = builder.resolve();
    assert_eq!(found, 3);
    assert_users(&graph);
    let object = written(graph.json());
    let images = object["images"].as_array().expect("a list");
    assert_eq!(images.len(), graph.nodes().len());
    let names = images.iter().zip(graph.nodes());
    let names = names.map(|(image, node)| assert_image(node, image));
    // Asked for directories, a scan opens none of the files.
    assert!([0, 3].contains(&names.sum::<usize>()));
    let table = table(&graph);
    assert_shown(&table);
    assert!(table.lines().count() > graph.nodes().len());
    assert_strings_end(&dot(&graph));
}

/// A directory of this process, with three files in it.
fn place(name: &[u8], bytes: &[u8]) -> PathBuf {
    let directory = std::env::temp_dir().join(format!("diskprobe-json-{}", std::process::id()));
    let _ = fs::remove_dir_all(&directory); // of the last input
    fs::create_dir_all(&directory).expect("a directory");
    let file = |name: &[u8]| directory.join(OsStr::from_bytes(name));
    let taken = name.is_empty() || [&b"."[..], b"..", SECOND, FURTHER].contains(&name);
    let unfit = taken || name.len() > 255 || name.iter().any(|byte| matches!(byte, 0 | b'/'));
    let image = file(if unfit { b"a" } else { name });
    fs::write(&image, bytes).expect("space");
    fs::write(file(SECOND), bytes.get(APART..).unwrap_or_default()).expect("space");
    fs::hard_link(image, file(FURTHER)).expect("a second name");
    directory
}

/// An image lists as users exactly the images that name it.
fn assert_users(graph: &Graph) {
    for (place, node) in graph.nodes().iter().enumerate() {
        for edge in node.edges() {
            if let Destination::Node(to) = edge.destination() {
                let to = graph.node(*to).expect("a node of the graph");
                let is_user = to.users().iter().any(|user| user.index() == place);
                assert_eq!(is_user, to.path() != node.path());
            }
        }
        for user in node.users() {
            let mut edges = graph.nodes()[user.index()].edges().iter();
            assert!(edges.any(
                |edge| matches!(edge.destination(), Destination::Node(to) if to.index() == place)
            ));
        }
    }
}

/// The object says what the graph does, to the byte; returns how many names it has.
fn assert_image(node: &Node, object: &Value) -> usize {
    let name = node.path().as_os_str().as_bytes();
    assert_text(object, "filename", Some(name));
    assert_eq!(object.get("format").is_some(), node.format().is_ok());
    let has_error = node.format().is_err() && !node.is_extent();
    assert_eq!(object.get("error").is_some(), has_error);
    let references = object["references"].as_array().map_or(0, Vec::len);
    assert_eq!(references, node.edges().len());
    for (number, edge) in node.edges().iter().enumerate() {
        let object = &object["references"][number];
        let location = Some(edge.recorded()).filter(|text| !text.is_empty());
        let location = location.map(without_credentials);
        assert_text(object, "location", location.as_deref());
        assert_text(object, "format", edge.format_name());
    }
    1 + object["other-filenames"].as_array().map_or(0, Vec::len)
}

/// No name of an image ends its string in the language of Graphviz: each string ends on its line,
/// and outside of them is only what the tool writes.
fn assert_strings_end(text: &str) {
    assert_shown(text);
    for line in text.lines() {
        let (mut inside, mut escaped) = (false, false);
        for c in line.chars() {
            match (inside, c) {
                (true, _) if escaped => escaped = false,
                (true, '\\') => escaped = true,
                (_, '"') => inside = !inside,
                (true, _) => {}
                (false, c) => assert!(
                    c.is_ascii_alphanumeric() || " []{}=,;->".contains(c),
                    "{line}"
                ),
            }
        }
        assert!(!inside, "{line}");
    }
}
