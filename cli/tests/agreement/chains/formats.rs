// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every format over every format that it can stand over.

use crate::common::Images;
use crate::{assert_agreed, crafted, qemu_chain};

/// The formats that have backing files.
const OVERLAYS: [&str; 3] = ["qcow2", "qcow", "qed"];
/// Those that can stand under them.
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
        "bochs" => Some(crafted::bochs(0x0002_0000)),
        "cloop" => Some(crafted::cloop()),
        "dmg" => Some(crafted::udif().0),
        _ => None,
    };
    if let Some(bytes) = bytes {
        std::fs::write(images.path(&name), bytes).expect("a file");
        return name;
    }
    let secret: &[&str] = match format {
        "luks" => &[
            "--object",
            "secret,id=s,data=x",
            "-o",
            "key-secret=s,iter-time=10",
        ],
        _ => &[],
    };
    let create = ["create", "-q", "-f", format];
    images.qemu_img(&[&create[..], secret, &[&name, "1M"]].concat());
    name
}

#[test]
fn every_pair_of_formats() {
    let images = Images::new();
    let bases = BASES.map(|format| (format, make_base(&images, format)));
    let mut pairs = 0;
    for overlay in OVERLAYS {
        for (format, base) in &bases {
            let top = format!("{format}.{overlay}");
            let create = [
                "create", "-q", "-u", "-f", overlay, "-b", base, "-F", format,
            ];
            images.qemu_img(&[&create[..], &[&top, "1M"]].concat());
            let chain = assert_agreed(&images, &["--unrecorded-format=probe"], &top);
            assert_eq!(chain[1]["format"], *format, "{top}");
            // qcow has no place for it; qed has a flag for raw.
            let how = match (overlay, *format) {
                ("qcow2", _) | ("qed", "raw") => "recorded",
                _ => "probed",
            };
            assert_eq!(chain[1]["format-source"], how, "{top}");
            pairs += 1;
        }
    }
    // Over a qcow2 image, three deep.
    for (overlay, base) in [
        ("qcow2", "raw.qcow2"),
        ("qcow2", "raw.qcow"),
        ("qcow2", "vdi.qed"),
    ] {
        let top = format!("over-{base}");
        let format = base.rsplit('.').next().expect("a format");
        let create = [
            "create", "-q", "-u", "-f", overlay, "-b", base, "-F", format,
        ];
        images.qemu_img(&[&create[..], &[&top, "1M"]].concat());
        let chain = assert_agreed(&images, &["--unrecorded-format=probe"], &top);
        assert_eq!(chain.len(), 3, "{top}");
    }
    println!("{pairs} pairs of formats, and 3 of three");
    assert_eq!(pairs, OVERLAYS.len() * BASES.len());
}

#[test]
fn a_vmdk_over_a_vmdk() {
    let images = Images::new();
    let base = make_base(&images, "vmdk");
    images.qemu_img(&[
        "create", "-q", "-f", "vmdk", "-b", &base, "-F", "vmdk", "top.vmdk",
    ]);
    // No policy is needed: its parent can be nothing else.
    let chain = assert_agreed(&images, &[], "top.vmdk");
    assert_eq!(chain[1]["format-source"], "recorded");
    images.qemu_img(&[
        "create",
        "-q",
        "-u",
        "-f",
        "qcow2",
        "-b",
        "top.vmdk",
        "-F",
        "vmdk",
        "top.qcow2",
        "1M",
    ]);
    assert_eq!(assert_agreed(&images, &[], "top.qcow2").len(), 3);
}

/// Data files are no images of the chain, for qemu-img.
#[test]
fn data_files() {
    let images = Images::new();
    make_base(&images, "raw");
    let directory = images.directory().to_str().expect("UTF-8").to_owned();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    for (place, data_file) in ["d.raw", &format!("{directory}/d.raw"), "sub/d.raw"]
        .iter()
        .enumerate()
    {
        let top = format!("top{place}.qcow2");
        let options = format!("data_file={data_file}");
        let create = ["create", "-q", "-f", "qcow2", "-o", &options];
        images.qemu_img(&[&create[..], &["-b", "base.raw", "-F", "raw", &top]].concat());
        let chain = assert_agreed(&images, &[], &top);
        let theirs = &qemu_chain(&images, &top).expect("followed")[0];
        let theirs = &theirs["format-specific"]["data"]["data-file"];
        assert_eq!(&chain[0]["data-file"]["filename"], theirs);
        assert_eq!(chain[0]["data-file"]["physical-size"], 1 << 20);
    }
}
