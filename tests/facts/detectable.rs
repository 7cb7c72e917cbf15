// SPDX-License-Identifier: MIT OR Apache-2.0
//! The formats that the caller allows detection to return.

use diskprobe::{Detectable, ErrorKind, Format, Image, Options};
use diskprobe_test_support::build::{Build, Luks, Parallels, Qcow2, Vdi, Vhdx, Vmdk, MIB};
use diskprobe_test_support::probe::probe_with;

const DESCRIPTOR: &[u8] = b"# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n\
    createType=\"monolithicFlat\"\nRW 128 FLAT \"/etc/passwd\" 0\n";

fn detect(bytes: &[u8], formats: Detectable) -> Result<Image, diskprobe::Error> {
    probe_with(bytes, &Options::new().detectable(formats))
}

#[track_caller]
fn assert_not_allowed(bytes: &[u8], formats: Detectable, message: &str) {
    let error = detect(bytes, formats).expect_err("not allowed");
    assert_eq!(error.kind(), ErrorKind::FormatNotAllowed);
    assert_eq!(error.to_string(), message);
}

#[test]
fn a_format_outside_the_set_is_an_error_and_never_raw() {
    let vhdx = Vhdx::new(MIB).bytes();
    let message = "vhdx image: detected, but not allowed";
    assert_eq!(
        detect(&vhdx, Detectable::ALL).unwrap().format(),
        Format::Vhdx
    );
    for set in [
        Detectable::LIBVIRT,
        Detectable::COPY,
        Detectable::of(&[Format::Raw]),
    ] {
        assert_not_allowed(&vhdx, set, message);
    }
    let set: Detectable = [Format::Vhdx].into_iter().collect();
    assert_eq!(detect(&vhdx, set).unwrap().format(), Format::Vhdx);
    assert_not_allowed(&[0; 512], set, "raw image: detected, but not allowed");
    let none = Detectable::of(&[]);
    assert_not_allowed(
        &Qcow2::new(MIB).bytes(),
        none,
        "qcow2 image: detected, but not allowed",
    );
}

#[test]
fn a_descriptor_must_be_allowed_in_addition_to_vmdk() {
    let message = "vmdk descriptor, which names other files: detected, but not allowed";
    let vmdk = Detectable::of(&[Format::Vmdk]);
    assert_not_allowed(DESCRIPTOR, Detectable::LIBVIRT, message);
    assert_not_allowed(DESCRIPTOR, vmdk, message);
    assert_not_allowed(
        DESCRIPTOR,
        Detectable::COPY,
        "vmdk image: detected, but not allowed",
    );
    let both = vmdk.with(Detectable::VMDK_DESCRIPTOR);
    assert_eq!(detect(DESCRIPTOR, both).unwrap().format(), Format::Vmdk);
    let sparse = Vmdk::new(MIB).bytes();
    assert_eq!(
        detect(&sparse, Detectable::LIBVIRT).unwrap().format(),
        Format::Vmdk
    );
}

#[test]
fn a_sparse_header_without_a_size_counts_as_a_descriptor() {
    let mut bytes = Vmdk::new(MIB).bytes();
    bytes[12..20].fill(0);
    bytes[512..1536].fill(0);
    bytes[512..512 + DESCRIPTOR.len()].copy_from_slice(DESCRIPTOR);
    let image = detect(&bytes, Detectable::ALL).unwrap();
    assert_eq!(image.extents().count(), 1);
    assert_not_allowed(
        &bytes,
        Detectable::LIBVIRT,
        "vmdk descriptor, which names other files: detected, but not allowed",
    );
    let both = Detectable::of(&[Format::Vmdk]).with(Detectable::VMDK_DESCRIPTOR);
    assert_eq!(detect(&bytes, both).unwrap().format(), Format::Vmdk);
}

#[test]
fn a_second_signature_outside_the_set_is_an_error() {
    let mut both = Vdi::new(MIB).bytes();
    both[..8].copy_from_slice(b"QFI\xfb\0\0\0\x03");
    assert_eq!(
        detect(&both, Detectable::ALL).unwrap().format(),
        Format::Vdi
    );
    assert_not_allowed(
        &both,
        Detectable::of(&[Format::Raw, Format::Vdi]),
        "qcow2 image: detected, but not allowed",
    );
}

#[test]
fn a_given_format_need_not_be_in_the_set() {
    let options = Options::new().detectable(Detectable::of(&[]));
    for (format, bytes) in [
        (Format::Raw, vec![0; 512]),
        (Format::Vhdx, Vhdx::new(MIB).bytes()),
    ] {
        let image = probe_with(&bytes, &options.clone().format(format)).expect("an image");
        assert_eq!(image.format(), format);
    }
}

#[test]
fn the_ready_made_sets_have_the_formats_that_they_are_for() {
    let copy = [
        (Format::Parallels, Parallels::new(MIB).bytes()),
        (Format::Luks, Luks::new(MIB).bytes()),
        (Format::Qcow2, Qcow2::new(MIB).bytes()),
        (Format::Vdi, Vdi::new(MIB).bytes()),
    ];
    for (format, bytes) in copy {
        assert_eq!(detect(&bytes, Detectable::COPY).unwrap().format(), format);
        assert_eq!(
            detect(&bytes, Detectable::LIBVIRT).unwrap().format(),
            format
        );
    }
    let sparse = Vmdk::new(MIB).bytes();
    assert_not_allowed(
        &sparse,
        Detectable::COPY,
        "vmdk image: detected, but not allowed",
    );
}
