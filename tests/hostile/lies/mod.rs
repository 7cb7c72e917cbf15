// SPDX-License-Identifier: MIT OR Apache-2.0
//! A file system that lies. Each call must end within its limits, with the documented error. If no
//! FUSE file system can be mounted, the tests are ignored.

mod cancel;
mod chains;
mod directories;
mod files;
mod server;

use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe::{Error, Image};
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::oracle::program;
use libtest_mimic::{Completion, Trial};
use server::{File, Liar};
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);
/// Maximum number of requests of one kind for one file. A call that is always interrupted is made
/// about a hundred times, and the kernel can look up a name twice for each call.
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

/// Aborts the pending requests of a failed test. Otherwise this process could not end: the thread
/// that answers ends first, and another thread would wait for its answer.
struct Abort(PathBuf);

impl Drop for Abort {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = program("umount").arg("-f").arg(&self.0).output();
        }
    }
}

/// Creates a test that mounts a file system with these files.
fn trial(name: &str, files: fn() -> Vec<File>, test: fn(Liar)) -> Trial {
    Trial::ignorable_test(name, move || match Liar::mount(files()) {
        Ok(liar) => {
            let _abort = Abort(liar.path(b""));
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

/// Returns the results of a scan, sorted by name.
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
