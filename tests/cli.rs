// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line tool as its users meet it: what it prints, how it fails, with which exit code.

mod common;
#[path = "common/tool.rs"]
mod tool;

use common::{patched, Images};
use serde_json::{json, Value};
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Stdio;
use tool::{diskprobe, info, run};

/// A directory with `overlay.qcow2` over `base.img`.
fn overlay() -> Images {
    let images = Images::new();
    images.qemu_img(&["create", "-f", "raw", "base.img", "64M"]);
    let create = ["create", "-f", "qcow2", "-b", "base.img", "-F", "raw"];
    images.qemu_img(&[&create[..], &["overlay.qcow2"]].concat());
    images
}

/// Writes a qcow2 image of that name, with a backing file name and no recorded format.
fn with_backing(images: &Images, image: impl AsRef<OsStr>, backing: &[u8]) {
    let length = u32::try_from(backing.len()).expect("short");
    let plain = images.create(&["-f", "qcow2", "NAME", "64M"]);
    let bytes = patched(
        &plain,
        &[
            (8, &600u64.to_be_bytes()),
            (16, &length.to_be_bytes()),
            (112, &[0; 8]),
            (600, backing),
        ],
    );
    write(images, image, &bytes);
}

fn write(images: &Images, name: impl AsRef<OsStr>, bytes: &[u8]) {
    let path = images.directory().join(Path::new(name.as_ref()));
    std::fs::write(path, bytes).expect("a file in the temporary directory");
}

fn allocated(images: &Images, name: &str) -> u64 {
    let metadata = std::fs::metadata(images.path(name)).expect("the image");
    metadata.blocks() * 512
}

#[test]
fn json_for_one_image() {
    let images = overlay();
    let run = run(
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
        "safety": ["backing-file"],
    });
    assert_eq!(run.json(), expected);
    // Indented as qemu-img does, and in the order of the contract.
    let start = "{\n    \"filename\": \"./overlay.qcow2\",\n    \"format\": \"qcow2\",\n";
    assert!(run.text().starts_with(start), "{}", run.text());
    assert!(run.text().ends_with("\n}\n"), "{}", run.text());
}

