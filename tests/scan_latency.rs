// SPDX-License-Identifier: MIT OR Apache-2.0
//! A scan of storage on which every call takes two milliseconds, as on a network: a FUSE file system
//! that answers each request after that time, however many are under way.

#![cfg(target_os = "linux")]

mod common;
#[path = "scan_latency/slow.rs"]
mod slow;

use common::Images;
use diskprobe::scan::{scan, ScanOptions, Target};
use slow::Slow;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

const IMAGES: u64 = 1000;
const LATENCY: Duration = Duration::from_millis(2);

/// How long a scan takes, and how many requests it makes for each image.
fn timed(slow: &Slow, jobs: u32) -> Duration {
    let options = ScanOptions::new().jobs(jobs).expect("few");
    slow.forget();
    let start = Instant::now();
    let summary = scan([Target::Directory(slow.path())], &options, |found| {
        let image = found.image().expect("an image");
        assert_eq!(image.virtual_size(), Some(64 << 20));
        ControlFlow::Continue(())
    });
    let elapsed = start.elapsed();
    assert_eq!((summary.images, summary.failures), (IMAGES, 0));
    let requests = slow.requests();
    let all: u64 = requests.iter().map(|(_, count)| count).sum();
    println!(
        "{jobs} jobs: {elapsed:.2?}; round trips: {:.2} for each image ({})",
        all as f64 / IMAGES as f64,
        requests
            .iter()
            .map(|(name, count)| format!("{name} {count}"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    // A walk to the name, an open, a read; and a few for the directory.
    assert!(all <= IMAGES * 3 + IMAGES / 10, "{requests:?}");
    elapsed
}

#[test]
fn many_jobs_wait_at_the_same_time() {
    let image = Images::new().create(&["-f", "qcow2", "NAME", "64M"]);
    let slow = match Slow::mount(IMAGES, image, LATENCY) {
        Ok(slow) => slow,
        Err(error) => {
            println!("skipped: no FUSE file system can be mounted: {error}");
            return;
        }
    };
    let one = timed(&slow, 1);
    assert!(one >= LATENCY * 3 * 1000, "the latency is not there");
    // Who else uses the processors meanwhile makes the many slower, not the one, which sleeps.
    let many = (0..5).map(|_| timed(&slow, 32)).min().expect("five");
    let ratio = one.as_secs_f64() / many.as_secs_f64();
    println!("32 jobs are {ratio:.1} times as fast as one");
    assert!(ratio >= 20.0, "{ratio:.1}");
}
