// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs `qemu-img info` with limits on memory and time.

use diskprobe::Format;
use serde_json::Value;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output};

const ADDRESS_SPACE: &str = "--as=1073741824";
const CPU_SECONDS: &str = "--cpu=20";
const WALL_SECONDS: &str = "120";

/// The exit codes of `timeout` after the time limit. The second one means that it had to kill the
/// process.
const TIMED_OUT: [i32; 2] = [124, 137];
/// The signals that end a process which exceeds its processor time: SIGXCPU and SIGKILL.
const USED_UP: [i32; 2] = [24, 9];
/// The messages of `qemu-img` if memory for data or for a thread is not available.
const NO_MEMORY: [&str; 5] = [
    "Cannot allocate memory",
    "Could not allocate",
    "Failed to allocate",
    "failed to allocate",
    "Resource temporarily unavailable",
];

/// The answer of `qemu-img` for an image.
pub(crate) enum Answer {
    /// The facts, as JSON.
    Opened(Value),
    /// The reason as one line. `IMAGE` and `DIRECTORY` replace names that differ in every run.
    Refused(String),
    /// It reached a limit, with this message.
    AtLimits(String),
}

/// Runs `qemu-img info` on the image, with `format` if it is given.
pub(crate) fn info(path: &Path, format: Option<Format>) -> Answer {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", WALL_SECONDS, "prlimit"]);
    command.args([ADDRESS_SPACE, CPU_SECONDS, "--core=0"]);
    command.args(["qemu-img", "info", "-U", "--output=json"]);
    if let Some(format) = format {
        command.args(["-f", format.as_str()]);
    }
    // An arena per thread could use most of the address space.
    let output = command.env("MALLOC_ARENA_MAX", "1").arg(path).output();
    answer(
        &output.expect("timeout is installed (package coreutils)"),
        path,
    )
}

fn answer(output: &Output, path: &Path) -> Answer {
    if output.status.success() {
        let facts = serde_json::from_slice(&output.stdout);
        return Answer::Opened(facts.expect("JSON from qemu-img"));
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    assert!(
        !matches!(code, Some(125..=127)),
        "timeout, prlimit and qemu-img are installed (packages coreutils, util-linux, qemu-utils): {text}"
    );
    let signal = output
        .status
        .signal()
        .or(code.and_then(|code| code.checked_sub(128)));
    let limited = code.is_some_and(|code| TIMED_OUT.contains(&code))
        || signal.is_some_and(|signal| USED_UP.contains(&signal))
        || NO_MEMORY.iter().any(|words| text.contains(words));
    let name = path.to_str().expect("a UTF-8 name");
    let directory = path.parent().and_then(Path::to_str).expect("a directory");
    let reason = text.trim_end().replace(name, "IMAGE");
    let reason = reason.replace(directory, "DIRECTORY").replace('\n', " ");
    match limited {
        true => Answer::AtLimits(format!("{reason} ({})", output.status)),
        false => Answer::Refused(reason),
    }
}
