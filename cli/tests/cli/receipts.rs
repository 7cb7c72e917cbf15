// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe check --receipt` and `diskprobe verify`: exit codes, messages and files.
//! `cli/tests/agreement` lets QEMU write to the images.

use crate::TOOL;
use diskprobe_test_support::build::{Build, Qcow2, Vpc, MIB};
use diskprobe_test_support::tool::{overlay, Run};
use diskprobe_test_support::{patched, Images};
use std::os::unix::fs::PermissionsExt;

const RECEIPT: &str = "--receipt=receipt";

fn check(images: &Images, arguments: &[&str]) -> Run {
    TOOL.run(
        images.directory(),
        &[&["check", RECEIPT], arguments].concat(),
    )
}

fn verify(images: &Images, image: &str) -> Run {
    TOOL.run(images.directory(), &["verify", "receipt", image])
}

/// Asserts that `verify` fails with this message.
#[track_caller]
fn assert_fails(images: &Images, image: &str, message: &str) {
    let run = verify(images, image);
    let expected = format!("diskprobe: {message}\n");
    assert_eq!((run.code, run.text(), &run.err), (Some(1), "", &expected));
}

/// Returns a directory with a raw image `disk` of 1 MiB and its receipt.
fn disk() -> Images {
    let images = Images::new();
    images.write("disk", vec![0; 1 << 20]);
    let run = check(&images, &["disk"]);
    let text = "disk: accepted\n";
    assert_eq!((run.code, run.text(), &*run.err), (Some(0), text, ""));
    images
}

fn exists(images: &Images) -> bool {
    images.path("receipt").exists()
}

#[test]
fn an_unchanged_image_has_exit_code_0() {
    let images = disk();
    let run = verify(&images, "disk");
    let text = "disk: unchanged\n";
    assert_eq!((run.code, run.text(), &*run.err), (Some(0), text, ""));
    // The content of the disk does not count.
    images.write("disk", vec![1; 1 << 20]);
    assert_eq!(verify(&images, "disk").code, Some(0));
    // Another name in the same directory has the same backing file.
    let images = overlay();
    let run = check(&images, &["--allow=backing-file", "overlay.qcow2"]);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    for name in ["overlay.qcow2", "./overlay.qcow2"] {
        let run = verify(&images, name);
        assert_eq!((run.code, &*run.err), (Some(0), ""), "{name}");
    }
}

#[test]
fn facts_that_differ_are_named_with_exit_code_1() {
    let images = disk();
    let qcow2 = Qcow2::new(MIB).bytes();
    images.write("disk", patched(&vec![0; 1 << 20], &[(0, &qcow2[..4096])]));
    let findings = "disk: differs from the receipt in: findings";
    assert_fails(&images, "disk", findings);
    let footer = Vpc::new(MIB).fixed().bytes();
    let footer = &footer[footer.len() - 512..];
    let end = (1 << 20) - 512;
    images.write("disk", patched(&vec![0; 1 << 20], &[(end, footer)]));
    assert_fails(&images, "disk", findings);
    images.write("disk", vec![0; 2 << 20]);
    assert_fails(
        &images,
        "disk",
        "disk: differs from the receipt in: virtual-size",
    );
    assert_fails(
        &images,
        "none",
        "none: cannot open: No such file or directory",
    );

    let images = overlay();
    assert_eq!(
        check(&images, &["--allow=backing-file", "overlay.qcow2"]).code,
        Some(0)
    );
    let other = Qcow2::new(64 * MIB).backing("/etc/passwd", "raw");
    other.write(images.path("other.qcow2"));
    assert_fails(
        &images,
        "other.qcow2",
        "other.qcow2: differs from the receipt in: references",
    );
    images.write("sub/overlay.qcow2", images.read("overlay.qcow2"));
    assert_fails(
        &images,
        "sub/overlay.qcow2",
        "sub/overlay.qcow2: differs from the receipt in: directory",
    );
    let run = verify(&images, "base.img");
    assert_eq!((run.code, run.text()), (Some(1), ""));
    assert!(
        run.err
            .starts_with("diskprobe: base.img: not a qcow2 image"),
        "{run:?}"
    );
}

#[test]
fn a_receipt_is_readable_only_by_its_owner() {
    let images = disk();
    let metadata = std::fs::metadata(images.path("receipt")).expect("a receipt");
    assert_eq!(metadata.permissions().mode() & 0o7777, 0o600);
    let text = String::from_utf8(images.read("receipt")).expect("UTF-8");
    assert_eq!((text.lines().count(), text.ends_with('\n')), (1, true));
    let receipt: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        (&receipt["receipt"], &receipt["format"]),
        (&1.into(), &"raw".into())
    );
}

