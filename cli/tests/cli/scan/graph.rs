// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe scan --graph`.

use super::unrecorded;
use crate::TOOL;
use diskprobe_test_support::build::{Build, Qcow2, Subformat, Vmdk, MIB};
use diskprobe_test_support::chain::{overlay as over, raw};
use diskprobe_test_support::recipes::forget_format;
use diskprobe_test_support::tool::Run;
use diskprobe_test_support::Images;
use serde_json::{json, Value};
use std::fs::File;
use std::time::{Duration, SystemTime};

/// Sets the modification time to `seconds` before a fixed day in the past.
fn age(images: &Images, name: &str, seconds: u64) {
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 - seconds);
    let file = File::options().append(true).open(images.path(name));
    file.and_then(|file| file.set_modified(then))
        .expect("the time");
}

/// Makes a pool whose graph has every remark.
fn pool() -> Images {
    let images = Images::new();
    raw(&images, "base.raw");
    over(&images, "middle.qcow2", "base.raw", "raw");
    over(&images, "top.qcow2", "./middle.qcow2", "qcow2");
    over(&images, "top2.qcow2", "middle.qcow2", "qcow2");
    over(&images, "missing.qcow2", "gone.raw", "raw");
    over(&images, "outside.qcow2", "/etc/passwd", "raw");
    over(&images, "remote.qcow2", "nbd://host/export", "raw");
    over(&images, "loop1.qcow2", "loop2.qcow2", "qcow2");
    over(&images, "loop2.qcow2", "loop1.qcow2", "qcow2");
    over(&images, "onloop.qcow2", "loop1.qcow2", "qcow2");
    over(&images, "itself.qcow2", "./itself.qcow2", "qcow2");
    unrecorded(&images, b"base.raw");
    let flat = Vmdk::new(MIB).named("flat.vmdk");
    let flat = flat.subformat(Subformat::MonolithicFlat);
    flat.write(images.path("flat.vmdk"));
    Vmdk::new(MIB).write(images.path("sparse.vmdk"));
    std::fs::hard_link(images.path("top.qcow2"), images.path("top-link.qcow2")).expect("a link");
    for name in [
        "loop1.qcow2",
        "loop2.qcow2",
        "onloop.qcow2",
        "unrecorded.qcow2",
        "top2.qcow2",
    ] {
        age(&images, name, 100);
    }
    age(&images, "base.raw", 300);
    age(&images, "middle.qcow2", 200);
    age(&images, "top.qcow2", 250);
    images
}

const TABLE: &str = "\
NAME                FORMAT  ROLE           DEPENDS ON                USERS  REMARKS
./base.raw          raw     base           -                             2  -
./flat-flat.vmdk    raw     base           -                             1  -
./flat.vmdk         vmdk    -              ./flat-flat.vmdk (extent)      0  unreferenced
./itself.qcow2      qcow2   overlay        ./itself.qcow2                0  unreferenced, loop
./loop1.qcow2       qcow2   overlay, base  ./loop2.qcow2                 2  loop
./loop2.qcow2       qcow2   overlay, base  ./loop1.qcow2                 1  loop
./middle.qcow2      qcow2   overlay, base  ./base.raw                    2  -
./missing.qcow2     qcow2   overlay        ./gone.raw                    0  unreferenced, missing
./onloop.qcow2      qcow2   overlay        ./loop1.qcow2                 0  unreferenced, loop
./outside.qcow2     qcow2   overlay        /etc/passwd                   0  unreferenced, outside
./remote.qcow2      qcow2   overlay        nbd://host/export             0  unreferenced, remote
./sparse.vmdk       vmdk    -              -                             0  unreferenced
./top-link.qcow2    qcow2   overlay        ./middle.qcow2                0  unreferenced, newer-base
./top2.qcow2        qcow2   overlay        ./middle.qcow2                0  unreferenced
./unrecorded.qcow2  qcow2   overlay        ./base.raw                    0  unreferenced, format-not-recorded

unreferenced: no scanned image names this image; a VM or another image may use it
";

