// SPDX-License-Identifier: MIT OR Apache-2.0
//! Raw images with content: ISO images of two programs, partition tables and file systems. Compares
//! our detection with that of `blkid`.

use super::probed;
use diskprobe::Content::{self, Ext, Gpt, Iso9660, Mbr, Udf};
use diskprobe::Format;
use diskprobe_test_support::oracle::Need;
use diskprobe_test_support::recipes::shell;
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;

pub(crate) fn trials() -> Vec<Trial> {
    trials![
        [
            Need::Program("xorriso", "xorriso"),
            Need::Program("genisoimage", "genisoimage"),
            Need::Program("sfdisk", "fdisk"),
            Need::Program("mkfs.ext4", "e2fsprogs"),
            Need::Program("blkid", "util-linux")
        ];
        content_of_raw_images_is_detected
    ]
}

const XORRISO: &str = "xorriso -as mkisofs -quiet -o image tree";

/// The command that makes an image, and the content of the image. `X` is xorriso with a tree of
/// files.
const IMAGES: [(&str, &[Content]); 12] = [
    ("genisoimage -quiet -o image tree", &[Iso9660]),
    (
        "genisoimage -quiet -R -J -V label -o image tree",
        &[Iso9660],
    ),
    ("genisoimage -quiet -udf -o image tree", &[Iso9660, Udf]),
    (
        "genisoimage -quiet -b boot -no-emul-boot -o image tree",
        &[Iso9660],
    ),
    ("X", &[Iso9660]),
    ("X -append_partition 2 0x83 part", &[Iso9660, Mbr]),
    (
        "X -append_partition 2 0xef part -appended_part_as_gpt -partition_offset 16",
        &[Iso9660, Gpt],
    ),
    // Isohybrid images start with the beginning of a boot record.
    (
        "X -b boot -no-emul-boot -boot-load-size 4 -isohybrid-mbr mbr",
        &[Iso9660, Mbr],
    ),
    (
        "X -b boot -no-emul-boot -boot-load-size 4 -isohybrid-mbr mbr -isohybrid-gpt-basdat",
        &[Iso9660, Gpt, Mbr],
    ),
    (
        "truncate -s 8M image; printf 'label: gpt\\n,,\\n'|sfdisk -q image",
        &[Gpt],
    ),
    (
        "truncate -s 8M image; printf 'label: dos\\n,,\\n'|sfdisk -q image",
        &[Mbr],
    ),
    ("truncate -s 8M image; mkfs.ext4 -q -F image", &[Ext]),
];

/// Returns the content with this `blkid` name.
fn of_blkid(name: &str) -> Content {
    match name {
        "iso9660" => Iso9660,
        "udf" => Udf,
        "gpt" => Gpt,
        "dos" => Mbr,
        "ext4" => Ext,
        other => panic!("{other}"),
    }
}

fn content_of_raw_images_is_detected() {
    let images = Images::new();
    shell(
        &images,
        "mkdir tree; echo text>tree/file; truncate -s 64K tree/boot part; \
         printf '\\352%0431d' 0>mbr",
    );
    for (command, expected) in IMAGES {
        let whole = match command.strip_prefix("X") {
            Some(more) => format!("{XORRISO}{more}"),
            None => command.to_owned(),
        };
        shell(&images, &format!("rm -f image; {whole}"));
        let image = probed(&images, "image", None);
        assert_eq!(image.format(), Format::Raw, "{command}");
        assert_eq!(image.content().collect::<Vec<_>>(), expected, "{command}");
        // Several views of one image are not ambiguous.
        assert_eq!(image.findings().count(), 0, "{command}");
        let length = std::fs::metadata(images.path("image"))
            .expect("the image")
            .len();
        assert_eq!(
            image.virtual_size(),
            Some(length.next_multiple_of(512)),
            "{command}"
        );
        let blkid = shell(&images, "blkid -p -o export image");
        let names = blkid
            .lines()
            .filter_map(|line| line.strip_prefix("TYPE=").or(line.strip_prefix("PTTYPE=")));
        let theirs: Vec<_> = names.map(of_blkid).collect();
        assert!(!theirs.is_empty(), "{command}");
        assert!(
            theirs.iter().all(|content| expected.contains(content)),
            "{command}: {theirs:?}"
        );
    }
    println!("{} raw images", IMAGES.len());
}
