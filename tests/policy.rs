// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a policy says of images, and the findings that are there for policies.

use diskprobe::{
    probe_buffer, probe_path, ErrorKind, Finding, Format, Image, Options, Policy, Tool,
};
use diskprobe_test_support::build::{bochs, vhd_checksum, Build, Qcow2, Vmdk, Vpc, MIB};
use diskprobe_test_support::probe::probe_with;
use diskprobe_test_support::{harmless, patched, recipes, Changes, Images};

fn thorough(bytes: &[u8]) -> Image {
    probe_with(bytes, &Options::new().thorough(true)).expect("an image")
}

/// Returns the tokens of the violations of the default policy.
fn violations(image: &Image) -> Vec<&'static str> {
    let verdict = Policy::new().evaluate(image, None);
    let violations = verdict.violations().iter();
    violations.map(|violation| violation.token()).collect()
}

#[test]
fn an_incomplete_scan_is_a_violation() {
    let bytes = vec![0; 1 << 20];
    assert_eq!(violations(&thorough(&bytes)), [""; 0]);
    // The length is not known, and these bytes do not tell it.
    let options = Options::new().thorough(true);
    let start = probe_buffer(&bytes, None, &options).expect("an answer");
    assert!(start.has_finding(Finding::IncompleteScan));
    assert_eq!(violations(&start), ["incomplete-scan"]);
    let allowed = Policy::new().allow(Finding::IncompleteScan);
    assert!(allowed.evaluate(&start, None).is_accepted());
    // The size is not known either, and it is limited.
    let limited = allowed.max_virtual_size(u64::MAX).evaluate(&start, None);
    let message = limited.violations()[0].to_string();
    let expected = "its virtual size is not known, must be at most 18446744073709551615";
    assert_eq!(message, expected);
    // If the format is given, nothing else is looked for, unless it is asked for.
    let raw = options.format(Some(Format::Raw));
    let start = probe_buffer(&bytes, None, &raw).expect("an answer");
    assert_eq!(violations(&start), [""; 0]);
    let start = probe_buffer(&bytes, None, &raw.also_matches(true)).expect("an answer");
    assert_eq!(violations(&start), ["incomplete-scan"]);
    // A quick probe is incomplete.
    let quick = probe_with(&bytes, &Options::new()).expect("an answer");
    assert_eq!(violations(&quick), ["incomplete-scan"]);
}

#[test]
fn all_formats_but_a_directory_are_accepted_unless_some_are_allowed() {
    let images = Images::new();
    let options = Options::new().format(Some(Format::Dir));
    let directory = probe_path(images.directory(), &options).expect("a directory");
    assert_eq!(violations(&directory), ["format"]);
    let accepting = Policy::new().allow_format(Format::Dir);
    assert!(accepting.evaluate(&directory, None).is_accepted());
    let raw = thorough(&[0; 512]);
    assert!(!accepting.evaluate(&raw, None).is_accepted());
    let both = accepting.allow_format(Format::Raw);
    assert!(both.evaluate(&raw, None).is_accepted());
}

#[test]
fn a_size_up_to_the_limit_is_accepted() {
    let image = thorough(&[0; 1024]);
    for (limit, accepted) in [(1023, false), (1024, true), (u64::MAX, true)] {
        let policy = Policy::new().max_virtual_size(limit);
        assert_eq!(
            policy.evaluate(&image, None).is_accepted(),
            accepted,
            "{limit}"
        );
    }
}

#[test]
fn a_directory_for_backing_files_must_be_absolute() {
    for wrong in ["", "srv", "./srv", "/srv/..", "/../srv"] {
        let refused = Policy::new().allow_backing_under(wrong);
        let error = refused.expect_err(wrong);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{wrong}");
    }
}

/// QEMU takes them for raw: it does not know their version or kind.
#[test]
fn a_raw_image_that_begins_like_another_format_is_ambiguous() {
    let disk = |start: &[u8]| patched(&vec![0; 8192], &[(0, start)]);
    let bochs = patched(&bochs(0x2_0000), &[(64, &[9])]);
    let text = b"version=7\ncreatetype=\"monolithicFlat\"\nRW 1 FLAT \"f\" 0\n";
    for (bytes, format) in [
        (disk(b"QFI\xfb\0\0\0\0"), Format::Qcow2),
        (disk(b"LUKS\xba\xbe\0\x03"), Format::Luks),
        (disk(b"LUKS\xba\xbe\0\0"), Format::Luks),
        (disk(b"WithoutFreeSpace\x03"), Format::Parallels),
        (disk(b"WithouFreSpacExt"), Format::Parallels),
        (bochs, Format::Bochs),
        (disk(b"#!/bin/sh\n#V1.0 Format\n"), Format::Cloop),
        (disk(b"OOOM\0\0\0\x01"), Format::Cow),
        (disk(text), Format::Vmdk),
        // Three bytes are enough for libvirt.
        (disk(b"QEDx"), Format::Qed),
        (disk(b"QFI\0\0\0\0\x02"), Format::Qcow2),
    ] {
        let image = thorough(&bytes);
        assert_eq!(image.format(), Format::Raw, "{format}");
        assert_eq!(image.also_matches().collect::<Vec<_>>(), [format]);
        assert_eq!(violations(&image), ["ambiguous"], "{format}");
        // As the format that it is said to have.
        let options = Options::new().format(Some(Format::Raw)).thorough(true);
        let raw = probe_with(&bytes, &options).expect("raw");
        assert_eq!(violations(&raw), [""; 0]);
        let raw = probe_with(&bytes, &options.also_matches(true)).expect("raw");
        assert_eq!(violations(&raw), ["ambiguous"], "{format}");
    }
    for bytes in [
        disk(b""),
        disk(b"LUKS"),
        disk(b"create"),
        disk(b"\0createType=\"x\""),
    ] {
        assert_eq!(violations(&thorough(&bytes)), [""; 0]);
    }
}

