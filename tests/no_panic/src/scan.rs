// SPDX-License-Identifier: MIT OR Apache-2.0
//! A scan of a directory, with all in it.

use crate::facts;
use crate::judged::said;
use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe::Options;
use std::ffi::OsStr;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

pub(crate) fn scanned(name: &[u8], options: &Options, jobs: u32) -> u64 {
    let target = ScanTarget::Directory(PathBuf::from(OsStr::from_bytes(name)));
    let options = ScanOptions::new().image(options).recursive(true);
    let Some(options) = options.ordered(jobs % 2 == 0).jobs(jobs) else {
        return 0;
    };
    let mut sum = 0;
    scan([target], &options, |found| {
        #[cfg(feature = "panic")]
        if name[found.path().as_os_str().len()] == 1 {
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
