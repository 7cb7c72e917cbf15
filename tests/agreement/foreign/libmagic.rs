// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares our facts with those of `file` for the images that `qemu-img` could make. The database
//! of `file` has its own signatures.

use super::{probed, value};
use diskprobe::{Format, Image};
use diskprobe_test_support::oracle::Need;
use diskprobe_test_support::recipes::{built, shell};
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;

pub(crate) fn trials() -> Vec<Trial> {
    trials![[Need::Program("file", "file")]; facts_match_file]
}

/// The first words of descriptions. `file` has several for some formats, and none for others.
const WORDS: [(&str, Format); 9] = [
    ("QEMU QCOW Image (v1)", Format::Qcow),
    ("QEMU QCOW Image (v", Format::Qcow2),
    ("QEMU QED Image", Format::Qed),
    ("VMware4 disk image", Format::Vmdk),
    ("VirtualBox Disk Image", Format::Vdi),
    (
        "Microsoft Disk Image, Virtual Server or Virtual PC",
        Format::Vpc,
    ),
    ("Microsoft Disk Image eXtended", Format::Vhdx),
    ("LUKS encrypted file, ver 1", Format::Luks),
    ("Bochs disk image", Format::Bochs),
];

/// The descriptions of bytes without a known signature.
const UNKNOWN: [&str; 3] = ["data", "empty", "ASCII text"];

fn expected(image: &Image) -> Option<Format> {
    match image.format() {
        // Version 5.44 has no signature for these formats.
        Format::Raw | Format::Parallels => None,
        // It has no signature for a descriptor.
        Format::Vmdk if image.extents().len() != 0 => None,
        other => Some(other),
    }
}

/// Returns the number of bytes in a description.
fn size(description: &str) -> Option<u64> {
    let parts = description.split(", ");
    let mut sizes = parts.filter_map(|part| part.trim().strip_suffix(" bytes")?.parse().ok());
    sizes.next()
}

fn facts_match_file() {
    let images = Images::new();
    let (mut formats, mut sizes, mut names) = (0, 0, 0);
    for recipe in built() {
        recipe.build(&images);
        let said = shell(&images, &format!("file -b {}", recipe.name));
        let image = probed(&images, recipe.name, None);
        let known = WORDS.iter().find(|(words, _)| said.starts_with(words));
        let theirs = known.map(|(_, format)| *format);
        assert_eq!(theirs, expected(&image), "{}: {said}", recipe.name);
        assert!(
            theirs.is_some() || UNKNOWN.contains(&said.trim_end()),
            "{said}"
        );
        formats += 1;
        if let Some(size) = size(&said) {
            assert_eq!(image.recorded_size(), Some(size), "{}: {said}", recipe.name);
            sizes += 1;
        }
        if let Some(path) = value(&said.replace(", ", "\n"), "has backing file (path") {
            let backing = image.backing().expect("a backing store").location;
            let backing = String::from_utf8_lossy(backing).into_owned();
            assert_eq!(path.trim_end_matches(')'), backing, "{}", recipe.name);
            names += 1;
        }
    }
    println!("{formats} formats, {sizes} sizes and {names} backing names are those of file");
}
