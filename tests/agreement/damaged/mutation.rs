// SPDX-License-Identifier: MIT OR Apache-2.0
//! Damage that a seed determines: changed bits, fields, lengths and texts, and two formats in one
//! file.

use super::bases::{Base, Checksums};
use super::fields::Field;
use super::{extensions, text};
use diskprobe_test_support::random::Random;

/// A damaged image and the steps that make it.
pub(crate) struct Mutated<'a> {
    pub(crate) number: u64,
    pub(crate) base: &'a Base,
    pub(crate) steps: Vec<String>,
    pub(crate) bytes: Vec<u8>,
}

/// Signatures and their offsets.
const SIGNATURES: [(usize, &[u8]); 19] = [
    (0, b"QFI\xfb\0\0\0\x01"),
    (0, b"QFI\xfb\0\0\0\x02"),
    (0, b"QFI\xfb\0\0\0\x03"),
    (0, b"QFI\xfb\0\0\0\x04"),
    (0, b"QED\0"),
    (0, b"KDMV\x01\0\0\0"),
    (0, b"COWD"),
    (0, b"version=1\n"),
    (0, b"# Disk DescriptorFile\nversion=1\n"),
    (0, b"conectix"),
    (0, b"vhdxfile"),
    (0, b"WithouFreSpacExt\x02\0\0\0"),
    (0, b"LUKS\xba\xbe\0\x01"),
    (0, b"LUKS\xba\xbe\0\x02"),
    (0, b"OOOM\0\0\0\x02"),
    (64, b"\x7f\x10\xda\xbe\x01\0\x01\0"),
    (510, b"\x55\xaa"),
    (512, b"EFI PART"),
    (0x8001, b"CD001"),
];

/// The sizes of header parts that are copied into another image. Signatures, versions or whole
/// headers end at these offsets.
const CUTS: [usize; 16] = [
    4, 8, 16, 20, 48, 64, 68, 72, 84, 104, 112, 128, 512, 592, 1024, 4096,
];

/// Limits of the formats, other than powers of two.
const LIMITS: [u64; 23] = [
    3,
    9,
    21,
    22,
    104,
    112,
    513,
    1023,
    1025,
    4095,
    65535,
    0x0010_0001,
    0x0020_0001,
    4_186_127,
    4_186_128,
    0x0040_0006,
    0x00ac_71f3,
    0xdead,
    0x1fff_ff80,
    0x1fff_ff81,
    0xff00_0000,
    0xff00_0001,
    0x7fff_ffff_c000_0000,
];

impl<'a> Mutated<'a> {
    /// Makes mutation `number` of the sequence that `seed` determines.
    pub(crate) fn new(bases: &'a [Base], seed: u64, number: u64) -> Self {
        let mut random = Random::of(seed, number);
        let base = &bases[usize::try_from(number).expect("small") % bases.len()];
        let mut mutated = Mutated {
            number,
            base,
            steps: Vec::new(),
            bytes: base.bytes.clone(),
        };
        mutated.damage(&mut random, bases);
        if random.once_in(8) {
            mutated.damage(&mut random, bases);
        }
        if base.checksums != Checksums::None && !random.once_in(8) {
            mutated.bytes = base.checksums.corrected(mutated.bytes);
            mutated.step("checksums corrected".into());
        }
        mutated
    }

    /// Makes image `number` of a sweep. Corrects the checksums, unless the field is a checksum.
    pub(crate) fn swept(number: u64, base: &'a Base, field: Field, value: u64) -> Self {
        let mut mutated = Mutated {
            number,
            base,
            steps: Vec::new(),
            bytes: base.bytes.clone(),
        };
        mutated.put(field, value);
        let correct = base.checksums.corrected(mutated.bytes.clone());
        if correct != base.bytes {
            mutated.bytes = correct;
        }
        mutated
    }

    fn put(&mut self, field: Field, new: u64) {
        let old = field.get(&self.bytes).unwrap_or(0);
        field.set(&mut self.bytes, new);
        let now = field.get(&self.bytes).unwrap_or(0);
        self.step(format!(
            "{} bytes at {}: {now:#x} instead of {old:#x}",
            field.width, field.offset
        ));
    }

    fn step(&mut self, text: String) {
        self.steps.push(text);
    }

    fn damage(&mut self, random: &mut Random, bases: &[Base]) {
        let is_text = self.base.fields.is_empty();
        match random.below(16) {
            0 => self.flip(random),
            1 => self.replace(random),
            2 => self.cut_or_grow(random),
            3 => self.sign(random),
            4 => self.splice(random, bases),
            5..=9 if self.base.text.is_some() => self.damage_text(random),
            5..=7 if self.base.bytes.starts_with(b"QFI\xfb\0\0\0") => self.extend(random),
            _ if is_text => self.damage_text(random),
            _ => {
                for _ in 0..=random.below(2) {
                    self.edit(random);
                }
            }
        }
    }