#[test]
fn an_encrypted_disk_with_a_file_system_is_ambiguous() {
    let luks2 = patched(&vec![0; 1 << 16], &[(0, b"LUKS\xba\xbe\0\x02")]);
    assert_eq!(violations(&thorough(&luks2)), [""; 0]);
    for (offset, signature) in [(0x8000, &b"\x01CD001"[..]), (512, b"EFI PART")] {
        let both = patched(&luks2, &[(offset, signature)]);
        assert_eq!(violations(&thorough(&both)), ["ambiguous"]);
    }
}

#[test]
fn what_other_programs_detect_is_told_on_request() {
    let bytes = Qcow2::new(MIB).bytes();
    let options = Options::new().format(Some(Format::Raw)).thorough(true);
    let unasked = probe_with(&bytes, &options).expect("raw");
    assert_eq!(unasked.detected_as(Tool::Qemu), None);
    let asked = probe_with(&bytes, &options.clone().also_matches(true)).expect("raw");
    for reader in Tool::ALL.iter().copied() {
        assert_eq!(asked.detected_as(reader), Some("qcow2"), "{reader}");
    }
    assert_eq!(asked.virtual_size(), unasked.virtual_size());
    // The format that the bytes show is given: they match no other.
    let options = options.format(Some(Format::Qcow2)).also_matches(true);
    let image = probe_with(&bytes, &options).expect("qcow2");
    assert_eq!(
        (image.also_matches().count(), image.findings().count()),
        (0, 0)
    );
}

#[test]
fn two_footers_with_different_facts_are_a_violation() {
    let whole = Vpc::new(MIB).force_size().bytes();
    let end = whole.len() - 512;
    let violations_to = |bytes: Vec<u8>| violations(&thorough(&vhd_checksum(bytes, end)));
    for (offset, differ) in [
        (16, true),
        (24, false),
        (31, true),
        (47, true),
        (55, true),
        (59, true),
        (63, true),
        (83, true),
        (84, false),
        (200, false),
    ] {
        let changed = end + offset;
        let bytes = patched(&whole, &[(changed, &[whole[changed] ^ 1])]);
        let expected: &[_] = if differ { &["headers-differ"] } else { &[] };
        assert_eq!(violations_to(bytes), expected, "byte {offset}");
    }
    assert_eq!(violations_to(whole.clone()), [""; 0]);
    // A program that starts at the end finds no image, or none whose footer is whole.
    assert_eq!(violations(&thorough(&whole[..end])), ["headers-differ"]);
    assert_eq!(
        violations(&thorough(&whole[..end + 300])),
        ["headers-differ"]
    );
    let damaged = patched(&whole, &[(end + 300, &[1])]);
    assert_eq!(violations(&thorough(&damaged)), ["headers-differ"]);
    let longer = [&whole[..], &[0; 512]].concat();
    assert_eq!(violations(&thorough(&longer)), ["headers-differ"]);
}

#[test]
fn a_stream_with_another_footer_is_a_violation() {
    let made = Vmdk::new(64 * MIB).bytes();
    let marker = [&[0; 12][..], &[3], &[0; 499]].concat();
    let stream = |changes: Changes<'_>| {
        let start = patched(&made, &[(56, &[0xff; 8])]);
        let footer = patched(&made[..512], changes);
        thorough(&[&start[..], &marker, &footer, &[0; 512]].concat())
    };
    assert_eq!(violations(&stream(&[])), [""; 0]);
    for (offset, value) in [(4, 2u8), (8, 1), (14, 1), (20, 64), (36, 19), (45, 1)] {
        let image = stream(&[(offset, &[value])]);
        assert_eq!(violations(&image), ["headers-differ"], "byte {offset}");
    }
    // The descriptor, which VMware's programs read, is at another offset.
    let elsewhere = thorough(&patched(&made, &[(28, &[2]), (36, &[19])]));
    assert_eq!(violations(&elsewhere), ["headers-differ"]);
}

#[test]
fn a_harmless_image_is_accepted() {
    for (name, path) in harmless::make(&Images::new()) {
        let image = probe_path(&path, &Options::new().thorough(true)).expect("an image");
        assert_eq!(violations(&image), [""; 0], "{name}");
    }
}

/// Refused are only overlays and the like, and raw images whose end looks like another format.
#[test]
fn an_image_of_qemu_img_is_accepted_unless_it_names_a_file() {
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let recipes = recipes::built();
    let mut accepted = 0;
    for recipe in &recipes {
        recipe.build(&images);
        let options = Options::new().format(recipe.asked).thorough(true);
        let image = probe_path(images.path(recipe.name), &options).expect("an image");
        let names = image.references().count() != 0;
        let ends_as_another = image.format() == Format::Raw && image.also_matches().count() != 0;
        let verdict = Policy::new().evaluate(&image, None);
        let right = verdict.is_accepted() != (names || ends_as_another);
        assert!(right, "{}: {verdict:?}", recipe.name);
        accepted += usize::from(verdict.is_accepted());
    }
    println!("{accepted} of {} images are accepted", recipes.len());
    assert!(accepted > recipes.len() / 2);
}
