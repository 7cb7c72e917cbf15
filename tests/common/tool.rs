// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs the command line tool that was built with the tests.
#![allow(dead_code, unreachable_pub)] // Each test program uses a part.

use crate::common::{patched, Images};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// What came of one run.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

/// The tool, about to run in `directory`.
pub fn diskprobe(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_diskprobe"));
    command.current_dir(directory).stdin(Stdio::null());
    command
}

/// Runs the tool in `directory`.
pub fn run<A: AsRef<OsStr>>(directory: &Path, arguments: &[A]) -> Run {
    let output = diskprobe(directory).args(arguments).output();
    let output = output.expect("the tool starts");
    Run {
        code: output.status.code(),
        out: output.stdout,
        err: String::from_utf8(output.stderr).expect("UTF-8 on the standard error"),
    }
}

impl Run {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.out).expect("UTF-8 on the standard output")
    }

    /// The one object that was printed.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The objects that were printed one on each line.
    pub fn json_lines(&self) -> Vec<Value> {
        let lines = self.text().lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
            .collect()
    }
}

/// The facts of one image as JSON; it must be probed without complaint.
pub fn info<A: AsRef<OsStr>>(directory: &Path, arguments: &[A]) -> Value {
    let mut all = vec![OsStr::new("info"), OsStr::new("--output=json")];
    all.extend(arguments.iter().map(AsRef::as_ref));
    let run = run(directory, &all);
    assert_eq!((run.code, &*run.err), (Some(0), ""), "{all:?}");
    run.json()
}

/// A directory with `overlay.qcow2` over `base.img`.
pub fn overlay() -> Images {
    let images = Images::new();
    images.qemu_img(&["create", "-f", "raw", "base.img", "64M"]);
    let create = ["create", "-f", "qcow2", "-b", "base.img", "-F", "raw"];
    images.qemu_img(&[&create[..], &["overlay.qcow2"]].concat());
    images
}

/// Writes a qcow2 image of that name, with a backing file name and no recorded format.
pub fn with_backing(images: &Images, image: impl AsRef<OsStr>, backing: &[u8]) {
    let length = u32::try_from(backing.len()).expect("short");
    let plain = images.create(&["-f", "qcow2", "NAME", "64M"]);
    let bytes = patched(
        &plain,
        &[
            (8, &600u64.to_be_bytes()),
            (16, &length.to_be_bytes()),
            (112, &[0; 8]),
            (600, backing),
        ],
    );
    write(images, image, &bytes);
}

pub fn write(images: &Images, name: impl AsRef<OsStr>, bytes: &[u8]) {
    let path = images.directory().join(Path::new(name.as_ref()));
    std::fs::write(path, bytes).expect("a file in the temporary directory");
}
