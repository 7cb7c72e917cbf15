// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts that only some formats record, from images that qemu-img made.

mod common;

use common::{assert_agreed, patched, probe, probe_with, vhd_sealed, Images};
use diskprobe::{Feature, Finding, Format, Image, Options};
use std::time::{SystemTime, UNIX_EPOCH};

fn text(bytes: Option<&[u8]>) -> Option<&str> {
    bytes.map(|bytes| std::str::from_utf8(bytes).expect("UTF-8"))
}

#[test]
fn vpc_has_a_time_a_geometry_and_a_saved_state() {
    let images = Images::new();
    let now = || {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.expect("after 1970").as_secs()
    };
    let before = now();
    let base = images.create(&["-f", "vpc", "NAME", "64M"]);
    let image = assert_agreed(&images, "plain", &base);
    assert!((before..=now()).contains(&image.created().expect("a time")));
    let geometry = image.geometry().expect("a geometry");
    let sectors = geometry.cylinders * geometry.heads * geometry.sectors;
    assert_eq!(Some(u64::from(sectors) * 512), image.virtual_size());
    assert!(!image.has_feature(Feature::SavedState));

    let changed = |changes| vhd_sealed(patched(&base, changes), 0);
    let image = assert_agreed(&images, "suspended", &changed(&[(84, &[1])]));
    assert!(image.has_feature(Feature::SavedState));
    let image = assert_agreed(&images, "the first second", &changed(&[(24, &[0; 4])]));
    assert_eq!(image.created(), Some(946_684_800));
    let image = assert_agreed(&images, "the last second", &changed(&[(24, &[0xff; 4])]));
    assert_eq!(image.created(), Some(946_684_800 + 0xffff_ffff));
    let sides = [0x01, 0x02, 0x03, 0x04];
    let image = assert_agreed(&images, "another geometry", &changed(&[(56, &sides)]));
    let geometry = image.geometry().expect("a geometry");
    let sides = (geometry.cylinders, geometry.heads, geometry.sectors);
    assert_eq!(sides, (0x102, 3, 4));

    // Of a fixed image, which has its footer at the end.
    let fixed = images.create(&["-f", "vpc", "-o", "subformat=fixed", "NAME", "1M"]);
    let options = Options::new().format(Some(Format::Vpc));
    let image = probe_with(&fixed, &options).expect("a fixed image");
    assert!(image.created().is_some() && image.geometry().is_some());
}

#[test]
fn vdi_has_a_comment_and_counts_its_blocks() {
    let images = Images::new();
    let base = images.create(&["-f", "vdi", "NAME", "64M"]);
    let image = assert_agreed(&images, "empty", &base);
    assert_eq!(
        (image.allocated_clusters(), image.comment()),
        (Some(0), None)
    );

    // 3 MiB in different places make three blocks.
    std::fs::write(
        images.path("data.raw"),
        patched(
            &vec![0; 64 << 20],
            &[(0, b"x"), (10 << 20, b"x"), (63 << 20, b"x")],
        ),
    )
    .expect("a raw image");
    images.qemu_img(&["convert", "-f", "raw", "-O", "vdi", "data.raw", "data.vdi"]);
    let data = std::fs::read(images.path("data.vdi")).expect("the image");
    let image = assert_agreed(&images, "data", &data);
    assert_eq!(image.allocated_clusters(), Some(3));

    let longest = [b'c'; 256];
    for (comment, shown) in [
        (&b"a comment\0rest"[..], "a comment"),
        (&longest, std::str::from_utf8(&longest).expect("ASCII")),
    ] {
        let image = assert_agreed(&images, shown, &patched(&base, &[(84, comment)]));
        assert_eq!(text(image.comment()), Some(shown));
    }
}

fn vmdk(images: &Images, options: &str) -> Vec<u8> {
    images.create(&["-f", "vmdk", "-o", options, "NAME", "64M"])
}

#[test]
fn vmdk_says_what_hardware_it_was_made_for() {
    let images = Images::new();
    for (options, adapter, hardware) in [
        ("adapter_type=ide", "ide", "4"),
        ("adapter_type=lsilogic", "lsilogic", "4"),
        (
            "adapter_type=buslogic,subformat=monolithicFlat",
            "buslogic",
            "4",
        ),
        ("hwversion=13,subformat=twoGbMaxExtentSparse", "ide", "13"),
        ("hwversion=6,subformat=streamOptimized", "ide", "6"),
    ] {
        let image = probe(&vmdk(&images, options)).expect(options);
        assert_eq!(text(image.adapter_type()), Some(adapter), "{options}");
        assert_eq!(text(image.hardware_version()), Some(hardware), "{options}");
        let alone = image.extents().len() == 0;
        let stream = options.ends_with("streamOptimized");
        let version = alone.then_some(if stream { 3 } else { 1 });
        assert_eq!(image.format_version(), version, "{options}");
    }
}

