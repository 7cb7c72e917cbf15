// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe info`, and behaviour of the tool that does not depend on the command.

use crate::TOOL;
use diskprobe_test_support::tool::{overlay, with_backing};
use diskprobe_test_support::Images;
use serde_json::{json, Value};
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;

fn allocated(images: &Images, name: &str) -> u64 {
    let metadata = std::fs::metadata(images.path(name)).expect("the image");
    metadata.blocks() * 512
}

#[test]
fn one_image_is_one_json_object() {
    let images = overlay();
    let run = TOOL.run(
        images.directory(),
        &["info", "--output=json", "./overlay.qcow2"],
    );
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    let expected = json!({
        "filename": "./overlay.qcow2",
        "format": "qcow2",
        "virtual-size": 67_108_864,
        "recorded-size": 67_108_864,
        "physical-size": 196_616,
        "actual-size": allocated(&images, "overlay.qcow2"),
        "cluster-size": 65536,
        "backing-filename": "base.img",
        "full-backing-filename": "./base.img",
        "backing-filename-format": "raw",
        "references": [
            { "kind": "backing", "location": "base.img", "offset": 528, "length": 8 },
        ],
        "dirty-flag": false,
        "snapshot-count": 0,
        "format-specific": {
            "type": "qcow2",
            "data": {
                "compat": "1.1",
                "compression-type": "zlib",
                "refcount-bits": 16,
                "lazy-refcounts": false,
                "corrupt": false,
                "extended-l2": false,
            },
        },
        "findings": ["backing-file"],
    });
    assert_eq!(run.json(), expected);
    // The output has the indentation of qemu-img and the documented order of keys.
    let start = "{\n    \"filename\": \"./overlay.qcow2\",\n    \"format\": \"qcow2\",\n";
    assert!(run.text().starts_with(start), "{}", run.text());
    assert!(run.text().ends_with("\n}\n"), "{}", run.text());
}

#[test]
fn facts_are_printed_as_rows() {
    let images = overlay();
    let run = TOOL.run(
        images.directory(),
        &["info", "-U", "./overlay.qcow2", "base.img"],
    );
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    let disk_size = |name| match allocated(&images, name) {
        0 => "0 bytes".into(),
        bytes => format!("{} KiB ({bytes} bytes)", bytes / 1024),
    };
    let expected = format!(
        "\
image:               ./overlay.qcow2
file format:         qcow2
virtual size:        64 MiB (67108864 bytes)
physical size:       192 KiB (196616 bytes)
backing file:        base.img (actual path: ./base.img)
backing file format: raw
encryption:          none
disk size:           {}
cluster size:        64 KiB (65536 bytes)
compat:              1.1
compression type:    zlib
refcount bits:       16
findings:            backing-file

image:               base.img
file format:         raw
virtual size:        64 MiB (67108864 bytes)
physical size:       64 MiB (67108864 bytes)
backing file:        none
encryption:          none
disk size:           {}
",
        disk_size("overlay.qcow2"),
        disk_size("base.img"),
    );
    assert_eq!(run.text(), expected);
}

#[test]
fn a_missing_backing_format_is_reported_as_not_recorded() {
    let images = Images::new();
    with_backing(&images, "a.qcow2", b"/srv/base.img");
    let run = TOOL.run(images.directory(), &["info", "a.qcow2"]);
    let rows = "backing file:        /srv/base.img\nbacking file format: not recorded\n";
    assert!(run.text().contains(rows), "{}", run.text());
    let info = TOOL.info(images.directory(), &["a.qcow2"]);
    assert_eq!(info["full-backing-filename"], "/srv/base.img");
    assert_eq!(info.get("backing-filename-format"), None);
    assert_eq!(info.get("encrypted"), None);
}

#[test]
fn several_images_are_one_json_line_each() {
    let images = overlay();
    images.write("short.qcow2", b"QFI\xfb\0\0\0\x03");
    let files = ["overlay.qcow2", "missing.img", "short.qcow2", "base.img"];
    let run = TOOL.run(
        images.directory(),
        &[&["info", "--output=json"], &files[..]].concat(),
    );
    assert_eq!(run.code, Some(1));
    let lines = run.json_lines();
    let names: Vec<_> = lines.iter().map(|line| &line["filename"]).collect();
    assert_eq!(names, files);
    assert_eq!(lines[0]["format"], "qcow2");
    let truncated = "qcow2 header: needs 72 bytes at offset 0, but the file is 8 bytes long";
    let errors = [
        (1, "not-found", "cannot open: No such file or directory"),
        (2, "truncated", truncated),
    ];
    for (line, code, message) in errors {
        let error = json!({ "code": code, "message": message });
        assert_eq!(
            lines[line],
            json!({ "filename": files[line], "error": error })
        );
    }
    assert_eq!(lines[3]["virtual-size"], 67_108_864);
    let complaints = format!(
        "diskprobe: missing.img: {}\ndiskprobe: short.qcow2: {truncated}\n",
        errors[0].2
    );
    assert_eq!(run.err, complaints);
}

