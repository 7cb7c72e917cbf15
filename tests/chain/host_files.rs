// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names under `/dev/fd`, `/proc` and `/sys`, which lead to other files in other processes.

use crate::policy::TOP;
use diskprobe::chain::{Chain, LocalFiles};
use diskprobe::location::Location;
use diskprobe::ErrorKind;
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::chain::{assert_broken, open, options, overlay, raw};
use diskprobe_test_support::Images;
use std::os::fd::AsRawFd;
use std::os::unix::fs::symlink;

const REFUSED: &str = "a name under /dev/fd, /proc or /sys, which is another file in each process";

#[track_caller]
fn assert_refused(images: &Images, top: &str) {
    let broken = open(images, top, &options()).expect_err(top);
    assert_eq!(broken.error().to_string(), REFUSED);
    assert_eq!(broken.error().kind(), ErrorKind::UnsupportedFile);
    assert_eq!(broken.partial_chain().elements().len(), 2);
}

/// A descriptor of this process that is open for an image.
fn descriptor(images: &Images) -> std::fs::File {
    raw(images, "open.raw");
    std::fs::File::open(images.path("open.raw")).expect("a file")
}

#[test]
#[cfg(target_os = "linux")]
fn a_recorded_name_of_a_file_of_the_kernel_is_refused() {
    let images = Images::new();
    let file = descriptor(&images);
    let fd = file.as_raw_fd();
    let up = "../".repeat(40);
    for name in [
        format!("/dev/fd/{fd}"),
        format!("//dev//./fd/{fd}"),
        format!("/srv/../dev/fd/{fd}"),
        format!("/proc/self/fd/{fd}"),
        format!("/proc/thread-self/fd/{fd}"),
        "/proc/self/exe".into(),
        "/proc/version".into(),
        "/proc/../proc/version".into(),
        "/sys/kernel/mm/transparent_hugepage/enabled".into(),
        format!("{up}proc/version"),
        format!("file:/dev/fd/{fd}"),
        format!(r#"json:{{"file":{{"driver":"file","filename":"/proc/self/fd/{fd}"}}}}"#),
    ] {
        overlay(&images, "top.qcow2", &name, "raw");
        assert_refused(&images, "top.qcow2");
        if !name.contains(':') {
            let image = Qcow2::new(MIB).data_file("d.raw");
            image.write(images.path("data.qcow2"));
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_symbolic_link_to_a_file_of_the_kernel_is_refused() {
    let images = Images::new();
    let file = descriptor(&images);
    let fd = file.as_raw_fd();
    for (link, target) in [
        ("fd", format!("/dev/fd/{fd}")),
        ("proc", format!("/proc/self/fd/{fd}")),
        ("version", "/proc/version".to_owned()),
        (
            "sys",
            "/sys/kernel/mm/transparent_hugepage/enabled".to_owned(),
        ),
    ] {
        symlink(&target, images.path(link)).expect("a link");
        overlay(&images, "top.qcow2", link, "raw");
        if images.path(link).exists() {
            assert_refused(&images, "top.qcow2");
        }
    }
    symlink("/proc/self/root", images.path("root")).expect("a link");
    let name = format!("root{}", images.path("open.raw").display());
    overlay(&images, "top.qcow2", &name, "raw");
    assert_refused(&images, "top.qcow2");
    symlink("/proc", images.path("folder")).expect("a link");
    overlay(&images, "top.qcow2", "folder/version", "raw");
    assert_refused(&images, "top.qcow2");
}

#[test]
#[cfg(target_os = "linux")]
fn a_data_file_must_not_be_a_file_of_the_kernel() {
    let images = Images::new();
    let file = descriptor(&images);
    symlink(
        format!("/dev/fd/{}", file.as_raw_fd()),
        images.path("d.raw"),
    )
    .expect("a link");
    let bytes = Qcow2::new(MIB).data_file("d.raw").bytes();
    images.write("top.qcow2", bytes);
    assert_refused(&images, "top.qcow2");
}

#[test]
#[cfg(target_os = "linux")]
fn a_root_directory_does_not_allow_files_of_the_kernel() {
    let images = Images::new();
    overlay(&images, "top.qcow2", "/proc/version", "raw");
    let mut opener = LocalFiles::beneath("/").expect("a directory");
    let top = Location::from_path(images.path("top.qcow2"));
    let broken = Chain::open(top, &mut opener, &options()).expect_err("a file of the kernel");
    assert_eq!(broken.error().to_string(), REFUSED);
}

/// The caller chooses the top.
#[test]
#[cfg(target_os = "linux")]
fn the_top_may_be_a_descriptor() {
    let images = Images::new();
    let base = images.path("open.raw");
    let file = descriptor(&images);
    let chain = Chain::open_path(format!("/dev/fd/{}", file.as_raw_fd()), &Default::default());
    assert!(chain.is_ok());
    overlay(&images, "top.qcow2", base.to_str().expect("UTF-8"), "raw");
    let top = std::fs::File::open(images.path("top.qcow2")).expect("a file");
    let chain = Chain::open_path(format!("/proc/self/fd/{}", top.as_raw_fd()), &options());
    assert_eq!(chain.expect("whole").elements().len(), 2);
}

#[test]
fn other_names_are_followed() {
    let images = Images::new();
    for folder in ["proc", "sys", "dev", "dev/fd"] {
        std::fs::create_dir(images.path(folder)).expect("a directory");
        let name = format!("{folder}/0");
        raw(&images, &name);
        overlay(&images, "top.qcow2", &name, "raw");
        assert!(open(&images, "top.qcow2", &options()).is_ok(), "{name}");
    }
    overlay(&images, "top.qcow2", "/dev/fd0/absent", "raw");
    let broken = format!("{TOP} | backing /dev/fd0/absent raw recorded -");
    let words = "backing file at depth 1: cannot open: No such file or directory";
    let expected = (ErrorKind::NotFound, words, &*broken);
    assert_broken(&images, "top.qcow2", &options(), expected);
}
