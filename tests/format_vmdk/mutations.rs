// SPDX-License-Identifier: MIT OR Apache-2.0
//! Seeded random damage to headers and descriptors, beside what qemu-img makes of it.

use crate::common::{patched, probe, Images};
use crate::{images_and_base, text};
use diskprobe::{Error, ErrorKind, Format, Image};
use serde_json::Value;

const MUTATIONS: usize = 600;

/// Where qemu-img opens an image and we refuse, it is for one of these.
const STRICTER: [&str; 8] = [
    // What is not there is zeros to QEMU.
    "needs ",
    // Places are shifted out of 64 bits.
    "gdOffset is ",
    "rgdOffset is ",
    "descriptorOffset is ",
    "offset of an extent is ",
    // The sum of sizes wraps around.
    "total size of the extents is ",
    // Values are looked for behind the text's end.
    "has no quoted value",
    "or it has no value",
];

/// Xorshift, so that every run tries the same.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("small")
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

const TOKENS: [&str; 26] = [
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
    "\n\n",
    "g\"",
];

/// Changes the text in `range` by an edit or two, without changing the length of the file.
fn damage_text(random: &mut Random, bytes: &mut Vec<u8>, from: usize, to: usize) {
    let length = bytes.len();
    for _ in 0..=random.below(2) {
        let at = from + random.below(to - from);
        match random.below(4) {
            0 => bytes[at] = u8::try_from(random.below(128)).expect("ASCII"),
            1 => drop(bytes.remove(at)),
            2 => {
                let end = (at + random.below(20)).min(to);
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            _ => drop(bytes.splice(at..at, random.of(&TOKENS).bytes())),
        }
    }
    if length >= 1024 {
        bytes.resize(length, 0);
    }
}

const NUMBERS: [u64; 12] = [
    0,
    1,
    2,
    3,
    512,
    513,
    1 << 21,
    (1 << 21) + 1,
    1 << 25,
    1 << 32,
    1 << 54,
    u64::MAX,
];

/// Changes a byte or a field of a header that starts at `start`.
fn damage_header(random: &mut Random, bytes: &mut [u8], start: usize) {
    for _ in 0..=random.below(2) {
        if random.below(3) == 0 {
            bytes[start + random.below(80)] = u8::try_from(random.below(256)).expect("a byte");
        } else {
            let at = start + *random.of(&[4, 8, 12, 20, 28, 36, 44, 48, 56, 64, 77]);
            let number = random.of(&NUMBERS).to_le_bytes();
            let width = *random.of(&[2, 4, 8]);
            bytes[at..at + width].copy_from_slice(&number[..width]);
        }
    }
}

/// The name of the rule that was broken, if one was.
fn broken_rule(qemu: Option<&Value>, ours: &Result<Image, Error>) -> Option<String> {
    let Some(info) = qemu else {
        let raw = ours
            .as_ref()
            .is_ok_and(|image| image.format() != Format::Vmdk);
        return raw.then(|| "qemu-img refuses, and it is not vmdk here".to_owned());
    };
    let image = match ours {
        Ok(image) => image,
        Err(error) => {
            let message = error.to_string();
            let known = STRICTER.iter().any(|words| message.contains(words));
            let internal = error.kind() == ErrorKind::Internal;
            return (!known || internal || info["format"] == "raw")
                .then(|| format!("qemu-img opens it as {}: {message}", info["format"]));
        }
    };
    let backing = image.backing().map(|backing| text(backing.location));
    let same = info["format"] == image.format().name()
        && info["virtual-size"].as_u64() == image.virtual_size()
        && info["backing-filename"].as_str() == backing.as_deref();
    (!same).then(|| format!("qemu-img says {info}, and here it is {image:?}"))
}

#[test]
fn damaged_images() {
    let (images, base) = images_and_base();
    let descriptor = b"# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n\
        createType=\"vmfs\"\nparentFileNameHint=\"base\"\n\n# Extents\nRW 100 FLAT \"f\" 0\n\
        RW 2048 VMFS \"g\"\nRW 5 ZERO\n\nddb.x = \"1\"\n";
    let listing = patched(
        &base[..16384],
        &[(12, &[0; 8]), (512, descriptor), (64, &[0; 8])],
    );
    let header = patched(
        &base[..512],
        &[(12, &(2u64 << 17).to_le_bytes()), (77, &[1, 0])],
    );
    let footer = [&[0; 12][..], &[3, 0, 0, 0], &[0; 496], &header, &[0; 512]].concat();
    let stream = [&patched(&base, &[(56, &[0xff; 8])])[..], &footer].concat();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut opened, mut stricter) = (0, 0);
    for number in 0..MUTATIONS {
        let mut bytes;
        match number % 6 {
            0 | 1 => {
                bytes = descriptor.to_vec();
                damage_text(&mut random, &mut bytes, 0, descriptor.len() - 10);
            }
            2 => {
                bytes = base.clone();
                damage_header(&mut random, &mut bytes, 0);
            }
            3 => {
                bytes = base.clone();
                damage_text(&mut random, &mut bytes, 512, 512 + 300);
            }
            4 => {
                bytes = stream.clone();
                damage_header(&mut random, &mut bytes, base.len() + 512);
            }
            _ => {
                bytes = listing.clone();
                damage_text(&mut random, &mut bytes, 512, 512 + descriptor.len() - 10);
            }
        }
        if random.below(8) == 0 {
            bytes.truncate(random.below(bytes.len()));
        }
        let qemu = images.qemu_info_of(&bytes);
        let ours = probe(&bytes);
        if let Some(rule) = broken_rule(qemu.as_ref(), &ours) {
            let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1200)]).into_owned();
            panic!("mutation {number}: {rule}\n{head:?}");
        }
        opened += usize::from(qemu.is_some());
        stricter += usize::from(qemu.is_some() && ours.is_err());
    }
    println!("{MUTATIONS} mutations: qemu-img opens {opened}, {stricter} of them refused here");
    assert!(
        opened > MUTATIONS / 4,
        "most mutations must leave something to compare"
    );
    assert!(opened < MUTATIONS * 9 / 10, "some must be refused");
    drop::<Images>(images);
}
