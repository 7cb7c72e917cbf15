// SPDX-License-Identifier: MIT OR Apache-2.0
//! The files that names lead to, by stat(2).

use crate::base::error::Error;
use crate::io::{attributes_of_path, Attributes};
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;

/// What stat(2) found.
#[derive(Clone)]
pub(super) enum Seen {
    File(Attributes),
    Missing,
    Failed(Error),
}

/// The last results. Images of one directory often name the same files.
#[derive(Default)]
pub(super) struct Files {
    results: HashMap<Box<[u8]>, Seen>,
    /// The approximate memory that the results need.
    bytes: usize,
}

const MOST_BYTES: usize = 8 << 20;
/// The size of a result without its name, rounded up.
const ENTRY: usize = 256;

impl Files {
    /// Calls stat(2), unless the result is known.
    pub(super) fn look(&mut self, path: &Path) -> Seen {
        let name = path.as_os_str().as_encoded_bytes();
        if let Some(seen) = self.results.get(name) {
            return seen.clone();
        }
        let seen = match attributes_of_path(path) {
            Ok(seen) => Seen::File(seen),
            Err(error) if error.kind() == ErrorKind::NotFound => Seen::Missing,
            Err(error) => Seen::Failed(Error::cannot_open(error)),
        };
        let entry = name.len().saturating_add(ENTRY);
        self.bytes = self.bytes.saturating_add(entry);
        if self.bytes > MOST_BYTES {
            self.results.clear();
            self.bytes = entry;
        }
        self.results.insert(name.into(), seen.clone());
        seen
    }
}
