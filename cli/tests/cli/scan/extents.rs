// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files that a VMDK names as extents are parts of that image.

use crate::TOOL;
use diskprobe_test_support::build::{Build, Qcow2, SparseFile, Subformat, Vmdk, GIB, MIB};
use diskprobe_test_support::cases::vmdk::descriptor;
use diskprobe_test_support::Images;
use serde_json::{json, Value};

/// Scans with one job and with several. Returns the lines of the images, and the summary.
fn scan(images: &Images, code: i32) -> (Vec<Value>, Value) {
    let [one, several] = ["--jobs=1", "--jobs=4"].map(|jobs| {
        let arguments = ["scan", "--output=json", "-r", jobs, "."];
        let run = TOOL.run(images.directory(), &arguments);
        assert_eq!(run.code, Some(code), "{run:?}");
        let mut lines = run.json_lines();
        let mut summary = lines.pop().expect("the last line")["summary"].take();
        for system in summary["file-systems"].as_array_mut().expect("a list") {
            // Others write to it too.
            let system = system.as_object_mut().expect("an object");
            system.retain(|key, _| !matches!(&**key, "size" | "free" | "over-commit"));
        }
        lines.sort_by_key(|line| line["filename"].to_string());
        (lines, summary)
    });
    assert_eq!(one, several);
    one
}

fn counts(summary: &Value) -> [&Value; 3] {
    ["images", "failures", "extents"].map(|key| &summary[key])
}

/// Returns the virtual sizes of all formats, and of all file systems.
fn totals(summary: &Value) -> (u64, u64) {
    let sum = |all: Vec<&Value>| {
        let sizes = all.into_iter().map(|one| one["virtual-size"].as_u64());
        sizes.map(|size| size.expect("a size")).sum()
    };
    let formats = summary["formats"].as_object().expect("an object");
    let systems = summary["file-systems"].as_array().expect("a list");
    (
        sum(formats.values().collect()),
        sum(systems.iter().collect()),
    )
}

fn write(images: &Images, name: &str, subformat: Subformat, size: u64) {
    let file = name.rsplit('/').next().expect("a name");
    let disk = Vmdk::new(size).named(file).subformat(subformat);
    disk.write(images.path(name));
}

#[test]
fn sparse_extents_are_not_failures() {
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    for name in ["a.vmdk", "sub/z.vmdk"] {
        write(&images, name, Subformat::TwoGbMaxExtentSparse, 3 * GIB);
    }
    let (lines, summary) = scan(&images, 0);
    let names: Vec<_> = lines.iter().map(|line| &line["filename"]).collect();
    assert_eq!(names, ["./a.vmdk", "./sub/z.vmdk"]);
    assert_eq!(counts(&summary), [&json!(2), &json!(0), &json!(4)]);
    assert_eq!(totals(&summary), (6 * GIB, 6 * GIB));

    let human = TOOL.run(images.directory(), &["scan", "-r", "."]);
    assert_eq!((human.code, &*human.err), (Some(0), ""));
    let text = human.text();
    assert!(
        text.ends_with("\n4 files are extents of these images\n"),
        "{text}"
    );

    for form in ["table", "json", "dot"] {
        let graph = format!("--graph={form}");
        let run = TOOL.run(images.directory(), &["scan", "-r", &graph, "."]);
        assert_eq!((run.code, &*run.err), (Some(0), ""));
        assert!(!run.text().contains("error"), "{}", run.text());
    }
}

#[test]
fn flat_extents_are_counted_once() {
    for subformat in [Subformat::MonolithicFlat, Subformat::TwoGbMaxExtentFlat] {
        let images = Images::new();
        write(&images, "disk.vmdk", subformat, 3 * GIB);
        let (lines, summary) = scan(&images, 0);
        let extents = lines.len() - 1;
        assert_eq!(counts(&summary), [&json!(1), &json!(0), &json!(extents)]);
        assert_eq!(totals(&summary), (3 * GIB, 3 * GIB));
        assert_eq!(summary["formats"]["raw"], Value::Null);
        let growth = &summary["file-systems"][0]["growth"];
        let allocated = summary["file-systems"][0]["actual-size"].as_u64();
        assert_eq!(*growth, 3 * GIB - allocated.expect("a size"));
        assert_eq!(summary["formats"]["vmdk"]["actual-size"], json!(allocated));
    }
}

