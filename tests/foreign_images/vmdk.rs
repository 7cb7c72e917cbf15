// SPDX-License-Identifier: MIT OR Apache-2.0
//! VMDK images, beside what vmdkinfo of libvmdk says of them.

use crate::common::Images;
use crate::recipes::shell;
use crate::{bytes, probed, value};

const IMAGES: [&str; 10] = [
    "x.vmdk 64M",
    "x.vmdk 1000003",
    "-o subformat=monolithicFlat x.vmdk 64M",
    "-o subformat=twoGbMaxExtentSparse x.vmdk 5G",
    "-o subformat=twoGbMaxExtentFlat x.vmdk 5G",
    "-o subformat=streamOptimized x.vmdk 64M",
    "-b base.vmdk -F vmdk x.vmdk",
    "-o subformat=streamOptimized -b base.vmdk -F vmdk x.vmdk",
    "-o subformat=twoGbMaxExtentSparse -b base.vmdk -F vmdk x.vmdk",
    "-o compat6=on,adapter_type=lsilogic x.vmdk 64M",
];

/// libvmdk's words for the kinds of images.
fn subformat(words: &str) -> &'static str {
    match words {
        "Monolithic sparse" => "monolithicSparse",
        "Monolithic flat" => "monolithicFlat",
        "2GB extent sparse" => "twoGbMaxExtentSparse",
        "2GB extent flat" => "twoGbMaxExtentFlat",
        "Stream optimized" => "streamOptimized",
        other => panic!("{other}"),
    }
}

#[test]
fn vmdkinfo() {
    let images = Images::new();
    shell(&images, "qemu-img create -q -f vmdk base.vmdk 64M");
    for arguments in IMAGES {
        shell(
            &images,
            &format!("rm -f x*; qemu-img create -q -f vmdk {arguments}"),
        );
        let said = shell(&images, "vmdkinfo x.vmdk");
        let image = probed(&images, "x.vmdk", None);
        let size = value(&said, "Media size").and_then(bytes);
        assert!(size.is_some(), "{said}");
        assert_eq!(image.virtual_size(), size, "{arguments}");
        assert_eq!(
            image.subformat(),
            value(&said, "Disk type").map(subformat),
            "{arguments}"
        );
        let number = |label| {
            let digits = value(&said, label)?.strip_prefix("0x")?;
            u32::from_str_radix(digits, 16).ok()
        };
        assert_eq!(image.cid(), number("Content identifier"), "{arguments}");
        assert_eq!(
            image.parent_cid(),
            number("Parent content identifier"),
            "{arguments}"
        );
        let backing = image.backing().map(|backing| backing.location);
        let parent = value(&said, "Parent filename").map(str::as_bytes);
        assert_eq!(backing, parent, "{arguments}");
        assert_eq!(ours(&image), theirs(&said), "{arguments}");
    }
    println!("{} images as vmdkinfo has them", IMAGES.len());
}

/// The name and size of each extent file. An image that is its own extent names no other file.
fn ours(image: &diskprobe::Image) -> Vec<(String, u64)> {
    let named = image.extents().map(|extent| {
        let name = String::from_utf8_lossy(extent.location).into_owned();
        (name, extent.size)
    });
    named.collect()
}

fn theirs(said: &str) -> Vec<(String, u64)> {
    let extents = said.split("\nExtent: ").skip(1);
    let extents = extents.map(|extent| {
        let name = value(extent, "Filename").expect("a name");
        let size = value(extent, "Size").and_then(bytes).expect("a size");
        (name.to_owned(), size)
    });
    extents.filter(|(name, _)| name != "x.vmdk").collect()
}
