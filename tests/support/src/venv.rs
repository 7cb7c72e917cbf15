// SPDX-License-Identifier: MIT OR Apache-2.0
//! oslo.utils in a Python environment in the build directory, which is made once.

use crate::oracle::program;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The package and its version, as in docs/formats.md.
pub const OSLO_UTILS: &str = "oslo.utils 10.2.0";

/// Runs a script of the repository in the environment of the directory. The names of the files are
/// on its standard input, one on each line. Returns what it prints.
pub fn python(directory: &str, script: &str, files: &[PathBuf]) -> String {
    let mut names = tempfile::tempfile().expect("a temporary file");
    for file in files {
        writeln!(names, "{}", file.to_str().expect("UTF-8")).expect("space");
    }
    names.rewind().expect("the start of a file");
    let python = make(directory).unwrap_or_else(|fault| panic!("{fault}"));
    let mut python = program(python.to_str().expect("UTF-8"));
    let output = python.arg(crate::root().join(script)).stdin(names).output();
    let output = output.expect("the environment's Python");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Makes the environment, unless it is there. Returns the path of its interpreter, or what fails.
pub fn make(directory: &str) -> Result<PathBuf, String> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let requirement = OSLO_UTILS.replace(' ', "==");
    let directory = Path::new(directory).join(&requirement);
    let (python, complete) = (directory.join("bin/python"), directory.join("complete"));
    if !complete.exists() {
        let text = directory.to_str().expect("UTF-8");
        run("python3", &["-m", "venv", "--clear", text])?;
        // The module for LUKS imports cryptography.
        let mut pip = vec!["-m", "pip", "install", "-q", "--disable-pip-version-check"];
        pip.extend([requirement.as_str(), "cryptography"]);
        run(python.to_str().expect("UTF-8"), &pip)?;
        std::fs::write(complete, "").expect("a file");
    }
    Ok(python)
}

fn run(name: &str, arguments: &[&str]) -> Result<(), String> {
    let output = program(name).args(arguments).output();
    let output = output.map_err(|error| format!("{name}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(format!("{name} {arguments:?}: {}", complaint.trim_end()))
        }
    }
}
