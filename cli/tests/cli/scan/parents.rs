// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parents that QEMU does not follow, in the graph.

use crate::TOOL;
use diskprobe_test_support::build::{vhd_checksum, Build, Vdi, Vpc, MIB};
use diskprobe_test_support::vhdx::{self, utf16};
use diskprobe_test_support::{patched, Images};
use serde_json::{json, Value};

const PARENT: [u8; 16] = [0xaa; 16];
const CHILD: [u8; 16] = [0xbb; 16];
const OTHER: [u8; 16] = [0xcc; 16];

fn vhd(uuid: [u8; 16]) -> Vec<u8> {
    let base = Vpc::new(64 * MIB).bytes();
    vhd_checksum(patched(&base, &[(68, &uuid)]), 0)
}

/// Makes a child with this UUID of the parent, name in the header and locators.
fn vhd_child(parent: [u8; 16], name: &str, locators: &[(&[u8; 4], &str)]) -> Vec<u8> {
    let big: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut bytes = patched(&vhd(CHILD), &[(63, &[4]), (552, &parent), (576, &big)]);
    bytes.resize(4096, 0);
    for (number, (code, text)) in locators.iter().enumerate() {
        let (text, offset) = (utf16(text), bytes.len());
        let numbers = [512, text.len(), 0, 0, offset];
        let numbers = numbers.map(|number| u32::try_from(number).expect("small").to_be_bytes());
        let entry = [&code[..], &numbers.concat()].concat();
        bytes = patched(&bytes, &[(512 + 576 + 24 * number, &entry)]);
        bytes.extend(text);
        bytes.resize(offset + 512, 0);
    }
    vhd_checksum(bytes, 0)
}

fn vhdx(guid: [u8; 16]) -> Vec<u8> {
    vhdx::in_headers(&vhdx::base(), 32, &guid)
}

fn vhdx_child(keys: &[(&str, &str)]) -> Vec<u8> {
    vhdx::with_locator(&vhdx(CHILD), 0x1_0100, &vhdx::locator(keys))
}

fn vdi(uuid: [u8; 16], parent: Option<[u8; 16]>) -> Vec<u8> {
    let base = patched(&Vdi::new(64 * MIB).bytes(), &[(392, &uuid)]);
    match parent {
        Some(parent) => patched(&base, &[(76, &[4]), (424, &parent)]),
        None => base,
    }
}

/// Scans the directory. Returns the images of the graph by name.
fn graph(images: &Images) -> impl Fn(&str) -> Value {
    let run = TOOL.run(images.directory(), &["scan", "-r", "--graph=json", "."]);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    for form in ["table", "dot"] {
        let run = TOOL.run(
            images.directory(),
            &["scan", "-r", &format!("--graph={form}"), "."],
        );
        assert_eq!(run.code, Some(0));
    }
    let graph = run.json();
    move |name| {
        let mut all = graph["images"].as_array().expect("a list").iter();
        let found = all.find(|image| image["filename"] == format!("./{name}"));
        found.unwrap_or_else(|| panic!("{name}: {graph}")).clone()
    }
}

/// Checks that `child` has one parent, which is `parent`.
fn assert_parent(images: &Images, child: &str, parent: &str) {
    let of = graph(images);
    let references = of(child)["references"].clone();
    assert_eq!(references.as_array().map(Vec::len), Some(1), "{references}");
    assert_eq!(references[0]["kind"], "parent");
    assert_eq!(references[0]["state"], "scanned", "{references}");
    assert_eq!(references[0]["filename"], format!("./{parent}"));
    assert_eq!(of(child)["remarks"], json!(["unreferenced"]));
    assert_eq!(
        of(parent)["users"],
        json!([{ "filename": format!("./{child}") }])
    );
    assert_eq!(of(parent)["remarks"], json!([]));
}

