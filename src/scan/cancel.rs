// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cancels a scan from another thread.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// A token that cancels the scans that were given a clone of it. It cannot be reset.
///
/// ```
/// use diskprobe::scan::{CancelToken, ScanOptions};
/// let cancel = CancelToken::new();
/// let options = ScanOptions::new().cancel_by(cancel.clone());
/// cancel.cancel();
/// assert!(cancel.is_cancelled());
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Creates a token that is not cancelled.
    #[must_use]
    pub fn new() -> Self {
        CancelToken::default()
    }

    /// Cancels the scans. Results that are being delivered are the last. If a system call hangs,
    /// the scan still waits for it.
    #[doc(alias = "diskprobe_scan_options_cancel")]
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns whether [`cancel`](CancelToken::cancel) was called.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
