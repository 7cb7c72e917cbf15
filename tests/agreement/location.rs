// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares local locations with QEMU, whose error message names the file that it tries to open.

use diskprobe::location::Location;
use diskprobe_test_support::oracle::QEMU_IMG;
use diskprobe_test_support::{qemu_img, trials};
use libtest_mimic::Trial;
use std::path::Path;

pub(crate) fn trials() -> Vec<Trial> {
    trials![[QEMU_IMG]; qemu_img_opens_the_file_that_a_location_names]
}

/// QEMU also treats the text after `file:` as a path.
fn qemu_img_opens_the_file_that_a_location_names() {
    for (input, path) in [
        ("file:/nonexistent/a%20b", "/nonexistent/a%20b"),
        ("file:///nonexistent/x", "///nonexistent/x"),
        ("./nonexistent:x", "./nonexistent:x"),
        (
            r#"json:{"file":{"driver":"file","filename":"/nonexistent/\u00e9"}}"#,
            "/nonexistent/\u{e9}",
        ),
        (
            r#"json:{"file.driver":"file","file.filename":"/nonexistent/y"}"#,
            "/nonexistent/y",
        ),
    ] {
        let location = Location::parse(input.as_bytes()).expect(input);
        assert_eq!(location.local_path(), Some(Path::new(path)), "{input}");
        let output = qemu_img::run(Path::new("/"), &["info", input]);
        let complaint = String::from_utf8_lossy(&output.stderr);
        let expected = format!("Could not open '{path}': No such file");
        assert!(complaint.contains(&expected), "{complaint}");
    }
}
