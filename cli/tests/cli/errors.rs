// SPDX-License-Identifier: MIT OR Apache-2.0
//! Makes each input that the table in `docs/errors.md` lists, and checks that it fails with the
//! documented code and message.

use crate::TOOL;
use diskprobe::{
    probe_buffer, probe_path, probe_source, Error, ErrorKind, Format, Image, Limits, Options,
    Policy, Prober, Receipt, Source,
};
use diskprobe_test_support::build::{
    bochs, cloop, Build, Luks, Parallels, Qcow, Qcow2, Qed, Subformat, Vdi, Vhdx, Vmdk, Vpc, MIB,
};
use diskprobe_test_support::message::{self, assert_template};
use diskprobe_test_support::probe::{probe, probe_with};
use diskprobe_test_support::tool::Run;
use diskprobe_test_support::{patched, root, Images};
use std::collections::BTreeSet;
use std::fs::{read_to_string, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

const DOCUMENT: &str = include_str!("../../../docs/errors.md");

/// Returns the cells of the table after `heading`.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, below) = DOCUMENT.split_once(heading).expect("the heading");
    let section = below.split("\n## ").next().expect("a section");
    let rows = section
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(2);
    let cells = |row: &'static str| row.trim_matches('|').split(" | ").map(clean).collect();
    rows.map(cells).collect()
}

/// Returns the text of a cell, without backticks if all of it is code.
fn clean(cell: &str) -> &str {
    let cell = cell.trim();
    let code = cell
        .strip_prefix('`')
        .and_then(|cell| cell.strip_suffix('`'));
    code.filter(|code| !code.contains('`')).unwrap_or(cell)
}

#[test]
fn document_lists_each_error_code() {
    let explained = table("## Codes").into_iter().map(|row| row[0]);
    let codes = ErrorKind::ALL.iter().copied().map(ErrorKind::as_str);
    assert_eq!(explained.collect::<Vec<_>>(), codes.collect::<Vec<_>>());
}

#[test]
fn each_code_has_an_error_class() {
    let rows = table("## Error classes of a host");
    let cells = rows.iter().flat_map(|row| row[1].split(", "));
    let mut classified: Vec<_> = cells.map(|code| code.trim_matches('`')).collect();
    let mut codes: Vec<_> = ErrorKind::ALL.iter().map(|kind| kind.as_str()).collect();
    classified.sort_unstable();
    codes.sort_unstable();
    assert_eq!(classified, codes);
}

#[test]
fn document_lists_each_parameter_of_a_message() {
    let source = include_str!("../../../src/base/message.rs");
    let (_, list) = source.split_once("const NAMES: &[&str] = &[").expect("it");
    let (list, _) = list.split_once("];").expect("its end");
    let names = list.split('"').skip(1).step_by(2);
    assert!(names.eq(message::names()));
    let sources = source_files(&root().join("src"));
    for name in message::names() {
        let placeholder = format!("{{{name}}}");
        assert!(
            sources.contains(&placeholder),
            "no message has {placeholder}"
        );
    }
}

/// Returns the text of all source files in a folder.
fn source_files(folder: &Path) -> String {
    let entries = folder.read_dir().expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let text = |path: PathBuf| match path.is_dir() {
        true => source_files(&path),
        false => read_to_string(path).expect("a source file"),
    };
    paths.map(text).collect()
}

/// The result for an input: code and message.
type Outcome = (String, String);

fn outcome(result: Result<Image, Error>) -> Outcome {
    match result {
        Ok(image) => {
            let size = image.virtual_size().expect("a size");
            ("none".into(), format!("{} of {size} bytes", image.format()))
        }
        Err(error) => {
            assert_template(&error);
            (error.kind().as_str().into(), error.to_string())
        }
    }
}