/// The data belongs to the guest, which can write any signature.
#[test]
fn an_extent_can_begin_with_the_signature_of_another_format() {
    let images = Images::new();
    images.write("a.vmdk", descriptor("RW 2048 FLAT \"a-flat.vmdk\" 0"));
    Qcow2::new(64 * MIB).write(images.path("a-flat.vmdk"));
    images.write("b.vmdk", descriptor("RW 2048 FLAT \"b-flat.vmdk\" 0"));
    images.write("b-flat.vmdk", b"QFI\xfb\0\0\0\x03");
    let (_, summary) = scan(&images, 0);
    assert_eq!(counts(&summary), [&json!(2), &json!(0), &json!(2)]);
}

#[test]
fn an_extent_can_have_any_name_and_hard_links() {
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    SparseFile::zeros(MIB).write(&images.path("disk.raw"));
    images.write("disk.vmdk", descriptor("RW 2048 FLAT \".//disk.raw\" 0"));
    std::fs::hard_link(images.path("disk.raw"), images.path("sub/again.raw")).expect("a link");
    let (_, summary) = scan(&images, 0);
    assert_eq!(counts(&summary), [&json!(1), &json!(0), &json!(2)]);
    assert_eq!(totals(&summary), (MIB, MIB));
    let table = TOOL.run(images.directory(), &["scan", "-r", "."]);
    let rows = table
        .text()
        .lines()
        .filter(|line| line.ends_with("  extent"));
    assert_eq!(rows.count(), 2, "{}", table.text());
}

/// Only the bytes that the descriptor declares are counted there.
#[test]
fn a_descriptor_does_not_hide_space() {
    let images = Images::new();
    SparseFile::zeros(GIB).write(&images.path("large.raw"));
    Qcow2::new(GIB).write(images.path("other.qcow2"));
    write(&images, "other.vmdk", Subformat::MonolithicSparse, GIB);
    let names = ["large.raw", "other.qcow2", "other.vmdk", "absent"];
    let lines = names
        .map(|name| format!("RW 1 FLAT \"{name}\" 0\n"))
        .concat();
    images.write("disk.vmdk", descriptor(&lines));
    let (_, summary) = scan(&images, 0);
    assert_eq!(counts(&summary), [&json!(3), &json!(0), &json!(1)]);
    let size = 3 * GIB + 3 * 512;
    assert_eq!(totals(&summary), (size, size));
}

/// A name can lead to a server, so only the graph, which is asked for names, follows it.
#[test]
fn names_that_leave_the_directory_are_not_followed() {
    let images = Images::new();
    images.write("large.raw", [0; 512]);
    let absolute = images.path("large.raw");
    for name in ["../large.raw", "..", absolute.to_str().expect("UTF-8")] {
        let line = format!("RW 1 FLAT \"{name}\" 0");
        images.write("sub/disk.vmdk", descriptor(&line));
        let (_, summary) = scan(&images, 0);
        assert_eq!(counts(&summary), [&json!(2), &json!(0), &json!(0)]);
    }
}

#[test]
fn other_broken_files_are_failures_still() {
    let images = Images::new();
    write(&images, "disk.vmdk", Subformat::TwoGbMaxExtentSparse, MIB);
    let extent = std::fs::read(images.path("disk-s001.vmdk")).expect("an extent");
    images.write("stray-s001.vmdk", extent);
    let (lines, summary) = scan(&images, 1);
    assert_eq!(counts(&summary), [&json!(1), &json!(1), &json!(1)]);
    assert_eq!(lines[1]["filename"], "./stray-s001.vmdk");
    for arguments in [["scan", "."], ["scan", "--graph=json"]] {
        let arguments = [&arguments[..], &["."]].concat();
        let run = TOOL.run(images.directory(), &arguments);
        assert_eq!(run.code, Some(1));
        assert!(
            run.err.starts_with("diskprobe: ./stray-s001.vmdk: "),
            "{}",
            run.err
        );
    }
    let run = TOOL.run(images.directory(), &["scan", "--graph=json", "."]);
    let graph = run.json();
    let all = graph["images"].as_array().expect("a list");
    let failed: Vec<_> = all.iter().filter(|one| !one["error"].is_null()).collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["filename"], "./stray-s001.vmdk");
}
