// SPDX-License-Identifier: MIT OR Apache-2.0
//! An object of any length with a few windows of bytes. Callers feed it to a prober in any pieces,
//! or finish early; sources are slow, interrupted, or change between reads.
#![no_main]

use diskprobe::{probe_source, ErrorKind, Limits, Prober, Source};
use diskprobe_fuzz::craft::mutated;
use diskprobe_fuzz::object::Object;
use diskprobe_fuzz::oracle::assert_sound;
use diskprobe_fuzz::oracle::{assert_named, assert_one_line, assert_same, assert_same_error};
use diskprobe_test_support::answer::assert_same_except_end;
use diskprobe_test_support::random::Random;
use diskprobe_test_support::splits::{self, assert_split, Habits};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::io;

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    mutated(data, size, most, seed, fuzzer_mutate)
});

fuzz_target!(|input: &[u8]| {
    let Some(object) = Object::decoded(input) else {
        return;
    };
    let answer = object.probed();
    match &answer {
        Ok(image) => {
            assert_sound(image, object.told_length());
            assert_named(image, |at, length| object.bytes(at, length));
            let asked = object.asked();
            assert!(asked.is_none_or(|format| format == image.format()));
        }
        Err(error) => assert_one_line(error),
    }
    let habits = input.iter().fold(7, |sum: u64, byte| {
        sum.wrapping_mul(0x100_0000_01b3) ^ u64::from(*byte)
    });
    assert_splits(&object, habits);
    let mut slow = Slow {
        object: &object,
        piece: usize::try_from(habits % 3000).expect("small") + 1,
        interrupted: false,
    };
    let by_source = probe_source(&mut slow, &object.options());
    match object.told_length() {
        Some(_) => assert_same(&answer, &by_source, "prober and source"),
        None => assert_same_except_end(&answer, &by_source, "prober and source"),
    }
    assert_coherent(&object, habits);
});

/// Asserts that the object in random pieces has the same answer.
fn assert_splits(object: &Object, habits: u64) {
    let read = |buffer: &mut [u8], offset: u64| {
        assert_eq!(object.read(buffer, offset), buffer.len());
    };
    // No file is longer.
    let length = object.length.min(i64::MAX.unsigned_abs());
    let whole = splits::Object::new("the object", length, read);
    for number in 0..2 {
        let mut random = Random::of(habits, number);
        let habits = Habits::random(&mut random);
        let habits = match object.told_length() {
            Some(_) => habits,
            None => habits.without_length(),
        };
        assert_split(&whole, &object.options(), &habits, &mut random);
    }
}

/// An object that is cut, grows or changes after some reads gives an answer or an error, in bounds;
/// so does one whose caller leaves in the middle.
fn assert_coherent(object: &Object, habits: u64) {
    let mut changing = Changing {
        object: object.clone(),
        reads: 0,
        at: u32::try_from(habits >> 8 & 7).expect("small"),
        habits,
    };
    let answer = probe_source(&mut changing, &object.options());
    assert!(changing.reads <= 3 * Limits::MAX_READS);
    if let Err(error) = answer {
        assert_one_line(&error);
    }
    let mut prober = Prober::new(&object.options());
    let length = object.told_length();
    if let Some(length) = length {
        prober.set_length(length).expect("no bytes were fed");
    }
    if let Ok(Some(read)) = prober.next_read() {
        if habits & 1 != 0 {
            let error = prober.finish().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::WrongState, "finished early");
        } else if length.is_some() && read.preferred.length > 1 {
            let mut offset = read.preferred.offset;
            if habits & 2 != 0 {
                let first = object.bytes(offset, 1).expect("a byte of the object");
                prober.feed(offset, &first).expect("a requested byte");
                offset += 1;
            }
            let error = prober.feed(offset, &[]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Changed, "it ends early");
            assert_same_error(
                &prober.next_read().unwrap_err(),
                &error,
                "the failure stays",
            );
            assert_same_error(&prober.finish().unwrap_err(), &error, "the failure stays");
        }
    }
}

struct Slow<'o> {
    object: &'o Object,
    piece: usize,
    interrupted: bool,
}

impl Source for Slow<'_> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = buffer.len().min(self.piece);
        Ok(self.object.read(&mut buffer[..length], offset))
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(self.object.told_length())
    }
}

struct Changing {
    object: Object,
    reads: u32,
    at: u32,
    habits: u64,
}

impl Source for Changing {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if self.reads == self.at {
            match self.habits >> 16 & 3 {
                0 => self.object.length /= 2,
                1 => self.object.length = self.object.length.saturating_mul(2),
                2 => self.object.windows.reverse(),
                _ => self.object.windows.clear(),
            }
        }
        self.reads += 1;
        match self.habits >> 18 & 15 {
            0 => Err(io::Error::from_raw_os_error(5)),
            _ => Ok(self.object.read(buffer, offset)),
        }
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(self.object.told_length())
    }
}
