// SPDX-License-Identifier: MIT OR Apache-2.0
//! oslo.utils in a virtual environment in the build directory, which is made once.

use crate::oracle::program;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

/// The package and its version, as docs/formats.md has them.
pub const OSLO_UTILS: &str = "oslo.utils 10.2.0";

/// Runs a script of the repository in the environment, with the names of these files on its standard
/// input, one on each line.
/// `directory` is for the environment.
pub fn python(directory: &str, script: &str, files: &[PathBuf]) -> String {
    let script = crate::root().join(script);
    let mut names = tempfile::tempfile().expect("a temporary file");
    for file in files {
        writeln!(names, "{}", file.to_str().expect("UTF-8")).expect("space");
    }
    names.rewind().expect("the start of a file");
    let output = program(made(directory).to_str().expect("UTF-8"))
        .arg(script)
        .stdin(names)
        .output();
    let output = output.expect("the environment's Python");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The interpreter of the environment.
fn made(directory: &str) -> PathBuf {
    let requirement = OSLO_UTILS.replace(' ', "==");
    let directory = Path::new(directory).join(&requirement);
    let (python, complete) = (directory.join("bin/python"), directory.join("complete"));
    if !complete.exists() {
        let text = directory.to_str().expect("UTF-8");
        run(
            "python3",
            &["-m", "venv", "--clear", text],
            "package python3-venv",
        );
        let pip = [
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            &requirement,
            // Its module for LUKS needs it.
            "cryptography",
        ];
        run(
            python.to_str().expect("UTF-8"),
            &pip,
            "a Python package index",
        );
        std::fs::write(complete, "").expect("a file");
    }
    python
}

fn run(name: &str, arguments: &[&str], needs: &str) {
    let output = program(name).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{name}: {error}: needs {needs}"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{name} {arguments:?} needs {needs}: {complaint}"
    );
}
