// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe verify` after QEMU wrote to the image. Ordinary writes leave the receipt valid, and
//! writes that change these facts are reported.

use crate::TOOL;
use diskprobe::Finding;
use diskprobe_test_support::build::{crc32c, Build, Qcow2, Subformat, Vmdk, Vpc, MIB};
use diskprobe_test_support::oracle::{Need, QEMU_IMG};
use diskprobe_test_support::tool::Run;
use diskprobe_test_support::vhdx::{in_headers, FILE_PARAMETERS};
use diskprobe_test_support::{patched, qemu_img, recipes, trials, Images};
use libtest_mimic::Trial;
use serde_json::{json, Value};
use std::collections::BTreeSet;
use std::process::{Command, Output};

const QEMU_IO: Need = Need::Program("qemu-io", "qemu-utils");

pub(crate) fn trials() -> Vec<Trial> {
    trials![[QEMU_IMG, QEMU_IO];
        ordinary_writes_leave_a_receipt_valid,
        snapshots_bitmaps_and_larger_refcount_tables_leave_a_receipt_valid,
        a_signature_on_a_raw_disk_is_reported,
        a_grain_over_the_descriptor_of_a_vmdk_is_reported,
        a_cluster_over_the_backing_name_of_a_qcow_image_is_reported,
        a_block_over_the_header_of_a_vdi_image_is_reported,
        a_block_over_the_header_of_a_vpc_image_is_reported,
        a_replayed_log_is_reported,
    ]
}

/// Makes a receipt of an image, whatever it has. Returns the receipt.
fn accept(images: &Images, name: &str, arguments: &[&str]) -> Value {
    let receipt = format!("--receipt={name}.receipt");
    let findings = Finding::ALL.iter();
    let allowed: Vec<_> = findings.map(|one| format!("--allow={one}")).collect();
    let mut all = vec!["check", &receipt, name];
    all.extend(arguments);
    all.extend(allowed.iter().map(String::as_str));
    let run = TOOL.run(images.directory(), &all);
    assert_eq!((run.code, &*run.err), (Some(0), ""), "{name}");
    let receipt = images.read(format!("{name}.receipt"));
    serde_json::from_slice(&receipt).expect("JSON")
}

fn verify(images: &Images, name: &str) -> Run {
    let receipt = format!("{name}.receipt");
    TOOL.run(images.directory(), &["verify", &receipt, name])
}

#[track_caller]
fn assert_unchanged(images: &Images, name: &str, after: &str) {
    let run = verify(images, name);
    assert_eq!((run.code, &*run.err), (Some(0), ""), "{name}: {after}");
}

/// Runs commands of `qemu-io` on an image, which the object describes.
fn qemu_io(images: &Images, image: &Value, commands: &[String]) -> Output {
    let mut command = Command::new("qemu-io");
    command.args(["--object", "secret,id=s0,data=abc"]);
    for one in commands {
        command.args(["-c", one]);
    }
    let command = command.arg(format!("json:{image}"));
    let output = command.current_dir(images.directory()).output();
    output.expect("qemu-io starts")
}

#[track_caller]
fn write(images: &Images, format: &str, name: &str, commands: &[String]) {
    let file = json!({"driver": "file", "filename": name});
    let output = qemu_io(images, &json!({"driver": format, "file": file}), commands);
    assert!(output.status.success(), "{name}: {output:?}");
}

/// Returns QEMU's options to open the image of a receipt.
fn opened(receipt: &Value, name: &str) -> Value {
    let format = receipt["format"].as_str().expect("a format");
    let file = json!({"driver": "file", "filename": name});
    let mut image = json!({"driver": format, "file": file});
    match (format, receipt["encryption"].as_str()) {
        ("luks", _) => image["key-secret"] = json!("s0"),
        (_, Some(encryption)) => {
            image["encrypt"] = json!({"format": encryption, "key-secret": "s0"});
        }
        _ => {}
    }
    image
}

/// Returns writes to the start, the middle and the end of a disk. QEMU writes only whole grains of
/// 64 KiB to a stream.
fn everywhere(size: u64) -> Vec<String> {
    const GRAIN: u64 = 64 << 10;
    let last = size.saturating_sub(1) / GRAIN * GRAIN;
    let offsets: BTreeSet<u64> = [0, last / 2 / GRAIN * GRAIN, last].into();
    let length = |offset: u64| GRAIN.min(size - offset);
    let write = |offset: u64| format!("write -P 0xa5 {offset} {}", length(offset));
    let writes = offsets.into_iter().filter(|offset| length(*offset) > 0);
    writes.map(write).chain(["flush".to_owned()]).collect()
}

/// QEMU does not write again to a grain of a stream.
const NOT_WRITABLE: [&str; 1] = ["v-stream-full.vmdk"];

