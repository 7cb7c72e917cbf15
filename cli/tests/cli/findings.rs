// SPDX-License-Identifier: MIT OR Apache-2.0
//! Findings of `diskprobe info`.

use crate::TOOL;
use diskprobe_test_support::build::{Build, Encryption, Qcow2, Subformat, Vdi, Vmdk, MIB};
use diskprobe_test_support::bytes::position;
use diskprobe_test_support::tool::overlay;
use diskprobe_test_support::{patched, Images};
use serde_json::json;

#[test]
fn document_lists_each_finding() {
    let document = include_str!("../../../docs/info.md");
    let (_, safety) = document.split_once("## Findings").expect("the heading");
    let (safety, _) = safety.split_once("\n## ").unwrap_or((safety, ""));
    let rows = safety.lines().filter_map(|line| line.strip_prefix("| `"));
    let documented: Vec<_> = rows.filter_map(|row| row.split('`').next()).collect();
    let findings: Vec<_> = diskprobe::Finding::ALL
        .iter()
        .copied()
        .map(|finding| finding.as_str())
        .collect();
    assert_eq!(documented, findings);
}

#[test]
fn each_image_has_its_findings() {
    let images = overlay();
    let aes = Qcow2::new(MIB).encrypted(Encryption::Aes);
    aes.write(images.path("aes.qcow2"));
    Qcow2::new(MIB)
        .data_file("d.data")
        .write(images.path("d.qcow2"));
    let plain = Qcow2::new(MIB).bytes();
    images.write("plain.qcow2", &plain);
    images.write("dirty.qcow2", patched(&plain, &[(79, &[1])]));
    images.write("corrupt.qcow2", patched(&plain, &[(79, &[2])]));
    images.write(
        "unnamed.qcow2",
        patched(&plain, &[(79, &[4]), (112, &[0; 8])]),
    );
    for (name, safety) in [
        ("plain.qcow2", json!([])),
        ("overlay.qcow2", json!(["backing-file"])),
        ("aes.qcow2", json!(["encrypted"])),
        ("d.qcow2", json!(["data-file"])),
        ("unnamed.qcow2", json!(["data-file"])),
        ("dirty.qcow2", json!(["dirty"])),
        ("corrupt.qcow2", json!(["corrupt"])),
    ] {
        assert_eq!(
            TOOL.info(images.directory(), &[name])["findings"],
            safety,
            "{name}"
        );
    }
    let data_file = TOOL.info(images.directory(), &["d.qcow2"])["data-file"].take();
    assert_eq!(data_file, json!({ "filename": "d.data", "raw": false }));
    let unnamed = TOOL.info(images.directory(), &["unnamed.qcow2"])["data-file"].take();
    assert_eq!(unnamed, json!({ "raw": false }));
}

#[test]
fn files_named_by_an_image_are_listed_but_not_opened() {
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let flat = Vmdk::new(64 * MIB).named("flat.vmdk");
    let flat = flat.subformat(Subformat::MonolithicFlat);
    flat.write(images.path("sub/flat.vmdk"));
    std::fs::remove_file(images.path("sub/flat-flat.vmdk")).expect("the extent");
    let flat = TOOL.info(images.directory(), &["sub/flat.vmdk"]);
    let extent = json!({
        "filename": "flat-flat.vmdk",
        "type": "FLAT",
        "virtual-size": 67_108_864,
        "offset": 0,
    });
    assert_eq!(flat["extents"], json!([extent]));
    assert_eq!(flat["subformat"], "monolithicFlat");
    assert_eq!(flat["findings"], json!(["external-extents"]));
    let name = b"flat-flat.vmdk";
    let offset = position(&images.read("sub/flat.vmdk"), name);
    let reference = json!({
        "kind": "extent",
        "location": "flat-flat.vmdk",
        "offset": offset,
        "length": name.len(),
    });
    assert_eq!(flat["references"], json!([reference]));
    let opened = &flat["format-specific"]["data"]["extents"][0]["filename"];
    assert_eq!(opened, "sub/flat-flat.vmdk");

    let vdi = Vdi::new(64 * MIB).bytes();
    let uuid: [u8; 16] = std::array::from_fn(|index| u8::try_from(index).expect("below 16"));
    images.write("child.vdi", patched(&vdi, &[(424, &uuid)]));
    let child = TOOL.info(images.directory(), &["child.vdi"]);
    // The GUID has Microsoft's byte order.
    let parent = json!({ "uuid": "03020100-0504-0706-0809-0a0b0c0d0e0f" });
    assert_eq!(child["parent"], parent);
    assert_eq!(child["findings"], json!(["parent"]));
    assert_eq!(child.get("references"), None);
    assert_eq!(child.get("backing-filename"), None);
}

#[test]
fn other_matching_formats_are_listed() {
    let images = Images::new();
    let vdi = Vdi::new(64 * MIB).bytes();
    images.write("two.img", patched(&vdi, &[(0, b"QFI\xfb\0\0\0\x03")]));
    let two = TOOL.info(images.directory(), &["two.img"]);
    assert_eq!(two["format"], "vdi");
    assert_eq!(two["also-matches"], json!(["qcow2"]));
    assert_eq!(two["findings"], json!(["ambiguous"]));
    let asked = TOOL.info(images.directory(), &["-f", "vdi", "two.img"]);
    assert_eq!(asked.get("also-matches"), None);
    assert_eq!(asked["findings"], json!([]));
    let human = TOOL.run(images.directory(), &["info", "two.img"]);
    assert!(human
        .text()
        .ends_with("also matches:        qcow2\nfindings:            ambiguous\n"));
}
