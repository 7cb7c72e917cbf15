// SPDX-License-Identifier: MIT OR Apache-2.0
//! Formats the verdict of a policy, and errors.

use crate::weight;
use core::fmt::Write;
use diskprobe::{Error, Format, Image, Policy, Receipt};
use std::path::Path;

/// Keeps a sum of the text that is written to it.
pub(crate) struct Sum(pub(crate) u64);

impl Write for Sum {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.0 ^= weight(text.as_bytes());
        Ok(())
    }
}

/// Formats the verdict of a policy that uses every rule.
pub(crate) fn verdict(image: &Image, path: &Path) -> u64 {
    let policy = Policy::new().max_virtual_size(1 << 30);
    let policy = policy.allow_format(Format::Qcow2);
    let Ok(policy) = policy.allow_backing_under(path) else {
        return 0;
    };
    let mut sum = Sum(0);
    for violation in policy.evaluate(image, Some(path)).violations() {
        let _ = write!(sum, "{}{violation}", violation.token());
    }
    if let Ok(receipt) = policy.receipt(image, Some(path)) {
        let mut text = String::new();
        let _ = write!(text, "{receipt}");
        let again = Receipt::parse(text.as_bytes());
        let verified = again.and_then(|receipt| receipt.verify(image, None));
        sum.0 ^= verified.map_or_else(|error| said(&error), |()| 0);
    }
    sum.0
}

/// Formats an error.
pub(crate) fn said(error: &Error) -> u64 {
    let mut sum = Sum(error.offset().unwrap_or(0));
    let _ = write!(sum, "{}: {error}", error.kind().as_str());
    sum.0
}
