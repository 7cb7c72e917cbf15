// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line. The options of each command are in its own file.

use crate::check::Check;
use crate::info::Info;
use crate::scan::Scan;
use crate::WRONG_USAGE;
use clap::{Parser, Subcommand};
use std::io::{self, Write};
use std::process::ExitCode;

/// Reads the format, sizes, backing store and encryption of disk images from their bytes
///
/// Images are never written or locked. Files that an image names are opened only with
/// --backing-chain.
#[derive(Parser)]
#[command(name = "diskprobe", version, max_term_width = 100)]
pub(crate) struct Args {
    /// Before opening any image, drop all system calls that probing does not need (Linux, seccomp)
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

/// Parses the command line. Prints help, the version or a usage error, and then returns the exit
/// code.
pub(crate) fn parse() -> Result<Args, ExitCode> {
    Args::try_parse().map_err(|error| {
        if !error.use_stderr() {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        // The message quotes the argument, which can be a file name with control characters.
        let message = error.render().to_string();
        for line in message.lines() {
            let _ = writeln!(io::stderr(), "{}", diskprobe::escape(line.as_bytes()));
        }
        ExitCode::from(WRONG_USAGE)
    })
}
