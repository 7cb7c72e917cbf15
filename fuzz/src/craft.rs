// SPDX-License-Identifier: MIT OR Apache-2.0
//! Damage that passes the first checks: numbers are replaced by boundary values, windows and the
//! end of the object move, and signatures and checksums stay right.

use crate::object::Object;

/// libFuzzer's own mutation of some bytes: takes a buffer, its used size, and the largest size.
pub type Fallback = fn(&mut [u8], usize, usize) -> usize;

/// Changes the input in `data`, of which `size` bytes are used and `most` may be. Returns how many
/// are used then.
pub fn mutated(data: &mut [u8], size: usize, most: usize, seed: u32, fallback: Fallback) -> usize {
    let mut random = Random(u64::from(seed) << 1 | 1);
    let object = Object::decoded(&data[..size]).filter(|object| !object.windows.is_empty());
    let Some(mut object) = object.filter(|_| !random.once_in(32)) else {
        return fallback(data, size, most);
    };
    let signatures: Vec<Vec<u8>> = object.windows.iter().map(signature).collect();
    for _ in 0..=random.below(3) {
        damage(&mut object, &mut random, fallback);
    }
    if !random.once_in(8) {
        for (window, signature) in object.windows.iter_mut().zip(signatures) {
            if let Some(start) = window.bytes.get_mut(..signature.len()) {
                start.copy_from_slice(&signature);
            }
        }
    }
    if !random.once_in(8) {
        seal(&mut object);
    }
    let input = object.encoded();
    let length = input.len().min(most);
    data[..length].copy_from_slice(&input[..length]);
    length
}

/// Returns the start of a window, long enough for every signature at the start of a structure.
fn signature(window: &crate::object::Window) -> Vec<u8> {
    let length = match window.bytes.get(..4) {
        Some(b"With") => 20,
        Some(b"Boch" | b"#!/b") => 84,
        Some(b"QFI\xfb" | b"LUKS" | b"meta" | b"cone" | b"vhdx") => 8,
        _ => 4,
    };
    window.bytes[..window.bytes.len().min(length)].to_vec()
}

/// Boundaries of the formats' rules; others are a power of two, more or less one.
const VALUES: [u64; 22] = [
    0,
    3,
    9,
    21,
    104,
    112,
    0x200,
    1023,
    4095,
    0x1_0000,
    0x1_0001,
    0x10_0001,
    4_186_127,
    0x0040_0006,
    0x00ac_71f3,
    0xdead,
    0x1fff_ff80,
    0xff00_0000,
    0x7fff_ffff_c000_0000,
    0xe279_2aca,
    0x4441_5441,
    0x0537_be77,
];

fn damage(object: &mut Object, random: &mut Random, fallback: Fallback) {
    let windows = object.windows.len();
    let chosen = random.below(windows);
    let other = object.windows[random.below(windows)].clone();
    let ends = other.offset + u64::try_from(other.bytes.len()).expect("a short window");
    let window = &mut object.windows[chosen];
    match random.below(16) {
        0 => {
            let mut buffer = std::mem::take(&mut window.bytes);
            let (used, most) = (buffer.len(), (buffer.len() + 64).min(usize::from(u16::MAX)));
            buffer.resize(most, 0);
            let used = fallback(&mut buffer, used, most);
            buffer.truncate(used);
            window.bytes = buffer;
        }
        1 => window.offset = random.number() & 0xffff_ffff_ffff,
        2 => window.offset = window.offset.wrapping_add(random.step()) & 0xffff_ffff_ffff,
        3 => object.length = random.number(),
        4 => object.length = ends.wrapping_add(random.step()),
        5 => {
            let choice = u8::try_from(random.below(256)).expect("a byte");
            match random.once_in(2) {
                true => object.switches = choice,
                false => object.format = choice,
            }
        }
        6 if windows < 16 => {
            let mut copy = other;
            copy.offset = random.number() & 0xffff_ffff_ffff;
            object.windows.push(copy);
        }
        7 => {
            // One structure records the offset of another, in bytes or in sectors.
            let offset = other.offset >> (9 * random.below(2));
            window.put(random, offset);
        }
        _ => {
            let number = random.number();
            window.put(random, number);
        }
    }
}

/// Replaces some numbers in the bytes, or moves their end.
pub fn scratch(bytes: &mut Vec<u8>, random: &mut Random) {
    if random.once_in(16) {
        let length = random.below(bytes.len() + 64);
        bytes.resize(length, 0);
    }
    let mut window = crate::object::Window {
        offset: 0,
        bytes: std::mem::take(bytes),
    };
    for _ in 0..=random.below(3) {
        let number = random.number();
        window.put(random, number);
    }
    *bytes = window.bytes;
}

impl crate::object::Window {
    /// Puts a number of some width and order somewhere, more often near the start.
    fn put(&mut self, random: &mut Random, number: u64) {
        let near = match random.below(4) {
            0 => self.bytes.len(),
            1 => 640,
            _ => 128,
        };
        let at = random.below(near.min(self.bytes.len()).max(1)) & !1;
        let width = [1, 2, 4, 4, 8, 8][random.below(6)];
        let bytes = match random.once_in(2) {
            true => number.to_le_bytes()[..width].to_vec(),
            false => number.to_be_bytes()[8 - width..].to_vec(),
        };
        for (place, byte) in self.bytes.iter_mut().skip(at).zip(bytes) {
            *place = byte;
        }
    }
}

/// Corrects the checksum of each structure that has one.
pub fn seal(object: &mut Object) {
    for (at, length) in [(0x1_0000, 4096), (0x2_0000, 4096), (0x3_0000, 0x1_0000)] {
        let Some(mut block) = object.bytes(at, length) else {
            continue;
        };
        if block.starts_with(b"head") || block.starts_with(b"regi") {
            block[4..8].fill(0);
            object.put(at + 4, &crc32c::crc32c(&block).to_le_bytes());
        }
    }
    for at in [0, object.length.saturating_sub(512)] {
        let Some(mut footer) = object.bytes(at, 512) else {
            continue;
        };
        if footer.starts_with(b"conectix") {
            footer[64..68].fill(0);
            let sum: u32 = footer.iter().map(|byte| u32::from(*byte)).sum();
            object.put(at + 64, &(!sum).to_be_bytes());
        }
    }
}

/// Numbers that a seed repeats.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).expect("64 bits")).expect("below a usize")
    }

    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn number(&mut self) -> u64 {
        match self.below(4) {
            0 => VALUES[self.below(VALUES.len())],
            1 => self.next() >> self.below(64),
            _ => (1u64 << self.below(64)).wrapping_add(self.step()),
        }
    }

    /// A small step, most often none or one.
    fn step(&mut self) -> u64 {
        match self.below(8) {
            0..3 => 0,
            3 => 1,
            4 => 1u64.wrapping_neg(),
            5 => 511,
            6 => 512,
            _ => 512u64.wrapping_neg(),
        }
    }
}