#[test]
fn the_graph_is_printed_as_a_table() {
    let images = pool();
    for jobs in ["--jobs=1", "--jobs=5"] {
        let run = TOOL.run(images.directory(), &["scan", "--graph=table", jobs, "."]);
        assert_eq!((run.code, &*run.err), (Some(0), ""));
        let words = |text: &str| -> Vec<String> {
            let lines = text.lines();
            lines
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect()
        };
        assert_eq!(words(run.text()), words(TABLE));
    }
}

#[test]
fn the_graph_is_printed_as_json() {
    let images = pool();
    let run = TOOL.run(images.directory(), &["scan", "--graph=json", "."]);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    let graph = run.json();
    let all = graph["images"].as_array().expect("a list");
    let of = |name: &str| -> Value {
        let found = all.iter().find(|image| image["filename"] == name);
        found.unwrap_or_else(|| panic!("{name}")).clone()
    };
    assert_eq!(
        of("./middle.qcow2"),
        json!({
            "filename": "./middle.qcow2",
            "format": "qcow2",
            "references": [{
                "kind": "backing", "location": "base.raw", "format": "raw",
                "state": "scanned", "filename": "./base.raw",
            }],
            "users": [{ "filename": "./top-link.qcow2" }, { "filename": "./top2.qcow2" }],
            "remarks": [],
        })
    );
    let other = &of("./top-link.qcow2")["other-filenames"];
    assert_eq!(*other, json!([{ "filename": "./top.qcow2" }]));
    let state = |name: &str| of(name)["references"][0]["state"].clone();
    assert_eq!(state("./missing.qcow2"), "missing");
    assert_eq!(state("./outside.qcow2"), "outside");
    assert_eq!(state("./remote.qcow2"), "remote");
}

#[test]
fn an_image_that_cannot_be_probed_keeps_its_users() {
    let images = Images::new();
    images.write("bad.qcow2", b"QFI\xfb\0\0\0\x03");
    over(&images, "top.qcow2", "bad.qcow2", "qcow2");
    over(&images, "odd.qcow2", "json:{", "qcow2");
    let run = TOOL.run(images.directory(), &["scan", "--graph=json", "."]);
    assert_eq!(run.code, Some(1));
    let graph = run.json();
    let images = graph["images"].as_array().expect("a list");
    assert_eq!(images[0]["error"]["code"], "truncated");
    assert_eq!(images[0]["users"], json!([{ "filename": "./top.qcow2" }]));
    assert_eq!(images[1]["remarks"], json!(["unreferenced", "unresolved"]));
    assert_eq!(
        images[1]["references"][0]["error"]["code"],
        "invalid-location"
    );
}

/// Root can read every file, so the test runs the tool as another user.
#[test]
fn an_image_that_cannot_be_opened_keeps_its_users() {
    use std::os::unix::fs::PermissionsExt;
    let images = Images::new();
    let set_mode = |name: &str, mode| {
        let mode = PermissionsExt::from_mode(mode);
        std::fs::set_permissions(images.path(name), mode).expect("the mode");
    };
    set_mode(".", 0o755);
    raw(&images, "base.raw");
    over(&images, "top.qcow2", "base.raw", "raw");
    std::os::unix::fs::symlink("base.raw", images.path("link.raw")).expect("a link");
    std::os::unix::fs::symlink("absent", images.path("dangling")).expect("a link");
    set_mode("base.raw", 0);
    let mut command = TOOL.unprivileged(&images);
    let run = Run::of(command.args(["scan", "--graph=json", "."]));
    assert_eq!(run.code, Some(1));
    let graph = run.json();
    let all = graph["images"].as_array().expect("a list");
    let of = |name: &str| all.iter().find(|image| image["filename"] == name);
    let base = of("./base.raw").expect("a node");
    assert_eq!(base["error"]["code"], "permission-denied");
    assert_eq!(base["users"], json!([{ "filename": "./top.qcow2" }]));
    assert_eq!(
        base["other-filenames"],
        json!([{ "filename": "./link.raw" }])
    );
    let top = of("./top.qcow2").expect("a node");
    assert_eq!(top["references"][0]["state"], "scanned");
    assert!(of("./dangling").is_none());
}

