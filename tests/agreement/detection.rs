// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares detection by file name and by descriptor text, and facts of written data, with
//! `qemu-img`.

use diskprobe::{Format, Options};
use diskprobe_test_support::build::{cloop, Build, Qcow2, Vdi, MIB};
use diskprobe_test_support::cases::{dmg, vmdk};
use diskprobe_test_support::oracle::QEMU_IMG;
use diskprobe_test_support::probe::{number, probe, probe_with};
use diskprobe_test_support::{patched, qemu_img, trials, Images};
use libtest_mimic::Trial;

pub(crate) fn trials() -> Vec<Trial> {
    trials![[QEMU_IMG];
        detection_by_dmg_name_matches_qemu,
        descriptor_detection_matches_qemu,
        allocated_vdi_blocks_match_qemu_img,
    ]
}

fn detection_by_dmg_name_matches_qemu() {
    let images = Images::new();
    let (qcow2, vdi) = (Qcow2::new(MIB).bytes(), Vdi::new(MIB).bytes());
    for (name, bytes, facts) in dmg::by_name(&cloop(), &qcow2, &vdi) {
        let path = images.write(name, &bytes);
        let options = Options::new().file_name(&path);
        let image = probe_with(&bytes, &options);
        let image = image.unwrap_or_else(|error| panic!("{name}: {error}"));
        let info = qemu_img::info(&path).expect(name);
        let size = image.virtual_size().expect("a size");
        let ours = format!("{} {size}", image.format());
        let format = info["format"].as_str().expect("a format");
        let theirs = format!("{format} {}", info["virtual-size"]);
        assert_eq!((&*ours, &*theirs), (facts, facts), "{name}");
    }
}

fn descriptor_detection_matches_qemu() {
    let images = Images::new();
    for (is_vmdk, text) in vmdk::detection() {
        let rest = "CID=1\nparentCID=ffffffff\ncreateType=\"x\"\n";
        for text in [text.clone(), text + rest] {
            let info = qemu_img::info_of(&images, text.as_bytes());
            let is_raw = info.is_some_and(|info| info["format"] == "raw");
            assert_eq!(!is_raw, is_vmdk, "{text:?}");
            let image = probe(text.as_bytes());
            let is_raw = image.is_ok_and(|image| image.format() == Format::Raw);
            assert_eq!(!is_raw, is_vmdk, "{text:?}");
        }
    }
}

/// The test writes three bytes in three different blocks of 1 MiB.
fn allocated_vdi_blocks_match_qemu_img() {
    let images = Images::new();
    let data = [(0, &b"x"[..]), (10 << 20, b"x"), (63 << 20, b"x")];
    images.write("data.raw", patched(&vec![0; 64 << 20], &data));
    qemu_img::make(
        &images,
        &["convert", "-f", "raw", "-O", "vdi", "data.raw", "data.vdi"],
    );
    let image = probe(&images.read("data.vdi")).expect("an image");
    assert_eq!(number(&image, "allocated-clusters"), Some(3));
}
