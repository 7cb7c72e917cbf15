// SPDX-License-Identifier: MIT OR Apache-2.0
//! The identity of a file, whatever its names are.

use super::attributes::Attributes;
use super::open::attributes_of_path;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Identifies a file independently of its names. Two paths with equal identities lead to the same
/// file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// Creates an identity from two numbers: for a file its `st_dev` and `st_ino`, for other objects
    /// any two that no other object has.
    #[must_use]
    pub const fn new(device: u64, inode: u64) -> Self {
        Identity { device, inode }
    }

    /// Returns the identity of the file that `path` leads to.
    ///
    /// # Errors
    /// Any error of `stat`.
    pub fn from_path(path: impl AsRef<Path>) -> io::Result<Self> {
        attributes_of_path(path.as_ref()).map(|attributes| Identity::of_attributes(&attributes))
    }

    pub(crate) fn of_attributes(attributes: &Attributes) -> Self {
        let (device, inode) = attributes.identity;
        Identity { device, inode }
    }

    /// The two numbers, for C.
    #[cfg(feature = "capi")]
    pub(crate) fn numbers(self) -> (u64, u64) {
        (self.device, self.inode)
    }
}

impl From<&Metadata> for Identity {
    fn from(metadata: &Metadata) -> Self {
        Identity::new(metadata.dev(), metadata.ino())
    }
}
