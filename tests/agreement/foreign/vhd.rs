// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares our facts of VHD and VHDX images with `vhdiinfo` of libvhdi.

use super::{bytes, probed, uuid, value};
use diskprobe::Format;
use diskprobe_test_support::oracle::Need;
use diskprobe_test_support::recipes::{recipes, shell};
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;

const IMAGES: &str = "
vpc | create -f vpc @ 64M
vpc-1g | create -f vpc @ 1G
vpc-odd | create -f vpc @ 1000003
vpc-forced | create -f vpc -o force_size=on @ 64M
vpc-fixed as vpc | create -f vpc -o subformat=fixed,force_size=on @ 8M
vpc-fixed-100m as vpc | create -f vpc -o subformat=fixed,force_size=on @ 100M
vhdx | create -f vhdx @ 64M
vhdx-5t | create -f vhdx @ 5T
vhdx-1m | create -f vhdx -o block_size=1M @ 64M
vhdx-log | create -f vhdx -o log_size=4M @ 64M
vhdx-fixed | create -f vhdx -o subformat=fixed @ 8M
";

pub(crate) fn trials() -> Vec<Trial> {
    let vhdiinfo = Need::Program("vhdiinfo", "libvhdi-utils");
    trials![[vhdiinfo]; facts_match_vhdiinfo]
}

fn facts_match_vhdiinfo() {
    let images = Images::new();
    for recipe in recipes(IMAGES) {
        let name = recipe.name;
        recipe.build(&images);
        let said = shell(&images, &format!("vhdiinfo {name}"));
        let image = probed(&images, name, recipe.asked);
        let format = value(&said, "Format").expect("a format");
        let format = format.split(' ').next().unwrap_or_default();
        let ours = match image.format() {
            Format::Vpc => "VHD",
            Format::Vhdx => "VHDX",
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(ours, format, "{name}");
        let size = value(&said, "Media size").and_then(bytes);
        assert_eq!(image.virtual_size(), size, "{name}");
        assert!(size.is_some(), "{said}");
        let kind = value(&said, "Disk type").map(str::to_lowercase);
        assert_eq!(image.subformat(), kind.as_deref(), "{name}");
        assert_eq!(
            uuid(&image).as_deref(),
            value(&said, "Identifier"),
            "{name}"
        );
    }
}
