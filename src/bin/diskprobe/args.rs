// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use diskprobe::Format;
use std::ffi::OsString;

/// What a disk image is, from its bytes; read-only, for images that nobody trusts
#[derive(Parser)]
#[command(name = "diskprobe", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show format, sizes, backing file and encryption of disk images
    #[command(after_help = "\
Exit status: 0 all images were probed, 1 some could not be, 2 wrong usage.

Examples:
  diskprobe info disk.qcow2
  diskprobe info --output=json *.img | jq -r .format
  diskprobe info -f vpc fixed.vhd")]
    Info(Info),
}

#[derive(Args)]
pub(crate) struct Info {
    /// How to show it: for people, or as JSON (one object a line where there are several files)
    #[arg(long, value_enum, default_value_t = Output::Human)]
    pub(crate) output: Output,

    /// The format that the images are known to have, instead of detecting it
    #[arg(short, long, value_name = "FMT", value_parser = format())]
    pub(crate) format: Option<Format>,

    /// Accepted for those who know qemu-img; images in use can always be read
    #[arg(short = 'U', long)]
    pub(crate) force_share: bool,

    /// The disk images
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<OsString>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Human,
    Json,
}

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::all().map(Format::name))
        .try_map(|name| Format::from_name(name.as_bytes()).ok_or("no such format"))
}
