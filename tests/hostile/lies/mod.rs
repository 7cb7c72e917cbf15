// SPDX-License-Identifier: MIT OR Apache-2.0
//! A file system that lies. Each call ends within its limits, with the error that the lie deserves.
//! If no FUSE file system can be mounted, the tests are ignored.

mod cancel;
mod chains;
mod directories;
mod files;
mod server;

use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe::{Error, Image};
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use libtest_mimic::{Completion, Trial};
use server::{File, Liar};
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);
/// A call that is interrupted for ever is made about a hundred times. The kernel can look a name up
/// twice for a call.
const MOST_REQUESTS: u64 = 210;

pub(crate) fn trials() -> Vec<Trial> {
    let all = [
        cancel::trials(),
        chains::trials(),
        directories::trials(),
        files::trials(),
    ];
    all.into_iter().flatten().collect()
}

/// Returns a test with these files.
fn trial(name: &str, files: fn() -> Vec<File>, test: fn(Liar)) -> Trial {
    Trial::ignorable_test(name, move || match Liar::mount(files()) {
        Ok(liar) => {
            crate::within::within(LIMIT, "the calls", move || test(liar));
            Ok(Completion::Completed)
        }
        Err(error) => {
            let reason = format!("no FUSE file system can be mounted: {error}");
            Ok(Completion::ignored_with(reason))
        }
    })
}

fn qcow2() -> Arc<Vec<u8>> {
    let mut bytes = Qcow2::new(64 * MIB).bytes();
    bytes.resize(1 << 20, 0);
    Arc::new(bytes)
}

fn text(result: Result<&Image, &Error>) -> String {
    match result {
        Ok(image) => image.format().to_string(),
        Err(error) => format!("{}: {error}", error.kind().as_str()),
    }
}

/// Returns the results of a scan by name, sorted.
fn scanned(target: ScanTarget, options: &ScanOptions) -> Vec<(Vec<u8>, String)> {
    let mut found = Vec::new();
    let options = options.clone().special_files(true);
    scan([target], &options, |entry| {
        let name = entry.path().file_name().expect("a name");
        found.push((name.as_bytes().to_vec(), text(entry.image())));
        ControlFlow::Continue(())
    });
    found.sort();
    found
}
