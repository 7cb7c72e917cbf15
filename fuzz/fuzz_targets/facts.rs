// SPDX-License-Identifier: MIT OR Apache-2.0
//! Headers with damaged fields and valid signatures and checksums. If there is an answer, a second,
//! simple parser gives the same facts.
#![no_main]

use diskprobe_fuzz::craft::mutated;
use diskprobe_fuzz::object::{Object, NAMED_DMG};
use diskprobe_fuzz::oracle::{assert_detected, assert_sound};
use diskprobe_fuzz::reader::assert_read;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    mutated(data, size, most, seed, fuzzer_mutate)
});

fuzz_target!(|input: &[u8]| {
    let Some(mut object) = Object::decoded(input) else {
        return;
    };
    object.switches &= !NAMED_DMG;
    let answer = object.probed();
    if let Ok(image) = &answer {
        assert_sound(image, object.told_length());
        assert_read(image, &object);
    }
    if object.asked().is_none() && object.told_length().is_some_and(|length| length < 1 << 62) {
        let mut sector = [0; 512];
        object.read(&mut sector, 0);
        assert_detected(
            &answer,
            &sector,
            object.options() != diskprobe::Options::new(),
        );
    }
});