#[test]
fn one_image_that_cannot_be_probed_prints_nothing() {
    let images = Images::new();
    for output in ["--output=json", "--output=human"] {
        let run = TOOL.run(images.directory(), &["info", output, "missing.img"]);
        assert_eq!((run.code, run.text()), (Some(1), ""));
        let complaint = "diskprobe: missing.img: cannot open: No such file or directory\n";
        assert_eq!(run.err, complaint);
    }
}

#[test]
fn the_format_can_be_given() {
    let images = overlay();
    let raw = TOOL.info(images.directory(), &["-f", "raw", "overlay.qcow2"]);
    assert_eq!(
        (&raw["format"], &raw["virtual-size"]),
        (&json!("raw"), &json!(197_120))
    );
    assert_eq!(raw.get("backing-filename"), None);
    assert_eq!(raw["findings"], json!([]));
    let run = TOOL.run(images.directory(), &["info", "-f", "qcow2", "base.img"]);
    let complaint = "diskprobe: base.img: not a qcow2 image: no qcow2 signature (offset 0); \
                     the first sector is all zeros\n";
    assert_eq!((run.code, run.text(), &*run.err), (Some(1), "", complaint));
}

#[test]
fn wrong_usage_has_exit_code_2() {
    let images = Images::new();
    let formats: Vec<_> = diskprobe::Format::ALL
        .iter()
        .copied()
        .map(|format| format.as_str())
        .collect();
    let cases: &[(&[&str], &str)] = &[
        (&[], "Usage: diskprobe"),
        (&["info"], "<FILE>..."),
        (
            &["info", "--output=xml", "a"],
            "possible values: human, json",
        ),
        (&["info", "-f", "qcow3", "a"], &formats.join(", ")),
        (&["info", "-x", "a"], "-x"),
        (&["frobnicate"], "frobnicate"),
    ];
    for (arguments, words) in cases {
        let run = TOOL.run(images.directory(), arguments);
        assert_eq!((run.code, run.text()), (Some(2), ""), "{arguments:?}");
        assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn help_and_version_exit_with_code_0() {
    let images = Images::new();
    let version = format!("diskprobe {}\n", env!("CARGO_PKG_VERSION"));
    let cases: &[(&[&str], &str)] = &[
        (&["--version"], &version),
        (&["--help"], "Show the facts of disk images"),
        (&["info", "--help"], "diskprobe info --output=json *.img"),
    ];
    for (arguments, words) in cases {
        let run = TOOL.run(images.directory(), arguments);
        assert_eq!((run.code, &*run.err), (Some(0), ""), "{arguments:?}");
        assert!(run.text().contains(words), "{arguments:?}: {}", run.text());
    }
}

#[test]
fn a_closed_pipe_ends_the_tool_silently() {
    let images = Images::new();
    images.write("a.img", [0; 512]);
    for output in ["--output=json", "--output=human"] {
        let mut command = TOOL.command(images.directory());
        command.args(["info", output]).args(vec!["a.img"; 2000]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the tool starts");
        drop(child.stdout.take());
        let end = child.wait_with_output().expect("the tool ends");
        let complaint = String::from_utf8_lossy(&end.stderr);
        assert_eq!((end.status.code(), &*complaint), (Some(1), ""), "{output}");
    }
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let images = Images::new();
    images.write("a.img", [0; 512]);
    let mut command = TOOL.command(images.directory());
    let full = File::options()
        .write(true)
        .open("/dev/full")
        .expect("a full device");
    command
        .args(["info", "a.img"])
        .stdout(full)
        .stderr(Stdio::piped());
    let end = command.output().expect("the tool runs");
    let complaint = String::from_utf8_lossy(&end.stderr);
    assert_eq!(end.status.code(), Some(1));
    assert!(
        complaint.starts_with("diskprobe: standard output: No space left"),
        "{complaint}"
    );
}

/// The tool writes each result before it opens the next image.
#[test]
fn results_are_printed_before_the_last_image_is_read() {
    use std::io::{BufRead, BufReader};
    let images = Images::new();
    images.write("a.img", [0; 512]);
    let mut command = TOOL.command(images.directory());
    command
        .args(["info", "--output=json", "a.img"])
        .args(vec!["missing"; 20000]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the tool starts");
    // The pipe is too small for all results, so the tool cannot have exited.
    let mut first = String::new();
    let mut answers = BufReader::with_capacity(64, child.stdout.take().expect("a pipe"));
    answers.read_line(&mut first).expect("a line");
    let first: Value = serde_json::from_str(&first).expect("JSON");
    assert_eq!(first["filename"], "a.img");
    assert!(
        child.try_wait().expect("a child").is_none(),
        "the tool printed all results at once"
    );
    drop(answers);
    child.wait().expect("the tool ends");
}
