// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `file` says of the images that qemu-img makes: its database has signatures of its own.

use crate::common::Images;
use crate::recipes::{made_by_qemu_img, make, shell};
use crate::{probed, value};
use diskprobe::{Format, Image};

/// How descriptions start. More than one for a format, or none: `file` has no signature for it.
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

/// Descriptions of bytes that it has no signature for.
const UNKNOWN: [&str; 3] = ["data", "empty", "ASCII text"];

fn expected(image: &Image) -> Option<Format> {
    match image.format() {
        // Among the signatures of version 5.44 there is none.
        Format::Raw | Format::Parallels => None,
        // Nor for the text of a descriptor.
        Format::Vmdk if image.extents().len() != 0 => None,
        other => Some(other),
    }
}

/// A number of bytes among the words of a description.
fn size(description: &str) -> Option<u64> {
    let parts = description.split(", ");
    let mut sizes = parts.filter_map(|part| part.trim().strip_suffix(" bytes")?.parse().ok());
    sizes.next()
}

#[test]
fn file() {
    let images = Images::new();
    let (mut formats, mut sizes, mut names) = (0, 0, 0);
    for recipe in made_by_qemu_img() {
        make(&images, &recipe);
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
    println!("{formats} formats, {sizes} sizes and {names} backing names as file has them");
}
