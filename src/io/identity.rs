// SPDX-License-Identifier: MIT OR Apache-2.0
//! The identity of a file, from stat(2).

use super::attributes::Attributes;
use super::open::{attributes_of, attributes_of_path};
use crate::base::identity::Identity;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

impl Identity {
    /// Returns the identity of the file at `path`. Symbolic links are followed.
    ///
    /// # Errors
    /// Any error of `stat`.
    pub fn from_path(path: impl AsRef<Path>) -> io::Result<Self> {
        attributes_of_path(path.as_ref()).map(|attributes| Identity::of_attributes(&attributes))
    }

    /// Returns the identity of an open file.
    pub(crate) fn of_file(file: &File) -> Option<Self> {
        let attributes = attributes_of(file).ok()?;
        Some(Identity::of_attributes(&attributes))
    }

    pub(crate) fn of_attributes(attributes: &Attributes) -> Self {
        let (device, inode) = attributes.identity;
        Identity::new(device, inode)
    }
}

impl From<&Metadata> for Identity {
    fn from(metadata: &Metadata) -> Self {
        Identity::new(metadata.dev(), metadata.ino())
    }
}
