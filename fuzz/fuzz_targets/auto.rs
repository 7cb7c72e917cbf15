// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any bytes: the format is QEMU's choice or there is an error, every name is in the bytes, and
//! every way to feed them, with the format detected or given, has the same answer.
#![no_main]

use diskprobe_fuzz::whole::{look_closely, looked_at};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let answer = looked_at(input);
    let start = input.iter().take(600);
    if start.fold(0, |sum: u8, byte| sum.wrapping_mul(5) ^ byte) % 16 == 0 {
        look_closely(input, &answer);
    }
});
