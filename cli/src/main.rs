// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line tool, which uses only the public interface of the library.

#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

mod answers;
mod args;
mod check;
mod info;
mod location;
mod sandbox;
mod scan;
mod text;
mod values;
mod verify;

use args::{Args, Command};
use diskprobe::{Error, ErrorKind};
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

/// All images were probed or accepted.
const ALL_PROBED: u8 = 0;
/// An image could not be probed or was refused, or the output could not be written.
const SOME_FAILED: u8 = 1;
/// The command line is invalid.
const WRONG_USAGE: u8 = 2;

/// The reason why the command stops.
enum Failure {
    Usage(String),
    Sandbox(String),
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

fn main() -> ExitCode {
    let args = match args::parse() {
        Ok(args) => args,
        Err(code) => return code,
    };
    ExitCode::from(match run(&args) {
        Ok(true) => ALL_PROBED,
        Ok(false) => SOME_FAILED,
        Err(Failure::Usage(wrong)) => {
            complain(b"usage", wrong);
            WRONG_USAGE
        }
        Err(Failure::Sandbox(error)) => {
            complain(b"sandbox", error);
            SOME_FAILED
        }
        // The reader of a pipe, such as `head`, has closed it. This needs no message.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => SOME_FAILED,
        Err(Failure::Output(error)) => {
            complain(b"standard output", error);
            SOME_FAILED
        }
    })
}

/// Runs the command. Returns whether all images were probed or accepted.
fn run(args: &Args) -> Result<bool, Failure> {
    if args.sandbox {
        if matches!(args.command, Command::Scan(_)) {
            let wrong = "--sandbox cannot be used with scan, which needs threads";
            return Err(Failure::Usage(wrong.to_owned()));
        }
        if matches!(&args.command, Command::Check(check) if check.receipt.is_some()) {
            let wrong = "--sandbox allows no files to be created, and --receipt needs one";
            return Err(Failure::Usage(wrong.to_owned()));
        }
        sandbox::enter().map_err(|error| Failure::Sandbox(error.to_string()))?;
    }
    match &args.command {
        Command::Info(info) => info::run(info),
        Command::Check(check) => check::run(check),
        Command::Location(location) => location::run(location),
        Command::Scan(scan) => scan::run(scan),
        Command::Verify(verify) => verify::run(verify),
    }
}

/// Prints the reason of a failure to standard error. If this write fails, the error is ignored,
/// because the exit code shows the failure too.
fn complain(name: &[u8], reason: impl Display) {
    let line = format!("diskprobe: {}: {reason}\n", text::shown(name));
    let _ = io::stderr().write_all(line.as_bytes());
}

/// Prints why `file` could not be probed. A missing file whose name has a protocol is probably
/// meant to be a location.
fn complain_of_file(file: &[u8], error: &Error) {
    let colon_or_slash = file.iter().find(|byte| matches!(byte, b':' | b'/'));
    let is_location = colon_or_slash == Some(&b':');
    match error.kind() {
        ErrorKind::NotFound if is_location => complain(
            file,
            format!("{error}; only local files are read, and `diskprobe location` reads locations"),
        ),
        _ => complain(file, error),
    }
}
