// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS images by the real `cryptsetup`, and what it says of them.
#![allow(dead_code, unreachable_pub)] // Each test program uses a part.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// As fast as may be: nobody will open these.
pub const FAST: [&str; 4] = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];

/// Runs cryptsetup with a passphrase; returns what it prints.
pub fn cryptsetup(directory: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut child = Command::new("cryptsetup")
        .arg("--batch-mode")
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("cryptsetup is installed (package cryptsetup-bin)");
    let mut input = child.stdin.take().expect("a pipe");
    // Not every action asks for it.
    let _ = input.write_all(b"passphrase");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "cryptsetup {arguments:?}");
    output.stdout
}

/// What `cryptsetup luksDump` says of these bytes; `None` where it refuses them. It may write to the
/// file, to repair what it can, so it gets one of its own.
pub fn dump(directory: &Path, bytes: &[u8]) -> Option<String> {
    let path = directory.join("dumped.img");
    std::fs::write(&path, bytes).expect("a file in the temporary directory");
    let output = Command::new("cryptsetup")
        .arg("luksDump")
        .arg(&path)
        .output();
    let output = output.expect("cryptsetup is installed (package cryptsetup-bin)");
    let text = String::from_utf8(output.stdout).expect("text");
    output.status.success().then_some(text)
}
