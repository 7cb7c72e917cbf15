// SPDX-License-Identifier: MIT OR Apache-2.0
//! A directory of images.

use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A temporary directory, which is removed at the end of the test.
#[derive(Debug)]
pub struct Images(TempDir);

impl Images {
    /// Makes an empty directory.
    #[allow(clippy::new_without_default)] // A default that makes a directory would surprise.
    pub fn new() -> Self {
        Images(tempfile::tempdir().expect("a temporary directory"))
    }

    /// Returns the path of a file in the directory.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    /// Returns the path of the directory.
    pub fn directory(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and the directories that it is in.
    pub fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        let directory = path.parent().expect("a file is in a directory");
        std::fs::create_dir_all(directory).expect("a directory");
        std::fs::write(&path, bytes).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        path
    }

    /// Reads a file.
    pub fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        let path = self.path(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
    }
}