#[test]
fn an_existing_file_is_not_overwritten() {
    let images = Images::new();
    images.write("disk", [0; 4096]);
    images.write("receipt", "kept");
    std::os::unix::fs::symlink("missing", images.path("link")).expect("a link");
    for name in ["receipt", "link"] {
        let argument = format!("--receipt={name}");
        let run = TOOL.run(images.directory(), &["check", &argument, "disk"]);
        let message = format!("diskprobe: {name}: cannot access the file: File exists\n");
        assert_eq!((run.code, run.err), (Some(1), message));
    }
    assert_eq!(images.read("receipt"), b"kept");
    assert!(!images.path("missing").exists());
}

#[test]
fn a_refused_image_has_no_receipt() {
    let images = overlay();
    images.write("cut.qcow2", b"QFI\xfb\0\0\0\x03");
    for name in ["overlay.qcow2", "cut.qcow2", "none"] {
        assert_eq!(check(&images, &[name]).code, Some(1), "{name}");
        assert!(!exists(&images), "{name}");
    }
}

/// `verify` would report a signature that was there before.
#[test]
fn a_disk_with_a_signature_has_no_receipt_if_its_format_is_given() {
    let images = Images::new();
    Qcow2::new(MIB).write(images.path("disk"));
    let run = check(&images, &["-f", "raw", "disk"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.text().contains("    ambiguous ") && !exists(&images),
        "{run:?}"
    );
    let allowed = check(&images, &["-f", "raw", "--allow=ambiguous", "disk"]);
    assert_eq!((allowed.code, exists(&images)), (Some(0), true));
    assert_eq!(verify(&images, "disk").code, Some(0));
}

#[test]
fn wrong_usage_has_exit_code_2_and_no_receipt() {
    let images = Images::new();
    images.write("disk", [0; 4096]);
    for arguments in [
        &["check", RECEIPT, "disk", "disk"][..],
        &["--sandbox", "check", RECEIPT, "disk"],
        &["check", RECEIPT],
        &["verify", "disk"],
        &["verify", "disk", "disk", "disk"],
    ] {
        let run = TOOL.run(images.directory(), arguments);
        assert_eq!((run.code, run.text()), (Some(2), ""), "{arguments:?}");
        assert!(!run.err.is_empty() && !exists(&images), "{arguments:?}");
    }
}

#[test]
fn verify_can_run_in_the_sandbox() {
    let images = disk();
    let arguments = ["--sandbox", "verify", "receipt", "disk"];
    let run = TOOL.run(images.directory(), &arguments);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
}

#[test]
fn a_file_that_is_not_a_receipt_is_an_error() {
    let images = disk();
    let good = images.read("receipt");
    let damaged = String::from_utf8(good.clone()).expect("UTF-8");
    for (bytes, message) in [
        (vec![], "receipt: receipt: not a receipt"),
        (
            good[..good.len() / 2].to_vec(),
            "receipt: receipt: not a receipt",
        ),
        (vec![0xff; 100], "receipt: receipt: not UTF-8"),
        (
            damaged
                .replace("\"receipt\":1", "\"receipt\":2")
                .into_bytes(),
            "receipt: receipt: its version is not supported",
        ),
        (
            [&good[..], &vec![b' '; 1 << 20]].concat(),
            "receipt: receipt: longer than 1048576 bytes",
        ),
        // A fact that is missing or of another kind differs.
        (
            damaged
                .replace("\"virtual-size\":1048576,", "")
                .into_bytes(),
            "disk: differs from the receipt in: virtual-size",
        ),
        (
            damaged
                .replace("\"findings\":[]", "\"findings\":[[]]")
                .into_bytes(),
            "disk: differs from the receipt in: findings",
        ),
    ] {
        images.write("receipt", bytes);
        assert_fails(&images, "disk", message);
    }
    std::fs::remove_file(images.path("receipt")).expect("a receipt");
    assert_fails(
        &images,
        "disk",
        "receipt: cannot access the file: No such file or directory",
    );
    // White space at the end does not count, up to the limit.
    let spaces = vec![b' '; (1 << 20) - good.len()];
    images.write("receipt", [&good[..], &spaces].concat());
    assert_eq!(verify(&images, "disk").code, Some(0));
}
