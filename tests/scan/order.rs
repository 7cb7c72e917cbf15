// SPDX-License-Identifier: MIT OR Apache-2.0
//! The order of results, where one is asked for.

use crate::pool::{all_jobs, Pool};
use diskprobe::scan::{scan, ScanOptions, Target};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

/// What the directory lists, with those in it at their places.
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
fn it_is_that_of_the_directory() {
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
fn targets_come_in_their_order() {
    let pool = Pool::new();
    pool.raw("a/1.raw");
    pool.raw("b/2.raw");
    pool.raw("3.raw");
    let targets = [
        Target::Directory(pool.path("b")),
        Target::Directory(pool.path("absent")),
        Target::File(pool.path("3.raw")),
        Target::Directory(pool.path("a")),
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

/// What waits for its turn is bounded: while the first result is being handed over, the others
/// take few names more.
#[test]
fn what_waits_is_bounded() {
    let pool = Pool::new();
    pool.raw("0.raw");
    let taken = std::sync::atomic::AtomicU64::new(0);
    let targets = (0..100_000).map(|_| {
        taken.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Target::File(pool.path("0.raw"))
    });
    let options = ScanOptions::new().jobs(4).expect("few").ordered(true);
    let mut at_first = None;
    scan(targets, &options, |_| {
        if at_first.is_none() {
            std::thread::sleep(Duration::from_millis(200));
            at_first = Some(taken.load(std::sync::atomic::Ordering::Relaxed));
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    let at_first = at_first.expect("a result");
    assert!(at_first <= 4 * 8 + 1, "{at_first} names were taken");
}