#[test]
fn a_vhd_finds_its_parent_by_name_and_uuid() {
    let absolute = r"C:\vm\base.vhd";
    let relative = (b"W2ru", r".\base.vhd");
    let children = [
        vhd_child(
            PARENT,
            absolute,
            &[(b"W2ku", absolute), (relative.0, relative.1)],
        ),
        // The UUID alone, and a name alone.
        vhd_child(PARENT, r"\\host\share\base.vhd", &[(b"W2ku", absolute)]),
        vhd_child([0; 16], absolute, &[(relative.0, relative.1)]),
        vhd_child([0; 16], "base.vhd", &[]),
        vhd_child([0; 16], absolute, &[(relative.0, r"..\pool\.\base.vhd")]),
        // The image was replaced by one with another UUID.
        vhd_child(OTHER, "base.vhd", &[]),
    ];
    for child in children {
        let images = Images::new();
        images.write("pool/base.vhd", vhd(PARENT));
        images.write("pool/child.vhd", child);
        assert_parent(&images, "pool/child.vhd", "pool/base.vhd");
    }
}

#[test]
fn a_uuid_takes_precedence_over_a_name() {
    let images = Images::new();
    images.write("base.vhd", vhd(OTHER));
    images.write("moved.vhd", vhd(PARENT));
    images.write("child.vhd", vhd_child(PARENT, "base.vhd", &[]));
    assert_parent(&images, "child.vhd", "moved.vhd");
    assert_eq!(
        graph(&images)("base.vhd")["remarks"],
        json!(["unreferenced"])
    );
}

#[test]
fn a_vhdx_finds_its_parent_by_name_and_uuid() {
    let linkage = "{aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa}";
    let unknown = "{dddddddd-dddd-dddd-dddd-dddddddddddd}";
    let absolute = ("absolute_win32_path", r"C:\vm\base.vhdx");
    let volume = r"\\?\Volume{26A21BDA-A627-11D7-9931-806E6F6E6963}\base.vhdx";
    for keys in [
        &[
            ("parent_linkage", linkage),
            ("relative_path", r".\base.vhdx"),
            absolute,
        ][..],
        &[
            ("parent_linkage", unknown),
            ("relative_path", r".\base.vhdx"),
        ],
        &[
            ("parent_linkage", linkage),
            ("volume_path", volume),
            absolute,
        ],
        &[
            ("parent_linkage", unknown),
            ("parent_linkage2", linkage),
            absolute,
        ],
        &[("parent_linkage", linkage)],
    ] {
        let images = Images::new();
        images.write("base.vhdx", vhdx(PARENT));
        images.write("child.vhdx", vhdx_child(keys));
        assert_parent(&images, "child.vhdx", "base.vhdx");
    }
}

#[test]
fn a_vdi_finds_its_parent_by_uuid() {
    let images = Images::new();
    images.write("child.vdi", vdi(CHILD, Some(PARENT)));
    images.write("sub/base.vdi", vdi(PARENT, None));
    assert_parent(&images, "child.vdi", "sub/base.vdi");
    // Of several copies, the one in the same directory is taken.
    images.write("zbase.vdi", vdi(PARENT, None));
    assert_parent(&images, "child.vdi", "zbase.vdi");
}

#[test]
fn a_parent_has_the_format_of_its_child() {
    let images = Images::new();
    images.write("base.vhd", vhd(PARENT));
    images.write("child.vdi", vdi(CHILD, Some(PARENT)));
    let child = graph(&images)("child.vdi");
    assert_eq!(child["remarks"], json!(["unreferenced", "unresolved"]));
    let message =
        "no scanned image has the UUID aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa of the parent";
    assert_eq!(
        child["references"],
        json!([{
            "kind": "parent", "state": "unresolved",
            "error": { "code": "not-found", "message": message },
        }])
    );
}

#[test]
fn an_image_is_not_its_own_parent_by_uuid() {
    let images = Images::new();
    images.write("child.vdi", vdi(PARENT, Some(PARENT)));
    let remarks = &graph(&images)("child.vdi")["remarks"];
    assert_eq!(*remarks, json!(["unreferenced", "unresolved"]));
}

#[test]
fn a_parent_on_another_host_is_unresolved() {
    let images = Images::new();
    let absolute = r"C:\vm\base.vhd";
    images.write(
        "child.vhd",
        vhd_child(PARENT, absolute, &[(b"W2ku", absolute)]),
    );
    let child = graph(&images)("child.vhd");
    assert_eq!(child["remarks"], json!(["unreferenced", "unresolved"]));
    assert_eq!(child["references"].as_array().map(Vec::len), Some(1));
}
