// SPDX-License-Identifier: MIT OR Apache-2.0
//! The time of the slowest image, compared with a typical one. The test measures processor time,
//! which depends little on other load.

use crate::everything;
use diskprobe::{probe_fd, Options};
use diskprobe_test_support::suite::Member;
use std::fs::File;
use std::os::fd::AsFd;
use std::time::Duration;

const TYPICAL: &str = "q3.qcow2";
/// The maximum time of the slowest image, in typical probes. That image has 64 KiB of text with an
/// extent on each line, all part of the answer. It takes 54 typical probes, or 350 without
/// optimization. Time quadratic in the length would be thousands.
const TIMES_TYPICAL: u32 = if cfg!(debug_assertions) { 1200 } else { 200 };
const RUNS: usize = 7;

/// Returns the processor time of this thread.
fn used() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the kernel writes to the struct.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(failed, 0);
    let nanoseconds = u32::try_from(time.tv_nsec).expect("below 10^9");
    Duration::new(u64::try_from(time.tv_sec).expect("a time"), nanoseconds)
}

/// Returns the shortest time of several runs.
pub(crate) fn shortest_of(run: impl Fn()) -> Duration {
    let time = |_| {
        let start = used();
        run();
        used() - start
    };
    (0..RUNS).map(time).min().expect("a run")
}

fn shortest(member: &Member) -> Duration {
    let (images, _) = everything();
    let file = File::open(images.path(&member.name)).expect("the image");
    let options = Options::new().format(member.asked).thorough(true);
    shortest_of(|| drop(probe_fd(file.as_fd(), &options)))
}

#[test]
fn time_for_the_slowest_image_is_limited() {
    let (_, members) = everything();
    let mut times: Vec<_> = members
        .iter()
        .map(|member| (shortest(member), member.name.as_str()))
        .collect();
    times.sort();
    let typical = times.iter().find(|(_, name)| *name == TYPICAL);
    let (typical, _) = typical.expect("an image of that name");
    println!("{TYPICAL}: {} ns", typical.as_nanos());
    for (time, name) in times.iter().rev().take(8) {
        let ratio = time.as_nanos() / typical.as_nanos();
        println!("  {name}: {} µs, {ratio} times that", time.as_micros());
    }
    let (worst, name) = times.last().expect("an image");
    assert!(*worst <= *typical * TIMES_TYPICAL, "{name}: {worst:?}");
}
