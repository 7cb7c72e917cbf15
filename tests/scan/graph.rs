// SPDX-License-Identifier: MIT OR Apache-2.0
//! Nodes and edges of the graph of a scan.

use crate::pool::{all_jobs, Pool};
use diskprobe::scan::graph::{Destination, Graph, GraphBuilder, Node};
use diskprobe::scan::{scan, ScanOptions};
use diskprobe::{ErrorKind, ReferenceKind};
use diskprobe_test_support::cases::vmdk::descriptor;
use std::ops::ControlFlow;
use std::os::unix::fs::symlink;

fn graph(pool: &Pool, options: &ScanOptions) -> Graph {
    let mut builder = GraphBuilder::new();
    scan([pool.target()], options, |entry| {
        builder.add(&entry);
        ControlFlow::Continue(())
    });
    builder.resolve()
}

fn node<'a>(graph: &'a Graph, pool: &Pool, name: &str) -> Option<&'a Node> {
    let path = pool.path(name);
    graph.nodes().iter().find(|node| node.path() == path)
}

#[test]
fn a_file_that_was_not_opened_is_a_node() {
    let pool = Pool::new();
    symlink("/proc/self/cmdline", pool.path("out")).expect("a link");
    symlink("/proc/self/cmdline", pool.path("another")).expect("a link");
    symlink("absent", pool.path("dangling")).expect("a link");
    symlink("/proc", pool.path("directory")).expect("a link");
    for options in all_jobs() {
        let graph = graph(&pool, &options);
        assert_eq!(graph.nodes().len(), 1);
        let node = node(&graph, &pool, "another").expect("the first path");
        assert_eq!(node.other_paths(), [pool.path("out")]);
        let error = node.format().expect_err("not opened");
        assert_eq!(error.kind(), ErrorKind::OutsideRoot);
    }
}

#[test]
fn an_extent_is_one_node_with_one_edge() {
    let pool = Pool::new();
    pool.write("broken.vmdk", b"QFI\xfb\0\0\0\x03");
    pool.raw("flat.raw");
    let lines = ["broken.vmdk", "flat.raw", "./flat.raw", "gone", "./gone"];
    let lines = lines
        .map(|name| format!("RW 1 FLAT \"{name}\" 0\n"))
        .concat();
    pool.write("disk.vmdk", &descriptor(&lines));
    for options in all_jobs() {
        let graph = graph(&pool, &options);
        let disk = node(&graph, &pool, "disk.vmdk").expect("a node");
        let edges = disk.edges().iter();
        let found: Vec<_> = edges
            .map(|edge| (edge.kind(), edge.destination().as_str()))
            .collect();
        let expected = ["scanned", "scanned", "missing"];
        assert_eq!(found, expected.map(|state| (ReferenceKind::Extent, state)));
        assert!(matches!(
            disk.edges()[2].destination(),
            Destination::Missing(_)
        ));
        assert_eq!((disk.omitted_extents(), disk.is_extent()), (0, false));
        for name in ["broken.vmdk", "flat.raw"] {
            let extent = node(&graph, &pool, name).expect("a node");
            assert_eq!((extent.is_extent(), extent.users().len()), (true, 1));
        }
    }
}
