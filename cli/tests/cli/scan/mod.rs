// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe scan`: table, totals, JSON Lines, graph and exit codes.

mod bounds;
mod extents;
mod failures;
mod graph;
mod parents;

use crate::TOOL;
use diskprobe_test_support::build::{Build, Luks, Qcow2, Vdi, GIB, MIB, TIB};
use diskprobe_test_support::tool::{overlay, with_backing};
use diskprobe_test_support::Images;
use serde_json::{json, Value};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

/// Makes an overlay that does not record the backing format.
fn unrecorded(images: &Images, backing: &[u8]) {
    with_backing(images, "unrecorded.qcow2", backing);
}

/// Makes a pool that fills every column of the table.
fn pool() -> Images {
    let images = overlay();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    Vdi::new(GIB).write(images.path("sub/disk.vdi"));
    Luks::new(MIB).write(images.path("luks.img"));
    unrecorded(&images, b"/srv/base.img");
    images
}

/// Returns the text without the lines about file systems, whose free space varies.
fn without_space(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("file system of"));
    lines.map(|line| format!("{line}\n")).collect()
}

fn allocated(images: &Images, name: &str) -> String {
    let metadata = std::fs::metadata(images.path(name)).expect("the image");
    match metadata.blocks() * 512 {
        0 => "0 bytes".into(),
        bytes => format!("{} KiB", bytes / 1024),
    }
}

