// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes random qcow2 header extensions of known kinds, whose data may be invalid, and a backing
//! file name after them.

use diskprobe_test_support::random::Random;

const BACKING_FORMAT: u32 = 0xe279_2aca;
const DATA_FILE: u32 = 0x4441_5441;
const BITMAPS: u32 = 0x2385_2875;
const LUKS_HEADER: u32 = 0x0537_be77;
const NAMES_OF_FEATURES: u32 = 0x6803_f857;
const KINDS: [u32; 8] = [
    0,
    BACKING_FORMAT,
    BACKING_FORMAT,
    DATA_FILE,
    BITMAPS,
    LUKS_HEADER,
    NAMES_OF_FEATURES,
    0x1234_5678,
];
const TEXTS: [&[u8]; 10] = [
    b"raw",
    b"qcow2",
    b"vhdx",
    b"foo",
    b"",
    b"a\0b",
    b"fifteen letters",
    b"sixteen  letters",
    b"json:{\"driver\":\"null-co\"}",
    b"/srv/a file of some name",
];
/// Lengths that do not match the data.
const LENGTHS: [u32; 6] = [0, 1, 7, 17, 0xffff_fff0, u32::MAX];

/// Writes extensions at the offset of the first extension of the image.
pub(crate) fn write(random: &mut Random, bytes: &mut [u8]) -> Vec<String> {
    let start = start(bytes);
    let mut steps = Vec::new();
    let mut area = Vec::new();
    for _ in 0..random.below(4) {
        let kind = *random.choose(&KINDS);
        let data = data(random, kind);
        let fits = u32::try_from(data.len()).expect("short");
        let length = match random.once_in(6) {
            true => *random.choose(&LENGTHS),
            false => fits,
        };
        area.extend(kind.to_be_bytes());
        area.extend(length.to_be_bytes());
        area.extend(&data);
        area.resize(area.len().next_multiple_of(8), 0);
        steps.push(format!("extension {kind:#x}, length {length}, {data:?}"));
    }
    if random.once_in(2) {
        area.extend([0; 8]);
        steps.push("end of the extensions".into());
    }
    if random.once_in(2) {
        let name = *random.choose(&TEXTS);
        let offset = start + area.len();
        area.extend(name);
        put(bytes, 8, &(offset as u64).to_be_bytes());
        let length = u32::try_from(name.len()).expect("short");
        put(bytes, 16, &length.to_be_bytes());
        steps.push(format!("backing file {name:?} at {offset}"));
    }
    put(bytes, start, &area);
    steps
}

/// Returns the offset of the first extension. It depends on the version and length of the header.
fn start(bytes: &[u8]) -> usize {
    match bytes.get(4..8).zip(bytes.get(100..104)) {
        Some(([0, 0, 0, 3], [0, 0, high, low])) => usize::from(*high) << 8 | usize::from(*low),
        Some(([0, 0, 0, 3], _)) => 112,
        _ => 72,
    }
}

fn data(random: &mut Random, kind: u32) -> Vec<u8> {
    let cluster = *random.choose(&[0u64, 512, 65536, 196_608, 1 << 63]);
    match kind {
        BITMAPS => {
            let count = *random.choose(&[0u32, 1, 65535, 65536]);
            let size = *random.choose(&[0u64, 32, 1 << 20, 65535 * 1024, u64::MAX]);
            let counts = [count, 0].map(u32::to_be_bytes).concat();
            [counts, [size, cluster].map(u64::to_be_bytes).concat()].concat()
        }
        LUKS_HEADER => {
            let length = *random.choose(&[0u64, 591, 592, 2 << 20]);
            [cluster, length].map(u64::to_be_bytes).concat()
        }
        NAMES_OF_FEATURES => vec![b'n'; 48 * random.below(3)],
        0 => Vec::new(),
        _ => random.choose(&TEXTS).to_vec(),
    }
}

/// Writes `new`. Ignores the bytes after the end of the image.
fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    for (old, byte) in bytes.iter_mut().skip(at).zip(new) {
        *old = *byte;
    }
}
