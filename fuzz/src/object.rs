// SPDX-License-Identifier: MIT OR Apache-2.0
//! An object of any length, of which an input describes some windows; the rest reads as zeros.
//!
//! An input is: the format to ask for (one byte), switches (one byte), the length (8 bytes, little
//! endian), then windows: offset (6 bytes), length (2 bytes), and the bytes.

use diskprobe::{Error, Format, Image, Options, Prober, Source};
use std::io;

const HEAD: usize = 10;

/// Switches of an object.
pub const LENGTH_UNKNOWN: u8 = 1;
pub const THOROUGH: u8 = 2;
pub const NAMED_DMG: u8 = 4;

#[derive(Clone, Debug, Default)]
pub struct Object {
    pub format: u8,
    pub switches: u8,
    pub length: u64,
    pub windows: Vec<Window>,
}

#[derive(Clone, Debug)]
pub struct Window {
    pub offset: u64,
    pub bytes: Vec<u8>,
}

impl Object {
    pub fn decoded(input: &[u8]) -> Option<Self> {
        let (head, mut rest) = input.split_at_checked(HEAD)?;
        let mut windows = Vec::new();
        while let Some((place, more)) = rest.split_at_checked(8) {
            let mut offset = [0; 8];
            offset[..6].copy_from_slice(&place[..6]);
            let length = usize::from(u16::from_le_bytes([place[6], place[7]]));
            let (bytes, more) = more.split_at(length.min(more.len()));
            windows.push(Window {
                offset: u64::from_le_bytes(offset),
                bytes: bytes.to_vec(),
            });
            rest = more;
        }
        Some(Object {
            format: head[0],
            switches: head[1],
            length: u64::from_le_bytes(head[2..].try_into().expect("eight bytes")),
            windows,
        })
    }

    /// The input that describes the object. Windows longer than an input can say are cut.
    pub fn encoded(&self) -> Vec<u8> {
        let mut input = vec![self.format, self.switches];
        input.extend(self.length.to_le_bytes());
        for window in &self.windows {
            let bytes = &window.bytes[..window.bytes.len().min(usize::from(u16::MAX))];
            input.extend(&window.offset.to_le_bytes()[..6]);
            let length = u16::try_from(bytes.len()).expect("cut");
            input.extend(length.to_le_bytes());
            input.extend(bytes);
        }
        input
    }

    /// The format to ask for.
    pub fn asked(&self) -> Option<Format> {
        asked(self.format)
    }

    pub fn options(&self) -> Options {
        let options = Options::new().format(self.asked());
        let options = options.thorough(self.switches & THOROUGH != 0);
        match self.switches & NAMED_DMG {
            0 => options,
            _ => options.file_name("x.dmg"),
        }
    }

    /// The length, as a feeder is told it.
    pub fn told_length(&self) -> Option<u64> {
        (self.switches & LENGTH_UNKNOWN == 0).then_some(self.length)
    }

    /// Fills `buffer` with the object's bytes from `offset` on; returns how many there are.
    pub fn read(&self, buffer: &mut [u8], offset: u64) -> usize {
        let there = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let length = buffer.len().min(there);
        let buffer = &mut buffer[..length];
        buffer.fill(0);
        for window in &self.windows {
            let (into, from) = match window.offset.checked_sub(offset) {
                Some(into) => (usize::try_from(into).unwrap_or(usize::MAX), 0),
                None => (
                    0,
                    usize::try_from(offset - window.offset).unwrap_or(usize::MAX),
                ),
            };
            if let (Some(to), Some(bytes)) = (buffer.get_mut(into..), window.bytes.get(from..)) {
                let count = to.len().min(bytes.len());
                to[..count].copy_from_slice(&bytes[..count]);
            }
        }
        length
    }

    /// The bytes of a range, if the object has them all.
    pub fn bytes(&self, offset: u64, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        (self.read(&mut bytes, offset) == length).then_some(bytes)
    }

    /// Replaces bytes in every window that holds their range.
    pub fn put(&mut self, offset: u64, bytes: &[u8]) {
        for window in &mut self.windows {
            let into = offset.checked_sub(window.offset);
            let Some(into) = into.and_then(|into| usize::try_from(into).ok()) else {
                continue;
            };
            if let Some(buffer) = window.bytes.get_mut(into..into.saturating_add(bytes.len())) {
                buffer.copy_from_slice(bytes);
            }
        }
    }

    /// Returns the answer of a prober that is fed what it requests.
    pub fn probed(&self) -> Result<Image, Error> {
        self.probed_with(&self.options())
    }

    /// Returns the answer of a prober with these options.
    pub fn probed_with(&self, options: &Options) -> Result<Image, Error> {
        let mut prober = Prober::new(options);
        if let Some(length) = self.told_length() {
            prober.set_length(length)?;
        }
        let mut buffer = Vec::new();
        while let Some(read) = prober.next_read()? {
            let range = read.preferred;
            buffer.resize(usize::try_from(range.length).expect("a short range"), 0);
            let got = self.read(&mut buffer, range.offset);
            prober.feed(range.offset, &buffer[..got])?;
        }
        prober.finish()
    }
}

/// The format that a byte of an input asks for.
pub fn asked(choice: u8) -> Option<Format> {
    Format::ALL.iter().copied().nth(usize::from(choice) % 32)
}

impl Source for &Object {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        Ok(self.read(buffer, offset))
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(self.told_length())
    }
}
