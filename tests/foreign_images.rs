// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images that other programs than qemu-img make, and what other programs than qemu-img say of
//! those that it makes: each by the tool that knows the format best.

#[path = "foreign_images/bochs.rs"]
mod bochs;
mod common;
#[path = "foreign_images/content.rs"]
mod content;
#[path = "foreign_images/libmagic.rs"]
mod libmagic;
#[path = "foreign_images/luks.rs"]
mod luks;
#[path = "common/recipes.rs"]
mod recipes;
#[path = "foreign_images/vhd.rs"]
mod vhd;
#[path = "foreign_images/vmdk.rs"]
mod vmdk;

use common::Images;
use diskprobe::{Format, Image, Options};

/// What a thorough probe says of the file of that name.
fn probed(images: &Images, name: &str, asked: Option<Format>) -> Image {
    let options = Options::new().thorough(true).format(asked);
    let image = diskprobe::probe_path(images.path(name), &options);
    image.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What stands behind `label` on its first line, which may have blanks and a colon between.
fn value<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let line = text
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(label))?;
    Some(line.trim_start_matches([' ', '\t', ':']).trim_end())
}

/// The number of `64 MiB (67108864 bytes)`.
fn bytes(value: &str) -> Option<u64> {
    let (_, rest) = value.split_once('(')?;
    rest.strip_suffix(" bytes)")?.parse().ok()
}

/// The UUID, as text.
fn uuid(image: &Image) -> Option<String> {
    let hex = image.uuid()?.map(|byte| format!("{byte:02x}")).concat();
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    Some(parts.join("-"))
}
