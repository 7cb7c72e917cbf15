// SPDX-License-Identifier: MIT OR Apache-2.0
//! What libvirt 11.3 said of locations, chains and images, recorded with the images. None of it is
//! part of this repository: a test that reads it needs [`crate::oracle::VECTORS`].

use crate::oracle::shared;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What `@DIR@` was when the answers were made. Some images name files in it.
pub const DIRECTORY: &str = "/dpv";

/// Makes the images of the list named first, those below `@DIR@` and `@VDIR@` in the directories
/// named second and third, if a third is named.
const UNPACK: &str = r#"
import base64, json, os, sys, zlib
roots = dict(zip(["@DIR@", "@VDIR@"], sys.argv[2:]))
for line in open(sys.argv[1]):
    image = json.loads(line)
    root, name = image["name"].split("/", 1)
    if root not in roots:
        continue
    path = os.path.join(roots[root], name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if image["kind"] == "dir":
        os.makedirs(path, exist_ok=True)
    elif image["kind"] == "symlink":
        os.symlink(image["target"], path)
    else:
        open(path, "wb").write(zlib.decompress(base64.b64decode(image["zlib_b64"])))
        os.chmod(path, int(image["mode"], 8))
"#;

/// Returns the lines of a file of the collection.
pub fn read(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(shared("vectors").join(name)).expect("the collection");
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// Creates the images in these directories: those of the collection, and those that qemu-img
/// made for libvirt's tests, if a second directory is named.
pub fn unpack(directories: &[&Path]) {
    let mut unpack = Command::new("python3");
    let images = shared("vectors").join("images.jsonl");
    unpack.args(["-c", UNPACK]).arg(images).args(directories);
    let unpacked = unpack.status().expect("python3 starts");
    assert!(unpacked.success(), "python3 unpacks the images");
}

/// Returns a text of the collection.
pub fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
