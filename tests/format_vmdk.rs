// SPDX-License-Identifier: MIT OR Apache-2.0
//! vmdk: sparse files, streams, COWD and descriptors, each field and line beside qemu-img.

mod common;
#[path = "common/crafted.rs"]
mod crafted;
#[path = "format_vmdk/header.rs"]
mod header;
#[path = "format_vmdk/sesparse.rs"]
mod sesparse;
#[path = "format_vmdk/texts.rs"]
mod texts;

use common::{assert_refused, patched, probe, Images};
use diskprobe::ErrorKind::{self, Truncated};
use diskprobe::{Format, Image};
use serde_json::Value;

/// A directory with the files that descriptors here name, and a plain sparse image of 64 MiB.
fn images_and_base() -> (Images, Vec<u8>) {
    let images = Images::new();
    for name in ["f", "g"] {
        std::fs::write(images.path(name), vec![0; 1 << 20]).unwrap();
    }
    let base = images.create(&["-f", "vmdk", "NAME", "64M"]);
    std::fs::write(images.path("sparse"), &base).unwrap();
    (images, base)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn backing_name(image: &Image) -> Option<String> {
    image.backing().map(|backing| text(backing.location))
}

/// Asserts that qemu-img opens the image and that the answers agree.
fn assert_agreed(images: &Images, name: &str, bytes: &[u8]) -> (Value, Image) {
    let info = images.qemu_info_of(bytes);
    let info = info.unwrap_or_else(|| panic!("{name}: qemu-img refuses"));
    let image = probe(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let data = &info["format-specific"]["data"];
    let number = |value: &Value| value.as_u64();
    assert_eq!(info["format"], "vmdk", "{name}");
    assert_eq!(image.format(), Format::Vmdk, "{name}");
    assert_eq!(
        number(&info["virtual-size"]),
        image.virtual_size(),
        "{name}"
    );
    let backing = backing_name(&image);
    assert_eq!(
        info["backing-filename"].as_str(),
        backing.as_deref(),
        "{name}"
    );
    let format = image.backing().and_then(|backing| backing.format);
    let format = format.and_then(|format| format.format).map(Format::as_str);
    assert_eq!(info["backing-filename-format"].as_str(), format, "{name}");
    assert_eq!(number(&data["cid"]), image.cid().map(u64::from), "{name}");
    let parent_cid = image.parent_cid().map(u64::from);
    assert_eq!(number(&data["parent-cid"]), parent_cid, "{name}");
    let create_type = data["create-type"].as_str().filter(|text| !text.is_empty());
    assert_eq!(create_type, image.subformat(), "{name}");
    if image.extents().len() == 0 {
        assert_eq!(
            number(&info["cluster-size"]),
            image.cluster_size(),
            "{name}"
        );
    } else {
        assert_extents_agree(images, name, data, &image);
    }
    (info, image)
}

fn assert_extents_agree(images: &Images, name: &str, data: &Value, image: &Image) {
    let theirs = data["extents"].as_array().expect("a list");
    assert_eq!(theirs.len(), image.extents().len(), "{name}");
    for (theirs, ours) in theirs.iter().zip(image.extents()) {
        let file = images.directory().join(text(ours.location));
        assert_eq!(theirs["filename"].as_str(), file.to_str(), "{name}");
        assert_eq!(theirs["format"].as_str(), Some(&*text(ours.kind)), "{name}");
        assert_eq!(theirs["virtual-size"].as_u64(), Some(ours.size), "{name}");
    }
    assert_eq!(image.cluster_size(), None, "{name}");
}

/// Asserts that both refuse the image, and that our reason has these words.
fn assert_both_refuse(images: &Images, bytes: &[u8], kind: ErrorKind, offset: u64, words: &str) {
    assert_refused(bytes, kind, Some(offset), words);
    assert!(
        images.qemu_info_of(bytes).is_none(),
        "qemu-img opens: {words}"
    );
}

#[test]
fn what_qemu_img_creates() {
    let (images, _) = images_and_base();
    let mut many: Vec<Vec<&str>> = Vec::new();
    for subformat in [
        "subformat=monolithicSparse",
        "subformat=streamOptimized",
        "subformat=monolithicFlat",
        "subformat=twoGbMaxExtentSparse",
        "subformat=twoGbMaxExtentFlat",
    ] {
        many.push(vec!["-o", subformat, "NAME", "1000003"]);
        many.push(vec!["-o", subformat, "NAME", "5G"]);
        if !subformat.ends_with("Flat") {
            many.push(vec!["-o", subformat, "-b", "sparse", "-F", "vmdk", "NAME"]);
        }
    }
    for option in [
        "zeroed_grain=on",
        "compat6=on",
        "hwversion=21",
        "adapter_type=lsilogic",
        "toolsversion=1",
    ] {
        many.push(vec!["-o", option, "NAME", "64M"]);
    }
    for arguments in &many {
        let arguments = [&["-f", "vmdk"], &arguments[..]].concat();
        let bytes = images.create(&arguments);
        let (_, image) = assert_agreed(&images, &format!("{arguments:?}"), &bytes);
        assert_eq!(image.backing().is_some(), arguments.contains(&"-b"));
        assert!(image.encryption().is_none());
        assert!(image.parent().is_none());
    }
}

#[test]
fn detection_is_qemus() {
    let (images, base) = images_and_base();
    let rest = "CID=1\nparentCID=2\ncreateType=\"vmfs\"\nRW 2048 VMFS \"f\"\n";
    let comment = |length: usize| format!("#{}\n", "x".repeat(length - 2));
    let texts: Vec<(bool, String)> = vec![
        (true, "version=1\n".into()),
        (true, "version=2\n".into()),
        (true, "version=3\r\n".into()),
        (true, "#\n#\r\n  \r\n \nversion=3\r\n".into()),
        (true, " \nversion=1\n".into()),
        (true, format!("{}version=1\n", comment(502))),
        (true, format!("{}version=1\r\n", comment(501))),
        (true, format!("{}version=1\nCID", comment(502))),
        (false, "version=0\n".into()),
        (false, "version=4\n".into()),
        (false, "version=11\n".into()),
        (false, "version=1 \n".into()),
        (false, "version=1\r".into()),
        (false, "version=1".into()),
        (false, "version=1\r\r\n".into()),
        (false, "Version=1\n".into()),
        (false, " version=1\n".into()),
        (false, " #\nversion=1\n".into()),
        (false, "\nversion=1\n".into()),
        (false, "\r\nversion=1\n".into()),
        (false, "\tversion=1\n".into()),
        (false, " \t\nversion=1\n".into()),
        (false, " \r\r\nversion=1\n".into()),
        (false, "CID=1\nversion=1\n".into()),
        (false, format!("{}version=1\n", comment(503))),
        (false, format!("{}version=1\r\n", comment(502))),
        (false, format!("{}version=1\n", comment(600))),
        (false, "# only a comment".into()),
        (false, "# only comments\n".into()),
        (false, "#\0version=1\n".into()),
        (true, "#\0\nversion=1\n".into()),
        (false, " \0\nversion=1\n".into()),
        (false, " ".into()),
    ];
    for (is_vmdk, text) in &texts {
        for bytes in [
            text.clone().into_bytes(),
            (text.clone() + rest).into_bytes(),
        ] {
            let qemu = images.qemu_info_of(&bytes);
            let raw = qemu.is_some_and(|info| info["format"] == "raw");
            assert_eq!(!raw, *is_vmdk, "qemu-img on {text:?}");
            let ours = probe(&bytes);
            let raw = ours.is_ok_and(|image| image.format() == Format::Raw);
            assert_eq!(!raw, *is_vmdk, "{text:?}");
        }
    }
    for magic in ["KDMV", "COWD"] {
        assert_both_refuse(&images, magic.as_bytes(), Truncated, 0, "needs");
    }
    for almost in ["KDMW", "DMV", "kdmv", "COWd", "VMDK"] {
        let bytes = patched(&base, &[(0, &almost.as_bytes()[..almost.len()])]);
        assert_eq!(images.qemu_info_of(&bytes).unwrap()["format"], "raw");
        assert_eq!(probe(&bytes).unwrap().format(), Format::Raw);
    }
}
