// SPDX-License-Identifier: MIT OR Apache-2.0
//! Scans a directory that contains a mount point, in a mount namespace.

use crate::TOOL;
use diskprobe_test_support::oracle::Need;
use diskprobe_test_support::{schema, trials, Images};
use libtest_mimic::Trial;
use std::process::{Command, Output};

const UNSHARE: Need = Need::Program("unshare", "util-linux");
const NAMESPACE: Need = Need::Other("namespace of mounts", has_namespaces);

pub(crate) fn trials() -> Vec<Trial> {
    trials![[UNSHARE, NAMESPACE]; a_mounted_directory_is_scanned_only_on_request]
}

/// Runs a script in a new mount namespace.
fn in_namespace(images: &Images, script: &str) -> Output {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]);
    let output = command.arg(images.directory()).arg(TOOL.0).output();
    output.expect("unshare starts")
}

fn has_namespaces() -> bool {
    let output = in_namespace(&Images::new(), "mount -t tmpfs none \"$1\"");
    output.status.success()
}

fn a_mounted_directory_is_scanned_only_on_request() {
    const SCRIPT: &str = "mount -t tmpfs none \"$1/mounted\" && : >\"$1/mounted/c.raw\" && \
        \"$2\" scan --recursive --output=json \"$1\"; \"$2\" scan --recursive --cross-file-systems \
        --output=json \"$1\"";
    let images = Images::new();
    images.write("mounted/b.raw", [0; 1024]);
    images.write("a.raw", [0; 1024]);
    let output = in_namespace(&images, SCRIPT);
    schema::assert_text("scan", &output.stdout);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<_> = text.lines().collect();
    // Each scan prints two results and the summary.
    assert_eq!(lines.len(), 6, "{text}");
    let refused = |line: &&&str| line.contains("mounted") && line.contains("outside-root");
    assert_eq!(lines[..3].iter().filter(refused).count(), 1, "{text}");
    let found = lines[3..].iter().any(|line| line.contains("mounted/c.raw"));
    assert!(found && !text.contains("b.raw"), "{text}");
}
