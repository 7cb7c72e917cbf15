// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line tool: an ordinary user of the library, and the example of its use.

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

use args::{Args, Command};
use diskprobe::location::without_credentials;
use diskprobe::{Error, ErrorKind};
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

/// Every image was probed, or is accepted.
const ALL_PROBED: u8 = 0;
/// Some image could not be probed or is not accepted, or the answers could not be written.
const SOME_FAILED: u8 = 1;
/// The command line makes no sense.
const WRONG_USAGE: u8 = 2;

/// Why there are no answers, or no more of them.
enum Failure {
    Usage(&'static str),
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
        // If the reader of the answers is gone, it has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => SOME_FAILED,
        Err(Failure::Output(error)) => {
            complain(b"standard output", error);
            SOME_FAILED
        }
    })
}

/// Returns whether every image could be probed, or is accepted.
fn run(args: &Args) -> Result<bool, Failure> {
    if args.sandbox {
        if matches!(args.command, Command::Scan(_)) {
            let wrong = "--sandbox leaves no threads, and scan needs them";
            return Err(Failure::Usage(wrong));
        }
        sandbox::enter().map_err(|error| Failure::Sandbox(error.to_string()))?;
    }
    match &args.command {
        Command::Info(info) => info::run(info),
        Command::Check(check) => check::run(check),
        Command::Location(location) => location::run(location),
        Command::Scan(scan) => scan::run(scan),
    }
}

/// Writes to the standard error why there is nothing for `name`. If that fails too, the exit code
/// has to do.
fn complain(name: &[u8], reason: impl Display) {
    let line = format!("diskprobe: {}: {reason}\n", text::shown(name));
    let _ = io::stderr().write_all(line.as_bytes());
}

/// Writes to the standard error why `file` could not be probed. A missing file whose name reads as a
/// location was probably meant to be one.
fn complain_of_file(file: &[u8], error: &Error) {
    let is_location = without_credentials(file) != file;
    match error.kind() {
        ErrorKind::NotFound if is_location => complain(
            file,
            format!("{error}; only local files are read, and `diskprobe location` reads locations"),
        ),
        _ => complain(file, error),
    }
}
