// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe scan`: a storage pool at a glance.

mod graph;
mod progress;
mod table;
mod totals;

use crate::answers::put;
use crate::values::{one_of, Output};
use crate::{complain, Failure};
use clap::ValueEnum;
use diskprobe::scan::graph::GraphBuilder;
use diskprobe::scan::{scan, ScanEntry, ScanOptions, ScanTarget};
use diskprobe::{Error, Format, Image, Options};
use progress::Progress;
use std::ffi::OsString;
use std::io;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// Show the images of storage pools: one row each, totals, and the room that is left
#[derive(clap::Args)]
#[command(after_help = NOTES)]
pub(crate) struct Scan {
    /// For people, sorted by name; or for programs: one JSON object on each line, as images are
    /// found, and a last one with the key "summary"
    #[arg(long, value_name = "HOW", default_value = "human")]
    output: Output,

    /// Show which of the images stand on which, instead of what they are: as a table, as one JSON
    /// object, or as a graph for Graphviz
    #[arg(long, value_name = "HOW", conflicts_with = "output")]
    graph: Option<Form>,

    /// Go into the directories of each DIR too, but not by symbolic links
    #[arg(short, long)]
    recursive: bool,

    /// How many threads to use; by default one for each processor
    #[arg(short, long, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=i64::from(ScanOptions::MAX_JOBS)))]
    jobs: Option<u32>,

    /// The format that the images have, instead of the one that their bytes show
    #[arg(short, value_name = "FMT", value_parser = one_of(Format::ALL, Format::as_str))]
    format: Option<Format>,

    /// Look also where a second reading of the same bytes would show: two reads more for each image
    #[arg(long)]
    thorough: bool,

    /// Follow symbolic links to, and go into directories on, other file systems than that of DIR
    #[arg(long)]
    cross_file_systems: bool,

    /// Do not follow symbolic links in a DIR
    #[arg(long)]
    no_follow: bool,

    /// Complain of FIFOs, sockets and character devices too, instead of counting them
    #[arg(long)]
    special_files: bool,

    /// The pools' directories; or images
    #[arg(value_name = "DIR", required = true)]
    places: Vec<OsString>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Table,
    Json,
    Dot,
}

const NOTES: &str = "\
Examples:
  diskprobe scan /var/lib/libvirt/images
  diskprobe scan --output=json -r /srv | jq -r 'select(.encrypted).filename'
  diskprobe scan -j 32 /mnt/nfs/pool
  diskprobe scan --graph=dot -r /srv | dot -Tsvg >pool.svg

Exit status:
  0  every image that was found was probed
  1  some image could not be, or some directory could not be read; the standard error says why
  2  wrong usage";

/// Returns whether everything that was found could be probed.
pub(crate) fn run(args: &Scan) -> Result<bool, Failure> {
    let is_streamed = args.graph.is_none() && args.output == Output::Json;
    let progress = Progress::new(is_streamed);
    let mut builder = GraphBuilder::new();
    let mut totals = totals::Totals::default();
    let mut rows = Vec::new();
    let mut failures = Vec::new();
    let mut written = Ok(());
    let options = options(args).map_err(|error| Failure::Usage(error.to_string()))?;
    let summary = scan(targets(args), &options, |found| {
        progress.step();
        match args.graph {
            Some(_) => builder.add(&found),
            None => totals.add(&found),
        }
        match found.image() {
            _ if is_streamed => written = progress.aside(|| put_line(&found)),
            Ok(image) if args.graph.is_none() => rows.push(table::row(found.path(), image)),
            Ok(_) => {}
            Err(error) => failures.push((found.path().to_owned(), error.clone())),
        }
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    progress.end();
    written?;
    totals.finish(summary, &args.places);
    put(&match args.graph {
        Some(Form::Table) => graph::table(&builder.resolve()),
        Some(Form::Json) => format!("{:#}\n", builder.resolve().json()),
        Some(Form::Dot) => graph::dot(&builder.resolve()),
        None if is_streamed => totals.json(),
        None => table::text(rows) + &totals.text(),
    })?;
    failures.sort_by(|one, other| one.0.cmp(&other.0));
    for (path, error) in failures {
        complain(path.as_os_str().as_bytes(), error);
    }
    Ok(summary.failures == 0)
}

fn options(args: &Scan) -> Result<ScanOptions, Error> {
    let image = Options::new().format(args.format).thorough(args.thorough);
    let options = ScanOptions::new()
        .image_options(image)
        .recursive(args.recursive)
        .cross_file_systems(args.cross_file_systems)
        .special_files(args.special_files)
        .follow_links(!args.no_follow);
    let jobs = args.jobs.unwrap_or_else(processors);
    options.jobs(jobs)
}

/// Returns how many threads this machine runs at the same time.
fn processors() -> u32 {
    let processors = std::thread::available_parallelism();
    let processors = processors.map_or(1, std::num::NonZero::get);
    u32::try_from(processors).map_or(ScanOptions::MAX_JOBS, |count| {
        count.min(ScanOptions::MAX_JOBS)
    })
}

/// Returns the targets that the command line names. What is not a directory, or cannot be examined,
/// is probed.
fn targets(args: &Scan) -> impl Iterator<Item = ScanTarget> + Send + '_ {
    let paths = args.places.iter().map(PathBuf::from);
    paths.map(|path| match path.is_dir() {
        true => ScanTarget::Directory(path),
        false => ScanTarget::File(path),
    })
}

/// Writes one result on a line of its own.
fn put_line(found: &ScanEntry) -> io::Result<()> {
    let path = found.path();
    match found.image() {
        Ok(image) => put(&format!("{}\n", image.json(path, image.allocated_size()))),
        Err(error) => {
            complain(path.as_os_str().as_bytes(), error);
            put(&format!("{}\n", Image::failure_json(path, error)))
        }
    }
}
