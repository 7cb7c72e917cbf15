// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares the speed of 32 jobs with that of one job.

use crate::slow::{Layout, Slow};
use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use libtest_mimic::{Completion, Trial};
use std::io;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

const LATENCY: Duration = Duration::from_millis(2);

/// A scan and its limits.
struct Scan {
    images: u64,
    layout: Layout,
    /// The maximum number of requests per image.
    requests: u64,
    /// The minimum gain.
    gain: f64,
}

pub(crate) fn trials() -> Vec<Trial> {
    let flat = Scan {
        images: 1000,
        layout: Layout::Flat,
        requests: 3, // a lookup, an open and a read
        gain: 20.0,
    };
    let nested = Scan {
        images: 300,
        layout: Layout::Nested,
        requests: 7, // also a lookup, an open and two reads for each directory
        gain: 10.0,
    };
    vec![
        trial("many_jobs_wait_at_the_same_time", flat),
        trial("many_jobs_read_directories_at_the_same_time", nested),
    ]
}

fn trial(name: &str, scan: Scan) -> Trial {
    Trial::ignorable_test(name, move || {
        let gain = match scan.measure() {
            Ok(gain) => gain,
            Err(error) => {
                let reason = format!("no FUSE file system can be mounted: {error}");
                return Ok(Completion::ignored_with(reason));
            }
        };
        assert!(gain >= scan.gain, "{gain:.1}");
        Ok(Completion::Completed)
    })
}

impl Scan {
    /// Returns the time of one job divided by that of 32 jobs.
    fn measure(&self) -> io::Result<f64> {
        let one = self.timed(1)?;
        let least = LATENCY * u32::try_from(3 * self.images).expect("few");
        assert!(one >= least, "the file system must have its latency");
        // Other load slows down many jobs, but not one job, which mostly waits.
        let mut many = self.timed(32)?;
        for _ in 1..5 {
            many = many.min(self.timed(32)?);
        }
        let gain = one.as_secs_f64() / many.as_secs_f64();
        println!("32 jobs are {gain:.1} times as fast as one");
        Ok(gain)
    }

    /// Returns the time of a scan of a new file system. Checks the number of requests.
    fn timed(&self, jobs: u32) -> io::Result<Duration> {
        let image = Qcow2::new(64 * MIB).bytes();
        let slow = Slow::mount(self.images, self.layout, image, LATENCY)?;
        let options = ScanOptions::new().recursive(true).jobs(jobs).expect("few");
        let start = Instant::now();
        let summary = scan([ScanTarget::Directory(slow.path())], &options, |found| {
            let image = found.image().expect("an image");
            assert_eq!(image.virtual_size(), Some(64 << 20));
            ControlFlow::Continue(())
        });
        let elapsed = start.elapsed();
        assert_eq!((summary.images, summary.failures), (self.images, 0));
        let requests = slow.requests();
        let all: u64 = requests.iter().map(|(_, count)| count).sum();
        let listed = requests.iter();
        let listed: Vec<_> = listed
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        println!(
            "{jobs} jobs: {elapsed:.2?}; round trips: {:.2} for each image ({})",
            all as f64 / self.images as f64,
            listed.join(", ")
        );
        let most = self.images * self.requests + self.images / 10;
        assert!(all <= most, "{requests:?}");
        Ok(elapsed)
    }
}
