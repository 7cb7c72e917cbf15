// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names that a terminal, a shell or a recursive parser interprets.

use super::bases::*;
use super::references::{in_sparse_file, with_data_file, FLAT};
use crate::TOOL;
use diskprobe::location::Location;
use diskprobe_test_support::bytes::position;
use diskprobe_test_support::{patched, Images};
use serde_json::Value;

/// Returns names, each with its escaped text.
fn names() -> Vec<(Vec<u8>, &'static str)> {
    vec![
        (
            b"a\nbacking file: none\r".to_vec(),
            r"a\nbacking file: none\r",
        ),
        (b"\x1b[2J\x1b]0;x\x07".to_vec(), r"\x1b[2J\x1b]0;x\x07"),
        (b"`reboot`;$(reboot)".to_vec(), "`reboot`;$(reboot)"),
        (b"\xff\xfe/\xc3\x28".to_vec(), r"\xff\xfe/\xc3("),
        (
            "\u{202e}gmi.\u{2066}x\u{200f}".into(),
            r"\u{202e}gmi.\u{2066}x\u{200f}",
        ),
        (b"\\x1b".to_vec(), r"\\x1b"),
        ("\u{9b}31m".into(), r"\u{9b}31m"),
    ]
}

/// Asserts that the text has no character that a terminal interprets.
#[track_caller]
fn assert_harmless(text: &str) {
    let acts = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(acts), "{text:?}");
}

/// Returns the bytes of a name in JSON. A name that is not UTF-8 is in hex.
fn exact(object: &Value, key: &str) -> Vec<u8> {
    match object[format!("{key}-hex")].as_str() {
        Some(hex) => (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"))
            .collect(),
        None => object[key].as_str().expect("a name").as_bytes().to_vec(),
    }
}

#[test]
fn a_backing_name_is_escaped() {
    let images = Images::new();
    for (name, shown) in names() {
        images.write("x.qcow2", extended(&[], &name));
        for (command, label) in [
            ("info", "\nbacking file:        "),
            ("check", "it names a backing file: "),
        ] {
            let run = TOOL.run(images.directory(), &[command, "x.qcow2"]);
            assert!(run.text().contains(&format!("{label}{shown}")), "{run:?}");
            assert_harmless(run.text());
            assert_harmless(&run.err);
        }
        let facts = TOOL.info(images.directory(), &["x.qcow2"]);
        assert_eq!(exact(&facts, "backing-filename"), name);
        let verdict = TOOL.run(images.directory(), &["check", "--output=json", "x.qcow2"]);
        assert_harmless(verdict.text());
        assert_eq!(exact(&verdict.json()["references"][0], "location"), name);
    }
}

#[test]
fn the_name_of_a_data_file_or_extent_is_escaped() {
    let images = Images::new();
    for (name, shown) in names() {
        images.write("x.img", with_data_file(&name));
        let said = TOOL.run(images.directory(), &["check", "x.img"]);
        assert!(
            said.text().contains(&format!("in another file: {shown}\n")),
            "{said:?}"
        );
        if name.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
            continue;
        }
        let quoted = [b"\"", &name[..], b"\""].concat();
        let text = FLAT.to_vec();
        let at = position(&text, b"\"/etc/hostname\"");
        let text = [&text[..at], &quoted, &text[at + 15..]].concat();
        for bytes in [text.clone(), in_sparse_file(&text)] {
            images.write("x.img", &bytes);
            let said = TOOL.run(images.directory(), &["check", "x.img"]);
            assert!(
                said.text().contains(&format!("extent files: {shown}\n")),
                "{said:?}"
            );
            assert_harmless(said.text());
            let verdict = TOOL.run(images.directory(), &["check", "--output=json", "x.img"]);
            assert_eq!(exact(&verdict.json()["references"][0], "location"), name);
        }
    }
}

/// A name ends at a NUL, as in C.
#[test]
fn a_nul_ends_a_name() {
    let images = Images::new();
    images.write("x.qcow2", extended(&[], b"base\0\x1b/etc/passwd"));
    let facts = TOOL.info(images.directory(), &["x.qcow2"]);
    assert_eq!(facts["backing-filename"], "base");
    images.write("x.qcow2", extended(&[], b"\0/etc/passwd"));
    let facts = TOOL.info(images.directory(), &["x.qcow2"]);
    assert!(facts.get("backing-filename").is_none());
    assert!(Location::parse(b"base\0x").is_err());
}

#[test]
fn the_longest_names_are_read() {
    let images = Images::new();
    let qed = qed();
    for (length, format) in [(1023usize, "qcow2"), (4095, "qed")] {
        for fill in [b"x", b"\x1b", b"\xff"] {
            let name = fill.repeat(length);
            let bytes = match format {
                "qcow2" => backed(&extended(&[], b""), 0x4000, &name),
                _ => {
                    let field = [8192u32, u32::try_from(length).expect("short")];
                    let field = field.map(u32::to_le_bytes).concat();
                    patched(&qed, &[(16, &[1]), (56, &field), (8192, &name)])
                }
            };
            images.write("x.img", &bytes);
            let facts = TOOL.info(images.directory(), &["x.img"]);
            assert_eq!(facts["format"], format);
            assert_eq!(exact(&facts, "backing-filename"), name);
            let said = TOOL.run(images.directory(), &["check", "x.img"]);
            assert_eq!(said.code, Some(1));
            assert_harmless(said.text());
        }
    }
}

/// Nested JSON is printed as text. Parsing it fails without recursion.
#[test]
fn nested_json_does_not_overflow_the_stack() {
    let images = Images::new();
    for open in ["{\"file\":", "["] {
        let deep = format!("json:{}", open.repeat(10_000));
        // The stack of this thread is too small for 10,000 nested calls.
        let parsed = std::thread::Builder::new().stack_size(64 << 10).spawn({
            let deep = deep.clone();
            move || {
                let short = &deep.as_bytes()[..1023];
                (
                    Location::parse(deep.as_bytes()).is_err(),
                    Location::parse(short).is_err(),
                )
            }
        });
        assert_eq!(
            parsed.expect("a thread").join().expect("no overflow"),
            (true, true)
        );
        let name = &deep.as_bytes()[..1023];
        images.write("x.qcow2", backed(&extended(&[], b""), 0x4000, name));
        for command in [&["info", "x.qcow2"][..], &["check", "x.qcow2"]] {
            assert!(TOOL
                .run(images.directory(), command)
                .text()
                .contains("json:"));
        }
        let chain = TOOL.run(images.directory(), &["info", "--backing-chain", "x.qcow2"]);
        assert_eq!(chain.code, Some(1));
        assert!(
            chain.err.contains("deep") || chain.err.contains("level"),
            "{chain:?}"
        );
        let location = TOOL.run(images.directory(), &["location", &deep]);
        assert_eq!(location.code, Some(1));
        assert_harmless(&location.err);
    }
}

/// The name of the image file is not passed to a shell.
#[test]
fn cve_2026_25077() {
    let images = Images::new();
    let name = "$(touch made)`touch made`\u{1b}\n.qcow2";
    images.write(name, extended(&[], b"`touch made`\n\x1b"));
    for command in ["info", "check"] {
        let run = TOOL.run(images.directory(), &[command, name]);
        assert!(run
            .text()
            .contains("$(touch made)`touch made`\\x1b\\n.qcow2"));
        assert_harmless(run.text());
    }
    assert!(!images.path("made").exists());
}
