// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe info --backing-chain`.

use crate::TOOL;
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::bytes::position;
use diskprobe_test_support::chain::{overlay, raw, unrecorded};
use diskprobe_test_support::tool::Run;
use diskprobe_test_support::{patched, Images};
use serde_json::{json, Value};
use std::collections::BTreeSet;

/// Makes the chain `top.qcow2`, `mid.qcow2`, `base.raw`. `mid.qcow2` has a data file.
fn three() -> Images {
    let images = Images::new();
    raw(&images, "base.raw");
    let mid = Qcow2::new(MIB)
        .backing("base.raw", "raw")
        .data_file("d.raw");
    mid.write(images.path("mid.qcow2"));
    overlay(&images, "top.qcow2", "mid.qcow2", "qcow2");
    images
}

fn chain(images: &Images, arguments: &[&str]) -> Run {
    let all = [&["info", "--backing-chain"], arguments].concat();
    TOOL.run(images.directory(), &all)
}

/// Returns the keys of each element that the tests compare.
fn outline(array: &Value) -> Vec<Value> {
    let elements = array.as_array().expect("an array");
    let keys = [
        "filename",
        "format",
        "virtual-size",
        "format-source",
        "error",
    ];
    let part = |element: &Value| {
        let of_keys = keys
            .iter()
            .filter_map(|key| Some((*key, element.get(key)?)));
        of_keys
            .map(|(key, value)| (key.to_owned(), value.clone()))
            .collect()
    };
    elements.iter().map(part).collect()
}

#[test]
fn a_chain_is_a_json_array() {
    let images = three();
    for more in [&["--output=json"][..], &["--output=json", "-U"]] {
        let run = chain(&images, &[more, &["top.qcow2"]].concat());
        assert_eq!((run.code, &*run.err), (Some(0), ""));
        let array = run.json();
        let expected = [
            json!({"filename": "top.qcow2", "format": "qcow2", "virtual-size": 1 << 20,
                   "format-source": "probed"}),
            json!({"filename": "mid.qcow2", "format": "qcow2", "virtual-size": 1 << 20,
                   "format-source": "recorded"}),
            json!({"filename": "base.raw", "format": "raw", "virtual-size": 1 << 20,
                   "format-source": "recorded"}),
        ];
        assert_eq!(outline(&array), expected);
        let data_file = array[1]["data-file"].as_object().expect("an object");
        assert_eq!(data_file["filename"], "d.raw");
        assert_eq!(data_file["full-filename"], "d.raw");
        assert_eq!(data_file["physical-size"], 1 << 20);
        assert_eq!(data_file["raw"], false);
        assert_eq!(array[1]["findings"], json!(["backing-file", "data-file"]));
        assert!(run
            .text()
            .starts_with("[\n    {\n        \"filename\": \"top.qcow2\",\n"));
        assert!(run.text().ends_with("\n]\n"), "{}", run.text());
    }
    // Each image has the same facts as when it is probed alone.
    let chained = chain(&images, &["--output=json", "mid.qcow2"]).json();
    for element in chained.as_array().expect("an array") {
        let name = element["filename"].as_str().expect("a name");
        let mut alone = TOOL.info(images.directory(), &[name]);
        let mut element = element.clone();
        for object in [&mut alone, &mut element] {
            let object = object.as_object_mut().expect("an object");
            for key in ["format-source", "data-file"] {
                object.remove(key);
            }
        }
        assert_eq!(element, alone);
    }
}

#[test]
fn several_chains_are_one_json_line_each() {
    let images = three();
    let run = chain(
        &images,
        &["--output=json", "base.raw", "absent", "top.qcow2"],
    );
    assert_eq!(run.code, Some(1));
    let lines = run.json_lines();
    let lengths: Vec<_> = lines.iter().map(|line| outline(line).len()).collect();
    assert_eq!(lengths, [1, 1, 3]);
    let message = "cannot open: No such file or directory";
    let error = json!({"code": "not-found", "message": message});
    let failed = json!({"filename": "absent", "format-source": "unknown", "error": error});
    assert_eq!(outline(&lines[1]), [failed]);
    assert_eq!(run.err, format!("diskprobe: absent: {message}\n"));
}

