// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs the command line tool.

use crate::build::{Build, Qcow2, SparseFile, MIB};
use crate::cases::qcow2::{backed, extended};
use crate::Images;
use serde_json::Value;
use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// The tool, by the path of its executable: `env!("CARGO_BIN_EXE_diskprobe")`.
#[derive(Clone, Copy, Debug)]
pub struct Tool(pub &'static str);

/// What came of one run.
#[derive(Debug)]
pub struct Run {
    /// The exit code.
    pub code: Option<i32>,
    /// What was written to the standard output.
    pub out: Vec<u8>,
    /// What was written to the standard error.
    pub err: String,
}

impl Tool {
    /// Returns a command that runs the tool in `directory`.
    pub fn command(self, directory: &Path) -> Command {
        let mut command = Command::new(self.0);
        command.current_dir(directory).stdin(Stdio::null());
        command
    }

    /// Runs the tool in `directory`.
    #[track_caller]
    pub fn run<A: AsRef<OsStr>>(self, directory: &Path, arguments: &[A]) -> Run {
        Run::of(self.command(directory).args(arguments))
    }

    /// Returns a command that runs the tool in the directory of the images, which everybody may
    /// read, without the rights of root.
    pub fn unprivileged(self, images: &Images) -> Command {
        // Another user may have no access to the tool itself. A copy made by this process could
        // still be open for writing, in a child that another test starts, and would not run.
        let copy = images.path("tool");
        let copied = Command::new("cp").arg(self.0).arg(&copy).status();
        assert!(copied.is_ok_and(|status| status.success()), "cp");
        unprivileged(copy, images)
    }

    /// Returns the facts of one image as JSON; it must be probed without complaint.
    pub fn info<A: AsRef<OsStr>>(self, directory: &Path, arguments: &[A]) -> Value {
        let mut all = vec![OsStr::new("info"), OsStr::new("--output=json")];
        all.extend(arguments.iter().map(AsRef::as_ref));
        let run = self.run(directory, &all);
        assert_eq!((run.code, &*run.err), (Some(0), ""), "{all:?}");
        run.json()
    }
}

impl Run {
    /// Runs a command of the tool. Its JSON output and its receipt must match their schemas.
    #[track_caller]
    pub fn of(command: &mut Command) -> Run {
        let output = command.output().expect("the tool starts");
        #[cfg(feature = "schema")]
        crate::schema::assert_run(command, &output);
        Run {
            code: output.status.code(),
            out: output.stdout,
            err: String::from_utf8(output.stderr).expect("UTF-8 on the standard error"),
        }
    }

    /// Returns the standard output as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.out).expect("UTF-8 on the standard output")
    }

    /// Returns the one object that was printed.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the objects that were printed one on each line.
    pub fn json_lines(&self) -> Vec<Value> {
        let lines = self.text().lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
            .collect()
    }
}

/// Returns a command that runs a program in the directory of the images, without the rights of
/// root.
pub fn unprivileged(program: impl AsRef<OsStr>, images: &Images) -> Command {
    const NOBODY_UID: u32 = 65534;
    let metadata = std::fs::metadata(images.directory()).expect("a directory");
    let mut command = Command::new(program);
    command.current_dir(images.directory()).stdin(Stdio::null());
    if metadata.uid() == 0 {
        command.uid(NOBODY_UID).gid(NOBODY_UID);
    }
    command
}

/// Makes a directory with `overlay.qcow2` over `base.img`.
pub fn overlay() -> Images {
    let images = Images::new();
    SparseFile::zeros(64 * MIB).write(&images.path("base.img"));
    let overlay = Qcow2::new(64 * MIB).backing("base.img", "raw");
    overlay.write(images.path("overlay.qcow2"));
    images
}

/// Writes a qcow2 image of that name, with a backing file name and no recorded format.
pub fn with_backing(images: &Images, image: impl AsRef<OsStr>, backing: &[u8]) {
    let bytes = backed(&extended(&[], b""), 600, backing);
    images.write(Path::new(image.as_ref()), bytes);
}
