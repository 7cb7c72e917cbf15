// SPDX-License-Identifier: MIT OR Apache-2.0
//! A scan of a directory, with all in it.

use crate::facts;
use crate::verdict::said;
use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe::Options;
use std::ops::ControlFlow;
use std::path::Path;

pub(crate) fn scanned(path: &Path, options: &Options, jobs: u32) -> u64 {
    let target = ScanTarget::Directory(path.to_owned());
    let options = ScanOptions::new()
        .image_options(options.clone())
        .recursive(true);
    let Ok(options) = options.ordered(jobs % 2 == 0).jobs(jobs) else {
        return 0;
    };
    let mut sum = 0;
    scan([target], &options, |found| {
        #[cfg(feature = "panic")]
        if path.as_os_str().as_encoded_bytes()[found.path().as_os_str().len()] == 1 {
            return ControlFlow::Break(());
        }
        sum ^= match found.image() {
            Ok(image) => facts(image),
            Err(error) => said(error),
        };
        ControlFlow::Continue(())
    });
    sum
}