#[test]
fn each_input_fails_as_documented() {
    let images = Images::new();
    let outcomes: Vec<(&str, Outcome)> = [
        files(&images),
        not_that_image(),
        cut_headers(),
        impossible_fields(),
        references(&images),
        calls(),
        receipts(),
    ]
    .concat();
    let mut differing = Vec::new();
    let rows = table("## Messages");
    for row in &rows {
        let (input, code, message) = (row[0], row[1], row[2]);
        let found = outcomes.iter().find(|(name, _)| *name == input);
        let Some((_, (found_code, found_message))) = found else {
            differing.push(format!("{input}: no test makes it"));
            continue;
        };
        if (code, message) != (found_code, found_message) {
            differing.push(format!("| {input} | `{found_code}` | `{found_message}` |"));
        }
    }
    let documented: BTreeSet<_> = rows.iter().map(|row| row[0]).collect();
    for (name, (code, message)) in &outcomes {
        if !documented.contains(name) {
            differing.push(format!(
                "not documented:\n| {name} | `{code}` | `{message}` |"
            ));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert_eq!(rows.len(), outcomes.len(), "an input is listed twice");
    println!("{} inputs fail as documented", rows.len());
}

fn files(images: &Images) -> Vec<(&'static str, Outcome)> {
    let path = |name: &str| images.path(name);
    std::fs::write(path("empty"), b"").expect("a file");
    std::fs::write(path("three"), b"QFI").expect("a file");
    std::fs::create_dir(path("directory")).expect("a directory");
    let made = Command::new("mkfifo").arg(path("fifo")).status();
    assert!(made.expect("mkfifo is installed").success());
    let _socket = UnixListener::bind(path("socket")).expect("a socket");
    let plain = |name: &str| outcome(probe_path(path(name), &Options::new()));
    let as_dir = Options::new().format(Some(Format::Dir));
    vec![
        ("an empty file", plain("empty")),
        ("a file of 3 bytes", plain("three")),
        ("a name that does not exist", plain("missing")),
        ("a file without read permission", unreadable(images)),
        ("a directory", plain("directory")),
        (
            "a file, specified as `dir`",
            outcome(probe_path(path("empty"), &as_dir)),
        ),
        ("a FIFO", plain("fifo")),
        ("a socket", plain("socket")),
        (
            "a character device",
            outcome(probe_path("/dev/null", &Options::new())),
        ),
    ]
}

/// Returns the error for a file without read permission. Root can read every file, so the tool runs
/// as another user.
fn unreadable(images: &Images) -> Outcome {
    images.write("secret", b"secret");
    let open = |name: &str, mode| {
        let permissions = Permissions::from_mode(mode);
        std::fs::set_permissions(images.path(name), permissions).expect("a mode");
    };
    open("secret", 0o000);
    open("", 0o755);
    let mut command = TOOL.unprivileged(images);
    command.args(["info", "--output=json", "secret", "secret"]);
    let error = &Run::of(&mut command).json_lines()[0]["error"];
    let text = |key: &str| error[key].as_str().expect("text").to_owned();
    (text("code"), text("message"))
}

fn not_that_image() -> Vec<(&'static str, Outcome)> {
    let qcow2 = Qcow2::new(64 * MIB).bytes();
    let descriptor = Vmdk::new(MIB).subformat(Subformat::MonolithicFlat).bytes();
    let page = b"<!DOCTYPE html>\n".repeat(768);
    let asked =
        |format, bytes: &[u8]| outcome(probe_with(bytes, &Options::new().format(Some(format))));
    vec![
        (
            "an empty file, specified as `qcow2`",
            asked(Format::Qcow2, b""),
        ),
        (
            "a file of zeros, specified as `luks`",
            asked(Format::Luks, &[0; 4096]),
        ),
        (
            "12 KiB of HTML, specified as `qcow2`",
            asked(Format::Qcow2, &page),
        ),
        (
            "a gzip file, specified as `vmdk`",
            asked(Format::Vmdk, b"\x1f\x8b\x08\0\0\0\0\0"),
        ),
        (
            "a qcow2 image, specified as `vdi`",
            asked(Format::Vdi, &qcow2),
        ),
        (
            "a VMDK descriptor, specified as `qcow2`",
            asked(Format::Qcow2, &descriptor),
        ),
        ("any bytes, specified as `dir`", asked(Format::Dir, &qcow2)),
    ]
}

/// Returns images of each format that end within the header.
fn cut_headers() -> Vec<(&'static str, Outcome)> {
    const SIZE: u64 = 64 * MIB;
    let cut = |image: &dyn Build, length: usize| outcome(probe(&image.bytes()[..length]));
    let cloop = cloop();
    let end = cloop.iter().position(|byte| *byte == 0).expect("an end");
    let script = &cloop[..end];
    vec![
        ("40 bytes of a qcow image", cut(&Qcow::new(SIZE), 40)),
        ("8 bytes of a qcow2 image", cut(&Qcow2::new(SIZE), 8)),
        ("100 bytes of a qcow2 image", cut(&Qcow2::new(SIZE), 100)),
        ("60 bytes of a qed image", cut(&Qed::new(SIZE), 60)),
        ("60 bytes of a sparse vmdk image", cut(&Vmdk::new(SIZE), 60)),
        ("100 bytes of a vdi image", cut(&Vdi::new(SIZE), 100)),
        (
            "100 bytes of a dynamic vpc image",
            cut(&Vpc::new(SIZE), 100),
        ),
        ("100 bytes of a luks image", cut(&Luks::new(SIZE), 100)),
        (
            "40 bytes of a parallels image",
            cut(&Parallels::new(SIZE), 40),
        ),
        (
            "68 bytes of a bochs image",
            outcome(probe(&bochs(0x2_0000)[..68])),
        ),
        ("only the script of a cloop image", outcome(probe(script))),
        ("8 bytes of a vhdx image", cut(&Vhdx::new(SIZE), 8)),
    ]
}

fn impossible_fields() -> Vec<(&'static str, Outcome)> {
    let qcow2 = Qcow2::new(64 * MIB).bytes();
    let with = |offset, bytes: &[u8]| outcome(probe(&patched(&qcow2, &[(offset, bytes)])));
    vec![
        (
            "qcow2 with `cluster_bits` 40",
            with(20, &40u32.to_be_bytes()),
        ),
        (
            "qcow2 with `l1_table_offset` 1000",
            with(40, &1000u64.to_be_bytes()),
        ),
        (
            "qcow2 with LUKS and no LUKS header",
            with(32, &2u32.to_be_bytes()),
        ),
        ("qcow2 of version 4", with(4, &4u32.to_be_bytes())),
        ("qcow2 with incompatible feature 5", with(79, &[0x20])),
    ]
}

/// Backing and data files that cannot be followed, each recorded by an image in the working
/// directory of the tool.
fn references(images: &Images) -> Vec<(&'static str, Outcome)> {
    images.write("base.raw", [0; 1024]);
    std::fs::create_dir(images.path("images")).expect("a directory");
    let chain = |image: Qcow2| {
        image.write(images.path("images/top.qcow2"));
        let arguments = [
            "info",
            "--output=json",
            "--backing-chain",
            "images/top.qcow2",
        ];
        let chain = TOOL.run(images.directory(), &arguments).json();
        let last = chain
            .as_array()
            .expect("an array")
            .last()
            .expect("an image");
        let text = |key: &str| last["error"][key].as_str().expect("text").to_owned();
        (text("code"), text("message"))
    };
    let over = |backing: &str, format: &str| chain(Qcow2::new(MIB).backing(backing, format));
    let json = |options: &str| format!(r#"json:{{{options},"file":{{"filename":"base.raw"}}}}"#);
    vec![
        (
            "a `json:` backing file with `backing`",
            over(&json(r#""backing":null"#), "raw"),
        ),
        (
            "a `json:` backing file with an unknown option",
            over(&json(r#""x":1"#), "raw"),
        ),
        (
            "a `json:` backing file with `size` \"1k\"",
            over(&json(r#""driver":"raw","size":"1k""#), "raw"),
        ),
        (
            "a slice of 513 bytes",
            over(&json(r#""driver":"raw","size":513"#), "raw"),
        ),
        (
            "a slice that ends beyond the file",
            over(&json(r#""driver":"raw","size":2048"#), "raw"),
        ),
        (
            "a slice next to a `file`, if the recorded format is `qcow2`",
            over(&json(r#""offset":512"#), "qcow2"),
        ),
        (
            "the driver `qcow2` for the format `raw`",
            over(&json(r#""driver":"qcow2""#), "raw"),
        ),
        (
            "the driver `file` for the format `raw`",
            over(r#"json:{"driver":"file","filename":"base.raw"}"#, "raw"),
        ),
        ("a path for the format `nbd`", over("base.raw", "nbd")),
        (
            "a regular file for the format `host_device`",
            over("../base.raw", "host_device"),
        ),
        (
            "the driver `throttle`",
            over(&json(r#""driver":"throttle""#), "raw"),
        ),
        ("a backing file `disk 10:00`", over("disk 10:00", "raw")),
        ("a backing file `/dev/stdin`", over("/dev/stdin", "raw")),
        (
            "a data file `nbd:host:1`",
            chain(Qcow2::new(MIB).data_file("nbd:host:1")),
        ),
        (
            "a data file that the working directory lacks",
            chain(Qcow2::new(MIB).data_file("data.raw")),
        ),
    ]
}

/// A source of zeros that ends or fails at the given offset.
struct Ends {
    at: u64,
    fails: bool,
}

impl Source for Ends {
    fn length(&mut self) -> std::io::Result<Option<u64>> {
        Ok(Some(4096))
    }

    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        const EIO: i32 = 5;
        let rest = self.at.saturating_sub(offset);
        if rest == 0 && self.fails {
            return Err(std::io::Error::from_raw_os_error(EIO));
        }
        let got = buffer.len().min(usize::try_from(rest).expect("small"));
        buffer[..got].fill(0);
        Ok(got)
    }
}

fn calls() -> Vec<(&'static str, Outcome)> {
    let defaults = Options::new();
    let source = |at, fails| outcome(probe_source(&mut Ends { at, fails }, &defaults));
    let far_name = patched(
        &Qcow2::new(64 * MIB).bytes(),
        &[(8, &0xc000u64.to_be_bytes()), (16, &8u32.to_be_bytes())],
    );
    let limited = |limits: Result<Limits, Error>| {
        let limits = limits.expect("a lower limit");
        outcome(probe_with(&far_name, &Options::new().limits(limits)))
    };
    let length = Some(far_name.len() as u64);
    let fixed = Options::new().format(Some(Format::Vpc));
    let mut early = Prober::new(&defaults);
    early.set_length(4096).expect("the first length");
    early.next_read().expect("a range");
    vec![
        ("a read that fails", source(100, true)),
        (
            "a file that shrinks to 100 bytes during the probe",
            source(100, false),
        ),
        (
            "one read allowed, two needed",
            limited(Limits::new().max_reads(1)),
        ),
        (
            "1536 bytes allowed, more needed",
            limited(Limits::new().max_bytes(1536)),
        ),
        (
            "a buffer of 512 bytes, more needed",
            outcome(probe_buffer(&far_name[..512], length, &defaults)),
        ),
        (
            "a fixed VHD of unknown length",
            outcome(probe_buffer(&[0; 512], None, &fixed)),
        ),
        (
            "a buffer longer than the length passed with it",
            outcome(probe_buffer(&[0; 512], Some(511), &defaults)),
        ),
        (
            "`Prober::finish` before the last range was fed",
            outcome(early.finish()),
        ),
    ]
}

fn receipts() -> Vec<(&'static str, Outcome)> {
    let thorough = |bytes: &[u8]| probe_with(bytes, &Options::new().thorough(true));
    let disk = [0; 4096];
    let image = thorough(&disk).expect("a raw image");
    let receipt = Policy::new().receipt(&image, None).expect("a receipt");
    let text = receipt.to_string();
    let parsed = |text: &[u8]| outcome(Receipt::parse(text).map(|_| image.clone()));
    let replaced = |old: &str, new: &str| parsed(text.replace(old, new).as_bytes());
    let verified = |bytes: &[u8]| {
        let image = probe_with(bytes, &receipt.options()).expect("a raw image");
        outcome(receipt.verify(&image, None).map(|()| image))
    };
    let qcow2 = Qcow2::new(64 * MIB).backing("base.img", "raw").bytes();
    let image = thorough(&qcow2).expect("a qcow2 image");
    let policy = Policy::new().max_virtual_size(MIB);
    let rejected = policy.receipt(&image, None).expect_err("violations");
    vec![
        (
            "a receipt for an overlay of more than 1 MiB",
            outcome(Err(rejected.into())),
        ),
        ("an empty file, as a receipt", parsed(b"")),
        ("a qcow2 image, as a receipt", parsed(&qcow2)),
        (
            "a receipt of version 2",
            replaced("\"receipt\":1", "\"receipt\":2"),
        ),
        (
            "a receipt for the format `ext4`",
            replaced("\"format\":\"raw\"", "\"format\":\"ext4\""),
        ),
        (
            "a raw disk on which a guest wrote a qcow2 signature",
            verified(&patched(&disk, &[(0, &qcow2[..512])])),
        ),
        (
            "an image larger than the one in the receipt",
            verified(&[0; 8192]),
        ),
    ]
}
