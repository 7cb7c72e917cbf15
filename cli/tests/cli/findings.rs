// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the command line tool finds that matters before an image is accepted.

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/common/tool.rs"]
mod tool;

use common::{patched, Images};
use serde_json::json;
use tool::{info, overlay, run, write};

#[test]
fn every_finding_is_documented() {
    let document = include_str!("../../docs/info.md");
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
fn safety_names_what_matters() {
    let images = overlay();
    let aes = "encrypt.format=aes,encrypt.key-secret=s0";
    let secret = "secret,id=s0,data=abc";
    images.qemu_img(&[
        "create",
        "--object",
        secret,
        "-f",
        "qcow2",
        "-o",
        aes,
        "aes.qcow2",
        "1M",
    ]);
    images.qemu_img(&[
        "create",
        "-f",
        "qcow2",
        "-o",
        "data_file=d.data",
        "d.qcow2",
        "1M",
    ]);
    let plain = images.create(&["-f", "qcow2", "NAME", "1M"]);
    write(&images, "plain.qcow2", &plain);
    write(&images, "dirty.qcow2", &patched(&plain, &[(79, &[1])]));
    write(&images, "corrupt.qcow2", &patched(&plain, &[(79, &[2])]));
    write(
        &images,
        "unnamed.qcow2",
        &patched(&plain, &[(79, &[4]), (112, &[0; 8])]),
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
            info(images.directory(), &[name])["findings"],
            safety,
            "{name}"
        );
    }
    let data_file = info(images.directory(), &["d.qcow2"])["data-file"].take();
    assert_eq!(data_file, json!({ "filename": "d.data", "raw": false }));
    let unnamed = info(images.directory(), &["unnamed.qcow2"])["data-file"].take();
    assert_eq!(unnamed, json!({ "raw": false }));
}

#[test]
fn other_files_are_listed_and_not_opened() {
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let subformat = "subformat=monolithicFlat";
    images.qemu_img(&[
        "create",
        "-f",
        "vmdk",
        "-o",
        subformat,
        "sub/flat.vmdk",
        "64M",
    ]);
    std::fs::remove_file(images.path("sub/flat-flat.vmdk")).expect("the extent");
    let flat = info(images.directory(), &["sub/flat.vmdk"]);
    let extent = json!({
        "filename": "flat-flat.vmdk",
        "type": "FLAT",
        "virtual-size": 67_108_864,
        "offset": 0,
    });
    assert_eq!(flat["extents"], json!([extent]));
    assert_eq!(flat["subformat"], "monolithicFlat");
    assert_eq!(flat["findings"], json!(["external-extents"]));
    let text = std::fs::read(images.path("sub/flat.vmdk")).expect("the descriptor");
    let name = b"flat-flat.vmdk";
    let offset = text.windows(name.len()).position(|part| part == name);
    let reference = json!({
        "kind": "extent",
        "location": "flat-flat.vmdk",
        "offset": offset,
        "length": name.len(),
    });
    assert_eq!(flat["references"], json!([reference]));
    let opened = &flat["format-specific"]["data"]["extents"][0]["filename"];
    assert_eq!(opened, "sub/flat-flat.vmdk");

    let vdi = images.create(&["-f", "vdi", "NAME", "64M"]);
    let uuid: [u8; 16] = std::array::from_fn(|index| u8::try_from(index).expect("below 16"));
    write(&images, "child.vdi", &patched(&vdi, &[(424, &uuid)]));
    let child = info(images.directory(), &["child.vdi"]);
    // Microsoft's order of bytes is not that of the text.
    let parent = json!({ "uuid": "03020100-0504-0706-0809-0a0b0c0d0e0f" });
    assert_eq!(child["parent"], parent);
    assert_eq!(child["findings"], json!(["parent"]));
    assert_eq!(child.get("references"), None);
    assert_eq!(child.get("backing-filename"), None);
}

#[test]
fn what_else_the_bytes_could_be_is_said() {
    let images = Images::new();
    let vdi = images.create(&["-f", "vdi", "NAME", "64M"]);
    write(
        &images,
        "two.img",
        &patched(&vdi, &[(0, b"QFI\xfb\0\0\0\x03")]),
    );
    let two = info(images.directory(), &["two.img"]);
    assert_eq!(two["format"], "vdi");
    assert_eq!(two["also-matches"], json!(["qcow2"]));
    assert_eq!(two["findings"], json!(["ambiguous"]));
    let asked = info(images.directory(), &["-f", "vdi", "two.img"]);
    assert_eq!(asked.get("also-matches"), None);
    assert_eq!(asked["findings"], json!([]));
    let human = run(images.directory(), &["info", "two.img"]);
    assert!(human
        .text()
        .ends_with("also looks like:     qcow2\nfindings:            ambiguous\n"));
}
