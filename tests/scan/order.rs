// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ordered results of a scan.

use crate::pool::{all_jobs, Endless, Pool};
use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe::Options;
use std::ops::ControlFlow;
use std::path::Path;

/// Returns the expected lines for a directory and its subdirectories.
fn listed(pool: &Pool, directory: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            lines.extend(listed(pool, &path));
        } else {
            let name = path.strip_prefix(pool.path("")).expect("in it");
            lines.push(format!("{}: raw", name.display()));
        }
    }
    lines
}

#[test]
fn results_are_in_the_order_of_the_directory() {
    let pool = Pool::new();
    for number in 0..400 {
        pool.raw(&format!("{}/{}/{number}.raw", number % 3, number % 7));
        pool.raw(&format!("{number}.raw"));
    }
    let expected = listed(&pool, &pool.path(""));
    assert_eq!(expected.len(), 800);
    for jobs in all_jobs() {
        let options = jobs.recursive(true).ordered(true);
        let (found, _) = pool.scan_targets([pool.target()], &options);
        assert_eq!(found, expected);
    }
}

#[test]
fn results_are_in_the_order_of_the_targets() {
    let pool = Pool::new();
    pool.raw("a/1.raw");
    pool.raw("b/2.raw");
    pool.raw("3.raw");
    let targets = [
        ScanTarget::Directory(pool.path("b")),
        ScanTarget::Directory(pool.path("absent")),
        ScanTarget::File(pool.path("3.raw")),
        ScanTarget::Directory(pool.path("a")),
    ];
    for jobs in all_jobs() {
        let (found, _) = pool.scan_targets(targets.clone(), &jobs.ordered(true));
        let expected = [
            "b/2.raw: raw",
            "absent: cannot open the directory: No such file or directory",
            "3.raw: raw",
            "a/1.raw: raw",
        ];
        assert_eq!(found, expected);
    }
}

/// While the first result is delivered, the other jobs take only a few more names.
#[test]
fn the_number_of_pending_results_is_limited() {
    const JOBS: u32 = 4;
    let pool = Pool::new();
    let names = Endless::of(&pool);
    let options = ScanOptions::new().jobs(JOBS).expect("few").ordered(true);
    scan(names.targets(), &options, |first| {
        names.wait_until_taken(u64::from(JOBS));
        // During this loop each other job could take many names.
        for _ in 0..1000 {
            let again = diskprobe::probe_path(first.path(), &Options::new());
            assert!(again.is_ok());
        }
        ControlFlow::Break(())
    });
    let taken = names.taken();
    assert!(taken <= u64::from(JOBS) * 8 + 1, "{taken} names were taken");
}
