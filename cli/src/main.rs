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

mod args;
mod chain;
mod check;
mod graph;
mod human;
mod info;
mod json;
mod location;
mod sandbox;
mod scan;
mod size;
mod text;

use args::{Args, Command};
use std::io::{self, Write};
use std::process::ExitCode;

/// All images were probed, or accepted.
const ALL_PROBED: u8 = 0;
/// Some image could not be probed, or is not accepted; or the answers could not be written.
const SOME_FAILED: u8 = 1;
/// The command line makes no sense.
const WRONG_USAGE: u8 = 2;

fn main() -> ExitCode {
    let args = match args::parse() {
        Ok(args) => args,
        Err(code) => return code,
    };
    if args.sandbox {
        if matches!(args.command, Command::Scan(_)) {
            complain(
                b"usage",
                &"--sandbox leaves no threads, and scan needs them",
            );
            return ExitCode::from(WRONG_USAGE);
        }
        if let Err(error) = sandbox::enter() {
            complain(b"sandbox", &error);
            return ExitCode::from(SOME_FAILED);
        }
    }
    ExitCode::from(match run(&args) {
        Ok(Ok(true)) => ALL_PROBED,
        Ok(Ok(false)) => SOME_FAILED,
        Ok(Err(wrong)) => {
            complain(b"usage", &wrong);
            WRONG_USAGE
        }
        // Whoever read the answers has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => SOME_FAILED,
        Err(error) => {
            complain(b"standard output", &error);
            SOME_FAILED
        }
    })
}

/// Whether every image could be probed, or is accepted; or what is wrong with the usage. The error of
/// writing to the standard output.
fn run(args: &Args) -> io::Result<Result<bool, &'static str>> {
    let mut out = io::stdout();
    match &args.command {
        Command::Info(info) => info::run(info, &mut out.lock()).map(Ok),
        Command::Check(check) => check::run(check, &mut out.lock()),
        Command::Location(location) => location::run(location, &mut out.lock()).map(Ok),
        Command::Scan(scan) => scan::run(scan, &mut out).map(Ok),
    }
}

/// Says on the standard error why there is nothing for `name`. If that cannot be written either,
/// the exit code has to do.
fn complain(name: &[u8], reason: &impl std::fmt::Display) {
    let line = format!("diskprobe: {}: {reason}\n", text::shown(name));
    let _ = io::stderr().write_all(line.as_bytes());
}
