// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images that programs other than `qemu-img` make, and the answers of other programs for built
//! images. Each format is compared with the program that knows it best.

mod bochs;
mod content;
mod libmagic;
mod luks;
mod vhd;
mod vmdk;

use diskprobe::{Format, Image, Options};
use diskprobe_test_support::Images;
use libtest_mimic::Trial;

pub(crate) fn trials() -> Vec<Trial> {
    let groups = [
        bochs::trials(),
        content::trials(),
        libmagic::trials(),
        luks::trials(),
        vhd::trials(),
        vmdk::trials(),
    ];
    groups.into_iter().flatten().collect()
}

/// Probes a file thoroughly.
fn probed(images: &Images, name: &str, asked: Option<Format>) -> Image {
    let options = Options::new().thorough(true).format(asked);
    let image = diskprobe::probe_path(images.path(name), &options);
    image.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Returns the value on the first line that starts with `label`, without blanks and a colon.
fn value<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let line = text
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(label))?;
    Some(line.trim_start_matches([' ', '\t', ':']).trim_end())
}

/// Parses the number of bytes in `64 MiB (67108864 bytes)`.
fn bytes(value: &str) -> Option<u64> {
    let (_, rest) = value.split_once('(')?;
    rest.strip_suffix(" bytes)")?.parse().ok()
}

/// Returns the UUID as text.
fn uuid(image: &Image) -> Option<String> {
    image.uuid().map(|uuid| uuid.to_string())
}
