// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory and output of scans of hostile images.

use super::first_object;
use crate::TOOL;
use diskprobe_test_support::tool::with_backing;
use diskprobe_test_support::{schema, Images};
use std::process::Command;

const IMAGES: usize = 50;

/// Makes 50 descriptors of 64 KiB, full of extents with these names.
fn descriptors(name: impl Fn(usize) -> Vec<u8>) -> Images {
    let images = Images::new();
    let mut text = b"version=1\nCID=1\nparentCID=ffffffff\ncreateType=\"vmfs\"\n".to_vec();
    for number in 0.. {
        let line = [b"RW 1 VMFS \"", &*name(number), b"\"\n"].concat();
        if text.len() + line.len() > 64 << 10 {
            break;
        }
        text.extend(line);
    }
    for number in 0..IMAGES {
        images.write(format!("{number:02}.vmdk"), &text);
    }
    images
}

/// Runs a scan with 64 MiB of address space. Returns its output, which must be less than 4 MiB.
fn bounded(images: &Images, form: &str) -> String {
    // Each thread would reserve address space that it does not use.
    let script = "ulimit -v 65536; exec \"$0\" scan --jobs=1 \"$1\" .";
    let mut command = Command::new("sh");
    let command = command.args(["-c", script, TOOL.0, form]);
    let output = command.current_dir(images.directory()).output();
    let output = output.expect("a shell");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*errors), (Some(0), ""), "{form}");
    let length = output.stdout.len();
    assert!(length < 4 << 20, "{form}: {length} bytes");
    if form == "--graph=json" {
        schema::assert_text("graph", &output.stdout);
    }
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn descriptors_with_thousands_of_extents_need_little_memory_and_output() {
    let control = |number: usize| [&[1; 250][..], b"/", number.to_string().as_bytes()].concat();
    for images in [
        descriptors(|_| b"a".to_vec()),
        descriptors(|number| [&b"./".repeat(number % 200)[..], b"a"].concat()),
        descriptors(|number| format!("{number:x}").into_bytes()),
        descriptors(|number| format!("{:02}.vmdk", number % IMAGES).into_bytes()),
    ] {
        bounded(&images, "--graph=json");
    }
    let images = descriptors(control);
    for form in [
        "--graph=table",
        "--graph=json",
        "--graph=dot",
        "--output=human",
    ] {
        bounded(&images, form);
    }
}

#[test]
fn a_file_that_is_named_often_has_one_edge() {
    let images = descriptors(|number| format!("{}a", "./".repeat(number % 3)).into_bytes());
    images.write("a", [0; 512]);
    let graph = first_object(&bounded(&images, "--graph=json"));
    let all = graph["images"].as_array().expect("a list");
    assert_eq!(all.len(), IMAGES + 1);
    let edges = all
        .iter()
        .filter_map(|image| image["references"].as_array());
    assert_eq!(edges.map(Vec::len).collect::<Vec<_>>(), [1; IMAGES]);
    let target = all.iter().find(|image| image["filename"] == "./a");
    let users = target.expect("the extent")["users"].as_array();
    assert_eq!(users.map(Vec::len), Some(IMAGES));
}

/// All extents that were scanned are listed, and eight of the others.
#[test]
fn extents_that_were_not_scanned_are_counted_after_the_eighth() {
    let images = Images::new();
    let names = (0..40).map(|number| format!("RW 1 VMFS \"{number}\"\n"));
    let header = "version=1\nCID=1\nparentCID=ffffffff\ncreateType=\"vmfs\"\n";
    let text = [header.to_owned()].into_iter().chain(names);
    images.write("disk.vmdk", text.collect::<String>());
    (20..40).for_each(|number| drop(images.write(number.to_string(), [0; 512])));
    let graph = first_object(&bounded(&images, "--graph=json"));
    let all = graph["images"].as_array().expect("a list");
    let disk = all.iter().find(|image| image["filename"] == "./disk.vmdk");
    let disk = disk.expect("the disk");
    assert_eq!(disk["references"].as_array().map(Vec::len), Some(28));
    assert_eq!(disk["omitted-extents"], 12);
    assert!(bounded(&images, "--graph=table").contains(", 12 more extents"));
    assert!(bounded(&images, "--graph=dot").contains("\\n12 more extents\""));
}

#[test]
fn a_long_name_does_not_widen_other_rows() {
    let images = Images::new();
    (0..1500).for_each(|number| drop(images.write(format!("f{number}"), b"")));
    with_backing(&images, "name.qcow2", &[1; 1023]);
    for form in ["--graph=table", "--output=human"] {
        let text = bounded(&images, form);
        let long = text.lines().filter(|line| line.len() > 400).count();
        assert_eq!(long, 1);
    }
}
