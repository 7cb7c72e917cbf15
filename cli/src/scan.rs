// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe scan`: the images of a storage pool.

mod extents;
mod graph;
mod progress;
mod table;
mod totals;

use crate::answers::put;
use crate::complain;
use crate::values::{one_of, Output};
use clap::ValueEnum;
use diskprobe::scan::graph::GraphBuilder;
use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe::{Error, ErrorKind, Format, Image, Options};
use progress::Progress;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Show all images of storage pools, with totals and free space
#[derive(clap::Args)]
#[command(after_help = NOTES)]
pub(crate) struct Scan {
    /// Output format: text, sorted by name; or JSON, one object per line as images are found, and a
    /// last object with the key "summary"
    #[arg(long, value_name = "HOW", default_value = "human")]
    output: Output,

    /// Show the dependencies between images instead of their facts: as a table, as one JSON object,
    /// or as a Graphviz graph
    #[arg(long, value_name = "HOW", conflicts_with = "output")]
    graph: Option<Form>,

    /// Scan subdirectories too, but do not follow symbolic links to directories
    #[arg(short, long)]
    recursive: bool,

    /// Number of threads [default: number of processors]
    #[arg(short, long, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=i64::from(ScanOptions::MAX_JOBS)))]
    jobs: Option<u32>,

    /// Use this format instead of detecting it
    #[arg(short, value_name = "FMT", value_parser = one_of(Format::ALL, Format::as_str))]
    format: Option<Format>,

    /// Also search for formats that do not start at offset 0 (two more reads per image)
    #[arg(long)]
    thorough: bool,

    /// Also include file systems other than that of DIR: scan directories on them and follow
    /// symbolic links to them
    #[arg(long)]
    cross_file_systems: bool,

    /// Do not follow symbolic links in DIR
    #[arg(long)]
    no_follow: bool,

    /// Report FIFOs, sockets and character devices as errors instead of counting them
    #[arg(long)]
    special_files: bool,

    /// Directories of the pools, or images
    #[arg(value_name = "DIR", required = true)]
    paths: Vec<OsString>,
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
  0  all images were probed
  1  an image could not be probed or a directory could not be read; the reason is on standard error
  2  wrong usage";

/// Maximum number of failures that a stream of JSON holds back, because a later image may name the
/// failed files as its extents.
const MOST_HELD: usize = 4096;

/// A file that could not be probed.
struct Failure {
    path: PathBuf,
    error: Error,
    /// The file, if it can be an extent.
    file: Option<Metadata>,
}

/// Runs the command. Returns whether all images were probed.
pub(crate) fn run(args: &Scan) -> Result<bool, crate::Failure> {
    let is_streamed = args.graph.is_none() && args.output == Output::Json;
    let progress = Progress::new(is_streamed);
    let mut builder = GraphBuilder::new();
    let mut totals = totals::Totals::default();
    let mut rows = Vec::new();
    let mut failures = Vec::new();
    let mut written = Ok(());
    let options = options(args).map_err(|error| crate::Failure::Usage(error.to_string()))?;
    let summary = scan(targets(args), &options, |found| {
        progress.step();
        match args.graph {
            Some(_) => builder.add(&found),
            None => totals.add(&found),
        }
        match found.image() {
            Ok(image) if is_streamed => {
                let path = found.path();
                let line = || put(&format!("{}\n", image.json(path, image.allocated_size())));
                written = progress.aside(line);
            }
            Ok(image) if args.graph.is_none() => rows.push(table::row(&found, image)),
            Ok(_) => {}
            Err(error) => {
                let failure = Failure::new(found.path(), error);
                let can_wait = failure.file.is_some() && failures.len() < MOST_HELD;
                match is_streamed && !can_wait {
                    true => written = progress.aside(|| failure.put(is_streamed)),
                    false => failures.push(failure),
                }
            }
        }
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    progress.end();
    written?;
    totals.finish(summary, &args.paths);
    let mut is_complete = summary.failures == failures.len() as u64;
    let graph = args.graph.map(|form| (form, builder.resolve()));
    match &graph {
        Some((_, graph)) => {
            let nodes = graph.nodes().iter().filter(|node| node.is_extent());
            let paths = nodes.flat_map(|node| {
                let others = node.other_paths().iter().map(PathBuf::as_path);
                others.chain([node.path()])
            });
            let extents: BTreeSet<&Path> = paths.collect();
            failures.retain(|failure| !extents.contains(&*failure.path));
        }
        None => failures.retain(|failure| {
            let file = failure.file.as_ref();
            !file.is_some_and(|file| totals.add_failed_extent(file))
        }),
    }
    is_complete &= failures.is_empty();
    failures.sort_by(|one, other| one.path.cmp(&other.path));
    let put_failures = || failures.iter().try_for_each(|one| one.put(is_streamed));
    if is_streamed {
        put_failures()?;
    }
    put(&match graph {
        Some((Form::Table, graph)) => graph::table(&graph),
        Some((Form::Json, graph)) => format!("{:#}\n", graph.json()),
        Some((Form::Dot, graph)) => graph::dot(&graph),
        None if is_streamed => totals.json(),
        None => table::text(rows, totals.extents()) + &totals.text(),
    })?;
    if !is_streamed {
        put_failures()?;
    }
    Ok(is_complete)
}

impl Failure {
    fn new(path: &Path, error: &Error) -> Self {
        let (error, file) = match error.kind() {
            ErrorKind::OutsideRoot => {
                let message = format!("{error}; --cross-file-systems includes it");
                // The path is not accessed again, because that could trigger a mount.
                (Error::new(error.kind(), message), None)
            }
            _ => (error.clone(), extents::disk_file(path)),
        };
        Failure {
            path: path.to_owned(),
            error,
            file,
        }
    }

    /// Prints the error, and its line of JSON if results are streamed.
    fn put(&self, is_streamed: bool) -> io::Result<()> {
        complain(self.path.as_os_str().as_bytes(), &self.error);
        match is_streamed {
            true => put(&format!(
                "{}\n",
                Image::failure_json(&self.path, &self.error)
            )),
            false => Ok(()),
        }
    }
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

/// Returns the number of processors, at most `MAX_JOBS`.
fn processors() -> u32 {
    let processors = std::thread::available_parallelism();
    let processors = processors.map_or(1, std::num::NonZero::get);
    u32::try_from(processors).map_or(ScanOptions::MAX_JOBS, |count| {
        count.min(ScanOptions::MAX_JOBS)
    })
}

/// Returns the targets of the scan. A path that is not a directory, or that stat cannot examine, is
/// probed as a file.
fn targets(args: &Scan) -> impl Iterator<Item = ScanTarget> + Send + '_ {
    let paths = args.paths.iter().map(PathBuf::from);
    paths.map(|path| match path.is_dir() {
        true => ScanTarget::Directory(path),
        false => ScanTarget::File(path),
    })
}
