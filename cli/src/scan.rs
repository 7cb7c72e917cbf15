// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe scan`: a storage pool at a glance.

mod progress;
pub(crate) mod table;
pub(crate) mod totals;

use crate::args::{Graph, Output, Scan};
use crate::{complain, graph, json};
use diskprobe::scan::{scan, ScanEntry, ScanOptions, Target};
use diskprobe::{Error, Options};
use progress::Progress;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use table::Table;
use totals::Totals;

/// Whether everything that was found could be probed; the error of writing to `out`.
pub(crate) fn run(args: &Scan, out: &mut (impl Write + Send)) -> io::Result<bool> {
    if let Some(how) = args.graph {
        return graph(args, how, out);
    }
    let progress = Progress::new(args.output == Output::Json);
    let mut totals = Totals::default();
    let mut table = Table::default();
    let mut failures = Vec::new();
    let mut written = Ok(());
    let summary = scan(targets(args), &options(args), |found| {
        progress.step();
        totals.add(&found);
        match args.output {
            Output::Json => written = progress.aside(|| line(&found, out)),
            Output::Human => match found.image() {
                Ok(image) => table.add(found.path(), image),
                Err(error) => failures.push((found.path().to_owned(), error)),
            },
        }
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    progress.end();
    written?;
    let totals = totals.sum(summary, &args.places);
    match args.output {
        Output::Human => {
            write!(out, "{}{}", table.text(), totals.text())?;
            out.flush()?;
            complain_of_all(failures);
        }
        Output::Json => {
            writeln!(out, "{}", json::line(&json::scan::summary(&totals))?)?;
            out.flush()?;
        }
    }
    Ok(summary.failures == 0)
}

/// Which image stands on which.
fn graph(args: &Scan, how: Graph, out: &mut impl Write) -> io::Result<bool> {
    let progress = Progress::new(false);
    let mut collector = diskprobe::scan::graph::Graph::collect();
    let mut failures = Vec::new();
    let summary = scan(targets(args), &options(args), |found| {
        progress.step();
        collector.add(&found);
        if let Err(error) = found.image() {
            failures.push((found.path().to_owned(), error));
        }
        ControlFlow::Continue(())
    });
    progress.end();
    graph::write(&collector.finish(), how, out)?;
    out.flush()?;
    complain_of_all(failures);
    Ok(summary.failures == 0)
}

/// Complains in the order of the names.
fn complain_of_all(mut failures: Vec<(PathBuf, Error)>) {
    failures.sort_by(|one, other| one.0.cmp(&other.0));
    for (path, error) in failures {
        complain(path.as_os_str().as_bytes(), &error);
    }
}

fn options(args: &Scan) -> ScanOptions {
    let image = Options::new().format(args.format).thorough(args.thorough);
    let options = ScanOptions::new()
        .image(&image)
        .recursive(args.recursive)
        .cross_file_systems(args.cross_file_systems)
        .special_files(args.special_files)
        .follow_links(!args.no_follow);
    let jobs = args.jobs.unwrap_or_else(processors);
    // The command line was judged already.
    options.clone().jobs(jobs).unwrap_or(options)
}

/// How many threads this machine runs at once.
fn processors() -> u32 {
    let processors = std::thread::available_parallelism();
    let processors = processors.map_or(1, std::num::NonZero::get);
    u32::try_from(processors)
        .unwrap_or(u32::MAX)
        .min(diskprobe::limits::MAX_SCAN_JOBS)
}

/// What the names on the command line stand for: one that is no directory, or cannot be looked at,
/// is probed.
fn targets(args: &Scan) -> impl Iterator<Item = Target> + Send + '_ {
    args.places.iter().map(PathBuf::from).map(|path| {
        match path.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            true => Target::Directory(path),
            false => Target::File(path),
        }
    })
}

/// One result on a line of its own, as soon as it is there.
fn line(found: &ScanEntry, out: &mut impl Write) -> io::Result<()> {
    let name = found.path().as_os_str().as_bytes();
    let object = match found.image() {
        Ok(image) => json::image(name, image),
        Err(error) => {
            complain(name, &error);
            json::failure(name, &error)
        }
    };
    writeln!(out, "{}", json::line(&object)?)?;
    out.flush()
}
