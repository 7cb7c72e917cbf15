// SPDX-License-Identifier: MIT OR Apache-2.0
//! Openers: the caller's code opens the files of a chain.

use super::element::ElementKind;
use crate::base::error::Error;
use crate::io::Identity;
use crate::location::Location;
use crate::probe::Source;
use core::fmt;
use std::fs::File;
use std::os::fd::{BorrowedFd, OwnedFd};

/// Opens the elements of a chain, as the user and by the means that the caller chooses.
///
/// ```
/// use diskprobe::chain::{OpenRequest, Opened, Opener};
/// struct Pool;
/// impl Opener for Pool {
///     fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, diskprobe::Error> {
///         match request.location().local_path() {
///             Some(path) if path.starts_with("/srv") => Ok(std::fs::File::open(path)?.into()),
///             _ => Ok(Opened::unopened()),
///         }
///     }
/// }
/// ```
#[doc(alias = "diskprobe_chain_options_set_opener")]
pub trait Opener {
    /// Opens an element for reading. The result is dropped before the next call.
    ///
    /// # Errors
    /// Any error ends the walk: the chain fails at this element. Create one with [`Error::new`],
    /// or pass on an [`io::Error`](std::io::Error).
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error>;
}

/// The element that an [`Opener`] must open.
#[doc(alias = "diskprobe_open_request")]
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
    #[doc(alias = "diskprobe_open_request_role")]
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

/// The result of an [`Opener`].
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

    /// Returns a file or block device that is open for reading. It is closed after the probe. Other
    /// kinds of files are refused.
    #[doc(alias = "diskprobe_open_request_set_fd")]
    #[must_use]
    pub fn fd(fd: impl Into<OwnedFd>) -> Self {
        Opened::of(Object::File(File::from(fd.into())))
    }

    /// Returns a file or block device that stays open. Its file offset does not move.
    #[doc(alias = "diskprobe_open_request_set_borrowed_fd")]
    #[must_use]
    pub fn borrowed_fd(fd: BorrowedFd<'a>) -> Self {
        Opened::of(Object::Borrowed(fd))
    }

    /// Returns an object that is not a file of the operating system.
    #[doc(alias = "diskprobe_open_request_set_source")]
    #[must_use]
    pub fn source(source: Box<dyn Source + 'a>) -> Self {
        Opened::of(Object::Source(source))
    }

    /// Leaves the element unopened. The chain ends there without an error.
    #[must_use]
    pub fn unopened() -> Self {
        Opened::of(Object::Unopened)
    }

    /// Sets the identity of a source, by which loops are detected. Without one, locations are
    /// compared. The identity of a file is read from the file.
    #[doc(alias = "diskprobe_open_request_set_identity")]
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
