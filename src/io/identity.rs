// SPDX-License-Identifier: MIT OR Apache-2.0
//! The identity of a file, independent of its names.

use super::attributes::Attributes;
use super::open::attributes_of_path;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Identifies a file independently of its names. Two paths with equal identities lead to the same
/// file.
///
/// ```
/// use diskprobe::chain::Identity;
/// # fn main() -> std::io::Result<()> {
/// assert_eq!(Identity::from_path("/")?, Identity::from_path("/..")?);
/// assert_eq!(Identity::from(&std::fs::metadata("/")?), Identity::from_path("/")?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// Creates an identity from two numbers: for a file its `st_dev` and `st_ino`, for other
    /// objects any two that no other object has.
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

    /// Returns the two numbers, for C.
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
