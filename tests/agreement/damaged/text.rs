// SPDX-License-Identifier: MIT OR Apache-2.0
//! Damages a VMDK descriptor: characters, words and lines.

use diskprobe_test_support::random::Random;
use std::ops::Range;

/// Texts with a meaning in a descriptor, and texts that resemble them.
const TOKENS: [&str; 29] = [
    "\n",
    "\r\n",
    " ",
    "\t",
    "\"",
    "\0",
    "=",
    "#",
    "-",
    "+",
    "0x",
    "1",
    "99999999999999999999",
    "RW ",
    "RDONLY ",
    "FLAT",
    "VMFS",
    "\"f\" 0",
    "CID=",
    "parentCID=",
    "createType=\"vmfs\"",
    "parentFileNameHint=\"",
    "version=1\n",
    "\nRW 7 FLAT \"f\" 0\n",
    "\nRW 7 FLAT \"f\" 18014398509481984\n",
    "\nRW 18014398507384832 VMFS \"g\"\n",
    "\nRW 9223372036854775807 VMFS \"g\"\nRW 9223372036854775807 VMFS \"g\"\nRW 9 VMFS \"g\"\n",
    "\n\n",
    "g\"",
];

/// A value follows these keys.
const KEYS: [&str; 4] = [
    "CID=",
    "parentCID=",
    "createType=\"",
    "parentFileNameHint=\"",
];

/// Makes one or two edits of the text in `range`. Keeps the length of the file if the text is
/// inside a sparse file.
pub(crate) fn damage(random: &mut Random, bytes: &mut Vec<u8>, range: Range<usize>) -> Vec<String> {
    let length = bytes.len();
    let mut steps = Vec::new();
    for _ in 0..=random.below(2) {
        let end = range.end.min(bytes.len());
        if end <= range.start {
            break;
        }
        let at = range.start + random.below(end - range.start);
        steps.push(match random.below(9) {
            0 | 1 => {
                bytes[at] = random.byte() & 0x7f;
                format!("byte {at} is {:#04x}", bytes[at])
            }
            2 | 3 => {
                bytes.remove(at);
                format!("byte {at} removed")
            }
            4 | 5 => {
                let again = bytes[at..end.min(at + random.below(20))].to_vec();
                bytes.splice(at..at, again.iter().copied());
                format!("{} bytes at {at} twice", again.len())
            }
            6 => {
                let key = *random.choose(&KEYS);
                let text = &bytes[range.start..end];
                let key_at = text
                    .windows(key.len())
                    .position(|part| part == key.as_bytes());
                let value = key_at.map_or(at, |offset| range.start + offset + key.len());
                end_text(random, bytes, range.start, value)
            }
            _ => {
                let token = *random.choose(&TOKENS);
                bytes.splice(at..at, token.bytes());
                format!("{token:?} inserted at {at}")
            }
        });
    }
    if range.start > 0 {
        bytes.resize(length, 0);
    }
    steps
}

/// Ends the text at the start of a value or one byte before, by truncation or with a NUL.
fn end_text(random: &mut Random, bytes: &mut Vec<u8>, start: usize, value: usize) -> String {
    let end = value - random.below(2).min(value - start);
    match bytes.get_mut(end) {
        Some(byte) if start > 0 || random.once_in(2) => *byte = 0,
        _ => bytes.truncate(end),
    }
    format!("the text ends at {end}")
}