#[test]
fn a_chain_is_printed_as_a_tree() {
    let images = three();
    let run = chain(&images, &["./top.qcow2", "base.raw"]);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    let expected = "\
./top.qcow2: qcow2 (probed), 1 MiB
└─ ./mid.qcow2: qcow2 (recorded), 1 MiB
   ├─ data file ./d.raw: raw (implied), 1 MiB
   └─ ./base.raw: raw (recorded), 1 MiB

base.raw: raw (probed), 1 MiB
";
    assert_eq!(run.text(), expected);
    let given = chain(&images, &["-f", "raw", "top.qcow2"]);
    assert_eq!(given.text(), "top.qcow2: raw (given), 192 KiB\n");
}

#[test]
fn a_broken_chain_is_shown_up_to_the_error() {
    let images = three();
    std::fs::remove_file(images.path("base.raw")).expect("a file");
    let run = chain(&images, &["--output=json", "top.qcow2"]);
    let message = "cannot open: No such file or directory";
    let complaint = format!("diskprobe: top.qcow2: backing file base.raw: {message}\n");
    assert_eq!((run.code, &*run.err), (Some(1), &*complaint));
    let elements = outline(&run.json());
    assert_eq!(elements.len(), 3);
    assert!(elements[..2]
        .iter()
        .all(|element| element.get("error").is_none()));
    let error = json!({"code": "not-found", "message": message});
    let last = json!({"filename": "base.raw", "format": "raw", "format-source": "recorded",
                      "error": error});
    assert_eq!(elements[2], last);
    let human = chain(&images, &["top.qcow2"]);
    assert_eq!((human.code, &human.err), (Some(1), &complaint));
    let last = format!("   └─ base.raw: raw (recorded): {message}\n");
    assert!(human.text().ends_with(&last), "{}", human.text());

    // An error of a data file is reported as the error of its image.
    std::fs::remove_file(images.path("d.raw")).expect("a file");
    let run = chain(&images, &["--output=json", "top.qcow2"]);
    let complaint = format!("diskprobe: top.qcow2: data file d.raw: {message}\n");
    assert_eq!((run.code, run.err), (Some(1), complaint));
    let elements = outline(&serde_json::from_slice(&run.out).expect("JSON"));
    assert_eq!(elements.len(), 2);
    let error = json!({"code": "not-found", "message": message, "of": "data-file"});
    assert_eq!(elements[1]["error"], error);
    let human = chain(&images, &["top.qcow2"]);
    let last = format!("   └─ data file d.raw: raw (implied): {message}\n");
    assert!(human.text().ends_with(&last), "{}", human.text());
}

