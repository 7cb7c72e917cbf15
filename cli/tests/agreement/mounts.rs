// SPDX-License-Identifier: MIT OR Apache-2.0
//! Scans a directory that contains a mount point, in a mount namespace.

use crate::TOOL;
use diskprobe_test_support::oracle::Need;
use diskprobe_test_support::{schema, trials, Images};
use libtest_mimic::Trial;
use std::process::{Command, Output};

const UNSHARE: Need = Need::Program("unshare", "util-linux");
const NAMESPACE: Need = Need::Other("namespace of mounts", has_namespaces);
/// Mounts overlayfs with one file in each layer. Each layer is on a file system of its own.
const OVERLAID: &str = "cd \"$1\" && mkdir lower upper merged && \
    mount -t tmpfs none lower && : >lower/a.raw && \
    mount -t tmpfs none upper && mkdir upper/files upper/work && : >upper/files/b.raw && \
    mount -t overlay none -o xino=off,lowerdir=lower,upperdir=upper/files,workdir=upper/work merged";
const OVERLAY: Need = Need::Other("overlay file system in a namespace", has_overlay);

pub(crate) fn trials() -> Vec<Trial> {
    trials![[UNSHARE, NAMESPACE];
        a_mounted_directory_is_scanned_only_on_request,
        file_systems_of_the_kernel_are_not_scanned,
    ]
    .into_iter()
    .chain(trials![[UNSHARE, NAMESPACE, OVERLAY];
        files_of_overlayfs_are_on_the_file_system_of_their_directory,
    ])
    .collect()
}

/// Runs a script in a new mount namespace.
fn in_namespace(images: &Images, script: &str) -> Output {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]);
    let output = command.arg(images.directory()).arg(TOOL.0).output();
    output.expect("unshare starts")
}

fn has_overlay() -> bool {
    let script = format!("{OVERLAID}; stat merged/b.raw");
    in_namespace(&Images::new(), &script).status.success()
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

/// On overlayfs, a file has the device number of its layer.
fn files_of_overlayfs_are_on_the_file_system_of_their_directory() {
    let script = format!(
        "{OVERLAID} && stat --format=%d merged merged/a.raw && \
         mount --bind lower/a.raw merged/b.raw && \"$2\" scan --output=json merged"
    );
    let images = Images::new();
    let output = in_namespace(&images, &script);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<_> = text.lines().collect();
    // Two device numbers, two results and the summary.
    assert_ne!(lines[0], lines[1], "the device numbers must differ");
    assert_eq!(lines.len(), 5, "{text}");
    let is_found = |name: &str| {
        let mut lines = lines.iter().filter(|line| line.contains(name));
        !lines.next().expect("a result").contains("outside-root")
    };
    assert!(is_found("a.raw"), "{text}");
    // A file of another file system is mounted on this name.
    assert!(!is_found("b.raw"), "{text}");
}

fn file_systems_of_the_kernel_are_not_scanned() {
    const SCRIPT: &str = "mount --rbind /proc \"$1/mounted\" && \
        \"$2\" scan --recursive --cross-file-systems --output=json \"$1\"";
    let images = Images::new();
    images.write("mounted/b.raw", [0; 1024]);
    images.write("a.raw", [0; 1024]);
    let output = in_namespace(&images, SCRIPT);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    // Two results and the summary.
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(
        text.contains("a file system of the kernel, such as proc"),
        "{text}"
    );
}
