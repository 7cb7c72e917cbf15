// SPDX-License-Identifier: MIT OR Apache-2.0
//! The violations that a policy reports, and the findings that policies use.

use diskprobe::{
    probe_buffer, probe_path, ErrorKind, Finding, Format, Image, Options, Policy, Receipt, Tool,
};
use diskprobe_test_support::build::{bochs, vhd_checksum, Build, Qcow2, Vmdk, Vpc, MIB};
use diskprobe_test_support::probe::probe_with;
use diskprobe_test_support::{cases, harmless, patched, recipes, Changes, Images};
use std::path::Path;

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
    // The length is unknown, and these bytes do not contain it.
    let options = Options::new().thorough(true);
    let start = probe_buffer(&bytes, None, &options).expect("an answer");
    assert!(start.has_finding(Finding::IncompleteScan));
    assert_eq!(violations(&start), ["incomplete-scan"]);
    let allowed = Policy::new().allow(Finding::IncompleteScan);
    assert!(allowed.evaluate(&start, None).is_accepted());
    // The size is unknown too, so it cannot be within the limit.
    let limited = allowed.max_virtual_size(u64::MAX).evaluate(&start, None);
    let message = limited.violations()[0].to_string();
    let expected = "its virtual size is unknown, must be at most 18446744073709551615";
    assert_eq!(message, expected);
    // If the format is given, other formats are searched only on request.
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
fn without_allowed_formats_all_except_a_directory_are_accepted() {
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

/// QEMU treats these images as raw, because it does not know their version or kind.
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
        // libvirt compares only three bytes.
        (disk(b"QEDx"), Format::Qed),
        (disk(b"QFI\0\0\0\0\x02"), Format::Qcow2),
    ] {
        let image = thorough(&bytes);
        assert_eq!(image.format(), Format::Raw, "{format}");
        assert_eq!(image.also_matches().collect::<Vec<_>>(), [format]);
        assert_eq!(violations(&image), ["ambiguous"], "{format}");
        // The same image with its format given.
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
fn what_other_programs_detect_is_reported_on_request() {
    let bytes = Qcow2::new(MIB).bytes();
    let options = Options::new().format(Some(Format::Raw)).thorough(true);
    let unasked = probe_with(&bytes, &options).expect("raw");
    assert_eq!(unasked.detected_as(Tool::Qemu), None);
    let asked = probe_with(&bytes, &options.clone().also_matches(true)).expect("raw");
    for reader in Tool::ALL.iter().copied() {
        assert_eq!(asked.detected_as(reader), Some("qcow2"), "{reader}");
    }
    assert_eq!(asked.virtual_size(), unasked.virtual_size());
    // The given format is the detected one, so no other format matches.
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
    // The descriptor, which VMware's programs read, has another offset.
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

/// Only two kinds are refused: images that name a file, and raw images whose end resembles another
/// format.
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

/// A policy that accepts every finding.
fn permissive() -> Policy {
    Finding::ALL
        .iter()
        .fold(Policy::new(), |policy, finding| policy.allow(*finding))
}

#[test]
fn a_receipt_holds_for_an_unchanged_image() {
    let path = Some(Path::new("/pool/disk.img"));
    let mut receipts = 0;
    let cases = cases::all().into_iter().flat_map(|(_, cases)| cases);
    for case in cases {
        let Ok(image) = probe_with(&case.bytes, &Options::new().thorough(true)) else {
            continue;
        };
        let receipt = permissive().receipt(&image, path).expect("a receipt");
        let text = receipt.to_string();
        let parsed = Receipt::parse(text.as_bytes()).expect("the same receipt");
        assert_eq!((&parsed, parsed.to_string()), (&receipt, text.clone()));
        let again = probe_with(&case.bytes, &receipt.options()).expect("the same image");
        let verified = parsed.verify(&again, path);
        assert!(verified.is_ok(), "{}: {verified:?}\n{text}", case.name);
        receipts += 1;
    }
    assert!(receipts > 100, "{receipts}");
}

#[test]
fn a_receipt_does_not_hold_if_a_fact_that_decided_differs() {
    let before = thorough(&cases::qcow2::base());
    let here = Some(Path::new("/pool/disk.img"));
    let receipt = permissive().receipt(&before, here).expect("a receipt");
    let differences = |bytes: &[u8], path: Option<&Path>| {
        let image = probe_with(bytes, &receipt.options());
        let error = image.and_then(|image| receipt.verify(&image, path));
        let error = error.expect_err("a difference");
        (error.kind(), error.to_string())
    };
    let changed = |keys: &str| {
        let message = format!("differs from the receipt in: {keys}");
        (ErrorKind::Changed, message)
    };
    let larger = Qcow2::new(65 * MIB).bytes();
    assert_eq!(differences(&larger, here), changed("virtual-size"));
    let backed = cases::qcow2::over_format(b"raw");
    let keys = "backing-format, references, directory, findings";
    assert_eq!(differences(&backed, here), changed(keys));
    let encrypted = cases::qcow2::base();
    let encrypted = patched(&encrypted, &[(32, &[0, 0, 0, 1])]);
    let (kind, text) = differences(&encrypted, here);
    assert_eq!(kind, ErrorKind::Changed);
    assert!(text.contains("encryption, findings"), "{text}");
    let (kind, _) = differences(&[0; 4096], here);
    assert_eq!(kind, ErrorKind::WrongFormat);

    // The same relative name in another directory is another file.
    let image = thorough(&backed);
    let receipt = permissive().receipt(&image, here).expect("a receipt");
    assert!(receipt.verify(&image, here).is_ok());
    let error = receipt.verify(&image, Some(Path::new("/elsewhere/disk.img")));
    let message = error.expect_err("another directory").to_string();
    assert_eq!(message, "differs from the receipt in: directory");
}

/// The limit on the virtual size applies to the largest size that any program may read.
#[test]
fn a_size_that_another_program_reads_is_part_of_the_receipt() {
    let base = Vpc::new(MIB).fixed().bytes();
    let footer = base.len() - 512;
    let options = Options::new().format(Some(Format::Vpc)).thorough(true);
    let policy = permissive().max_virtual_size(1 << 30);
    let image = probe_with(&base, &options).expect("an image");
    let receipt = policy.receipt(&image, None).expect("a receipt");
    let original_size = footer + 40;
    let changed = patched(&base, &[(original_size, &(1u64 << 40).to_be_bytes())]);
    let changed = vhd_checksum(changed, footer);
    let later = probe_with(&changed, &receipt.options()).expect("an image");
    assert_eq!(later.virtual_size(), image.virtual_size());
    assert!(!policy.evaluate(&later, None).is_accepted());
    let error = receipt.verify(&later, None).expect_err("another size");
    let message = "differs from the receipt in: largest-virtual-size";
    assert_eq!(error.to_string(), message);
}

#[test]
fn a_guest_that_writes_a_signature_on_a_raw_disk_breaks_the_receipt() {
    let mut disk = vec![0; 1 << 20];
    let receipt = Policy::new().receipt(&thorough(&disk), None);
    let receipt = receipt.expect("an accepted image");
    let qcow2 = cases::qcow2::backed(&cases::qcow2::base(), 1024, b"/etc/passwd");
    disk[..4096].copy_from_slice(&qcow2[..4096]);
    let image = probe_with(&disk, &receipt.options()).expect("a raw image");
    let error = receipt.verify(&image, None).expect_err("another format");
    assert_eq!(error.to_string(), "differs from the receipt in: findings");
    let rejected = Policy::new().receipt(&thorough(&disk), None);
    assert!(rejected.is_err());
}

#[test]
fn a_text_that_is_not_a_receipt_is_refused() {
    let good = Policy::new().receipt(&thorough(&[0; 512]), None);
    let good = good.expect("an accepted image").to_string();
    for (text, message) in [
        ("".to_owned(), "receipt: not a receipt"),
        ("{}".to_owned(), "receipt: not a receipt"),
        (good.replace("raw", "rew"), "receipt: its format is unknown"),
        (
            good.replace("\"receipt\":1", "\"receipt\":2"),
            "receipt: its version is not supported",
        ),
        (good[..good.len() - 1].to_owned(), "receipt: not a receipt"),
    ] {
        let error = Receipt::parse(text.as_bytes()).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
    // A missing fact is a difference.
    let cut = good.replace("\"findings\":[],", "");
    let receipt = Receipt::parse(cut.as_bytes()).expect("a receipt");
    let error = receipt.verify(&thorough(&[0; 512]), None).unwrap_err();
    assert_eq!(error.to_string(), "differs from the receipt in: findings");
}