#[test]
fn an_unrecorded_format_needs_a_policy() {
    let images = Images::new();
    Qcow2::new(MIB).write(images.path("base.qcow2"));
    unrecorded(&images, "mid.qcow2", "base.qcow2");
    unrecorded(&images, "top.qcow2", "mid.qcow2");
    let refused = "its format is not recorded";
    let needs_others = "its format is not recorded, and the detected image names other files";
    for (top, policy, expected) in [
        ("mid.qcow2", &[][..], Err(refused)),
        ("mid.qcow2", &["--unrecorded-format=refuse"], Err(refused)),
        (
            "mid.qcow2",
            &["--unrecorded-format=probe"],
            Ok("qcow2 (probed), 1 MiB"),
        ),
        (
            "mid.qcow2",
            &["--unrecorded-format=raw"],
            Ok("raw (assumed), 192 KiB"),
        ),
        (
            "top.qcow2",
            &["--unrecorded-format", "probe"],
            Err(needs_others),
        ),
        (
            "top.qcow2",
            &["--unrecorded-format=raw"],
            Ok("raw (assumed), 192 KiB"),
        ),
    ] {
        let run = chain(&images, &[policy, &[top]].concat());
        let last = run.text().lines().last().expect("a line").to_owned();
        match expected {
            Ok(last_words) => {
                assert_eq!((run.code, &*run.err), (Some(0), ""), "{top} {policy:?}");
                assert!(last.ends_with(&format!(": {last_words}")), "{last}");
            }
            Err(words) => {
                assert_eq!(run.code, Some(1), "{top} {policy:?}");
                assert!(run.err.ends_with(&format!(": {words}\n")), "{}", run.err);
                assert!(
                    last.ends_with(&format!(": format unknown: {words}")),
                    "{last}"
                );
            }
        }
    }
    let array = chain(&images, &["--output=json", "mid.qcow2"]).json();
    let error = json!({"code": "format-not-recorded", "message": refused});
    let last = json!({"filename": "base.qcow2", "format-source": "unknown", "error": error});
    assert_eq!(outline(&array)[1], last);
}

#[test]
fn a_location_on_a_server_is_not_opened() {
    let images = Images::new();
    overlay(&images, "top.qcow2", "nbd://me:s3cret@host/x", "qcow2");
    let run = chain(&images, &["--output=json", "top.qcow2"]);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    let expected = json!({
        "filename": "nbd://***@host/x",
        "format": "qcow2",
        "location": {
            "input": "nbd://***@host/x",
            "type": "network",
            "path": "x",
            "protocol": "nbd",
            "hosts": [{"transport": "tcp", "name": "host", "port": 10809, "socket": null}],
            "credentials": true,
        },
        "format-source": "recorded",
    });
    assert_eq!(run.json()[1], expected);
    let run = chain(&images, &["top.qcow2"]);
    assert!(run
        .text()
        .ends_with("└─ nbd://***@host/x: qcow2 (recorded), not opened\n"));

    // A malformed location is not printed, because it may contain credentials.
    for backing in [
        "nbd://me:s3cret@host:x/x",
        "smb://me:s3cret@host/x",
        "json:{\"s3cret\":",
    ] {
        overlay(&images, "top.qcow2", backing, "raw");
        let run = chain(&images, &["top.qcow2"]);
        assert_eq!(run.code, Some(1), "{backing}");
        assert!(
            !format!("{}{}", run.text(), run.err).contains("s3cret"),
            "{run:?}"
        );
        let last = &chain(&images, &["--output=json", "top.qcow2"]).json()[1];
        assert_eq!(last["error"]["code"], "invalid-location", "{backing}");
        assert!(!last.to_string().contains("s3cret"), "{last}");
    }
}

#[test]
fn wrong_usage_has_exit_code_2() {
    let images = three();
    for arguments in [
        &["--backing-chain", "--unrecorded-format=guess", "top.qcow2"][..],
        &["--unrecorded-format=probe", "top.qcow2"],
        &["--backing-chain"],
    ] {
        let run = TOOL.run(images.directory(), &[&["info"], arguments].concat());
        assert_eq!((run.code, run.text()), (Some(2), ""), "{arguments:?}");
    }
}

