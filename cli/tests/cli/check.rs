// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe check`: exit codes, policy options, text and JSON output.

use crate::TOOL;
use diskprobe_test_support::build::{Build, Luks, Qcow2, Vpc, MIB};
use diskprobe_test_support::tool::overlay;
use diskprobe_test_support::Images;
use serde_json::json;

/// Asserts the exit code and the output of a run, and that the standard error is empty.
#[track_caller]
fn assert_says(images: &Images, arguments: &[&str], code: i32, text: &str) {
    let run = TOOL.run(images.directory(), &[&["check"], arguments].concat());
    assert_eq!((run.code, run.text(), &*run.err), (Some(code), text, ""));
}

#[test]
fn each_image_and_each_violation_is_a_line() {
    let images = overlay();
    Qcow2::new(MIB).write(images.path("whole.qcow2"));
    assert_says(&images, &["whole.qcow2"], 0, "whole.qcow2: accepted\n");
    let refused =
        "overlay.qcow2: refused\n    backing-file      it names a backing file: base.img\n";
    let arguments = ["base.img", "overlay.qcow2", "whole.qcow2"];
    let all = format!("base.img: accepted\n{refused}whole.qcow2: accepted\n");
    assert_says(&images, &arguments, 1, &all);
    let arguments = ["--allow=backing-file", "overlay.qcow2"];
    assert_says(
        &images,
        &arguments,
        0,
        "overlay.qcow2: accepted (backing-file)\n",
    );
    let arguments = ["--formats=raw", "--max-virtual-size=1M", "overlay.qcow2"];
    let all = "overlay.qcow2: refused\n    \
               format            its format is qcow2, which is not allowed\n    \
               virtual-size      its virtual size is 67108864 bytes, must be at most 1048576\n    \
               backing-file      it names a backing file: base.img\n";
    assert_says(&images, &arguments, 1, all);
}

#[test]
fn one_image_is_a_json_object_and_several_are_json_lines() {
    let images = overlay();
    let refused = json!({
        "filename": "overlay.qcow2",
        "accepted": false,
        "violations": [{"token": "backing-file", "message": "it names a backing file"}],
        "format": "qcow2",
        "virtual-size": 67_108_864,
        "references": [{"kind": "backing", "location": "base.img", "offset": 528, "length": 8}],
        "findings": ["backing-file"],
    });
    let one = TOOL.run(
        images.directory(),
        &["check", "--output=json", "overlay.qcow2"],
    );
    assert_eq!((one.code, one.json()), (Some(1), refused.clone()));
    let arguments = [
        "check",
        "--output=json",
        "overlay.qcow2",
        "none",
        "base.img",
    ];
    let several = TOOL.run(images.directory(), &arguments);
    let lines = several.json_lines();
    assert_eq!((several.code, &lines[0]), (Some(1), &refused));
    assert_eq!(lines[1]["accepted"], false);
    assert_eq!(lines[1]["error"]["code"], "not-found");
    assert!(several.err.starts_with("diskprobe: none: "), "{several:?}");
    assert_eq!(lines[2]["accepted"], true);
    assert_eq!(lines[2]["violations"], json!([]));
}

#[test]
fn an_image_that_cannot_be_probed_is_refused() {
    let images = Images::new();
    images.write("cut.qcow2", b"QFI\xfb\0\0\0\x03");
    let run = TOOL.run(images.directory(), &["check", "cut.qcow2"]);
    assert_eq!((run.code, run.text()), (Some(1), "cut.qcow2: refused\n"));
    assert!(run.err.starts_with("diskprobe: cut.qcow2: "), "{run:?}");
}

#[test]
fn the_given_format_is_used() {
    let images = Images::new();
    Qcow2::new(MIB).write(images.path("x"));
    assert_says(&images, &["-f", "raw", "x"], 0, "x: accepted\n");
    let ambiguous = "x: refused\n    ambiguous         its bytes also match another format or \
                     content: qcow2\n";
    assert_says(&images, &["-f", "raw", "--also-matches", "x"], 1, ambiguous);
    assert_says(
        &images,
        &["-f", "qcow2", "--also-matches", "x"],
        0,
        "x: accepted\n",
    );
    let wrong = TOOL.run(images.directory(), &["check", "-f", "vdi", "x"]);
    assert_eq!((wrong.code, wrong.text()), (Some(1), "x: refused\n"));
    // A fixed VHD is detected as raw, and matches vpc.
    Vpc::new(MIB)
        .fixed()
        .force_size()
        .write(images.path("fixed"));
    let ambiguous =
        "fixed: refused\n    ambiguous         its bytes also match another format or content: \
         vpc\n";
    assert_says(&images, &["fixed"], 1, ambiguous);
    assert_says(&images, &["-f", "vpc", "fixed"], 0, "fixed: accepted\n");
}

