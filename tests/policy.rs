// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a policy says of images in memory, and the findings that only it is interested in.

mod common;
#[path = "common/crafted.rs"]
mod crafted;
#[path = "common/good.rs"]
mod good;

use common::{patched, probe_with, vhd_sealed, Images};
use diskprobe::{probe_buffer, probe_path, Finding, Format, Image, Options, Policy, Tool};

fn thorough(bytes: &[u8]) -> Image {
    probe_with(bytes, &Options::new().thorough(true)).expect("an image")
}

/// The tokens of what the default policy objects to.
fn violations(image: &Image) -> Vec<&'static str> {
    let verdict = Policy::new().judge(image, b"");
    let violations = verdict.violations().iter();
    violations.map(|violation| violation.token()).collect()
}

#[test]
fn an_end_that_was_not_seen_is_an_violation() {
    let bytes = vec![0; 1 << 20];
    assert_eq!(violations(&thorough(&bytes)), [""; 0]);
    // The length is not known, and what was given does not tell.
    let options = Options::new().thorough(true);
    let start = probe_buffer(&bytes, None, &options).expect("an answer");
    assert!(start.has_finding(Finding::IncompleteScan));
    assert_eq!(violations(&start), ["incomplete-scan"]);
    let allowed = Policy::new().allow(Finding::IncompleteScan);
    assert!(allowed.judge(&start, b"").is_accepted());
    // Nor is the size, of which there is a limit.
    let limited = allowed.max_virtual_size(u64::MAX).judge(&start, b"");
    let message = limited.violations()[0].to_string();
    let expected = "its virtual size is not known, must be at most 18446744073709551615";
    assert_eq!(message, expected);
    // Where the format is given there is nothing to look for, unless it is asked for.
    let raw = options.format(Some(Format::Raw));
    let start = probe_buffer(&bytes, None, &raw).expect("an answer");
    assert_eq!(violations(&start), [""; 0]);
    let start = probe_buffer(&bytes, None, &raw.also_matches(true)).expect("an answer");
    assert_eq!(violations(&start), ["incomplete-scan"]);
    // A quick probe says that it was one.
    let quick = probe_with(&bytes, &Options::new()).expect("an answer");
    assert_eq!(violations(&quick), ["incomplete-scan"]);
}

#[test]
fn every_format_but_a_directory_unless_some_are_named() {
    let images = Images::new();
    let options = Options::new().format(Some(Format::Dir));
    let directory = probe_path(images.directory(), &options).expect("a directory");
    assert_eq!(violations(&directory), ["format"]);
    let accepting = Policy::new().allow_format(Format::Dir);
    assert!(accepting.judge(&directory, b"").is_accepted());
    let raw = thorough(&[0; 512]);
    assert!(!accepting.judge(&raw, b"").is_accepted());
    let both = accepting.allow_format(Format::Raw);
    assert!(both.judge(&raw, b"").is_accepted());
}

#[test]
fn the_largest_size_is_accepted() {
    let image = thorough(&[0; 1024]);
    for (limit, accepted) in [(1023, false), (1024, true), (u64::MAX, true)] {
        let policy = Policy::new().max_virtual_size(limit);
        assert_eq!(policy.judge(&image, b"").is_accepted(), accepted, "{limit}");
    }
}

#[test]
fn a_directory_for_backing_files_is_absolute() {
    for wrong in ["", "srv", "./srv", "/srv/..", "/../srv"] {
        let directory = wrong.as_bytes();
        assert_eq!(
            Policy::new().allow_backing_under(directory),
            None,
            "{wrong}"
        );
    }
}

