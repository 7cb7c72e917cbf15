// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line. Each command has its options in its own file.

use crate::check::Check;
use crate::info::Info;
use crate::scan::Scan;
use crate::WRONG_USAGE;
use clap::{Parser, Subcommand};
use std::io::{self, Write};
use std::process::ExitCode;

/// Says what disk images are, from their bytes: format, sizes, backing store, encryption.
///
/// Images are only read, never locked, and nothing that an image names is opened unless its chain is
/// asked for.
#[derive(Parser)]
#[command(name = "diskprobe", version, max_term_width = 100)]
pub(crate) struct Args {
    /// First give up, for good, every system call that reading images does not need (Linux)
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Info(Info),
    Check(Check),
    Location(crate::location::Args),
    Scan(Scan),
    Verify(crate::verify::Verify),
}

/// Returns the command line; or the exit code, after help was given or the usage was explained.
pub(crate) fn parse() -> Result<Args, ExitCode> {
    Args::try_parse().map_err(|error| {
        if !error.use_stderr() {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        // A file name that looks like an option may hold anything.
        let message = error.render().to_string();
        for line in message.lines() {
            let _ = writeln!(io::stderr(), "{}", diskprobe::escape(line.as_bytes()));
        }
        ExitCode::from(WRONG_USAGE)
    })
}
