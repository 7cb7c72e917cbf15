// SPDX-License-Identifier: MIT OR Apache-2.0
//! Errors of single files, of the process and of the program that reads the output.

use super::first_object;
use crate::TOOL;
use diskprobe_test_support::tool::overlay;
use diskprobe_test_support::{schema, Images};
use serde_json::json;
use std::io::Read;
use std::process::Stdio;

#[test]
fn a_bad_file_does_not_hide_other_files() {
    let images = overlay();
    images.write("a\nb.qcow2", b"QFI\xfb\0\0\0\x03");
    std::os::unix::fs::symlink("absent", images.path("dangling")).expect("a link");
    let human = TOOL.run(images.directory(), &["scan", "."]);
    assert_eq!(human.code, Some(1));
    assert_eq!(
        human.err,
        "diskprobe: ./a\\nb.qcow2: qcow2 header: needs 72 bytes at offset 0, but the file is 8 \
         bytes long\ndiskprobe: ./dangling: cannot open: No such file or directory\n"
    );
    assert!(
        human.text().contains("./overlay.qcow2  qcow2"),
        "{}",
        human.text()
    );
    assert!(
        human.text().ends_with("\n2 could not be probed\n"),
        "{}",
        human.text()
    );

    let lines = TOOL.run(images.directory(), &["scan", "--output=json", "."]);
    assert_eq!((lines.code, lines.err.lines().count()), (Some(1), 2));
    let mut lines = lines.json_lines();
    let summary = lines.pop().expect("the last line");
    assert_eq!(summary["summary"]["failures"], 2);
    let of = |name: &str| lines.iter().find(|line| line["filename"] == name).cloned();
    let error = of("./dangling").expect("a line")["error"].clone();
    let expected =
        json!({ "code": "not-found", "message": "cannot open: No such file or directory" });
    assert_eq!(error, expected);
    assert_eq!(
        of("./a\nb.qcow2").expect("a line")["error"]["code"],
        "truncated"
    );
}

#[test]
fn a_closed_pipe_ends_the_scan() {
    let images = Images::new();
    for number in 0..3000 {
        images.write(format!("{number}.raw"), [0; 512]);
    }
    let mut command = TOOL.command(images.directory());
    command.args(["scan", "--output=json", "--jobs=4", "."]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let mut out = child.stdout.take().expect("a pipe");
    out.read_exact(&mut [0; 100]).expect("some results");
    drop(out);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// The number of open files depends only on the number of jobs.
#[test]
fn eight_jobs_need_at_most_64_descriptors() {
    let images = Images::new();
    for number in 0..500 {
        let directory = format!("{number}/a/b");
        std::fs::create_dir_all(images.path(&directory)).expect("a directory");
        images.write(format!("{directory}/{number}.raw"), [0; 512]);
        images.write(format!("{number}.raw"), [0; 512]);
    }
    let script = "ulimit -n 64; exec \"$0\" scan -r --jobs=8 --output=json .";
    for _ in 0..5 {
        let output = std::process::Command::new("sh")
            .args(["-c", script, TOOL.0])
            .current_dir(images.directory())
            .output()
            .expect("a shell");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        schema::assert_text("scan", &output.stdout);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let summary = text.lines().next_back().map(first_object).expect("a line");
        let counts = &summary["summary"];
        assert_eq!(
            (&counts["images"], &counts["directories"]),
            (&json!(1000), &json!(1501))
        );
    }
}

/// Root can read every file, so the test runs the tool as another user.
#[test]
fn an_unreadable_file_does_not_hide_other_files() {
    use std::os::unix::fs::PermissionsExt;
    let images = Images::new();
    for name in ["a.raw", "closed.raw", "closed/b.raw"] {
        images.write(name, [0; 512]);
    }
    let set_mode = |name: &str, mode| {
        let mode = PermissionsExt::from_mode(mode);
        std::fs::set_permissions(images.path(name), mode).expect("the mode");
    };
    set_mode(".", 0o755);
    set_mode("closed.raw", 0);
    set_mode("closed", 0);
    let mut command = TOOL.unprivileged(&images);
    let output = command.args(["scan", "-r", "."]).output();
    set_mode("closed", 0o700);
    let output = output.expect("the tool starts");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "diskprobe: ./closed: cannot open the directory: Permission denied\n\
         diskprobe: ./closed.raw: cannot open: Permission denied\n"
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("\n./a.raw  raw"));
}

/// `/proc` is another file system, as is that of block devices.
#[test]
fn a_link_to_another_file_system_names_the_option() {
    let images = Images::new();
    std::os::unix::fs::symlink("/proc/self/cmdline", images.path("out")).expect("a link");
    let reason = "on a different file system than the scanned directory; \
                  --cross-file-systems includes it";
    for form in ["--output=human", "--output=json", "--graph=table"] {
        let run = TOOL.run(images.directory(), &["scan", form, "."]);
        assert_eq!(run.code, Some(1));
        assert_eq!(run.err, format!("diskprobe: ./out: {reason}\n"));
        if form == "--output=json" {
            let error = json!({ "code": "outside-root", "message": reason });
            assert_eq!(run.json_lines()[0]["error"], error);
        }
        let run = TOOL.run(
            images.directory(),
            &["scan", "--cross-file-systems", form, "."],
        );
        assert_eq!((run.code, &*run.err), (Some(0), ""));
    }
}
