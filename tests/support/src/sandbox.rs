// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files for runs of the tool in its sandbox.

use crate::build::{Build, Qcow2, SparseFile, Vdi, Vhdx, Vmdk, Vpc, MIB};
use crate::Images;
use std::process::Command;

/// Ways to run the tool: the arguments before the files.
pub const WAYS: [&[&str]; 4] = [
    &["info"],
    &["info", "--output=json"],
    &["info", "--output=json", "--backing-chain"],
    &["info", "-f", "raw"],
];

/// Makes images of several formats, a chain, and files that are not images; returns their names.
pub fn files(images: &Images) -> Vec<&'static str> {
    const SIZE: u64 = 64 * MIB;
    SparseFile::zeros(SIZE).write(&images.path("base.raw"));
    let middle = Qcow2::new(SIZE).backing("base.raw", "raw");
    middle.write(images.path("middle.qcow2"));
    let top = Qcow2::new(SIZE).backing("middle.qcow2", "qcow2");
    top.write(images.path("top.qcow2"));
    Vmdk::new(SIZE).write(images.path("disk.vmdk"));
    Vhdx::new(SIZE).write(images.path("disk.vhdx"));
    Vpc::new(SIZE).write(images.path("disk.vhd"));
    Vdi::new(SIZE).write(images.path("disk.vdi"));
    std::os::unix::fs::symlink("top.qcow2", images.path("link")).expect("a link");
    images.write("cut.qcow2", b"QFI\xfb\0\0\0\x03");
    std::fs::create_dir(images.path("directory")).expect("a directory");
    let made = Command::new("mkfifo").arg(images.path("fifo")).status();
    assert!(made.expect("mkfifo starts").success());
    vec![
        "base.raw",
        "middle.qcow2",
        "top.qcow2",
        "disk.vmdk",
        "disk.vhdx",
        "disk.vhd",
        "disk.vdi",
        "link",
        "cut.qcow2",
        "directory",
        "fifo",
        "absent",
        "/dev/null",
    ]
}
