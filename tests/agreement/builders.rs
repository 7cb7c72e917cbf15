// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares the images of the builders with those of `qemu-img`, made by the same commands. All
//! bytes must be equal, except those that `qemu-img` chooses at random.

use diskprobe_test_support::bytes::position;
use diskprobe_test_support::oracle::{trial, QEMU_IMG};
use diskprobe_test_support::recipes::{built, Recipe};
use diskprobe_test_support::{qemu_img, Images};
use libtest_mimic::Trial;
use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The compared sizes at the start and at the end of a long file.
const START: u64 = 16 << 20;
const END: u64 = 64 << 10;

/// Returns one test for each format.
pub(crate) fn trials() -> Vec<Trial> {
    let mut formats: BTreeMap<&str, Vec<Recipe>> = BTreeMap::new();
    for recipe in built() {
        formats.entry(recipe.format()).or_default().push(recipe);
    }
    let test = |(format, recipes): (&str, Vec<Recipe>)| {
        let name = format!("builders::{format}_images_match_qemu_img");
        trial(name, &[QEMU_IMG], move || compare(&recipes))
    };
    formats.into_iter().map(test).collect()
}

fn compare(recipes: &[Recipe]) {
    let (ours, theirs) = (Images::new(), Images::new());
    // Some recipes have a backing file of another format.
    for base in built().iter().filter(|base| base.is_base()) {
        base.build(&ours);
        make_theirs(&theirs, base);
    }
    let mut differing = Vec::new();
    for recipe in recipes {
        let before = names(&theirs);
        recipe.build(&ours);
        make_theirs(&theirs, recipe);
        let is_its = |name: &String| name == recipe.name || !before.contains(name);
        for name in names(&theirs).into_iter().filter(is_its) {
            let found = difference(&ours.path(&name), &theirs.path(&name));
            differing.extend(found.map(|found| format!("{}: {name}: {found}", recipe.name)));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// Makes the image with `qemu-img`. Repeats it if the random CID of a VMDK starts with zeros:
/// `qemu-img` omits them, so the text would be shorter.
fn make_theirs(images: &Images, recipe: &Recipe) {
    loop {
        qemu_img::make_recipe(images, recipe);
        let path = images.path(recipe.name);
        let file = File::open(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let length = file.metadata().expect("a length").len();
        if !has_short_cid(&part(&file, &(0..length.min(END)))) {
            return;
        }
    }
}

fn has_short_cid(bytes: &[u8]) -> bool {
    let key = b"\nCID=";
    let mut rest = bytes.windows(key.len());
    let digits = rest.position(|found| found == key);
    let digits = digits.and_then(|at| bytes.get(at + key.len()..at + key.len() + 8));
    digits.is_some_and(|digits| digits.contains(&b'\n'))
}

fn names(images: &Images) -> Vec<String> {
    let entries = std::fs::read_dir(images.directory()).expect("the directory");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
    let names = entries.map(|entry| name(entry).into_string().expect("UTF-8"));
    names.collect()
}

/// Returns the first difference of the files.
fn difference(ours: &Path, theirs: &Path) -> Option<String> {
    let open = |path: &Path| File::open(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let (ours, theirs) = (open(ours), open(theirs));
    let length = |file: &File| file.metadata().expect("a length").len();
    if length(&ours) != length(&theirs) {
        return Some(format!("{} bytes, not {}", length(&ours), length(&theirs)));
    }
    let length = length(&ours);
    let start = 0..length.min(START);
    let end = length.saturating_sub(END).max(start.end)..length;
    let parts = |file: &File| [&start, &end].map(|range| part(file, range));
    let [one, other] = [&ours, &theirs].map(|file| masked(parts(file)));
    if one == other {
        return None;
    }
    let mut bytes = one.iter().flatten().zip(other.iter().flatten());
    let place = bytes.position(|(one, other)| one != other)?;
    let at = |parts: &[Vec<u8>; 2]| {
        let all = parts.concat();
        all[place..(place + 16).min(all.len())]
            .escape_ascii()
            .to_string()
    };
    Some(format!("at {place:#x}: {}, not {}", at(&one), at(&other)))
}

fn part(file: &File, range: &Range<u64>) -> Vec<u8> {
    let length = usize::try_from(range.end - range.start).expect("small");
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, range.start)
        .expect("the bytes");
    bytes
}

/// Masks the bytes that are random or depend on the version of QEMU.
fn masked([mut start, mut end]: [Vec<u8>; 2]) -> [Vec<u8>; 2] {
    if start.starts_with(b"QFI\xfb") {
        if let Some(header) = luks_in_qcow2(&start) {
            mask_luks(&mut start[header..]);
        }
    }
    if start.starts_with(b"LUKS\xba\xbe\0\x01") {
        mask_luks(&mut start);
    }
    if start.starts_with(b"vhdxfile") {
        mask_vhdx(&mut start);
    }
    if start.starts_with(b"<<< QEMU VM Virtual Disk Image") {
        mask(&mut start, 392..424);
    }
    if start.starts_with(b"KDMV") {
        mask_identifiers(&mut start[512..512 + 20 * 512]);
    } else if start.starts_with(b"# Disk DescriptorFile") {
        mask_identifiers(&mut start);
    }
    for part in [&mut start, &mut end] {
        for footer in [0, part.len().saturating_sub(512)] {
            if part[footer..].starts_with(b"conectix") {
                // Timestamp, checksum and UUID.
                mask(part, footer + 24..footer + 28);
                mask(part, footer + 64..footer + 84);
            }
        }
    }
    [start, end]
}

fn mask(bytes: &mut [u8], range: Range<usize>) {
    bytes[range].fill(b'?');
}

fn luks_in_qcow2(bytes: &[u8]) -> Option<usize> {
    let is_luks = bytes[32..36] == 2u32.to_be_bytes();
    let extension = || position(bytes, &[0x05, 0x37, 0xbe, 0x77]) + 8;
    let offset = is_luks.then(|| bytes[extension()..][..8].try_into().expect("8 bytes"))?;
    usize::try_from(u64::from_be_bytes(offset)).ok()
}

/// Masks the digest, salt, iterations and UUID, the iterations and salt of the first key slot, and
/// its key material.
fn mask_luks(header: &mut [u8]) {
    let key_bytes = u32::from_be_bytes(header[108..112].try_into().expect("4 bytes")) as usize;
    mask(header, 112..208);
    mask(header, 212..248);
    mask(header, 4096..4096 + key_bytes * 4000);
}

/// Masks the creator, the checksum, sequence number and GUIDs of the headers, and the identifier of
/// the disk.
fn mask_vhdx(bytes: &mut [u8]) {
    mask(bytes, 8..520);
    for header in [0x1_0000, 0x2_0000] {
        mask(bytes, header + 4..header + 48);
    }
    let metadata = position(bytes, b"metadata");
    mask(bytes, metadata + 0x1_0010..metadata + 0x1_0020);
}

/// Masks the values of `CID` and `parentCID`, because `qemu-img` omits their leading zeros.
fn mask_identifiers(text: &mut [u8]) {
    let old = String::from_utf8_lossy(text).into_owned();
    let lines = old.lines().map(|line| match line.split_once('=') {
        Some((key @ ("CID" | "parentCID"), value)) if value != "ffffffff" => format!("{key}=?"),
        _ => line.to_owned(),
    });
    let mut new = lines.collect::<Vec<_>>().join("\n").into_bytes();
    new.resize(text.len(), 0);
    text.copy_from_slice(&new);
}