fn ordinary_writes_leave_a_receipt_valid() {
    let images = Images::new();
    let (mut written, mut formats, mut failures) = (0, BTreeSet::new(), Vec::new());
    for recipe in recipes::made_by_qemu_img() {
        let name = recipe.name;
        qemu_img::make_recipe(&images, &recipe);
        let asked = recipe.asked.map(|format| ["-f", format.as_str()]);
        let asked: Vec<_> = asked.into_iter().flatten().collect();
        let receipt = accept(&images, name, &asked);
        let findings = receipt["findings"].as_array().expect("a list");
        // A guest that overwrites a signature of another format changes the findings.
        if findings.contains(&json!("ambiguous")) || NOT_WRITABLE.contains(&name) {
            continue;
        }
        let mut image = opened(&receipt, name);
        let size = receipt["virtual-size"].as_u64().expect("a size");
        let mut output = qemu_io(&images, &image, &everywhere(size));
        if !output.status.success() {
            // The backing files of some do not exist.
            image["backing"] = Value::Null;
            output = qemu_io(&images, &image, &everywhere(size));
        }
        if !output.status.success() {
            failures.push(format!("{name}: {output:?}"));
            continue;
        }
        let run = verify(&images, name);
        if run.code != Some(0) {
            failures.push(run.err);
        }
        written += 1;
        formats.insert(receipt["format"].as_str().expect("a format").to_owned());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    println!("{written} images written: {formats:?}");
    let all = [
        "luks",
        "parallels",
        "qcow",
        "qcow2",
        "qed",
        "raw",
        "vdi",
        "vhdx",
        "vmdk",
        "vpc",
    ];
    assert_eq!(formats, all.map(str::to_owned).into());
    assert!(written >= 100, "{written}");
}

fn snapshots_bitmaps_and_larger_refcount_tables_leave_a_receipt_valid() {
    let images = Images::new();
    let name = "disk.qcow2";
    let make = |arguments: &[&str]| qemu_img::make(&images, arguments);
    make(&[
        "create",
        "-q",
        "-f",
        "qcow2",
        "-o",
        "cluster_size=512",
        name,
        "64M",
    ]);
    accept(&images, name, &[]);
    let refcount_table = || images.read(name)[48..60].to_vec();
    let before = refcount_table();
    make(&["snapshot", "-c", "one", name]);
    assert_unchanged(&images, name, "a snapshot");
    make(&["bitmap", "--add", name, "b0"]);
    assert_unchanged(&images, name, "a bitmap");
    // 64 entries, each for 256 clusters: 8 MiB.
    write(&images, "qcow2", name, &["write 0 16M".to_owned()]);
    assert_ne!(refcount_table(), before);
    assert_unchanged(&images, name, "a larger refcount table");
    make(&["bitmap", "--remove", name, "b0"]);
    make(&["snapshot", "-a", "one", name]);
    make(&["snapshot", "-d", "one", name]);
    assert_unchanged(&images, name, "no snapshot and no bitmap");
}

/// Makes an image with `qemu-img`, and replaces some of its bytes.
fn prepared(images: &Images, format: &str, name: &str, changes: &[(usize, &[u8])]) {
    qemu_img::make(images, &["create", "-q", "-f", format, name, "64M"]);
    images.write(name, patched(&images.read(name), changes));
}

/// Lets the guest write bytes at an offset of its disk, and asserts what `verify` says then.
#[track_caller]
fn assert_reported(images: &Images, format: &str, at: u64, bytes: &[u8], message: &str) {
    let name = format!("disk.{format}");
    accept(images, &name, &["-f", format]);
    assert_unchanged(images, &name, "nothing");
    images.write("payload", bytes);
    let command = format!("write -s payload {at} {}", bytes.len());
    write(images, format, &name, &[command]);
    let run = verify(images, &name);
    let expected = format!("diskprobe: {name}: {message}");
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.err.starts_with(&expected), "{run:?}");
}

const SIZE: u64 = 64 * MIB;
const FINDINGS: &str = "differs from the receipt in: findings";

/// Returns the start of a qcow2 image that names a file of the host.
fn overlay() -> Vec<u8> {
    let mut bytes = Qcow2::new(SIZE).backing("/etc/passwd", "raw").bytes();
    bytes.truncate(4096);
    bytes
}

/// Returns a descriptor that names an extent file, as long as the one in a sparse vmdk.
fn descriptor() -> Vec<u8> {
    let mut bytes = Vmdk::new(SIZE).subformat(Subformat::MonolithicFlat).bytes();
    bytes.resize(10240, 0);
    bytes
}

/// Returns the integer at an offset.
fn little_endian(bytes: &[u8], at: usize) -> usize {
    let bytes = bytes[at..at + 4].try_into().expect("4 bytes");
    usize::try_from(u32::from_le_bytes(bytes)).expect("an offset")
}

/// At its start, in its second sector and at its end.
fn a_signature_on_a_raw_disk_is_reported() {
    let footer = Vpc::new(SIZE).fixed().bytes();
    let footer = &footer[footer.len() - 512..];
    for (at, bytes) in [
        (0, &overlay()[..]),
        (512, &descriptor()[..]),
        (SIZE - 512, footer),
    ] {
        let images = Images::new();
        prepared(&images, "raw", "disk.raw", &[]);
        assert_reported(&images, "raw", at, bytes, FINDINGS);
    }
}

