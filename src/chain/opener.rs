// SPDX-License-Identifier: MIT OR Apache-2.0
//! Openers: the caller decides as which user and through which library files are opened.

use super::element::ElementKind;
use crate::base::error::Error;
use crate::io::{attributes_of, lend, Identity};
use crate::location::Location;
use crate::probe::Source;
use core::fmt;
use std::fs::File;
use std::os::fd::{BorrowedFd, OwnedFd};

/// Opens the elements of a chain.
pub trait Opener {
    /// Opens an element for reading. The result is dropped before the next call.
    ///
    /// A data file with a relative name is requested twice with
    /// [`DataFileDirectory::Same`](super::DataFileDirectory::Same): in the directory of the image,
    /// and by the recorded name alone, to compare the identities.
    ///
    /// # Errors
    /// Any error ends the walk: the chain fails at this element. Create one with [`Error::new`],
    /// or pass on an [`io::Error`](std::io::Error).
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error>;
}

/// What an [`Opener`] is to open.
#[derive(Clone, Copy, Debug)]
pub struct OpenRequest<'a> {
    role: ElementKind,
    location: &'a Location,
}

impl<'a> OpenRequest<'a> {
    pub(super) fn new(role: ElementKind, location: &'a Location) -> Self {
        OpenRequest { role, location }
    }

    /// Returns the role of the element in the chain.
    #[must_use]
    pub fn role(&self) -> ElementKind {
        self.role
    }

    /// Returns the location of the element.
    #[must_use]
    pub fn location(&self) -> &'a Location {
        self.location
    }
}

/// The answer of an [`Opener`].
pub struct Opened<'a> {
    pub(super) object: Object<'a>,
    pub(super) identity: Option<Identity>,
}

pub(super) enum Object<'a> {
    File(File),
    Borrowed(BorrowedFd<'a>),
    Source(Box<dyn Source + 'a>),
    Unopened,
}

impl<'a> Opened<'a> {
    fn of(object: Object<'a>) -> Self {
        let identity = None;
        Opened { object, identity }
    }

    /// A file or block device that is open for reading. It is closed after the probe. Other kinds
    /// of files are refused.
    #[must_use]
    pub fn fd(fd: impl Into<OwnedFd>) -> Self {
        Opened::of(Object::File(File::from(fd.into())))
    }

    /// A file or block device that stays open. Its file offset does not move.
    #[must_use]
    pub fn borrowed_fd(fd: BorrowedFd<'a>) -> Self {
        Opened::of(Object::Borrowed(fd))
    }

    /// An object that is not a file of the operating system.
    #[must_use]
    pub fn source(source: Box<dyn Source + 'a>) -> Self {
        Opened::of(Object::Source(source))
    }

    /// This opener does not open such a location. The chain ends there without an error.
    #[must_use]
    pub fn unopened() -> Self {
        Opened::of(Object::Unopened)
    }

    /// Returns the identity of the object, if it is known.
    pub(super) fn known_identity(&self) -> Option<Identity> {
        let attributes = match &self.object {
            _ if self.identity.is_some() => return self.identity,
            Object::File(file) => attributes_of(file),
            Object::Borrowed(fd) => attributes_of(&lend(*fd)),
            Object::Source(_) | Object::Unopened => return None,
        };
        attributes
            .ok()
            .map(|attributes| Identity::of_attributes(&attributes))
    }

    /// Sets the identity of the object, by which loops are detected. Without one, the locations of
    /// sources are compared. The identity of a file is known.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }
}

impl From<File> for Opened<'_> {
    fn from(file: File) -> Self {
        Opened::of(Object::File(file))
    }
}

impl fmt::Debug for Opened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = match self.object {
            Object::File(_) => "file",
            Object::Borrowed(_) => "borrowed file",
            Object::Source(_) => "source",
            Object::Unopened => "unopened",
        };
        f.debug_struct("Opened")
            .field("object", &object)
            .field("identity", &self.identity)
            .finish()
    }
}

/// An opener for a chain whose top is already open.
pub(super) struct TopIsOpen<'a> {
    top: Option<BorrowedFd<'a>>,
    opener: &'a mut dyn Opener,
}

impl<'a> TopIsOpen<'a> {
    pub(super) fn new(top: BorrowedFd<'a>, opener: &'a mut dyn Opener) -> Self {
        let top = Some(top);
        TopIsOpen { top, opener }
    }
}

impl Opener for TopIsOpen<'_> {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        // The first request is for the top.
        match self.top.take() {
            Some(top) => Ok(Opened::borrowed_fd(top)),
            None => self.opener.open(request),
        }
    }
}
