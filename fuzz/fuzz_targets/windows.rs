// SPDX-License-Identifier: MIT OR Apache-2.0
//! An object of any length with a few windows of bytes, fed by a host that asks twice, supplies too
//! much, too little or unasked, and finishes early; and by sources that are slow, interrupted, or
//! change between reads.
#![no_main]

use diskprobe::{limits, probe_source, ErrorKind, Prober, Source};
use diskprobe_fuzz::craft::mutated;
use diskprobe_fuzz::object::Object;
use diskprobe_fuzz::oracle::{assert_named, assert_one_line, assert_same, assert_sound, Answer};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::io;

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    mutated(data, size, most, seed, fuzzer_mutate)
});

fuzz_target!(|input: &[u8]| {
    let Some(object) = Object::decoded(input) else {
        return;
    };
    let answer = object.pulled();
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
    assert_same(&answer, &pulled_badly(&object, habits), "a bad host");
    let mut slow = Slow {
        object: &object,
        piece: usize::try_from(habits % 3000).expect("small") + 1,
        interrupted: false,
    };
    let by_source = probe_source(&mut slow, object.told_length(), &object.options());
    assert_same(&answer, &by_source, "pull and source");
    assert_coherent(&object, habits);
});

/// The answer that comes of it in spite of everything.
fn pulled_badly(object: &Object, mut habits: u64) -> Answer {
    let mut pull = Prober::new(object.told_length(), &object.options());
    let (mut reads, mut bytes) = (0, 0);
    let mut room = Vec::new();
    while let Some(range) = pull.next_read()? {
        reads += 1;
        bytes += range.length;
        assert!(reads <= MAX_READS && bytes <= MAX_BYTES);
        assert!(range.length > 0);
        room.resize(usize::try_from(range.length).expect("a short range"), 0);
        let got = object.read(&mut room, range.offset);
        habits = habits.rotate_right(3);
        if habits & 1 != 0 {
            assert_eq!(pull.next_read()?, Some(range), "asked twice");
        }
        if habits & 2 != 0 {
            let error = pull.feed(&vec![0; room.len() + 1]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            assert_eq!(pull.next_read()?, Some(range), "asked again");
        }
        pull.feed(&room[..got])?;
        if habits & 4 != 0 {
            let error = pull.feed(&room[..got]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::WrongState, "not asked for");
        }
    }
    assert_eq!(pull.next_read()?, None);
    pull.finish()
}

/// An object that is cut, grows or changes after some reads gives an answer or an error, in bounds;
/// so does one whose host leaves in the middle.
fn assert_coherent(object: &Object, habits: u64) {
    let mut changing = Changing {
        object: object.clone(),
        reads: 0,
        at: u32::try_from(habits >> 8 & 7).expect("small"),
        habits,
    };
    let answer = probe_source(&mut changing, object.told_length(), &object.options());
    assert!(changing.reads <= 3 * MAX_READS);
    if let Err(error) = answer {
        assert_one_line(&error);
    }
    let mut pull = Prober::new(object.told_length(), &object.options());
    if let Ok(Some(range)) = pull.next_read() {
        if habits & 1 != 0 {
            let error = pull.finish().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::WrongState, "finished early");
        } else if object.told_length().is_some() && range.length > 1 {
            let error = pull.feed(&[0]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Changed, "too little");
            assert_eq!(pull.next_read(), Err(error), "and it stays so");
            assert_eq!(pull.finish().unwrap_err(), error);
        }
    }
}

struct Slow<'o> {
    object: &'o Object,
    piece: usize,
    interrupted: bool,
}

impl Source for Slow<'_> {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = room.len().min(self.piece);
        Ok(self.object.read(&mut room[..length], offset))
    }
}

struct Changing {
    object: Object,
    reads: u32,
    at: u32,
    habits: u64,
}

impl Source for Changing {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
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
            _ => Ok(self.object.read(room, offset)),
        }
    }
}
