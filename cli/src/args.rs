// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line.

mod check;

pub(crate) use check::Check;

use crate::{text, WRONG_USAGE};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};
use diskprobe::chain::UnrecordedFormat;
use diskprobe::limits::MAX_SCAN_JOBS;
use diskprobe::Format;
use std::ffi::OsString;
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
    Location(Location),
    Scan(Scan),
}

/// Show the facts of disk images
#[derive(clap::Args)]
#[command(after_help = INFO_NOTES)]
pub(crate) struct Info {
    /// For people; or for programs: one JSON object for one FILE, one on each line for several
    #[arg(long, value_name = "HOW", default_value = "human")]
    pub(crate) output: Output,

    /// The format that the images have, instead of the one that their bytes show
    #[arg(short, value_name = "FMT", value_parser = format())]
    pub(crate) format: Option<Format>,

    /// Show the images under each FILE too: as an array, or as a tree
    #[arg(long)]
    pub(crate) backing_chain: bool,

    /// Of a backing file whose format is not recorded: give up; go by its bytes, unless they name
    /// other files; take it for raw
    #[arg(long, value_name = "HOW", default_value = "refuse", requires = "backing_chain",
          value_parser = unrecorded_format())]
    pub(crate) unrecorded_format: UnrecordedFormat,

    /// Changes nothing, because nothing is locked: for habits from `qemu-img info`
    #[arg(short = 'U', long)]
    force_share: bool,

    /// The images: regular files or block devices
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<OsString>,
}

/// Show what recorded backing locations name, without opening anything
#[derive(clap::Args)]
#[command(after_help = LOCATION_NOTES)]
pub(crate) struct Location {
    /// For people; or for programs: one JSON object for one STRING, one on each line for several
    #[arg(long, value_name = "HOW", default_value = "human")]
    pub(crate) output: Output,

    /// The image that records them: relative paths start in its directory
    #[arg(long, value_name = "FILE")]
    pub(crate) relative_to: Option<OsString>,

    /// The locations, as `diskprobe info` shows them under backing-filename
    #[arg(value_name = "STRING", required = true)]
    pub(crate) strings: Vec<OsString>,
}

/// Show the images of storage pools: one row each, totals, and the room that is left
#[derive(clap::Args)]
#[command(after_help = SCAN_NOTES)]
pub(crate) struct Scan {
    /// For people, sorted by name; or for programs: one JSON object on each line, as images are
    /// found, and a last one with the key "summary"
    #[arg(long, value_name = "HOW", default_value = "human")]
    pub(crate) output: Output,

    /// Show which of the images stand on which, instead of what they are: as a table, as one JSON
    /// object, or as a graph for Graphviz
    #[arg(long, value_name = "HOW", conflicts_with = "output")]
    pub(crate) graph: Option<Graph>,

    /// Go into the directories of each DIR too, but not by symbolic links
    #[arg(short, long)]
    pub(crate) recursive: bool,

    /// How many threads to use; by default one for each processor
    #[arg(short, long, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_SCAN_JOBS)))]
    pub(crate) jobs: Option<u32>,

    /// The format that the images have, instead of the one that their bytes show
    #[arg(short, value_name = "FMT", value_parser = format())]
    pub(crate) format: Option<Format>,

    /// Look also where a second reading of the same bytes would show: two reads more for each image
    #[arg(long)]
    pub(crate) thorough: bool,

    /// Follow symbolic links to, and go into directories on, other file systems than that of DIR
    #[arg(long)]
    pub(crate) cross_file_systems: bool,

    /// Do not follow symbolic links in a DIR
    #[arg(long)]
    pub(crate) no_follow: bool,

    /// Complain of FIFOs, sockets and character devices too, instead of counting them
    #[arg(long)]
    pub(crate) special_files: bool,

    /// The pools' directories; or images
    #[arg(value_name = "DIR", required = true)]
    pub(crate) places: Vec<OsString>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Human,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Graph {
    Table,
    Json,
    Dot,
}

const INFO_NOTES: &str = "\
Examples:
  diskprobe info disk.qcow2
  diskprobe info --output=json *.img | jq -r 'select(.encrypted).filename'
  diskprobe info -f raw /dev/vg/guest
  diskprobe info --backing-chain overlay.qcow2
  diskprobe info -- -odd-name.img

Exit status:
  0  every image was probed, and every chain is whole
  1  some image could not be, or some chain is broken; the standard error says why
  2  wrong usage";

const SCAN_NOTES: &str = "\
Examples:
  diskprobe scan /var/lib/libvirt/images
  diskprobe scan --output=json -r /srv | jq -r 'select(.encrypted).filename'
  diskprobe scan -j 32 /mnt/nfs/pool
  diskprobe scan --graph=dot -r /srv | dot -Tsvg >pool.svg

Exit status:
  0  every image that was found was probed
  1  some image could not be, or some directory could not be read; the standard error says why
  2  wrong usage";

const LOCATION_NOTES: &str = "\
Examples:
  diskprobe location nbd://host/export
  diskprobe location --relative-to=/srv/disk.qcow2 ../base.img
  diskprobe location --output=json 'json:{\"driver\":\"file\",\"filename\":\"/srv/base.img\"}'

Credentials are never shown, and neither is a malformed location, because they may be in it.

Exit status:
  0  every location is understood
  1  some location is malformed, or names a protocol or driver that is not known
  2  wrong usage";

fn format() -> impl TypedValueParser<Value = Format> {
    let names = Format::ALL.iter().copied().map(Format::as_str);
    PossibleValuesParser::new(names).try_map(|name| {
        name.parse::<Format>()
            .map_err(|_| "not the name of a format")
    })
}

fn unrecorded_format() -> impl TypedValueParser<Value = UnrecordedFormat> {
    let names = UnrecordedFormat::ALL
        .iter()
        .copied()
        .map(UnrecordedFormat::as_str);
    PossibleValuesParser::new(names).try_map(|name| {
        name.parse::<UnrecordedFormat>()
            .map_err(|_| "no such policy")
    })
}

/// The command line; or the exit code, after help was given or the usage was explained.
pub(crate) fn parse() -> Result<Args, ExitCode> {
    Args::try_parse().map_err(|error| {
        if !error.use_stderr() {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        // A file name that was taken for an option may hold anything.
        let message = error.render().to_string();
        for line in message.lines() {
            let _ = writeln!(io::stderr(), "{}", text::escaped(line.as_bytes()));
        }
        ExitCode::from(WRONG_USAGE)
    })
}
