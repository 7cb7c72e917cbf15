// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of a directory, in one buffer.

use super::kind::FileKind;
use std::ffi::CStr;

/// Names in their order, each with the type of its file.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The names, each with its NUL.
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// Number of entries that were taken.
    taken: usize,
}

#[derive(Debug)]
struct Entry {
    kind: FileKind,
    start: usize,
    /// Includes the NUL.
    length: usize,
}

impl Names {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.entries.clear();
        self.taken = 0;
    }

    pub(crate) fn push(&mut self, kind: FileKind, name: &CStr) {
        let name = name.to_bytes_with_nul();
        self.entries.push(Entry {
            kind,
            start: self.bytes.len(),
            length: name.len(),
        });
        self.bytes.extend_from_slice(name);
    }

    /// Returns the number of remaining names.
    pub(crate) fn len(&self) -> usize {
        self.entries.len().saturating_sub(self.taken)
    }

    /// Returns the type of the next name.
    pub(crate) fn peek(&self) -> Option<FileKind> {
        self.entries.get(self.taken).map(|entry| entry.kind)
    }

    /// Removes and returns the next name.
    pub(crate) fn next(&mut self) -> Option<(FileKind, &CStr)> {
        let entry = self.entries.get(self.taken)?;
        self.taken = self.taken.saturating_add(1);
        Some((entry.kind, entry.name(&self.bytes)?))
    }

    /// Moves the next name to `other`.
    pub(crate) fn hand_over(&mut self, other: &mut Names) {
        if let Some(entry) = self.entries.get(self.taken) {
            self.taken = self.taken.saturating_add(1);
            if let Some(name) = entry.name(&self.bytes) {
                other.push(entry.kind, name);
            }
        }
    }
}

impl Entry {
    fn name<'a>(&self, bytes: &'a [u8]) -> Option<&'a CStr> {
        let name = bytes.get(self.start..)?.get(..self.length)?;
        CStr::from_bytes_with_nul(name).ok()
    }
}