/// Raw to QEMU, for want of a version or a kind that it knows.
#[test]
fn raw_images_that_begin_as_others_do() {
    let disk = |start: &[u8]| patched(&vec![0; 8192], &[(0, start)]);
    let bochs = patched(&crafted::bochs(0x2_0000), &[(64, &[9])]);
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
        // To libvirt, three bytes are enough.
        (disk(b"QEDx"), Format::Qed),
        (disk(b"QFI\0\0\0\0\x02"), Format::Qcow2),
    ] {
        let image = thorough(&bytes);
        assert_eq!(image.format(), Format::Raw, "{format}");
        assert_eq!(image.also_matches().collect::<Vec<_>>(), [format]);
        assert_eq!(violations(&image), ["ambiguous"], "{format}");
        // What it is declared to be.
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
fn an_encrypted_disk_that_holds_a_file_system() {
    let luks2 = patched(&vec![0; 1 << 16], &[(0, b"LUKS\xba\xbe\0\x02")]);
    assert_eq!(violations(&thorough(&luks2)), [""; 0]);
    for (offset, signature) in [(0x8000, &b"\x01CD001"[..]), (512, b"EFI PART")] {
        let both = patched(&luks2, &[(offset, signature)]);
        assert_eq!(violations(&thorough(&both)), ["ambiguous"]);
    }
}

#[test]
fn what_a_given_format_is_to_others() {
    let images = Images::new();
    let bytes = images.create(&["-f", "qcow2", "NAME", "1M"]);
    let options = Options::new().format(Some(Format::Raw)).thorough(true);
    let unasked = probe_with(&bytes, &options).expect("raw");
    assert_eq!(unasked.detected_as(Tool::Qemu), None);
    let asked = probe_with(&bytes, &options.also_matches(true)).expect("raw");
    for reader in Tool::ALL.iter().copied() {
        assert_eq!(asked.detected_as(reader), Some("qcow2"), "{reader}");
    }
    assert_eq!(asked.virtual_size(), unasked.virtual_size());
    // The format that the bytes show is nothing else.
    let options = options.format(Some(Format::Qcow2)).also_matches(true);
    let image = probe_with(&bytes, &options).expect("qcow2");
    assert_eq!(
        (image.also_matches().count(), image.findings().count()),
        (0, 0)
    );
}

#[test]
fn two_footers_that_say_different_things() {
    let images = Images::new();
    let whole = images.create(&["-f", "vpc", "-o", "force_size=on", "NAME", "1M"]);
    let end = whole.len() - 512;
    let violations_to = |bytes: Vec<u8>| violations(&thorough(&vhd_sealed(bytes, end)));
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
        let place = end + offset;
        let bytes = patched(&whole, &[(place, &[whole[place] ^ 1])]);
        let expected: &[_] = if differ { &["headers-differ"] } else { &[] };
        assert_eq!(violations_to(bytes), expected, "byte {offset}");
    }
    assert_eq!(violations_to(whole.clone()), [""; 0]);
    // One that is not there says nothing.
    assert_eq!(violations(&thorough(&whole[..end])), [""; 0]);
}

#[test]
fn a_stream_and_its_footer() {
    let images = Images::new();
    let made = images.create(&["-f", "vmdk", "NAME", "64M"]);
    let marker = [&[0; 12][..], &[3], &[0; 499]].concat();
    let stream = |changes: common::Changes<'_>| {
        let start = patched(&made, &[(56, &[0xff; 8])]);
        let footer = patched(&made[..512], changes);
        thorough(&[&start[..], &marker, &footer, &[0; 512]].concat())
    };
    assert_eq!(violations(&stream(&[])), [""; 0]);
    for (offset, value) in [(4, 2u8), (8, 1), (14, 1), (20, 64), (36, 21), (45, 1)] {
        let image = stream(&[(offset, &[value])]);
        assert_eq!(violations(&image), ["headers-differ"], "byte {offset}");
    }
    // Where the text is that VMware's programs read.
    let elsewhere = thorough(&patched(&made, &[(28, &[2])]));
    assert_eq!(violations(&elsewhere), ["headers-differ"]);
}

#[test]
fn images_that_nobody_has_to_fear() {
    for (name, path) in good::images(&Images::new()) {
        let image = probe_path(&path, &Options::new().thorough(true)).expect("an image");
        assert_eq!(violations(&image), [""; 0], "{name}");
    }
}
