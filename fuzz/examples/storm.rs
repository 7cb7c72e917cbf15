// SPDX-License-Identifier: MIT OR Apache-2.0
//! Many times as many images as a fuzzer that watches the code: seeds, and what a fuzzer has found,
//! damaged in some numbers, each checked as the target `auto` checks it.
//!
//! cargo run --release --example storm -- DIRECTORY SECONDS [SEED]

use diskprobe_fuzz::craft::{scratch, Random};
use diskprobe_fuzz::whole::{look_closely, looked_at};
use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().expect("a directory of seeds");
    let mut number = || arguments.next().map(|text| text.parse().expect("a number"));
    let duration = Duration::from_secs(number().expect("seconds"));
    let seed: u64 = number().unwrap_or(1);
    let seeds = std::fs::read_dir(&directory).expect("a directory of seeds");
    let seeds = seeds.filter_map(|entry| std::fs::read(entry.ok()?.path()).ok());
    let seeds: Vec<Vec<u8>> = seeds.collect();
    let mut random = Random(seed << 32);
    let (mut probes, mut answers, mut bytes) = (0u64, 0u64, Vec::new());
    let start = Instant::now();
    while probes % 4096 != 0 || start.elapsed() < duration {
        let image = &seeds[random.below(seeds.len())];
        bytes.clear();
        bytes.extend_from_slice(image);
        scratch(&mut bytes, &mut random);
        let answer = looked_at(&bytes);
        answers += u64::from(answer.is_ok());
        if random.once_in(256) {
            look_closely(&bytes, &answer);
        }
        probes += 1;
    }
    let seconds = start.elapsed().as_secs_f64();
    let rate = probes as f64 / seconds;
    println!(
        "{probes} probes of {} seeds, {answers} answers, in {seconds:.0} s: {rate:.0} a second",
        seeds.len()
    );
}
