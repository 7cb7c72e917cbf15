// SPDX-License-Identifier: MIT OR Apache-2.0
//! The way through the directories, which all jobs go together.
//!
//! There is no queue: a job that is free takes the next few names of the innermost directory that is
//! open. So what is held is the directories on the way, each with one block of its names, however
//! many files they have.

use super::look::Place;
use super::options::ScanOptions;
use super::{ScanEntry, Target};
use crate::base::error::Reason;
use crate::base::limits::MAX_SCAN_DEPTH;
use crate::io::{Directory, FileKind, Listing, Names};
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

/// What there is to do next.
pub(super) enum Next {
    /// To probe one file.
    Target(PathBuf),
    /// To probe the names that were handed over, which are in this directory.
    Names(Arc<Place>),
    Step(Step),
    /// Nothing before a step that is under way has ended.
    Later,
    /// Nothing more at all.
    Nothing,
}

/// What came of a step.
pub(super) struct Taken {
    open: Option<Open>,
    pub(super) failed: Option<ScanEntry>,
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

    /// What to do next. Names are put into `names`.
    pub(super) fn next(&mut self, options: &ScanOptions, names: &mut Names) -> Next {
        loop {
            let Some(innermost) = self.open.last_mut() else {
                return match self.targets.next() {
                    Some(Target::Directory(path)) => Next::Step(Step::Start(path)),
                    Some(Target::File(path)) => Next::Target(path),
                    None if self.under_way != 0 => Next::Later,
                    None => Next::Nothing,
                };
            };
            innermost.hand_over(options.names_at_once(innermost.listing.names.len()), names);
            if names.len() != 0 {
                return Next::Names(innermost.place.clone());
            }
            match innermost.listing.names.next() {
                Some((_, name)) if options.recursive => {
                    return Next::Step(Step::Enter(innermost.place.clone(), name.to_owned()));
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
                Ok(directory) => {
                    let place = Place {
                        depth: 0,
                        device: directory.device(),
                        directory,
                    };
                    read(Open::new(place))
                }
                Err(error) => Taken::failed(ScanEntry::failed(path, error)),
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
                    Ok(directory) => {
                        let place = Place {
                            directory,
                            depth,
                            device: place.device,
                        };
                        read(Open::new(place))
                    }
                    Err(error) => {
                        Taken::failed(ScanEntry::failed(place.directory.path_of(&name), error))
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
    let failed =
        failed.map(|error| ScanEntry::failed(open.place.directory.path().to_owned(), error));
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

    /// Puts the next names into `names`, as far as none is that of a directory; at most so many.
    fn hand_over(&mut self, most: usize, names: &mut Names) {
        let listed = &mut self.listing.names;
        names.clear();
        while names.len() < most
            && listed
                .peek()
                .is_some_and(|kind| kind != FileKind::Directory)
        {
            listed.hand_over(names);
        }
    }
}

impl Taken {
    fn failed(found: ScanEntry) -> Self {
        Taken {
            open: None,
            failed: Some(found),
            is_new_directory: false,
        }
    }
}
