// SPDX-License-Identifier: MIT OR Apache-2.0
//! Openers: the caller's code opens the files of a chain.

use super::element::ElementKind;
use crate::base::error::Error;
use crate::base::identity::Identity;
use crate::location::Location;
use crate::probe::Source;
use core::fmt;

/// Opens the elements of a chain. The caller chooses the user and the means.
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
    /// A data file with a relative name is requested twice with
    /// [`DataFileDirectory::Same`](super::DataFileDirectory::Same): in the directory of the image,
    /// and by the recorded name alone, to compare the identities.
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
    #[cfg(unix)]
    /// Its attributes, if they are known.
    File(std::fs::File, Option<crate::io::Attributes>),
    #[cfg(unix)]
    Borrowed(std::os::fd::BorrowedFd<'a>),
    Source(Box<dyn Source + 'a>),
    Unopened,
}

impl<'a> Opened<'a> {
    pub(super) fn of(object: Object<'a>) -> Self {
        let identity = None;
        Opened { object, identity }
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

    /// Returns the identity of the object, if it is known.
    pub(super) fn known_identity(&self) -> Option<Identity> {
        match &self.object {
            _ if self.identity.is_some() => self.identity,
            #[cfg(unix)]
            Object::File(_, Some(known)) => Some(Identity::of_attributes(known)),
            #[cfg(unix)]
            Object::File(file, None) => Identity::of_file(file),
            #[cfg(unix)]
            Object::Borrowed(fd) => crate::probe::as_file(*fd, Identity::of_file),
            Object::Source(_) | Object::Unopened => None,
        }
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

impl fmt::Debug for Opened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = match self.object {
            #[cfg(unix)]
            Object::File(..) => "file",
            #[cfg(unix)]
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