#[test]
fn the_same_for_a_person() {
    let images = overlay();
    let run = run(
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
backing file:        base.img (that is ./base.img)
backing file format: raw
encryption:          none
disk size:           {}
cluster size:        64 KiB (65536 bytes)
compat:              1.1
compression type:    zlib
refcount bits:       16
safety:              backing-file

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
fn what_is_not_recorded_is_said() {
    let images = Images::new();
    with_backing(&images, "a.qcow2", b"/srv/base.img");
    let run = run(images.directory(), &["info", "a.qcow2"]);
    let rows = "backing file:        /srv/base.img\nbacking file format: not recorded\n";
    assert!(run.text().contains(rows), "{}", run.text());
    let info = info(images.directory(), &["a.qcow2"]);
    assert_eq!(info["full-backing-filename"], "/srv/base.img");
    assert_eq!(info.get("backing-filename-format"), None);
    assert_eq!(info.get("encrypted"), None);
}

#[test]
fn several_images_are_one_line_each() {
    let images = overlay();
    write(&images, "short.qcow2", b"QFI\xfb\0\0\0\x03");
    let files = ["overlay.qcow2", "missing.img", "short.qcow2", "base.img"];
    let run = run(
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
        let run = run(images.directory(), &["info", output, "missing.img"]);
        assert_eq!((run.code, run.text()), (Some(1), ""));
        let complaint = "diskprobe: missing.img: cannot open: No such file or directory\n";
        assert_eq!(run.err, complaint);
    }
}

#[test]
fn the_format_can_be_given() {
    let images = overlay();
    let raw = info(images.directory(), &["-f", "raw", "overlay.qcow2"]);
    assert_eq!(
        (&raw["format"], &raw["virtual-size"]),
        (&json!("raw"), &json!(197_120))
    );
    assert_eq!(raw.get("backing-filename"), None);
    assert_eq!(raw["safety"], json!([]));
    let run = run(images.directory(), &["info", "-f", "qcow2", "base.img"]);
    let complaint = "diskprobe: base.img: not a qcow2 image: no qcow2 signature (offset 0); \
                     the first sector is all zeros\n";
    assert_eq!((run.code, run.text(), &*run.err), (Some(1), "", complaint));
}

#[test]
fn wrong_usage_is_explained() {
    let images = Images::new();
    let formats: Vec<_> = diskprobe::Format::all()
        .map(|format| format.name())
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
        let run = run(images.directory(), arguments);
        assert_eq!((run.code, run.text()), (Some(2), ""), "{arguments:?}");
        assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let images = Images::new();
    let version = format!("diskprobe {}\n", env!("CARGO_PKG_VERSION"));
    let cases: &[(&[&str], &str)] = &[
        (&["--version"], &version),
        (&["--help"], "Show the facts of disk images"),
        (&["info", "--help"], "diskprobe info --output=json *.img"),
    ];
    for (arguments, words) in cases {
        let run = run(images.directory(), arguments);
        assert_eq!((run.code, &*run.err), (Some(0), ""), "{arguments:?}");
        assert!(run.text().contains(words), "{arguments:?}: {}", run.text());
    }
}

#[test]
fn a_name_may_start_with_a_dash() {
    let images = Images::new();
    write(&images, "-U", &[0; 512]);
    let info = info(images.directory(), &["-U", "--", "-U"]);
    assert_eq!(
        (&info["filename"], &info["virtual-size"]),
        (&json!("-U"), &json!(512))
    );
}

#[test]
fn names_that_are_not_utf8_are_exact_in_hex() {
    let images = Images::new();
    let name = OsStr::from_bytes(b"d\xe9/i\xff.qcow2");
    std::fs::create_dir(images.directory().join(OsStr::from_bytes(b"d\xe9"))).expect("a directory");
    with_backing(&images, name, b"b\xfe.img");
    let one = info(images.directory(), &[name]);
    assert_eq!(one["filename"], "d\u{fffd}/i\u{fffd}.qcow2");
    assert_eq!(one["filename-hex"], "64e92f69ff2e71636f7732");
    assert_eq!(one["backing-filename"], "b\u{fffd}.img");
    assert_eq!(one["backing-filename-hex"], "62fe2e696d67");
    assert_eq!(one["full-backing-filename"], "d\u{fffd}/b\u{fffd}.img");
    assert_eq!(one["full-backing-filename-hex"], "64e92f62fe2e696d67");

    let missing = OsStr::from_bytes(b"\xff");
    let run = run(
        images.directory(),
        &["info".as_ref(), "--output=json".as_ref(), missing, name],
    );
    assert_eq!(run.code, Some(1));
    assert_eq!(run.json_lines()[0]["filename-hex"], "ff");
    assert!(
        run.err.starts_with("diskprobe: \\xff: cannot open"),
        "{}",
        run.err
    );
    let human = tool::run(images.directory(), &["info".as_ref(), name]);
    let row = "backing file:        b\\xfe.img (that is d\\xe9/b\\xfe.img)\n";
    assert!(human.text().contains(row), "{}", human.text());
}

/// Whether a terminal would act on something in the text.
fn has_hidden(text: &str) -> bool {
    let acts = |c: char| c != '\n' && (c.is_control() || ('\u{200e}'..'\u{2070}').contains(&c));
    text.chars().any(acts)
}

#[test]
fn a_hostile_name_cannot_reach_the_terminal() {
    let images = Images::new();
    let hostile = "x\x1b]0;owned\x07\nencryption: none\r\u{9b}31m\u{202e}gmi.\u{2066}\x7f\\n";
    with_backing(&images, "a.qcow2", hostile.as_bytes());
    let run = run(images.directory(), &["info", "a.qcow2"]);
    let row = "backing file:        x\\x1b]0;owned\\x07\\nencryption: none\\r\\u{9b}31m\
               \\u{202e}gmi.\\u{2066}\\x7f\\\\n\n";
    assert!(run.text().contains(row), "{}", run.text());
    assert!(!has_hidden(run.text()), "{:?}", run.text());

    let pretty = tool::run(images.directory(), &["info", "--output=json", "a.qcow2"]);
    assert_eq!(pretty.json()["backing-filename"], hostile);
    assert!(!has_hidden(pretty.text()), "{:?}", pretty.text());
    let lines = tool::run(
        images.directory(),
        &["info", "--output=json", "a.qcow2", hostile],
    );
    assert_eq!(lines.code, Some(1));
    assert_eq!(lines.json_lines()[1]["filename"], hostile);
    assert!(!has_hidden(lines.text()), "{:?}", lines.text());
    assert_eq!(lines.err.lines().count(), 1, "{:?}", lines.err);
    assert!(!has_hidden(&lines.err), "{:?}", lines.err);
}

#[test]
fn a_hostile_name_cannot_reach_the_terminal_as_an_option() {
    let images = Images::new();
    for hostile in ["-\x07", "--\x1b[31m\x07\u{9b}", "--output=\u{202e}\x08"] {
        let run = run(images.directory(), &["info", hostile]);
        assert_eq!((run.code, run.text()), (Some(2), ""));
        assert!(!has_hidden(&run.err), "{:?}", run.err);
    }
}

#[test]
fn a_reader_that_leaves_is_no_accident() {
    let images = Images::new();
    write(&images, "a.img", &[0; 512]);
    for output in ["--output=json", "--output=human"] {
        let mut command = diskprobe(images.directory());
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
fn answers_that_cannot_be_written_are_an_error() {
    let images = Images::new();
    write(&images, "a.img", &[0; 512]);
    let mut command = diskprobe(images.directory());
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

/// Each answer is there before the next image is opened: a reader need not wait for all.
#[test]
fn answers_come_as_they_are_found() {
    use std::io::{BufRead, BufReader};
    let images = Images::new();
    write(&images, "a.img", &[0; 512]);
    let mut command = diskprobe(images.directory());
    command
        .args(["info", "--output=json", "a.img"])
        .args(vec!["missing"; 20000]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the tool starts");
    // The pipe holds far less than all answers, so the tool cannot have ended.
    let mut first = String::new();
    let mut answers = BufReader::with_capacity(64, child.stdout.take().expect("a pipe"));
    answers.read_line(&mut first).expect("a line");
    let first: Value = serde_json::from_str(&first).expect("JSON");
    assert_eq!(first["filename"], "a.img");
    assert!(
        child.try_wait().expect("a child").is_none(),
        "all answers came at once"
    );
    drop(answers);
    child.wait().expect("the tool ends");
}

#[test]
fn safety_names_what_matters() {
    let images = overlay();
    let aes = "encrypt.format=aes,encrypt.key-secret=s0";
    let secret = "secret,id=s0,data=abc";
    images.qemu_img(&[
        "create",
        "--object",
        secret,
        "-f",
        "qcow2",
        "-o",
        aes,
        "aes.qcow2",
        "1M",
    ]);
    images.qemu_img(&[
        "create",
        "-f",
        "qcow2",
        "-o",
        "data_file=d.data",
        "d.qcow2",
        "1M",
    ]);
    let plain = images.create(&["-f", "qcow2", "NAME", "1M"]);
    write(&images, "plain.qcow2", &plain);
    write(&images, "dirty.qcow2", &patched(&plain, &[(79, &[1])]));
    write(&images, "corrupt.qcow2", &patched(&plain, &[(79, &[2])]));
    write(
        &images,
        "unnamed.qcow2",
        &patched(&plain, &[(79, &[4]), (112, &[0; 8])]),
    );
    for (name, safety) in [
        ("plain.qcow2", json!([])),
        ("overlay.qcow2", json!(["backing-file"])),
        ("aes.qcow2", json!(["encrypted"])),
        ("d.qcow2", json!(["data-file"])),
        ("unnamed.qcow2", json!(["data-file"])),
        ("dirty.qcow2", json!(["dirty"])),
        ("corrupt.qcow2", json!(["corrupt"])),
    ] {
        assert_eq!(
            info(images.directory(), &[name])["safety"],
            safety,
            "{name}"
        );
    }
    let data_file = info(images.directory(), &["d.qcow2"])["data-file"].take();
    assert_eq!(data_file, json!({ "filename": "d.data", "raw": false }));
    let unnamed = info(images.directory(), &["unnamed.qcow2"])["data-file"].take();
    assert_eq!(unnamed, json!({ "raw": false }));
}

#[test]
fn other_files_are_listed_and_not_opened() {
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    let subformat = "subformat=monolithicFlat";
    images.qemu_img(&[
        "create",
        "-f",
        "vmdk",
        "-o",
        subformat,
        "sub/flat.vmdk",
        "64M",
    ]);
    std::fs::remove_file(images.path("sub/flat-flat.vmdk")).expect("the extent");
    let flat = info(images.directory(), &["sub/flat.vmdk"]);
    let extent = json!({
        "filename": "flat-flat.vmdk",
        "type": "FLAT",
        "virtual-size": 67_108_864,
        "offset": 0,
    });
    assert_eq!(flat["extents"], json!([extent]));
    assert_eq!(flat["subformat"], "monolithicFlat");
    assert_eq!(flat["safety"], json!(["external-extents"]));
    let opened = &flat["format-specific"]["data"]["extents"][0]["filename"];
    assert_eq!(opened, "sub/flat-flat.vmdk");

    let vdi = images.create(&["-f", "vdi", "NAME", "64M"]);
    let uuid: [u8; 16] = std::array::from_fn(|index| u8::try_from(index).expect("below 16"));
    write(&images, "child.vdi", &patched(&vdi, &[(424, &uuid)]));
    let child = info(images.directory(), &["child.vdi"]);
    // Microsoft's order of bytes is not that of the text.
    let parent = json!({ "uuid": "03020100-0504-0706-0809-0a0b0c0d0e0f" });
    assert_eq!(child["parent"], parent);
    assert_eq!(child["safety"], json!(["parent"]));
    assert_eq!(child.get("backing-filename"), None);
}

#[test]
fn what_else_the_bytes_could_be_is_said() {
    let images = Images::new();
    let vdi = images.create(&["-f", "vdi", "NAME", "64M"]);
    write(
        &images,
        "two.img",
        &patched(&vdi, &[(0, b"QFI\xfb\0\0\0\x03")]),
    );
    let two = info(images.directory(), &["two.img"]);
    assert_eq!(two["format"], "vdi");
    assert_eq!(two["also-matches"], json!(["qcow2"]));
    assert_eq!(two["safety"], json!(["ambiguous"]));
    let asked = info(images.directory(), &["-f", "vdi", "two.img"]);
    assert_eq!(asked.get("also-matches"), None);
    assert_eq!(asked["safety"], json!([]));
    let human = run(images.directory(), &["info", "two.img"]);
    assert!(human
        .text()
        .ends_with("also looks like:     qcow2\nsafety:              ambiguous\n"));
}
