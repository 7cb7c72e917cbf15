// SPDX-License-Identifier: MIT OR Apache-2.0
//! The maximum cost of any image in reads, bytes, memory and time, compared with `qemu-img`.

use crate::everything;
use crate::heap::used;
use crate::time::shortest_of;
use diskprobe::{probe_fd, probe_source, Limits, Options, Source};
use diskprobe_test_support::suite::Member;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

/// The library holds all bytes it has read until the answer is complete. The answer copies the
/// texts.
const PER_BYTE: u64 = 2;
/// Memory that does not depend on the bytes read: the answer of 464 bytes, space for the texts of
/// most images, and temporary copies.
const FIXED: u64 = 1024;

struct Counted {
    file: File,
    length: u64,
    reads: u64,
    bytes: u64,
}

impl Source for Counted {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.reads += 1;
        let got = self.file.read_at(buffer, offset)?;
        self.bytes += got as u64;
        Ok(got)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(Some(self.length))
    }
}

struct Cost {
    name: String,
    reads: u64,
    bytes: u64,
    heap: u64,
    time: Duration,
}

fn costs(thorough: bool) -> Vec<Cost> {
    let (images, members) = everything();
    let cost = |member: &Member| {
        let file = File::open(images.path(&member.name)).expect("the image");
        let length = file.metadata().expect("its length").len();
        let options = Options::new().format(member.asked).thorough(thorough);
        let mut source = Counted {
            file,
            length,
            reads: 0,
            bytes: 0,
        };
        let (heap, _) = used(|| probe_source(&mut source, &options));
        Cost {
            name: member.name.clone(),
            reads: source.reads,
            bytes: source.bytes,
            heap: heap.most_held as u64,
            time: shortest_of(|| drop(probe_fd(source.file.as_fd(), &options))),
        }
    };
    members.iter().map(cost).collect()
}

#[test]
fn each_image_stays_within_the_limits() {
    for thorough in [false, true] {
        let costs = costs(thorough);
        let way = if thorough { "thorough" } else { "plain" };
        println!("{way}, {} images", costs.len());
        let worst = |what: &str, cost: fn(&Cost) -> u64| {
            let worst = costs.iter().max_by_key(|one| cost(one)).expect("an image");
            println!("  {what}: {} ({})", cost(worst), worst.name);
        };
        worst("reads", |cost| cost.reads);
        worst("bytes read", |cost| cost.bytes);
        worst("bytes of memory", |cost| cost.heap);
        worst("bytes of memory beyond twice those read", |cost| {
            cost.heap.saturating_sub(PER_BYTE * cost.bytes)
        });
        worst("microseconds", |cost| cost.time.as_micros() as u64);
        let is_slow = |cost: &&Cost| cost.time >= Duration::from_millis(1);
        let slow = costs.iter().filter(is_slow).count();
        println!("  1 ms or more: {slow} of them");
        for cost in &costs {
            let name = &cost.name;
            assert!(
                cost.reads <= u64::from(Limits::MAX_READS),
                "{name}: {} reads",
                cost.reads
            );
            assert!(
                cost.bytes <= Limits::MAX_BYTES,
                "{name}: {} bytes",
                cost.bytes
            );
            let most = PER_BYTE * cost.bytes + FIXED;
            assert!(cost.heap <= most, "{name}: {} bytes held", cost.heap);
        }
    }
}

/// Prints the cost of the same images in `qemu-img`, with limits of 4 GiB of address space and 20
/// seconds.
#[test]
#[ignore = "prints measurements, and needs 4 GiB of memory"]
fn qemu_img_costs_are_printed() {
    let (images, _) = everything();
    let mut rows = Vec::new();
    for cost in costs(true) {
        let path = images.path(&cost.name);
        let start = Instant::now();
        let child = std::process::Command::new("prlimit")
            .args(["--as=4294967296", "--cpu=20", "qemu-img", "info", "-U"])
            .arg(&path)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("prlimit and qemu-img are installed");
        let (resident, success) = waited_for(child);
        rows.push((resident, start.elapsed(), success, cost));
    }
    let print = |rows: &[(u64, Duration, bool, Cost)]| {
        for (resident, time, success, cost) in &rows[..8] {
            let Cost {
                name, bytes, heap, ..
            } = cost;
            let verdict = if *success { "answers" } else { "fails" };
            println!(
                "  {name}: qemu-img {verdict}, {} KiB, {} ms; \
                 here {bytes} bytes read, {heap} held, {} µs",
                resident,
                time.as_millis(),
                cost.time.as_micros(),
            );
        }
    };
    println!("most memory of qemu-img");
    rows.sort_by_key(|row| std::cmp::Reverse(row.0));
    print(&rows);
    println!("most time of qemu-img");
    rows.sort_by_key(|row| std::cmp::Reverse(row.1));
    print(&rows);
}

/// Prints the instructions that the tool executes for each image, less those for an empty file.
/// `DISKPROBE` is the path of a release build of the tool.
#[test]
#[ignore = "prints measurements, and needs valgrind and a release build"]
fn instructions() {
    let tool = std::env::var("DISKPROBE").expect("DISKPROBE names the tool");
    let (images, _) = everything();
    let count = |path: &std::path::Path| {
        let mut valgrind = std::process::Command::new("valgrind");
        valgrind.args([
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ]);
        let output = valgrind.arg(&tool).arg("info").arg(path).output();
        let output = output.expect("valgrind is installed");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let (_, rest) = text.split_once("refs:").expect("a count");
        let number: String = rest.lines().next().expect("a line").replace(',', "");
        number.trim().parse::<u64>().expect("a number")
    };
    std::fs::write(images.path("empty"), b"").expect("a file");
    let empty = count(&images.path("empty"));
    let mut costs = costs(false);
    costs.sort_by_key(|cost| std::cmp::Reverse(cost.time));
    println!("an empty file: {empty} instructions");
    for cost in &costs[..10] {
        let all = count(&images.path(&cost.name));
        println!("  {}: {} more", cost.name, all.saturating_sub(empty));
    }
}

/// Waits for the child. Returns its maximum resident memory in KiB, and whether it succeeded.
fn waited_for(child: std::process::Child) -> (u64, bool) {
    let mut status = 0;
    // SAFETY: all zeros is a valid value of this struct of integers.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let id = libc::pid_t::try_from(child.id()).expect("a process");
    // SAFETY: this process started the child and has not waited for it. The kernel writes only to
    // the two arguments.
    let waited = unsafe { libc::wait4(id, &mut status, 0, &mut usage) };
    assert_eq!(waited, id);
    (u64::try_from(usage.ru_maxrss).expect("a size"), status == 0)
}
