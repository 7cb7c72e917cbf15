// SPDX-License-Identifier: MIT OR Apache-2.0
//! The opener for files and block devices of this machine.

use super::opener::{Opened, Opener};
use crate::base::error::Error;
use crate::io::{open_file, Root};
use crate::location::Location;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Opens files and block devices of this machine, as the user that runs this program.
///
/// Opening never blocks and does nothing to what holds no image, as with
/// [`probe_path`](crate::probe_path). What is not local is left unopened.
#[derive(Debug, Default)]
pub struct LocalFiles {
    root: Option<Root>,
}

impl LocalFiles {
    /// Opens files wherever they are. Symbolic links are followed.
    #[must_use]
    pub fn new() -> Self {
        LocalFiles::default()
    }

    /// Opens files below the directory `root` only.
    ///
    /// A name must start with that of the directory, as both are spelt (a relative one starts in
    /// the current directory), and nothing on the way from there may lead out: not `..`, and not a
    /// symbolic link, of which absolute ones always count as leading out. That is kept by the
    /// kernel (`openat2`, Linux 5.6), so that renaming in the meantime does not help; where it
    /// cannot, nothing is opened.
    ///
    /// # Errors
    ///
    /// Where the directory cannot be opened.
    pub fn beneath(root: impl AsRef<Path>) -> Result<Self, Error> {
        let root = Some(Root::open(root.as_ref())?);
        Ok(LocalFiles { root })
    }
}

impl Opener for LocalFiles {
    fn open(&mut self, location: &Location) -> Result<Opened<'_>, Error> {
        let Some(path) = location.local_path() else {
            return Ok(Opened::Unopened);
        };
        let path = Path::new(OsStr::from_bytes(path));
        let file = match &self.root {
            Some(root) => root.open_file(path)?,
            None => open_file(path)?,
        };
        Ok(Opened::File(file))
    }
}
