// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images of `bximage`, a tool of the Bochs emulator: its own formats, and VHD.

use super::{probed, value};
use diskprobe::Format;
use diskprobe_test_support::oracle::{Need, QEMU_IMG};
use diskprobe_test_support::recipes::shell;
use diskprobe_test_support::{qemu_img, trials, Images};
use libtest_mimic::Trial;

const BXIMAGE: Need = Need::Program("bximage", "bximage");

pub(crate) fn trials() -> Vec<Trial> {
    trials![[BXIMAGE, QEMU_IMG];
        sizes_match_bximage,
        a_sparse_image_of_bximage_is_raw,
    ]
}

fn make(images: &Images, mode: &str, megabytes: u32) -> String {
    let name = format!("{mode}-{megabytes}.img");
    let command = format!("bximage -q -func=create -hd={megabytes}M -imgmode={mode} {name}");
    shell(images, &command);
    name
}

fn sizes_match_bximage() {
    let images = Images::new();
    let mut count = 0;
    for (mode, format) in [
        ("flat", Format::Raw),
        ("growing", Format::Bochs),
        ("vpc", Format::Vpc),
    ] {
        for megabytes in [10, 100, 4000] {
            let name = make(&images, mode, megabytes);
            let image = probed(&images, &name, None);
            assert_eq!(image.format(), format, "{name}");
            let said = shell(&images, &format!("bximage -q -func=info {name}"));
            let chs = value(&said, "geometry = ").expect("a geometry");
            let chs = chs.split_once(' ').map_or(chs, |(chs, _)| chs);
            let sectors: u64 = chs
                .split('/')
                .map(|n| n.parse::<u64>().expect("a number"))
                .product();
            assert_eq!(image.virtual_size(), Some(sectors * 512), "{name}");
            let qemu = qemu_img::info(&images.path(&name)).expect("qemu-img opens it");
            assert_eq!(
                qemu["virtual-size"].as_u64(),
                image.virtual_size(),
                "{name}"
            );
            assert_eq!(qemu["format"], format.as_str(), "{name}");
            count += 1;
        }
    }
    println!("{count} images of bximage");
}

fn a_sparse_image_of_bximage_is_raw() {
    let images = Images::new();
    let name = make(&images, "sparse", 10);
    let image = probed(&images, &name, None);
    assert_eq!(image.format(), Format::Raw);
    assert_eq!(image.virtual_size(), image.physical_size());
    let qemu = qemu_img::info(&images.path(&name)).expect("qemu-img opens it");
    assert_eq!(qemu["format"], "raw");
}