fn a_grain_over_the_descriptor_of_a_vmdk_is_reported() {
    let images = Images::new();
    prepared(&images, "vmdk", "disk.vmdk", &[]);
    let bytes = images.read("disk.vmdk");
    let directory = little_endian(&bytes, 56) * 512;
    let table = little_endian(&bytes, directory) * 512;
    // The descriptor is in the second sector.
    images.write("disk.vmdk", patched(&bytes, &[(table, &[1, 0, 0, 0])]));
    assert_reported(&images, "vmdk", 0, &descriptor(), FINDINGS);
}

fn a_cluster_over_the_backing_name_of_a_qcow_image_is_reported() {
    let images = Images::new();
    images.write("base.img", vec![0; 1 << 20]);
    prepared(&images, "qcow", "disk.qcow", &[]);
    write(&images, "qcow", "disk.qcow", &["write 0 4k".to_owned()]);
    let bytes = images.read("disk.qcow");
    let table: [u8; 8] = bytes[48..56].try_into().expect("8 bytes");
    let table = usize::try_from(u64::from_be_bytes(table)).expect("an offset");
    let (name, length) = (512u64.to_be_bytes(), 8u32.to_be_bytes());
    let changes: &[(usize, &[u8])] = &[
        (8, &name),
        (16, &length),
        (512, b"base.img"),
        (table, &name),
    ];
    images.write("disk.qcow", patched(&bytes, changes));
    let other = [&b"/dev/sda"[..], &[0; 504]].concat();
    let message = "differs from the receipt in: references";
    assert_reported(&images, "qcow", 0, &other, message);
}

fn a_block_over_the_header_of_a_vdi_image_is_reported() {
    let images = Images::new();
    // `offset_data`, and the first entry of the block map.
    let changes: &[(usize, &[u8])] = &[(344, &[0; 4]), (512, &[0; 4])];
    prepared(&images, "vdi", "disk.vdi", changes);
    let disk_size = (SIZE / 2).to_le_bytes();
    let smaller = patched(&images.read("disk.vdi"), &[(368, &disk_size)]);
    let message = "differs from the receipt in: virtual-size";
    assert_reported(&images, "vdi", 0, &smaller[..512], message);
}

fn a_block_over_the_header_of_a_vpc_image_is_reported() {
    let images = Images::new();
    prepared(&images, "vpc", "disk.vpc", &[]);
    // QEMU requires that every block is in the file.
    write(&images, "vpc", "disk.vpc", &["write 2M 512".to_owned()]);
    images.write(
        "disk.vpc",
        patched(&images.read("disk.vpc"), &[(1536, &[0; 4])]),
    );
    assert_reported(&images, "vpc", 0, &overlay()[..512], "not a vpc image");
}

/// A vhdx image whose log has a page with another virtual size. QEMU replays it if it opens the
/// image for writing.
fn a_replayed_log_is_reported() {
    const GUID: [u8; 16] = *b"a log of a guest";
    const LOG: usize = 1 << 20;
    // The values of the items: the file parameters, then the virtual size.
    const PAGE: usize = FILE_PARAMETERS;
    let images = Images::new();
    prepared(&images, "vhdx", "disk.vhdx", &[]);
    let clean = images.read("disk.vhdx");
    let mut page = clean[PAGE..PAGE + 4096].to_vec();
    assert_eq!(page[8..16], SIZE.to_le_bytes());
    page[8..16].copy_from_slice(&(SIZE / 2).to_le_bytes());

    let end = (clean.len() as u64).to_le_bytes();
    let number = |number: u32| number.to_le_bytes();
    let header = [
        &b"loge\0\0\0\0"[..],
        &number(8192),
        &number(0),
        &number(1),
        &[0; 4],
    ];
    let header = [&header.concat(), &number(1)[..], &[0; 4], &GUID, &end, &end].concat();
    let place = (PAGE as u64).to_le_bytes();
    let descriptor = [
        &b"desc"[..],
        &page[4092..],
        &page[..8],
        &place,
        &number(1),
        &[0; 4],
    ];
    let mut entry = [header, descriptor.concat()].concat();
    entry.resize(4096, 0);
    entry.extend([&b"data\0\0\0\0"[..], &page[8..4092], &number(1)].concat());
    let checksum = number(crc32c(&entry));
    entry[4..8].copy_from_slice(&checksum);

    let used = in_headers(&clean, 48, &GUID);
    images.write("disk.vhdx", patched(&used, &[(LOG, &entry)]));
    let run = TOOL.run(images.directory(), &["check", "disk.vhdx"]);
    assert!(run.text().contains("    log-in-use "), "{run:?}");
    let message = "differs from the receipt in: virtual-size, findings";
    assert_reported(&images, "vhdx", 0, &[1; 512], message);
}
