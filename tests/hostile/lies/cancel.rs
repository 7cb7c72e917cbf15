// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cancels scans that would otherwise not end soon.

use super::server::{File, Liar, Lie};
use super::{qcow2, trial};
use diskprobe::scan::{scan, CancelToken, ScanOptions, ScanTarget};
use fuser::FileType::{Directory, NamedPipe, RegularFile};
use libtest_mimic::Trial;
use std::ops::ControlFlow;
use std::thread;
use std::time::{Duration, Instant};

/// The time after which a scan is cancelled.
const AFTER: Duration = Duration::from_millis(100);
/// The time within which a cancelled scan must end, even on a busy machine.
const SOON: Duration = Duration::from_secs(5);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(
            "lies::scans_of_endless_directories_are_cancelled",
            files,
            endless,
        ),
        trial(
            "lies::a_callback_ends_the_scan_of_an_endless_directory",
            files,
            callback,
        ),
        trial(
            "lies::scans_of_slow_interruptions_are_cancelled",
            files,
            slow,
        ),
    ]
}

fn files() -> Vec<File> {
    let slowly = |operation| Lie::Interrupted(operation, Duration::from_millis(10));
    vec![
        File::new("good", &qcow2(), Lie::Nothing),
        File::directory("files", Lie::Endless(RegularFile)),
        File::directory("fifos", Lie::Endless(NamedPipe)),
        File::directory("directories", Lie::Endless(Directory)),
        File::new("lookup", &qcow2(), slowly("lookup")),
        File::new("open", &qcow2(), slowly("open")),
        File::new("read", &qcow2(), slowly("read")),
        File::directory("opendir", slowly("opendir")),
        File::directory("readdir", slowly("readdir")),
    ]
}

/// Cancels a scan from another thread, and returns how long the scan then continues.
fn cancelled(target: ScanTarget, jobs: u32, ordered: bool) -> Duration {
    let cancel = CancelToken::new();
    let options = ScanOptions::new().jobs(jobs).expect("few");
    let options = options.ordered(ordered).cancel_by(cancel.clone());
    let canceller = thread::spawn(move || {
        thread::sleep(AFTER);
        cancel.cancel();
        Instant::now()
    });
    let targets = std::iter::repeat(target);
    let summary = scan(targets, &options, |_| ControlFlow::Continue(()));
    let end = Instant::now();
    assert!(summary.cancelled);
    end.saturating_duration_since(canceller.join().expect("no panic"))
}

fn endless(liar: Liar) {
    for name in ["files", "fifos", "directories"] {
        for (jobs, ordered) in [(1, false), (4, false), (4, true)] {
            let target = ScanTarget::Directory(liar.path(name.as_bytes()));
            let time = cancelled(target, jobs, ordered);
            println!("{name}, {jobs} jobs: {time:?}");
            assert!(time < SOON, "{name}: {time:?}");
        }
    }
}

fn callback(liar: Liar) {
    for jobs in [1, 4] {
        let options = ScanOptions::new().jobs(jobs).expect("few");
        let mut count = 0;
        let target = ScanTarget::Directory(liar.path(b"files"));
        let summary = scan([target], &options, |_| {
            count += 1;
            match count {
                2000 => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        });
        assert!(summary.cancelled);
        assert_eq!((count, summary.images), (2000, 2000));
    }
}

/// Each interruption takes 10 ms, so a thousand retries would take ten seconds.
fn slow(liar: Liar) {
    for name in ["lookup", "open", "read", "opendir", "readdir"] {
        let path = liar.path(name.as_bytes());
        let target = match name.ends_with("dir") {
            true => ScanTarget::Directory(path),
            false => ScanTarget::File(path),
        };
        for jobs in [1, 2] {
            let time = cancelled(target.clone(), jobs, false);
            println!("{name}, {jobs} jobs: {time:?}");
            assert!(time < SOON, "{name}: {time:?}");
        }
    }
}
