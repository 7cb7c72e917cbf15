// SPDX-License-Identifier: MIT OR Apache-2.0
//! The walk through the directories, shared by all jobs.
//!
//! It needs no queue: a free job takes the next names of the innermost open directory. Memory holds
//! the directories on the current path, each with one block of names, regardless of the number of
//! files.

use super::look::ScannedDirectory;
use super::options::ScanOptions;
use super::{ScanEntry, ScanTarget};
use crate::base::error::{Error, Reason};
use crate::base::limits::MAX_SCAN_DEPTH;
use crate::io::{Directory, FileKind, Listing, Names};
use std::ffi::CString;
use std::path::PathBuf;
use std::sync::Arc;

/// A directory whose names are being read.
pub(super) struct OpenDirectory {
    directory: Arc<ScannedDirectory>,
    listing: Listing,
}

/// A system call that gets more names.
pub(super) enum Step {
    /// Opens a target.
    Start(PathBuf),
    /// Opens a directory in another one.
    Enter(Arc<ScannedDirectory>, CString),
    /// Reads more names.
    Read(OpenDirectory),
}

/// What a job is to do next.
pub(super) enum Next {
    /// Probe one file.
    Target(PathBuf),
    /// Probe the names it was given, which are in this directory.
    Names(Arc<ScannedDirectory>),
    Step(Step),
    /// Wait for a step that another job is running.
    Later,
    /// Nothing is left.
    Nothing,
}

/// The result of a step.
pub(super) struct StepResult {
    open: Option<OpenDirectory>,
    failed: Option<ScanEntry>,
    pub(super) is_new_directory: bool,
}

pub(super) struct Walk<T> {
    targets: T,
    /// The innermost is the last.
    open: Vec<OpenDirectory>,
    /// Running steps, each of which may open one more directory.
    running: usize,
    /// Tasks so far.
    tickets: u64,
}

impl<T: Iterator<Item = ScanTarget>> Walk<T> {
    pub(super) fn new(targets: T) -> Self {
        Walk {
            targets,
            open: Vec::new(),
            running: 0,
            tickets: 0,
        }
    }

    /// Returns the ticket of a new task. Tickets count from 0 in the order of the scan.
    pub(super) fn ticket(&mut self) -> u64 {
        let ticket = self.tickets;
        self.tickets = ticket.saturating_add(1);
        ticket
    }

    /// Returns how many directories are open or about to be opened.
    pub(super) fn width(&self) -> usize {
        self.open.len().saturating_add(self.running)
    }

    /// Returns what to do next. Names to probe are moved to `names`.
    pub(super) fn next(&mut self, options: &ScanOptions, names: &mut Names) -> Next {
        loop {
            let Some(innermost) = self.open.last_mut() else {
                return match self.targets.next() {
                    Some(ScanTarget::Directory(path)) => Next::Step(Step::Start(path)),
                    Some(ScanTarget::File(path)) => Next::Target(path),
                    None if self.running != 0 => Next::Later,
                    None => Next::Nothing,
                };
            };
            let listed = &mut innermost.listing.names;
            move_files(listed, names, options.names_at_once(listed.len()));
            if names.len() != 0 {
                return Next::Names(innermost.directory.clone());
            }
            match listed.next() {
                Some((_, name)) if options.recursive => {
                    let name = name.to_owned();
                    return Next::Step(Step::Enter(innermost.directory.clone(), name));
                }
                Some(_) => {}
                None => {
                    let read = self.open.pop();
                    if let Some(open) = read.filter(|read| !read.listing.is_at_end()) {
                        return Next::Step(Step::Read(open));
                    }
                }
            }
        }
    }

    /// Returns the maximum number of additional jobs that would have work now.
    pub(super) fn pending(&self) -> usize {
        let (_, targets) = self.targets.size_hint();
        let work = |open: &OpenDirectory| {
            let unread = usize::from(!open.listing.is_at_end());
            open.listing.names.len().saturating_add(unread)
        };
        let open = self.open.iter().map(work);
        open.fold(targets.unwrap_or(usize::MAX), usize::saturating_add)
    }

    /// Counts a step that starts.
    pub(super) fn begin(&mut self) {
        self.running = self.running.saturating_add(1);
    }

    /// Adds what a step opened. Returns its failure, if it failed.
    pub(super) fn end(&mut self, result: StepResult) -> Option<ScanEntry> {
        self.running = self.running.saturating_sub(1);
        self.open.extend(result.open);
        result.failed
    }
}

/// Moves at most `most` names to `names`, up to the first that is a directory.
fn move_files(listed: &mut Names, names: &mut Names, most: usize) {
    names.clear();
    let is_file = |kind| kind != FileKind::Directory;
    while names.len() < most && listed.peek().is_some_and(is_file) {
        listed.hand_over(names);
    }
}

impl Step {
    pub(super) fn run(self, options: &ScanOptions) -> StepResult {
        let (path, opened) = match self {
            Step::Start(path) => {
                let opened = Directory::open(&path).map(ScannedDirectory::target);
                (path, opened)
            }
            Step::Enter(parent, name) => (parent.handle.path_of(&name), {
                let depth = parent.depth.saturating_add(1);
                enter(&parent, &name, depth, options)
            }),
            Step::Read(open) => {
                return StepResult {
                    is_new_directory: false,
                    ..read(open)
                }
            }
        };
        match opened {
            Ok(directory) => read(OpenDirectory {
                directory: Arc::new(directory),
                listing: Listing::new(),
            }),
            Err(error) => StepResult {
                open: None,
                failed: Some(ScanEntry::failed(path, error)),
                is_new_directory: false,
            },
        }
    }
}

/// Opens a directory in another one.
fn enter(
    parent: &ScannedDirectory,
    name: &CString,
    depth: u32,
    options: &ScanOptions,
) -> Result<ScannedDirectory, Error> {
    let limit = MAX_SCAN_DEPTH;
    if depth >= limit {
        return Err(Reason::TooDeep { limit }.into());
    }
    let handle = parent.handle.enter(name)?;
    parent.check_device(handle.device(), options)?;
    if handle.device() != parent.handle.device() {
        handle.check_file_system()?;
    }
    Ok(ScannedDirectory {
        handle,
        depth,
        device: parent.device,
    })
}

/// Reads the next names of a directory.
fn read(mut open: OpenDirectory) -> StepResult {
    let directory = &open.directory.handle;
    let failed = open.listing.read(directory).err();
    let failed = failed.map(|error| ScanEntry::failed(directory.path().to_owned(), error));
    StepResult {
        is_new_directory: failed.is_none(),
        open: failed.is_none().then_some(open),
        failed,
    }
}
