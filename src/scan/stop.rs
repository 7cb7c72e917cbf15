// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether a scan must end early.

use super::ScanOptions;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set by the caller's function, by its cancel flag, or by a panic. Never cleared.
pub(super) struct Stop<'o> {
    options: &'o ScanOptions,
    is_set: AtomicBool,
}

impl<'o> Stop<'o> {
    pub(super) fn new(options: &'o ScanOptions) -> Self {
        let is_set = AtomicBool::new(false);
        Stop { options, is_set }
    }

    pub(super) fn set(&self) {
        self.is_set.store(true, Ordering::Release);
    }

    pub(super) fn is_set(&self) -> bool {
        if self.options.is_cancelled() {
            self.set();
        }
        self.is_set.load(Ordering::Acquire)
    }

    /// Returns whether the scan ended early.
    pub(super) fn was_set(self) -> bool {
        self.is_set.into_inner()
    }
}