#[test]
fn vmdk_lines_may_be_set_in_several_ways() {
    let head = "version=1\nCID=1\nparentCID=ffffffff\ncreateType=\"vmfs\"\nRW 1 VMFS \"f\"\n";
    let adapter = |line: &str| -> Option<String> {
        let image: Image = probe(format!("{head}{line}").as_bytes()).expect("a descriptor");
        text(image.adapter_type()).map(str::to_owned)
    };
    for (line, expected) in [
        ("ddb.adapterType = \"lsilogic\"\n", Some("lsilogic")),
        ("ddb.adapterType=\"pvscsi\"", Some("pvscsi")),
        ("ddb.adapterType\t=  \"a b\"\r\n", Some("a b")),
        ("ddb.adapterType = \"\"\n", None),
        ("ddb.adapterType = \"x\n\"", None),
        ("ddb.adapterType = \"x", None),
        ("ddb.adapterType = ide\n", None),
        ("ddb.adapterTypes = \"ide\"\n", None),
        ("ddb.adapterType", None),
        ("", None),
    ] {
        assert_eq!(adapter(line).as_deref(), expected, "{line:?}");
    }
    // Longer than a word ever is: not told, and no reason to refuse the image.
    let (longest, longer) = ("a".repeat(511), "a".repeat(512));
    let line = |value: &str| format!("ddb.adapterType = \"{value}\"\n");
    assert_eq!(adapter(&line(&longest)), Some(longest));
    assert_eq!(adapter(&line(&longer)), None);
}

#[test]
fn vmdk_that_was_not_closed_is_dirty() {
    let images = Images::new();
    let base = vmdk(&images, "subformat=monolithicSparse");
    for (byte, dirty) in [(0, false), (1, true), (0xff, true)] {
        let image = assert_agreed(
            &images,
            "unclean shutdown",
            &patched(&base, &[(72, &[byte])]),
        );
        assert_eq!(image.dirty(), Some(dirty));
        assert_eq!(image.has_finding(Finding::Dirty), dirty);
    }
}

/// 0 is what qemu-img writes: no time.
#[test]
fn qcow_and_cow_know_when_the_backing_file_was_changed() {
    let images = Images::new();
    let base = images.create(&["-f", "qcow", "NAME", "1M"]);
    assert_eq!(probe(&base).expect("qcow").backing_mtime(), None);
    let changed = patched(&base, &[(20, &0x8000_0001u32.to_be_bytes())]);
    let image = assert_agreed(&images, "mtime", &changed);
    assert_eq!(image.backing_mtime(), Some(0x8000_0001));

    let cow = [
        &b"OOOM\0\0\0\x02"[..],
        &[b'b'; 1023],
        &[0],
        &[0, 0, 1, 0],
        &[0; 12],
    ]
    .concat();
    let options = Options::new().format(Some(Format::Cow));
    let image = probe_with(&cow, &options).expect("cow");
    assert_eq!(image.backing_mtime(), Some(256));
}

#[test]
fn features_that_nobody_needs_to_know() {
    let images = Images::new();
    let qcow2 = images.create(&["-f", "qcow2", "NAME", "1M"]);
    let qed = images.create(&["-f", "qed", "NAME", "1M"]);
    for (name, bytes, unknown) in [
        (
            "compatible: lazy refcounts",
            patched(&qcow2, &[(87, &[1])]),
            false,
        ),
        (
            "compatible: the second",
            patched(&qcow2, &[(87, &[2])]),
            true,
        ),
        (
            "compatible: the last",
            patched(&qcow2, &[(80, &[0x80])]),
            true,
        ),
        (
            "autoclear: both known",
            patched(&qcow2, &[(95, &[3])]),
            false,
        ),
        ("autoclear: the third", patched(&qcow2, &[(95, &[4])]), true),
        ("qed", qed.clone(), false),
        ("qed: compatible", patched(&qed, &[(24, &[1])]), true),
        ("qed: autoclear", patched(&qed, &[(39, &[0x80])]), true),
    ] {
        let image = assert_agreed(&images, name, &bytes);
        assert_eq!(
            image.has_feature(Feature::UnknownOptional),
            unknown,
            "{name}"
        );
        assert_eq!(
            image.has_finding(Finding::UnknownFeature),
            unknown,
            "{name}"
        );
    }
}
