// SPDX-License-Identifier: MIT OR Apache-2.0
//! What libvirt 11.3 said of locations, chains and images, written down with the images. None of it
//! is part of this repository: where `../shared/vectors` is not there, tests say so and pass.
#![allow(dead_code, unreachable_pub)] // Each test program uses a part.

use serde_json::Value;
use std::path::{Path, PathBuf};
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

/// The lines of a file of the collection.
pub fn read(name: &str) -> Option<Vec<Value>> {
    let folder = folder()?;
    let text = std::fs::read_to_string(folder.join(name)).expect("a file of the collection");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    Some(lines.collect())
}

/// Makes the images in these directories: those of the collection itself, and those that qemu-img
/// made for libvirt's tests, if a second directory is named.
pub fn unpack(directories: &[&Path]) -> Option<()> {
    let mut unpack = Command::new("python3");
    unpack
        .args(["-c", UNPACK])
        .arg(folder()?.join("images.jsonl"))
        .args(directories);
    let unpacked = unpack.status().expect("python3 is installed");
    assert!(unpacked.success(), "python3 unpacks the images");
    Some(())
}

/// A text of the collection.
pub fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn folder() -> Option<PathBuf> {
    let folder = crate::common::root().join("../shared/vectors");
    if !folder.is_dir() {
        println!("skipped: there is no {}", folder.display());
        return None;
    }
    Some(folder)
}