/// docs/info.md lists exactly the keys of an element that a single image does not have.
#[test]
fn document_lists_each_key_of_a_chain() {
    let images = three();
    overlay(&images, "net.qcow2", "nbd://host/x", "qcow2");
    overlay(&images, "odd.qcow2", "base.raw", "raw");
    let odd = images.read("odd.qcow2");
    let recorded = position(&odd, &[0xe2, 0x79, 0x2a, 0xca]) + 8;
    images.write("odd.qcow2", patched(&odd, &[(recorded, b"foo")]));
    let slice = r#"json:{"driver":"raw","offset":512,"file":{"filename":"base.raw"}}"#;
    overlay(&images, "slice.qcow2", slice, "raw");
    let mut printed = BTreeSet::new();
    for top in ["top.qcow2", "net.qcow2", "odd.qcow2", "slice.qcow2"] {
        let array = chain(&images, &["--output=json", top]).json();
        for element in array.as_array().expect("an array") {
            printed.extend(element.as_object().expect("an object").keys().cloned());
        }
    }
    let document = include_str!("../../../docs/info.md");
    let (alone, of_chains) = document.split_once("\n## Chains\n").expect("two parts");
    let rows = |part: &str| -> BTreeSet<String> {
        let rows = part.lines().filter_map(|line| line.strip_prefix("| `"));
        rows.filter_map(|row| Some(row.split('`').next()?.to_owned()))
            .collect()
    };
    let explained = rows(of_chains);
    let unknown: Vec<_> = printed
        .iter()
        .filter(|key| !explained.contains(*key) && !rows(alone).contains(*key))
        .collect();
    assert_eq!(unknown, [""; 0], "printed but not documented");
    let missing: Vec<_> = explained.difference(&printed).collect();
    assert_eq!(missing, [""; 0], "documented but not printed");
}

#[test]
fn a_slice_is_shown_with_its_offset_and_size() {
    let images = three();
    for (options, expected, words) in [
        (
            r#""offset":512,"size":1024"#,
            json!({ "offset": 512, "size": 1024 }),
            "1 KiB (1024 bytes) from offset 512 on",
        ),
        (
            r#""offset":"512""#,
            json!({ "offset": 512, "size": 0 }),
            "from offset 512 on",
        ),
    ] {
        let slice =
            format!(r#"json:{{"driver":"raw",{options},"file":{{"filename":"base.raw"}}}}"#);
        overlay(&images, "slice.qcow2", &slice, "raw");
        let array = chain(&images, &["--output=json", "slice.qcow2"]).json();
        assert_eq!(array[1]["slice"], expected);
        assert_eq!(array[0].get("slice"), None);
        let human = chain(&images, &["slice.qcow2"]);
        assert!(human.text().contains(words), "{human:?}");
    }
}

#[test]
fn a_relative_data_file_depends_on_the_working_directory() {
    let images = three();
    std::fs::create_dir(images.path("images")).expect("a directory");
    Qcow2::new(MIB)
        .data_file("data.raw")
        .write(images.path("images/top.qcow2"));
    let run = |directory: &str| {
        let directory = format!("--data-file-directory={directory}");
        chain(&images, &[&directory, "images/top.qcow2"])
    };
    let refused = chain(&images, &["images/top.qcow2"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("the working directory"), "{refused:?}");
    assert_eq!((run("same").code, run("image").code), (Some(1), Some(0)));
    assert_eq!(run("working").code, Some(1));
    std::fs::rename(images.path("images/data.raw"), images.path("data.raw")).expect("a file");
    assert_eq!((run("same").code, run("image").code), (Some(1), Some(1)));
    let found = run("working");
    assert_eq!(found.code, Some(0));
    assert!(
        found.text().contains("data file data.raw: raw"),
        "{found:?}"
    );
    assert_eq!(run("else").code, Some(2));
}

#[test]
fn a_location_is_not_a_file_to_read() {
    let images = three();
    for name in [
        "nbd://h.example/x",
        r#"json:{"driver":"nbd"}"#,
        "file:base.raw",
        "vm:1",
    ] {
        for arguments in [&["info"][..], &["info", "--backing-chain"], &["check"]] {
            let run = TOOL.run(images.directory(), &[arguments, &[name]].concat());
            assert_eq!(run.code, Some(1));
            assert!(run.err.contains("only local files are read"), "{run:?}");
        }
    }
    let missing = TOOL.run(images.directory(), &["info", "absent"]);
    assert!(!missing.err.contains("local"), "{missing:?}");
}
