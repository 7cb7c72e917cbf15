// SPDX-License-Identifier: MIT OR Apache-2.0
//! The opener for files and block devices of this host.

use super::element::ElementKind;
use super::opener::{Object, OpenRequest, Opened, Opener};
use crate::base::error::Error;
use crate::io::{check_file_system, check_recorded_name, open_file, open_recorded, Root};
use std::path::Path;

/// Opens files and block devices of this host with the permissions of this process.
///
/// Opening never blocks and has no side effects on files that are not images, as with
/// [`probe_path`](crate::probe_path). Locations that are not local are left unopened. A recorded
/// name under `/dev/fd`, `/dev/std*`, `/proc` or `/sys` is refused, in any spelling and through
/// symbolic links (Linux 5.6), because it is another file in each process.
#[derive(Debug)]
pub struct LocalFiles {
    root: Option<Root>,
    wait_for_lease: bool,
}

impl LocalFiles {
    /// Opens any file of this host. Symbolic links are followed.
    #[must_use]
    pub fn unrestricted() -> Self {
        LocalFiles {
            root: None,
            wait_for_lease: false,
        }
    }

    /// Sets whether opening waits for leases: see
    /// [`Options::wait_for_lease`](crate::Options::wait_for_lease), which sets it for
    /// [`Chain::open_path`](super::Chain::open_path).
    #[must_use]
    pub fn wait_for_lease(mut self, wait: bool) -> Self {
        self.wait_for_lease = wait;
        self
    }

    /// Opens only files beneath the directory `root`.
    ///
    /// A path must start with the path of the directory, spelt in the same way (a relative path
    /// starts in the current directory). It must not leave the directory by `..` or by a symbolic
    /// link (an absolute link always counts as leaving). The kernel enforces this (`openat2`, Linux
    /// 5.6), so an attacker cannot bypass it by renaming files. Without that system call, nothing
    /// is opened.
    ///
    /// # Errors
    /// Any error of opening the directory.
    #[doc(alias = "diskprobe_chain_options_set_root")]
    pub fn beneath(root: impl AsRef<Path>) -> Result<Self, Error> {
        let root = Some(Root::open(root.as_ref())?);
        Ok(LocalFiles {
            root,
            wait_for_lease: false,
        })
    }
}

impl Opener for LocalFiles {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let Some(path) = request.location().local_path() else {
            return Ok(Opened::unopened());
        };
        if request.role() == ElementKind::Top {
            let (file, attributes) = match &self.root {
                Some(root) => root.open_file(path, self.wait_for_lease)?,
                None => open_file(path, self.wait_for_lease)?,
            };
            return Ok(Opened::of(Object::File(file, Some(attributes))));
        }
        check_recorded_name(path)?;
        let (file, attributes) = match &self.root {
            Some(root) => root.open_file(path, self.wait_for_lease)?,
            None => open_recorded(path, self.wait_for_lease)?,
        };
        check_file_system(&file)?;
        Ok(Opened::of(Object::File(file, Some(attributes))))
    }
}
