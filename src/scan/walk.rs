// SPDX-License-Identifier: MIT OR Apache-2.0
//! The way through the directories, which all jobs go together.
//!
//! There is no queue: a job that is free takes the next name of the innermost directory that is
//! open. So what is held is the directories on the way, each with one block of its names, however
//! many files they have.

use super::look::Place;
use super::options::ScanOptions;
use super::{Found, Target};
use crate::error::Reason;
use crate::feed::{Directory, Entry, FileKind, Listing};
use crate::limits::MAX_SCAN_DEPTH;
use std::ffi::CString;
use std::path::PathBuf;
use std::sync::Arc;

/// A directory that is being read.
pub(super) struct Open {
    place: Arc<Place>,
    listing: Listing,
}

/// What has to be done to get more names.
pub(super) enum Step {
    Start(PathBuf),
    Enter(Arc<Place>, CString),
    Read(Open),
}

/// One name, to be probed.
pub(super) enum Name {
    Target(PathBuf),
    Entry(Arc<Place>, Entry),
}

/// What there is to do next.
pub(super) enum Next {
    Name(Name),
    Step(Step),
    /// Nothing before a step that is under way has ended.
    Later,
    /// Nothing more at all.
    Nothing,
}

/// What came of a step.
pub(super) struct Taken {
    open: Option<Open>,
    pub(super) failed: Option<Found>,
    pub(super) is_new_directory: bool,
}

pub(super) struct Walk<T> {
    targets: T,
    /// The innermost last.
    open: Vec<Open>,
    /// Steps under way, each of which may open one more directory.
    under_way: usize,
}

impl<T: Iterator<Item = Target>> Walk<T> {
    pub(super) fn new(targets: T) -> Self {
        Walk {
            targets,
            open: Vec::new(),
            under_way: 0,
        }
    }

    /// How many directories are open, or may soon be.
    pub(super) fn width(&self) -> usize {
        self.open.len().saturating_add(self.under_way)
    }

    pub(super) fn next(&mut self, options: &ScanOptions) -> Next {
        loop {
            let Some(innermost) = self.open.last_mut() else {
                return match self.targets.next() {
                    Some(Target::Directory(path)) => Next::Step(Step::Start(path)),
                    Some(Target::File(path)) => Next::Name(Name::Target(path)),
                    None if self.under_way != 0 => Next::Later,
                    None => Next::Nothing,
                };
            };
            match innermost.listing.next() {
                Some(entry) if entry.kind != FileKind::Directory => {
                    return Next::Name(Name::Entry(innermost.place.clone(), entry));
                }
                Some(entry) if options.recursive => {
                    return Next::Step(Step::Enter(innermost.place.clone(), entry.name));
                }
                Some(_) => {}
                None => {
                    let read = self.open.pop();
                    let more = read.filter(|read| !read.listing.is_at_end());
                    if let Some(open) = more {
                        return Next::Step(Step::Read(open));
                    }
                }
            }
        }
    }

    /// Notes that a step is under way.
    pub(super) fn begin(&mut self) {
        self.under_way = self.under_way.saturating_add(1);
    }

    /// Takes up what a step brought.
    pub(super) fn end(&mut self, taken: &mut Taken) {
        self.under_way = self.under_way.saturating_sub(1);
        self.open.extend(taken.open.take());
    }
}

impl Step {
    pub(super) fn run(self, options: &ScanOptions) -> Taken {
        match self {
            Step::Start(path) => match Directory::open(&path) {
                Ok(directory) => read(Open::new(Place {
                    depth: 0,
                    device: directory.device(),
                    directory,
                })),
                Err(error) => Taken::failed(Found::failed(path, error)),
            },
            Step::Enter(place, name) => {
                let depth = place.depth.saturating_add(1);
                let entered = match depth >= MAX_SCAN_DEPTH {
                    true => Err(Reason::TooDeep {
                        limit: MAX_SCAN_DEPTH,
                    }
                    .into()),
                    false => place.directory.enter(&name),
                };
                let accepted = entered.and_then(|directory| {
                    place.accept_device(directory.device(), options)?;
                    Ok(directory)
                });
                match accepted {
                    Ok(directory) => read(Open::new(Place {
                        directory,
                        depth,
                        device: place.device,
                    })),
                    Err(error) => {
                        Taken::failed(Found::failed(place.directory.path_of(&name), error))
                    }
                }
            }
            Step::Read(open) => Taken {
                is_new_directory: false,
                ..read(open)
            },
        }
    }
}

/// Reads the next names of a directory.
fn read(mut open: Open) -> Taken {
    let failed = open.listing.read(&open.place.directory).err();
    let failed = failed.map(|error| Found::failed(open.place.directory.path().to_owned(), error));
    Taken {
        is_new_directory: failed.is_none(),
        open: failed.is_none().then_some(open),
        failed,
    }
}

impl Open {
    fn new(place: Place) -> Self {
        Open {
            place: Arc::new(place),
            listing: Listing::new(),
        }
    }
}

impl Taken {
    fn failed(found: Found) -> Self {
        Taken {
            open: None,
            failed: Some(found),
            is_new_directory: false,
        }
    }
}
