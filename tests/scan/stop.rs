// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ends a scan early.

use crate::pool::{all_jobs, Endless, Pool};
use diskprobe::scan::{scan, CancelToken};
use std::ops::ControlFlow;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::mpsc;

#[test]
fn the_callback_can_end_a_scan_by_its_result() {
    let pool = Pool::new();
    let names = Endless::of(&pool);
    for jobs in all_jobs() {
        for ordered in [false, true] {
            let mut count = 0;
            let summary = scan(names.targets(), &jobs.clone().ordered(ordered), |_| {
                count += 1;
                match count {
                    100 => ControlFlow::Break(()),
                    _ => ControlFlow::Continue(()),
                }
            });
            assert_eq!((count, summary.images), (100, 100));
            assert!(summary.cancelled);
        }
    }
}

#[test]
fn another_thread_can_cancel_a_scan_with_a_token() {
    let pool = Pool::new();
    let names = Endless::of(&pool);
    for jobs in all_jobs() {
        let cancel = CancelToken::new();
        let options = jobs.cancel_by(cancel.clone());
        let (started, is_started) = mpsc::channel();
        let setter = std::thread::spawn(move || {
            is_started.recv().expect("a result");
            cancel.cancel();
        });
        let summary = scan(names.targets(), &options, |_| {
            // The other thread receives only the first result.
            let _ = started.send(());
            ControlFlow::Continue(())
        });
        setter.join().expect("no panic");
        assert!(summary.cancelled && summary.images > 0);
        // The token stays set, so another scan finds nothing.
        let summary = scan(names.targets(), &options, |_| ControlFlow::Continue(()));
        assert!(summary.cancelled);
        assert_eq!(summary.images, 0);
    }
}

#[test]
fn the_callback_can_cancel_a_scan_with_a_token() {
    let pool = Pool::new();
    for (options, jobs) in all_jobs().into_iter().zip([1, 4, 40]) {
        for ordered in [false, true] {
            let names = Endless::of(&pool);
            let cancel = CancelToken::new();
            let options = options.clone().ordered(ordered).cancel_by(cancel.clone());
            let summary = scan(names.targets(), &options, |_| {
                // Each other job has taken a name. Its result must not be delivered.
                names.wait_until_taken(jobs);
                cancel.cancel();
                ControlFlow::Continue(())
            });
            assert!(summary.cancelled);
            assert_eq!(summary.images, 1);
        }
    }
}

#[test]
fn a_panic_in_the_callback_reaches_the_caller() {
    let pool = Pool::new();
    let names = Endless::of(&pool);
    for jobs in all_jobs() {
        for ordered in [false, true] {
            let options = jobs.clone().ordered(ordered);
            let mut count = 0;
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                scan(names.targets(), &options, |_| {
                    count += 1;
                    assert_ne!(count, 50, "deliberate");
                    ControlFlow::Continue(())
                })
            }));
            assert!(panicked.is_err());
            assert_eq!(count, 50, "the callback must not be called again");
        }
    }
}
