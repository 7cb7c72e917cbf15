// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe location`.

use crate::TOOL;
use diskprobe_test_support::tool::Run;
use serde_json::{json, Value};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

fn location(arguments: &[&str]) -> Run {
    let mut all = vec!["location"];
    all.extend(arguments);
    TOOL.run(Path::new("."), &all)
}

/// Returns the objects printed for locations that are all valid.
fn named(arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["--output=json"];
    all.extend(arguments);
    let run = location(&all);
    assert_eq!((run.code, &*run.err), (Some(0), ""), "{arguments:?}");
    run.json_lines()
}

#[test]
fn one_location_is_one_json_object() {
    let run = location(&["--output=json", "nbd+unix:///disk?socket=/run/nbd.sock"]);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    let expected = json!({
        "input": "nbd+unix:///disk?socket=/run/nbd.sock",
        "type": "network",
        "path": "disk",
        "protocol": "nbd",
        "hosts": [{"transport": "unix", "name": null, "port": null, "socket": "/run/nbd.sock"}],
    });
    assert_eq!(run.json(), expected);
    let start = "{\n    \"input\": \"nbd+unix:///disk?socket=/run/nbd.sock\",\n    \"type\": ";
    assert!(run.text().starts_with(start), "{}", run.text());
}

#[test]
fn several_locations_are_one_json_line_each() {
    let run = location(&["--output=json", "--", "-x", "nbd:h:99999", "a:b", "rbd:p/i"]);
    assert_eq!(run.code, Some(1));
    let message = "nbd: the port is not a number from 0 to 65535 (offset 6)";
    let expected = [
        json!({"input": "-x", "type": "file", "path": "-x"}),
        json!({"input": "nbd:***", "error": {"code": "invalid-location", "message": message}}),
        json!({"input": "a:b", "type": "unknown", "protocol": "a"}),
        json!({
            "input": "rbd:p/i", "type": "network", "protocol": "rbd", "hosts": [],
            "volume": "p", "path": "i",
        }),
    ];
    assert_eq!(run.json_lines(), expected);
    let complaints = [
        &format!("diskprobe: nbd:***: {message}"),
        "diskprobe: a:b: unknown protocol or driver: a",
    ];
    assert_eq!(run.err.lines().collect::<Vec<_>>(), complaints);
}

#[test]
fn locations_are_printed_as_rows() {
    let string = r#"json:{"driver":"raw","offset":1048576,"file":{"driver":"https","cookie":"a=b; c=d",
        "url":"https://[::1]/x?y","timeout":5,"username":"me","proxy-username":"p"}}"#;
    let run = location(&["fat:/srv/f", "file:b", &string.replace("\n        ", "")]);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
    let expected = r#"location:            fat:/srv/f
type:                dir
path:                /srv/f
format:              fat

location:            file:b
type:                file
path:                b
understood by:       QEMU, not libvirt

location:            json:{"driver":"raw","offset":1048576,"file":{"driver":"https","cookie":"a=***; c=***","url":"https://[::1]/x?y","timeout":5,"username":"***","proxy-username":"***"}}
type:                network
protocol:            https
hosts:               [::1]:443 (tcp)
path:                x
format:              raw
slice:               from offset 1048576 on
query:               y
cookies:             a, c
timeout:             5 seconds
ignored:             file.username, file.proxy-username
credentials:         yes, not shown
"#;
    assert_eq!(run.text(), expected);
}

#[test]
fn a_location_can_be_relative_to_an_image() {
    for (image, string, path, protocol) in [
        ("/srv/a.qcow2", "b", "/srv/b", None),
        ("/srv//a.qcow2", "../b/c", "/srv/../b/c", None),
        ("a.qcow2", "b", "./b", None),
        ("./x:y", "b", "./b", None),
        ("vm:1/x", "b", "./vm:1/b", None),
        ("vm:1", "b", "./b", None),
        ("file:/srv/a", "b", "/srv/b", None),
        (
            r#"json:{"driver":"file","filename":"/srv/a"}"#,
            "b",
            "/srv/b",
            None,
        ),
        ("http://h/d/a", "b", "d/b", Some("http")),
    ] {
        let relative_to = format!("--relative-to={image}");
        let found = named(&[&relative_to, string, "/c"]);
        assert_eq!(found[0]["path"], path, "{image}");
        assert_eq!(found[0]["relpath"], string, "{image}");
        assert_eq!(found[0]["protocol"].as_str(), protocol, "{image}");
        assert_eq!(
            found[1],
            json!({"input": "/c", "type": "file", "path": "/c"})
        );
    }
    let nowhere = location(&["--relative-to=nvme://0000:01:00.0/1", "b"]);
    let complaint =
        "diskprobe: b: location: relative to an image that has no directory (offset 0)\n";
    assert_eq!((nowhere.code, &*nowhere.err), (Some(1), complaint));
    let malformed = location(&["--relative-to=nbd:x", "b"]);
    assert_eq!(malformed.code, Some(1));
    assert_eq!(
        malformed.err,
        "diskprobe: nbd:***: nbd: no port (offset 5)\n"
    );
}

