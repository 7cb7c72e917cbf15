// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line tool: what a disk image is, from its bytes.

mod args;
mod human;
mod info;
mod json;
mod shown;

use args::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Info(arguments) => info::run(&arguments),
    }
}
