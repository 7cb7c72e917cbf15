// SPDX-License-Identifier: MIT OR Apache-2.0
//! Overlays of every format, over every format that can be their backing file.

use super::{assert_agreed, qemu_chain};
use diskprobe_test_support::build::{
    bochs, cloop, udif, Build, Luks, Parallels, Qcow, Qcow2, Qed, SparseFile, Vdi, Vhdx, Vmdk, Vpc,
    MIB,
};
use diskprobe_test_support::oracle::QEMU_IMG;
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;

pub(super) fn trials() -> Vec<Trial> {
    trials![[QEMU_IMG];
        every_pair_of_formats_is_followed,
        a_vmdk_over_a_vmdk_is_followed,
        data_files_are_not_images_of_the_chain,
    ]
}

/// The formats that have backing files.
const OVERLAYS: [&str; 3] = ["qcow2", "qcow", "qed"];
/// The formats that can be backing files.
const BASES: [&str; 13] = [
    "bochs",
    "cloop",
    "dmg",
    "raw",
    "qcow",
    "qcow2",
    "qed",
    "vmdk",
    "vdi",
    "vpc",
    "vhdx",
    "parallels",
    "luks",
];

fn make_base(images: &Images, format: &str) -> String {
    let name = format!("base.{format}");
    let bytes = match format {
        "bochs" => bochs(0x0002_0000),
        "cloop" => cloop(),
        "dmg" => udif().bytes,
        "raw" => SparseFile::zeros(MIB).bytes(),
        "qcow" => Qcow::new(MIB).bytes(),
        "qcow2" => Qcow2::new(MIB).bytes(),
        "qed" => Qed::new(MIB).bytes(),
        "vmdk" => Vmdk::new(MIB).bytes(),
        "vdi" => Vdi::new(MIB).bytes(),
        "vpc" => Vpc::new(MIB).bytes(),
        "vhdx" => Vhdx::new(MIB).bytes(),
        "parallels" => Parallels::new(MIB).bytes(),
        "luks" => Luks::new(MIB).bytes(),
        other => panic!("no base of format {other}"),
    };
    images.write(&name, bytes);
    name
}

fn make_overlay(images: &Images, top: &str, overlay: &str, base: &str, format: &str) {
    let bytes = match overlay {
        "qcow" => Qcow::new(MIB).backing(base).bytes(),
        "qcow2" => Qcow2::new(MIB).backing(base, format).bytes(),
        "qed" => Qed::new(MIB).backing(base, format).bytes(),
        other => panic!("no overlay of format {other}"),
    };
    images.write(top, bytes);
}

fn every_pair_of_formats_is_followed() {
    let images = Images::new();
    let bases = BASES.map(|format| (format, make_base(&images, format)));
    let mut pairs = 0;
    for overlay in OVERLAYS {
        for (format, base) in &bases {
            let top = format!("{format}.{overlay}");
            make_overlay(&images, &top, overlay, base, format);
            let chain = assert_agreed(&images, &["--unrecorded-format=probe"], &top);
            assert_eq!(chain[1]["format"], *format, "{top}");
            // qcow cannot record the backing format. qed has a flag for raw only.
            let how = match (overlay, *format) {
                ("qcow2", _) | ("qed", "raw") => "recorded",
                _ => "probed",
            };
            assert_eq!(chain[1]["format-source"], how, "{top}");
            pairs += 1;
        }
    }
    // Chains of three images.
    for (overlay, base) in [
        ("qcow2", "raw.qcow2"),
        ("qcow2", "raw.qcow"),
        ("qcow2", "vdi.qed"),
    ] {
        let top = format!("over-{base}");
        let format = base.rsplit('.').next().expect("a format");
        make_overlay(&images, &top, overlay, base, format);
        let chain = assert_agreed(&images, &["--unrecorded-format=probe"], &top);
        assert_eq!(chain.len(), 3, "{top}");
    }
    println!("{pairs} pairs of formats, and 3 of three");
    assert_eq!(pairs, OVERLAYS.len() * BASES.len());
}

fn a_vmdk_over_a_vmdk_is_followed() {
    let images = Images::new();
    let base = make_base(&images, "vmdk");
    Vmdk::new(MIB).parent(&base).write(images.path("top.vmdk"));
    // No policy is needed, because the parent of a VMDK is always a VMDK.
    let chain = assert_agreed(&images, &[], "top.vmdk");
    assert_eq!(chain[1]["format-source"], "recorded");
    make_overlay(&images, "top.qcow2", "qcow2", "top.vmdk", "vmdk");
    assert_eq!(assert_agreed(&images, &[], "top.qcow2").len(), 3);
}

fn data_files_are_not_images_of_the_chain() {
    let images = Images::new();
    make_base(&images, "raw");
    let directory = images.directory().to_str().expect("UTF-8").to_owned();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let names = ["d.raw", &format!("{directory}/d.raw"), "sub/d.raw"];
    for (index, data_file) in names.into_iter().enumerate() {
        let top = format!("top{index}.qcow2");
        let image = Qcow2::new(MIB)
            .data_file(data_file)
            .backing("base.raw", "raw");
        image.write(images.path(&top));
        let chain = assert_agreed(&images, &[], &top);
        let theirs = &qemu_chain(&images, &top).expect("followed")[0];
        let theirs = &theirs["format-specific"]["data"]["data-file"];
        assert_eq!(&chain[0]["data-file"]["filename"], theirs);
        assert_eq!(chain[0]["data-file"]["physical-size"], 1 << 20);
    }
}