#[test]
fn backing_files_in_an_allowed_directory_are_accepted() {
    let images = overlay();
    let here = images.directory().to_str().expect("UTF-8").to_owned();
    let below = |directory: &str| format!("--allow-backing-under={directory}");
    let accepted = "overlay.qcow2: accepted (backing-file)\n";
    let elsewhere =
        "overlay.qcow2: refused\n    backing-directory its backing file is not under an allowed \
         directory: base.img\n";
    for directory in [".", &here, "/", &format!("{here}/.")] {
        assert_says(&images, &[&below(directory), "overlay.qcow2"], 0, accepted);
    }
    for directory in ["sub", "/srv", &format!("{here}x")] {
        assert_says(&images, &[&below(directory), "overlay.qcow2"], 1, elsewhere);
    }
    let both = [&below("/srv"), &below("."), "overlay.qcow2"];
    assert_says(&images, &both, 0, accepted);
    for (name, place) in [
        ("../x/base.img", "backing-directory"),
        (
            "json:{\"driver\":\"file\",\"filename\":\"/base.img\"}",
            "backing-directory",
        ),
        ("file:/base.img", "backing-directory"),
        ("nbd://host/x", "backing-directory"),
    ] {
        Qcow2::new(MIB)
            .backing(name, "raw")
            .write(images.path("x.qcow2"));
        let refused = TOOL.run(images.directory(), &["check", &below("/"), "x.qcow2"]);
        let text = refused.text();
        assert!(
            text.starts_with(&format!("x.qcow2: refused\n    {place} ")),
            "{refused:?}"
        );
        assert_eq!((refused.code, text.lines().count()), (Some(1), 2), "{text}");
    }
}

#[test]
fn some_findings_are_violations_only_if_denied() {
    let images = Images::new();
    Luks::new(MIB).write(images.path("x"));
    assert_says(&images, &["x"], 0, "x: accepted (encrypted)\n");
    let refused = "x: refused\n    encrypted         it is encrypted\n";
    assert_says(&images, &["--deny=encrypted", "x"], 1, refused);
    let mut bytes = Qcow2::new(MIB).bytes();
    bytes[79] = 3;
    images.write("y", &bytes);
    assert_says(&images, &["y"], 0, "y: accepted (dirty, corrupt)\n");
    let refused = "y: refused\n    dirty             it was not closed properly\n    \
                   corrupt           it is marked as corrupt\n";
    assert_says(
        &images,
        &["--deny=dirty", "--deny=corrupt", "y"],
        1,
        refused,
    );
}

#[test]
fn wrong_usage_has_exit_code_2() {
    let images = Images::new();
    images.write("x", b"x");
    for arguments in [
        &[][..],
        &["--allow=no-such-token", "x"],
        &["--deny=", "x"],
        &["--allow=dirty", "--deny=dirty", "x"],
        &["--formats=raw,no-such-format", "x"],
        &["--max-virtual-size=1.5G", "x"],
        &["--max-virtual-size=16E", "x"],
        &["--max-virtual-size=-1", "x"],
        &["--allow-backing-under=..", "x"],
        &["--allow-backing-under=", "x"],
        &["--also-matches", "x"],
        &["-f", "no-such-format", "x"],
    ] {
        let run = TOOL.run(images.directory(), &[&["check"], arguments].concat());
        assert_eq!((run.code, run.text()), (Some(2), ""), "{arguments:?}");
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
}

/// The default of each token is the same in the library, the document and the help.
#[test]
fn document_and_help_list_each_token() {
    let document = include_str!("../../../docs/safety.md");
    let images = Images::new();
    let help = TOOL.run(images.directory(), &["check", "--help"]);
    let (refused, accepted) = help
        .text()
        .split_once("Accepted unless")
        .expect("both lists");
    let (_, refused) = refused
        .split_once("Refused unless allowed")
        .expect("a list");
    let policy = diskprobe::Policy::new();
    for finding in diskprobe::Finding::ALL.iter().copied() {
        let name = finding.as_str();
        let line = document.lines().find(|line| {
            line.starts_with("| ")
                && line
                    .split(" | ")
                    .next()
                    .is_some_and(|cell| cell.contains(&format!("`{name}`")))
        });
        let line = line.unwrap_or_else(|| panic!("{name} is not in docs/safety.md"));
        let default = if policy.denies(finding) {
            "refused"
        } else {
            "accepted"
        };
        assert!(line.contains(&format!(" | {default} | ")), "{line}");
        let listed = if policy.denies(finding) {
            refused
        } else {
            accepted
        };
        assert!(listed.contains(name), "{name}");
    }
    for kind in diskprobe::ViolationKind::ALL
        .iter()
        .copied()
        .filter(|kind| kind.as_str() != "finding")
    {
        assert!(document.contains(&format!("\n| `{}` | ", kind.as_str())));
    }
}
