// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHD and VHDX images, beside what vhdiinfo of libvhdi says of them.

use crate::common::Images;
use crate::recipes::shell;
use crate::{bytes, probed, uuid, value};
use diskprobe::Format;

/// What qemu-img makes, and the format to ask for where detection does not see it.
const IMAGES: [(&str, Option<Format>); 11] = [
    ("vpc x 64M", None),
    ("vpc x 1G", None),
    ("vpc x 1000003", None),
    ("vpc -o force_size=on x 64M", None),
    (
        "vpc -o subformat=fixed,force_size=on x 8M",
        Some(Format::Vpc),
    ),
    (
        "vpc -o subformat=fixed,force_size=on x 100M",
        Some(Format::Vpc),
    ),
    ("vhdx x 64M", None),
    ("vhdx x 5T", None),
    ("vhdx -o block_size=1M x 64M", None),
    ("vhdx -o log_size=4M x 64M", None),
    ("vhdx -o subformat=fixed x 8M", None),
];

#[test]
fn vhdiinfo() {
    let images = Images::new();
    for (arguments, asked) in IMAGES {
        shell(
            &images,
            &format!("rm -f x; qemu-img create -q -f {arguments}"),
        );
        let said = shell(&images, "vhdiinfo x");
        let image = probed(&images, "x", asked);
        let format = value(&said, "Format").expect("a format");
        let format = format.split(' ').next().unwrap_or_default();
        let ours = match image.format() {
            Format::Vpc => "VHD",
            Format::Vhdx => "VHDX",
            other => panic!("{arguments}: {other:?}"),
        };
        assert_eq!(ours, format, "{arguments}");
        let size = value(&said, "Media size").and_then(bytes);
        assert_eq!(image.virtual_size(), size, "{arguments}");
        assert!(size.is_some(), "{said}");
        let kind = value(&said, "Disk type").map(str::to_lowercase);
        assert_eq!(image.subformat(), kind.as_deref(), "{arguments}");
        assert_eq!(
            uuid(&image).as_deref(),
            value(&said, "Identifier"),
            "{arguments}"
        );
    }
    println!("{} images as vhdiinfo has them", IMAGES.len());
}
