// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains of files of this host, by path and by descriptor.

use super::element::Element;
use super::opener::{Object, OpenRequest, Opened, Opener};
use super::{part, Chain, ChainError, ChainOptions, LocalFiles};
use crate::base::error::{Error, Reason};
use crate::base::identity::Identity;
use crate::base::options::Options;
use crate::image::Image;
use crate::io::Attributes;
use crate::location::{file_name, has_protocol, Location, LocationKind};
use crate::probe::{check, describe, length, probe_described};
use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

impl Chain {
    /// Walks the chain of the image at `path`. Elements that are not local are left unopened.
    ///
    /// # Errors
    /// An element cannot be opened or probed; the format of a backing file is not recorded and the
    /// options do not say what to do; a file occurs twice; the chain has too many images.
    #[doc(alias = "diskprobe_chain_open_path")]
    pub fn open_path(path: impl AsRef<Path>, options: &ChainOptions) -> Result<Chain, ChainError> {
        let top = Location::from_path(path);
        Chain::open(top, &mut options.local_files(), options)
    }

    /// Walks the chain of an image that is already open. Relative names are resolved against the
    /// directory of `path`, which is not opened. The descriptor keeps its file offset.
    ///
    /// # Errors
    /// As for [`Chain::open_path`].
    #[doc(alias = "diskprobe_chain_open_fd")]
    pub fn open_fd(
        fd: impl AsFd,
        path: impl AsRef<Path>,
        options: &ChainOptions,
    ) -> Result<Chain, ChainError> {
        let mut opener = options.local_files();
        Chain::open_fd_with(fd.as_fd(), Location::from_path(path), &mut opener, options)
    }

    /// Walks the chain of an image that is already open. All other elements are opened by `opener`.
    pub(crate) fn open_fd_with(
        fd: BorrowedFd<'_>,
        top: Location,
        opener: &mut dyn Opener,
        options: &ChainOptions,
    ) -> Result<Chain, ChainError> {
        let mut opener = TopIsOpen::new(fd, opener);
        Chain::open(top, &mut opener, options)
    }

    /// Returns whether `name`, resolved against the image above `image`, leads to the file of
    /// `image`.
    pub(super) fn leads_to(&self, name: &[u8], image: &Element) -> bool {
        let Some(identity) = image.identity().filter(|_| !has_protocol(name)) else {
            return false;
        };
        let above = self.parent(image);
        let above = above.and_then(|above| above.location()?.local_name());
        let path = file_name(name, above.unwrap_or_default());
        Identity::from_path(Path::new(OsStr::from_bytes(&path)))
            .is_ok_and(|found| found == identity)
    }
}

impl ChainOptions {
    fn local_files(&self) -> LocalFiles {
        LocalFiles::unrestricted().wait_for_lease(self.image.wait_for_lease)
    }
}

impl<'a> Opened<'a> {
    /// Returns a file or block device that is open for reading. It is closed after the probe. Other
    /// kinds of files are refused.
    #[doc(alias = "diskprobe_open_request_set_fd")]
    #[must_use]
    pub fn fd(fd: impl Into<OwnedFd>) -> Self {
        Opened::of(Object::File(File::from(fd.into()), None))
    }

    /// Returns a file or block device that stays open. Its file offset does not move.
    #[doc(alias = "diskprobe_open_request_set_borrowed_fd")]
    #[must_use]
    pub fn borrowed_fd(fd: BorrowedFd<'a>) -> Self {
        Opened::of(Object::Borrowed(fd))
    }
}

impl From<File> for Opened<'_> {
    fn from(file: File) -> Self {
        Opened::of(Object::File(file, None))
    }
}

impl Element {
    pub(super) fn probe_file(
        &mut self,
        mut file: &File,
        known: Option<Attributes>,
        earlier: &[Element],
        options: &Options,
    ) -> Result<Box<Image>, Error> {
        let attributes = match known {
            Some(known) => check(&known, options).map(|()| known)?,
            None => describe(file, options)?,
        };
        self.identity = Some(Identity::of_attributes(&attributes));
        self.check_new(earlier)?;
        self.check_driver(&attributes)?;
        match self.location.as_ref().and_then(Location::slice) {
            None => probe_described(file, &attributes, options),
            Some(slice) => {
                let length = length(file, &attributes)?;
                part::probe(&mut file, Some(length), slice, options)
            }
        }
    }

    /// Checks that the driver in the location or in the image above opens this kind of file.
    fn check_driver(&self, attributes: &Attributes) -> Result<(), Error> {
        let Some(location) = &self.location else {
            return Ok(());
        };
        let what = match location.kind() {
            Some(LocationKind::Block) if attributes.is_file() => {
                "a regular file, which the driver host_device does not open"
            }
            Some(LocationKind::File) if location.needs_regular_file && !attributes.is_file() => {
                "not a regular file, and the driver file opens nothing else"
            }
            _ => return Ok(()),
        };
        Err(Reason::UnsupportedFile(what).into())
    }
}

/// An opener for a chain whose top is already open.
struct TopIsOpen<'a> {
    top: Option<BorrowedFd<'a>>,
    opener: &'a mut dyn Opener,
}

impl<'a> TopIsOpen<'a> {
    fn new(top: BorrowedFd<'a>, opener: &'a mut dyn Opener) -> Self {
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
