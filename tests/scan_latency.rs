// SPDX-License-Identifier: MIT OR Apache-2.0
//! A scan of storage on which every call takes two milliseconds, as on a network: a FUSE file system
//! that answers each request after that time, however many are under way.

#![cfg(target_os = "linux")]

mod common;
#[path = "scan_latency/slow.rs"]
mod slow;

use common::Images;
use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use slow::{Layout, Slow};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

const LATENCY: Duration = Duration::from_millis(2);

/// How long a scan takes, and how many requests it makes for each image: at most so many.
fn timed(slow: &Slow, images: u64, jobs: u32, requests_each: u64) -> Duration {
    let options = ScanOptions::new().recursive(true).jobs(jobs).expect("few");
    slow.forget();
    let start = Instant::now();
    let summary = scan([ScanTarget::Directory(slow.path())], &options, |found| {
        let image = found.image().expect("an image");
        assert_eq!(image.virtual_size(), Some(64 << 20));
        ControlFlow::Continue(())
    });
    let elapsed = start.elapsed();
    assert_eq!((summary.images, summary.failures), (images, 0));
    let requests = slow.requests();
    let all: u64 = requests.iter().map(|(_, count)| count).sum();
    let listed = requests.iter();
    let listed: Vec<_> = listed
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    println!(
        "{jobs} jobs: {elapsed:.2?}; round trips: {:.2} for each image ({})",
        all as f64 / images as f64,
        listed.join(", ")
    );
    assert!(all <= images * requests_each + images / 10, "{requests:?}");
    elapsed
}

/// How many times as fast as one job 32 are.
fn gain(images: u64, layout: Layout, requests_each: u64) -> Option<f64> {
    let image = Images::new().create(&["-f", "qcow2", "NAME", "64M"]);
    let slow = match Slow::mount(images, layout, image, LATENCY) {
        Ok(slow) => slow,
        Err(error) => {
            println!("skipped: no FUSE file system can be mounted: {error}");
            return None;
        }
    };
    let one = timed(&slow, images, 1, requests_each);
    let least = LATENCY * u32::try_from(3 * images).expect("few");
    assert!(one >= least, "the latency is not there");
    // Who else uses the processors meanwhile makes the many slower, not the one, which sleeps.
    let many = (0..5).map(|_| timed(&slow, images, 32, requests_each));
    let many = many.min().expect("five");
    let gain = one.as_secs_f64() / many.as_secs_f64();
    println!("32 jobs are {gain:.1} times as fast as one");
    Some(gain)
}

/// A lookup, an open and a read for each image.
#[test]
fn many_jobs_wait_at_the_same_time() {
    if let Some(gain) = gain(1000, Layout::Flat, 3) {
        assert!(gain >= 20.0, "{gain:.1}");
    }
}

/// Besides: a lookup, an open and two reads for each directory. These are read by many jobs too.
#[test]
fn directories_are_read_at_the_same_time() {
    if let Some(gain) = gain(300, Layout::Nested, 7) {
        assert!(gain >= 10.0, "{gain:.1}");
    }
}
