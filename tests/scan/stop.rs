// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a scan ends before its time.

use crate::pool::{all_jobs, Pool};
use diskprobe::scan::{scan, Target};
use std::ops::ControlFlow;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::Duration;

/// Names without an end.
fn endless(pool: &Pool) -> impl Iterator<Item = Target> + Send {
    pool.raw("0.raw");
    let path = pool.path("0.raw");
    std::iter::repeat_with(move || Target::File(path.clone()))
}

#[test]
fn by_the_result_of_the_callers_function() {
    let pool = Pool::new();
    for jobs in all_jobs() {
        for ordered in [false, true] {
            let mut count = 0;
            let summary = scan(endless(&pool), &jobs.clone().ordered(ordered), |_| {
                count += 1;
                match count {
                    100 => ControlFlow::Break(()),
                    _ => ControlFlow::Continue(()),
                }
            });
            assert_eq!((count, summary.images), (100, 100));
            assert!(summary.is_cancelled);
        }
    }
}

#[test]
fn by_a_flag_that_anybody_sets() {
    let pool = Pool::new();
    for jobs in all_jobs() {
        let flag = Arc::new(AtomicBool::new(false));
        let options = jobs.cancel_by(flag.clone());
        let setter = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            flag.store(true, Ordering::Relaxed);
        });
        let summary = scan(endless(&pool), &options, |_| ControlFlow::Continue(()));
        setter.join().expect("no panic");
        assert!(summary.is_cancelled && summary.images > 0);
        // It stays set: another scan finds nothing.
        let summary = scan(endless(&pool), &options, |_| ControlFlow::Continue(()));
        assert!(summary.is_cancelled);
        assert_eq!(summary.images, 0);
    }
}

#[test]
fn by_a_flag_that_the_callers_function_sets() {
    let pool = Pool::new();
    for jobs in all_jobs() {
        for ordered in [false, true] {
            let flag = Arc::new(AtomicBool::new(false));
            let options = jobs.clone().ordered(ordered).cancel_by(flag.clone());
            let summary = scan(endless(&pool), &options, |_| {
                // The other jobs have something to tell by now.
                std::thread::sleep(Duration::from_millis(20));
                flag.store(true, Ordering::Relaxed);
                ControlFlow::Continue(())
            });
            assert!(summary.is_cancelled);
            assert_eq!(summary.images, 1);
        }
    }
}

#[test]
fn a_panic_of_the_callers_function_is_the_callers() {
    let pool = Pool::new();
    for jobs in all_jobs() {
        for ordered in [false, true] {
            let options = jobs.clone().ordered(ordered);
            let mut count = 0;
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                scan(endless(&pool), &options, |_| {
                    count += 1;
                    assert_ne!(count, 50, "deliberate");
                    ControlFlow::Continue(())
                })
            }));
            assert!(panicked.is_err());
            assert_eq!(count, 50, "it is not called again");
        }
    }
}