#[test]
fn results_are_printed_as_a_table() {
    let images = overlay();
    unrecorded(&images, b"/srv/base.img");
    let run = TOOL.run(images.directory(), &["scan", "."]);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    let size = |name| format!("{:>9}", allocated(&images, name));
    let (base, overlay) = (size("base.img"), size("overlay.qcow2"));
    let unrecorded = size("unrecorded.qcow2");
    let rows = format!(
        "\
NAME                FORMAT  VIRTUAL  ALLOCATED  BACKING                              ENCRYPTION  FINDINGS
./base.img          raw      64 MiB  {base}  -                                    -           -
./overlay.qcow2     qcow2    64 MiB  {overlay}  base.img (raw)                       -           -
./unrecorded.qcow2  qcow2    64 MiB  {unrecorded}  /srv/base.img (format not recorded)  -           -

FORMAT  IMAGES  VIRTUAL  ALLOCATED
"
    );
    assert!(run.text().starts_with(&rows), "{}", run.text());
    let totals: Vec<_> = without_space(run.text())
        .lines()
        .skip(6)
        .map(|line| {
            line.split_whitespace()
                .take(4)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(
        totals,
        ["qcow2 2 128 MiB", "raw 1 64 MiB", "total 3 192 MiB", ""]
    );
}

#[test]
fn a_recursive_scan_reads_directories() {
    let images = pool();
    let flat = TOOL.run(images.directory(), &["scan", "."]);
    assert!(!flat.text().contains("disk.vdi"), "{}", flat.text());
    let deep = TOOL.run(images.directory(), &["scan", "-r", "-j", "4", "."]);
    assert_eq!((deep.code, &*deep.err), (Some(0), ""));
    assert!(deep.text().contains("\n./sub/disk.vdi"), "{}", deep.text());
    // The rows are sorted.
    let names: Vec<_> = deep
        .text()
        .lines()
        .skip(1)
        .map_while(|line| line.split(' ').next())
        .collect();
    let names: Vec<_> = names
        .into_iter()
        .take_while(|name| !name.is_empty())
        .collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!((names.len(), &names), (5, &sorted));
    let luks = deep
        .text()
        .lines()
        .find(|line| line.starts_with("./luks.img"));
    let columns: Vec<_> = luks.expect("a row").split_whitespace().collect();
    assert_eq!((columns[1], columns[7]), ("luks", "luks"), "{columns:?}");
}

#[test]
fn results_are_json_lines_and_a_summary() {
    let images = pool();
    let arguments = ["scan", "--output=json", "--thorough", "--jobs=3", "-r", "."];
    let run = TOOL.run(images.directory(), &arguments);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    let mut lines = run.json_lines();
    let summary = lines.pop().expect("the last line");
    assert_eq!(lines.len(), 5);
    for line in &lines {
        // `info` prints the same object.
        let name = line["filename"].as_str().expect("a name");
        let info = TOOL.info(images.directory(), &[name]);
        assert_eq!(*line, info);
    }
    let counts = &summary["summary"];
    assert_eq!(counts["images"], 5);
    assert_eq!(
        (&counts["failures"], &counts["special-files"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(counts["directories"], 2);
    assert_eq!(counts["formats"]["qcow2"]["virtual-size"], 128 << 20);
    let systems = counts["file-systems"].as_array().expect("a list");
    assert_eq!((systems.len(), &systems[0]["images"]), (1, &json!(5)));
    let sum: u64 = lines
        .iter()
        .map(|line| line["virtual-size"].as_u64().expect("a size"))
        .sum();
    assert_eq!(systems[0]["virtual-size"], sum);
    assert!(systems[0]["free"].as_u64() <= systems[0]["size"].as_u64());
}

#[test]
fn a_file_system_can_be_over_committed() {
    let images = Images::new();
    let large = Qcow2::new(4096 * TIB).cluster_size(2 * MIB);
    large.write(images.path("large.qcow2"));
    let said = TOOL.run(images.directory(), &["scan", "."]);
    assert!(
        said.text().contains(": over-committed by 4 PiB"),
        "{}",
        said.text()
    );
    // A file with two hard links is counted once.
    std::fs::hard_link(images.path("large.qcow2"), images.path("again.qcow2")).expect("a link");
    let said = TOOL.run(images.directory(), &["scan", "--output=json", "."]);
    let summary = said.json_lines().pop().expect("the last line");
    let system = &summary["summary"]["file-systems"][0];
    assert_eq!(
        (&system["images"], &system["virtual-size"]),
        (&json!(1), &json!(4u64 << 50))
    );
    assert_eq!(summary["summary"]["images"], 2);
    let growth = system["growth"].as_u64().expect("a size");
    let over = growth - system["free"].as_u64().expect("a size");
    assert_eq!(system["over-commit"], over);

    let images = Images::new();
    images.write("small.raw", [0; 512]);
    let said = TOOL.run(images.directory(), &["scan", "."]);
    assert!(
        said.text().contains(": not over-committed\n"),
        "{}",
        said.text()
    );
}

#[test]
fn names_are_escaped_in_text_and_exact_in_json() {
    let images = Images::new();
    images.write(OsStr::from_bytes(b"\x1b[31m\xff.raw"), [0; 512]);
    let human = TOOL.run(images.directory(), &["scan", "."]);
    assert!(
        human.text().contains("\n./\\x1b[31m\\xff.raw  raw"),
        "{}",
        human.text()
    );
    let json = TOOL.run(images.directory(), &["scan", "--output=json", "."]);
    assert_eq!(
        json.json_lines()[0]["filename-hex"],
        "2e2f1b5b33316dff2e726177"
    );
}

#[test]
fn a_target_can_be_a_file_or_missing() {
    let images = overlay();
    let run = TOOL.run(
        images.directory(),
        &["scan", "base.img", "absent", "overlay.qcow2"],
    );
    assert_eq!(run.code, Some(1));
    assert_eq!(
        run.err,
        "diskprobe: absent: cannot open: No such file or directory\n"
    );
    let rows = run.text().lines().skip(1).take(2);
    let names: Vec<_> = rows.filter_map(|row| row.split(' ').next()).collect();
    assert_eq!(names, ["base.img", "overlay.qcow2"]);
}

#[test]
fn the_given_format_is_used_for_all_images() {
    let images = overlay();
    let run = TOOL.run(
        images.directory(),
        &["scan", "--output=json", "-f", "qcow2", "."],
    );
    assert_eq!(run.code, Some(1));
    let start = "diskprobe: ./base.img: not a qcow2 image: no qcow2 signature";
    assert!(run.err.starts_with(start), "{}", run.err);
}

#[test]
fn wrong_usage_has_exit_code_2() {
    let images = Images::new();
    for arguments in [
        &["scan"][..],
        &["scan", "--jobs=0", "."],
        &["scan", "--jobs=257", "."],
        &["scan", "--graph=tree", "."],
        &["scan", "--graph=dot", "--output=json", "."],
    ] {
        let run = TOOL.run(images.directory(), arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}");
        assert!(run.out.is_empty() && !run.err.is_empty());
    }
}

fn first_object(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
