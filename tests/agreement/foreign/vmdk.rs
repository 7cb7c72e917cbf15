// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares our facts of VMDK images with `vmdkinfo` of libvmdk.

use super::{bytes, probed, value};
use diskprobe_test_support::oracle::Need;
use diskprobe_test_support::recipes::{recipes, shell};
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;

const IMAGES: &str = "
base.vmdk | create -f vmdk @ 64M
odd.vmdk | create -f vmdk @ 1000003
flat.vmdk | create -f vmdk -o subformat=monolithicFlat @ 64M
extents.vmdk | create -f vmdk -o subformat=twoGbMaxExtentSparse @ 5G
flat-extents.vmdk | create -f vmdk -o subformat=twoGbMaxExtentFlat @ 5G
stream.vmdk | create -f vmdk -o subformat=streamOptimized @ 64M
over.vmdk | create -f vmdk -b base.vmdk -F vmdk @
over-stream.vmdk | create -f vmdk -o subformat=streamOptimized -b base.vmdk -F vmdk @
over-extents.vmdk | create -f vmdk -o subformat=twoGbMaxExtentSparse -b base.vmdk -F vmdk @
options.vmdk | create -f vmdk -o compat6=on,adapter_type=lsilogic @ 64M
";

pub(crate) fn trials() -> Vec<Trial> {
    let vmdkinfo = Need::Program("vmdkinfo", "libvmdk-utils");
    trials![[vmdkinfo]; facts_match_vmdkinfo]
}

/// Returns the subformat with this description in libvmdk.
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

fn facts_match_vmdkinfo() {
    let images = Images::new();
    for recipe in recipes(IMAGES) {
        let name = recipe.name;
        recipe.build(&images);
        let said = shell(&images, &format!("vmdkinfo {name}"));
        let image = probed(&images, name, None);
        let size = value(&said, "Media size").and_then(bytes);
        assert!(size.is_some(), "{said}");
        assert_eq!(image.virtual_size(), size, "{name}");
        assert_eq!(
            image.subformat(),
            value(&said, "Disk type").map(subformat),
            "{name}"
        );
        let number = |label| {
            let digits = value(&said, label)?.strip_prefix("0x")?;
            u32::from_str_radix(digits, 16).ok()
        };
        let id = image.content_id();
        let own = id.map(|id| id.own);
        assert_eq!(own, number("Content identifier"), "{name}");
        let parent = number("Parent content identifier").filter(|id| *id != u32::MAX);
        assert_eq!(id.and_then(|id| id.parent), parent, "{name}");
        let backing = image.backing().map(|backing| backing.location);
        let parent = value(&said, "Parent filename").map(str::as_bytes);
        assert_eq!(backing, parent, "{name}");
        assert_eq!(ours(&image), theirs(&said, name), "{name}");
    }
}

/// Returns the name and size of each extent in another file.
fn ours(image: &diskprobe::Image) -> Vec<(String, u64)> {
    let named = image.extents().map(|extent| {
        let name = String::from_utf8_lossy(extent.location).into_owned();
        (name, extent.size)
    });
    named.collect()
}

fn theirs(said: &str, own_name: &str) -> Vec<(String, u64)> {
    let extents = said.split("\nExtent: ").skip(1);
    let extents = extents.map(|extent| {
        let name = value(extent, "Filename").expect("a name");
        let size = value(extent, "Size").and_then(bytes).expect("a size");
        (name.to_owned(), size)
    });
    extents.filter(|(name, _)| name != own_name).collect()
}
