// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who opens what a chain names: as which user, through which library, is the caller's business.

use super::element::ElementKind;
use crate::base::error::Error;
use crate::io::Identity;
use crate::location::Location;
use crate::probe::Source;
use std::fs::File;
use std::os::fd::BorrowedFd;

/// Opens what a location names.
pub trait Opener {
    /// Opens it for reading. What is returned is dropped before the next call.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being opened: see [`Error::cannot_open`]. The chain is broken there.
    fn open(&mut self, location: &Location) -> Result<Opened<'_>, Error>;

    /// The same, where it matters in what role the element is; this is what a walk calls. Without a
    /// method of its own, it does not matter.
    ///
    /// # Errors
    ///
    /// As for [`Opener::open`].
    fn open_as(&mut self, kind: ElementKind, location: &Location) -> Result<Opened<'_>, Error> {
        let _ = kind;
        self.open(location)
    }
}

/// What came of opening.
#[non_exhaustive]
pub enum Opened<'a> {
    /// A file or block device, open for reading. Anything else is refused.
    File(File),
    /// The same, of which the descriptor stays open, and its offset where it is.
    Fd(BorrowedFd<'a>),
    /// What something else than the operating system reads.
    Source {
        /// Reads it.
        source: Box<dyn Source + 'a>,
        /// Its length in bytes, where it is known.
        length: Option<u64>,
        /// Which object it is, where that can be told: else locations are compared as they are
        /// spelt.
        identity: Option<Identity>,
    },
    /// This opener does not open such a location. The chain ends there; it is not broken.
    Unopened,
}

/// An opener to which the top was given open.
pub(super) struct TopIsOpen<'a> {
    top: Option<BorrowedFd<'a>>,
    below: &'a mut dyn Opener,
}

impl<'a> TopIsOpen<'a> {
    pub(super) fn new(top: BorrowedFd<'a>, below: &'a mut dyn Opener) -> Self {
        let top = Some(top);
        TopIsOpen { top, below }
    }
}

impl Opener for TopIsOpen<'_> {
    fn open(&mut self, location: &Location) -> Result<Opened<'_>, Error> {
        self.open_as(ElementKind::Top, location)
    }

    fn open_as(&mut self, kind: ElementKind, location: &Location) -> Result<Opened<'_>, Error> {
        // The top is what is opened first.
        match self.top.take() {
            Some(top) => Ok(Opened::Fd(top)),
            None => self.below.open_as(kind, location),
        }
    }
}