#[test]
fn json_locations_lead_to_the_files_that_are_opened() {
    let images = Images::new();
    for base in ["a.raw", "b.raw"] {
        images.write(base, [0; 512]);
    }
    let here = images.directory().to_str().expect("UTF-8").to_owned();
    let file = format!(r#""file":{{"driver":"file","filename":"{here}/a.raw"}}"#);
    over(
        &images,
        "driver.qcow2",
        &format!(r#"json:{{"driver":"raw",{file}}}"#),
        "raw",
    );
    let says = format!(r#"json:{{"driver":"raw",{file}}}"#);
    over(&images, "says.qcow2", &says, "raw");
    forget_format(&images.path("says.qcow2"));
    over(
        &images,
        "cut.qcow2",
        &format!(r#"json:{{"backing":null,{file}}}"#),
        "raw",
    );
    let other = format!(r#"json:{{"backing.file.filename":"{here}/b.raw",{file}}}"#);
    over(&images, "other.qcow2", &other, "raw");
    let run = TOOL.run(images.directory(), &["scan", "--graph=json", &here]);
    let graph = run.json();
    let all = graph["images"].as_array().expect("a list");
    let of = |name: &str| {
        let path = format!("{here}/{name}");
        let found = all.iter().find(|image| image["filename"] == path.as_str());
        found.unwrap_or_else(|| panic!("{name}")).clone()
    };
    let users = of("a.raw")["users"].as_array().expect("users").len();
    assert_eq!(users, 2);
    assert_eq!(of("driver.qcow2")["remarks"], json!(["unreferenced"]));
    // The driver determines the format.
    assert_eq!(of("says.qcow2")["remarks"], json!(["unreferenced"]));
    assert_eq!(of("says.qcow2")["references"][0]["format"], "raw");
    for name in ["cut.qcow2", "other.qcow2"] {
        let expected = json!(["unreferenced", "unresolved"]);
        assert_eq!(of(name)["remarks"], expected, "{name}");
    }
}

#[test]
fn the_name_of_a_data_file_is_a_path() {
    let images = Images::new();
    images.write("data.raw", [0; 512]);
    for (image, name) in [
        ("plain.qcow2", "data.raw"),
        ("prefix.qcow2", "file:data.raw"),
        (
            "json.qcow2",
            r#"json:{"driver":"file","filename":"data.raw"}"#,
        ),
        ("nbd.qcow2", "nbd://host/x"),
    ] {
        images.write(image, Qcow2::new(MIB).data_file(name).bytes());
    }
    let run = TOOL.run(images.directory(), &["scan", "--graph=json", "."]);
    let graph = run.json();
    for image in graph["images"].as_array().expect("a list") {
        match image["filename"].as_str().expect("a name") {
            "./data.raw" => assert_eq!(image["users"], json!([{ "filename": "./plain.qcow2" }])),
            "./plain.qcow2" => assert_eq!(image["references"][0]["state"], "scanned"),
            _ => assert_eq!(image["references"][0]["state"], "unresolved", "{image}"),
        }
    }
}

#[test]
fn the_graph_is_printed_for_graphviz() {
    let images = Images::new();
    images.write("a\"\\\nb", [0; 512]);
    over(&images, "top.qcow2", "a\"\\\nb", "raw");
    over(&images, "x.qcow2", "gone\"; evil [label=\"", "raw");
    age(&images, "a\"\\\nb", 10);
    let run = TOOL.run(images.directory(), &["scan", "--graph=dot", "."]);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    let expected = r#"digraph images {
    node [shape=box];
    n0 [label="./a\"\\\\\\nb\nraw"];
    n1 [label="./top.qcow2\nqcow2\nunreferenced"];
    n2 [label="./x.qcow2\nqcow2\nunreferenced, missing"];
    n1 -> n0 [label="backing"];
    x0 [label="./gone\"; evil [label=\" (missing)", style=dashed];
    n2 -> x0 [label="backing"];
}
"#;
    assert_eq!(run.text(), expected);
}
