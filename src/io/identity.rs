// SPDX-License-Identifier: MIT OR Apache-2.0
//! The identity of a file, whatever its names are.

use super::attributes::Attributes;
use super::open::attributes_of_path;
use std::ffi::OsStr;
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Which file it is, whatever its names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The device that holds it (`st_dev`).
    pub device: u64,
    /// Its number there (`st_ino`).
    pub inode: u64,
}

impl Identity {
    /// The identity of the file that was looked at.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        Identity {
            device: metadata.dev(),
            inode: metadata.ino(),
        }
    }

    pub(crate) fn of_attributes(attributes: &Attributes) -> Self {
        let (device, inode) = attributes.identity;
        Identity { device, inode }
    }

    /// Which file a path leads to, as this process sees it.
    #[must_use]
    pub fn of_path(path: &[u8]) -> Option<Identity> {
        let attributes = attributes_of_path(Path::new(OsStr::from_bytes(path)));
        attributes.ok().as_ref().map(Identity::of_attributes)
    }
}