#[test]
fn a_name_may_be_any_bytes_and_is_escaped() {
    let name = OsStr::from_bytes(b"d\xff/\x1b[31m\xe2\x80\xae\n");
    let arguments = ["location".as_ref(), "--output=json".as_ref(), name];
    let run = TOOL.run(Path::new("."), &arguments);
    let expected = json!({
        "input": "d\u{fffd}/\u{1b}[31m\u{202e}\n",
        "input-hex": "64ff2f1b5b33316de280ae0a",
        "type": "file",
        "path": "d\u{fffd}/\u{1b}[31m\u{202e}\n",
        "path-hex": "64ff2f1b5b33316de280ae0a",
    });
    assert_eq!(run.json(), expected);
    assert!(
        run.text().contains("\\u001b[31m\\u202e\\n"),
        "{}",
        run.text()
    );
    let run = TOOL.run(Path::new("."), &["location".as_ref(), name]);
    assert!(
        run.text()
            .contains("path:                d\\xff/\\x1b[31m\\u{202e}\\n\n"),
        "{run:?}"
    );
    let hostile = location(&["\u{1b}]0;x\u{7}:y"]);
    assert!(
        !hostile.err.contains('\u{1b}') && !hostile.text().contains('\u{1b}'),
        "{hostile:?}"
    );
}

/// Credentials of valid, malformed and unknown locations appear on neither stream.
#[test]
fn credentials_are_never_shown() {
    for string in [
        "http://root:s3cret@h/x",
        "http://root:s3cret@h:x/x",
        "http://root:s3cret@h/x#y",
        "http:root:s3cret@h",
        "smb://root:s3cret@h/x",
        "smb:root:s3cret@h/x",
        "nbd:s3cret@h",
        "rbd:p/i:key=s3cret",
        "rbd:p/i:key=s3cret:x",
        r#"json:{"driver":"iscsi","transport":"tcp","portal":"h","target":"t","password":"s3cret"}"#,
        r#"json:{"driver":"http","url":"http://h/x","proxy-password-secret":"s3cret"}"#,
        r#"json:{"driver":"http","url":"http:\/\/root:s3cret@h/x"}"#,
        r#"json:{"driver":"ftp","url":"http://root:s3cret@h/x"}"#,
        r#"json:{"driver":"elsewhere","file":{"password":"s3cret"}}"#,
        r#"json:{"password":"s3cret""#,
    ] {
        for output in ["--output=json", "--output=human"] {
            for more in [&[string][..], &[string, "x"], &["--relative-to=/x", string]] {
                let mut arguments = vec![output];
                arguments.extend(more);
                let run = location(&arguments);
                let shown = format!("{}{}", run.text(), run.err);
                assert!(
                    !shown.contains("s3cret") && !shown.contains("root"),
                    "{shown}"
                );
                assert!(!shown.is_empty());
            }
        }
        let relative_to = format!("--relative-to={string}");
        let run = location(&[&relative_to, "x"]);
        assert!(
            !format!("{}{}", run.text(), run.err).contains("s3cret"),
            "{run:?}"
        );
    }
    let object = &named(&["http://root:s3cret@h/x", "x"])[0];
    assert_eq!(object["credentials"], true);
    assert_eq!(object["input"], "http://***@h/x");
}

#[test]
fn wrong_usage_has_exit_code_2() {
    for arguments in [&[][..], &["--output=xml", "x"], &["--relative-to"]] {
        assert_eq!(location(arguments).code, Some(2), "{arguments:?}");
    }
}

#[test]
fn document_lists_each_key_of_a_location() {
    let document = include_str!("../../../docs/location.md");
    let (_, table) = document.split_once("\n## Keys\n").expect("the heading");
    let table = table.split("\n## ").next().expect("a first part");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let mut explained: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    let all = [
        "fat:x",
        "file:x",
        "rbd:p/n/i@s:conf=/c:id=u",
        "nvme://0000:01:00.0/1",
        "http://u@h/x?y",
        "a:b",
        "nbd:x",
        r#"json:{"driver":"https","url":"https://h/x","sslverify":true,"readahead":1,"timeout":2,
           "cookie":"a=b"}"#,
        r#"json:{"driver":"raw","size":512,"file":{"driver":"file","filename":"x","aio":"native"}}"#,
        r#"json:{"driver":"ssh","host":"h","path":"x","user":"u","host_key_check":"no"}"#,
        r#"json:{"driver":"nfs","server":{"host":"h"},"path":"/x","user":1,"group":2}"#,
        "x",
    ];
    let mut arguments = vec!["--output=json", "--relative-to=/a/b"];
    arguments.extend(all);
    let mut printed = Vec::new();
    for object in location(&arguments).json_lines() {
        printed.extend(object.as_object().expect("an object").keys().cloned());
    }
    printed.sort();
    printed.dedup();
    explained.sort_unstable();
    assert_eq!(printed, explained);
}