    /// Returns an offset in the headers.
    fn offset(&self, random: &mut Random) -> usize {
        let fields = &self.base.fields;
        let offset = match random.below(3) {
            0 => random.below(1024),
            _ if fields.is_empty() => random.below(512),
            1 => random.below(128),
            _ => {
                let field = random.choose(fields);
                field.offset + random.below(field.width)
            }
        };
        offset % self.bytes.len().max(1)
    }

    fn flip(&mut self, random: &mut Random) {
        for _ in 0..=random.below(3) {
            let (at, bit) = (self.offset(random), random.below(8));
            if let Some(byte) = self.bytes.get_mut(at) {
                *byte ^= 1 << bit;
                self.step(format!("bit {bit} of byte {at} flipped"));
            }
        }
    }

    fn replace(&mut self, random: &mut Random) {
        let (start, new) = (self.offset(random), random.byte());
        let length = *random.choose(&[1, 1, 2, 4, 16]);
        for byte in self.bytes.iter_mut().skip(start).take(length) {
            *byte = new;
        }
        self.step(format!("{length} bytes at {start} are {new:#04x}"));
    }

    fn edit(&mut self, random: &mut Random) {
        let field = *random.choose(&self.base.fields);
        let Some(old) = field.get(&self.bytes) else {
            return;
        };
        let length = self.bytes.len() as u64;
        let bits = 8 * field.width;
        let new = match random.below(16) {
            0 => 0,
            1 => 1,
            2 => u64::MAX,
            3 => u64::MAX - 1,
            4 => (1 << (bits - 1)) - 1,
            5 => 1 << (bits - 1),
            6 => old.wrapping_add(1),
            7 => old.wrapping_sub(1),
            8 => old.wrapping_mul(2),
            9 => old / 2,
            10 => *random.choose(&[
                length,
                length.wrapping_sub(1),
                length + 1,
                length / 512,
                length.wrapping_sub(512),
            ]),
            11 => *random.choose(&LIMITS),
            // An offset with low bits set, which are state flags in some tables.
            12 => (1 << random.below(bits)) | 6,
            13 => (1 << random.below(bits)) - 1,
            14 => old ^ (1 << random.below(bits)),
            _ => 1 << random.below(bits),
        };
        self.put(field, new);
    }

    fn cut_or_grow(&mut self, random: &mut Random) {
        let length = self.bytes.len();
        let fields = &self.base.fields;
        let new = match random.below(6) {
            0 => random.below(length),
            1 => random.below(1024),
            2 if !fields.is_empty() => {
                let field = random.choose(fields);
                field.offset + random.below(field.width + 1)
            }
            3 => length.saturating_sub(1 + random.below(1024)),
            4 => length + random.below(2048),
            _ => random.below(length / 512 + 1) * 512,
        };
        self.bytes.resize(new, 0);
        self.step(format!("length {new} instead of {length}"));
    }

    /// Writes the signature of another format.
    fn sign(&mut self, random: &mut Random) {
        let (at, signature) = *random.choose(&SIGNATURES);
        let end = at + signature.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes[at..end].copy_from_slice(signature);
        self.step(format!(
            "{:?} at {at}",
            signature.escape_ascii().to_string()
        ));
    }

    /// Copies a part of the headers of another image to the same offset.
    fn splice(&mut self, random: &mut Random, bases: &[Base]) {
        let other = random.choose(bases);
        let from = match random.below(3) {
            0 => *random.choose(&CUTS),
            _ => 0,
        };
        let to = (*random.choose(&CUTS)).min(other.bytes.len());
        if to <= from {
            return;
        }
        if self.bytes.len() < to {
            self.bytes.resize(to, 0);
        }
        self.bytes[from..to].copy_from_slice(&other.bytes[from..to]);
        self.step(format!("bytes {from} to {to} of {}", other.name));
        if random.once_in(8) {
            let length = other.bytes.len();
            self.bytes.resize(length, 0);
            self.step(format!("length {length}"));
        }
    }

    fn damage_text(&mut self, random: &mut Random) {
        let Some(range) = self.base.text.clone() else {
            return;
        };
        let steps = text::damage(random, &mut self.bytes, range);
        self.steps.extend(steps);
    }

    fn extend(&mut self, random: &mut Random) {
        let steps = extensions::write(random, &mut self.bytes);
        self.steps.extend(steps);
    }
}
