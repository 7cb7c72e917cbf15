// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files: by path, by descriptor, and in scans.

use super::server::{File, Liar, Lie};
use super::{qcow2, scanned, text, trial, MOST_REQUESTS};
use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe::{probe_fd, probe_path, ErrorKind, Options};
use fuser::FileType::{CharDevice, Directory, NamedPipe, RegularFile, Symlink};
use libtest_mimic::Trial;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

const INTERRUPTED: &str = "Interrupted system call";
const REPLACED: &str = "changed: the file was replaced during the probe";
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("lies::files_have_their_answers", files, answers),
        trial("lies::times_are_reported_as_they_are", files, times),
        trial(
            "lies::an_error_at_the_end_is_found_if_it_is_read",
            files,
            end,
        ),
    ]
}

fn files() -> Vec<File> {
    let image = qcow2();
    let raw = Arc::new(vec![0; 1 << 20]);
    let file = |name: &str, lie| File::new(name, &image, lie);
    let interrupted = |operation| Lie::Interrupted(operation, Duration::ZERO);
    let mut files = vec![
        file("good", Lie::Nothing),
        file("lookup", interrupted("lookup")),
        file("getattr", interrupted("getattr")),
        file("open", interrupted("open")),
        file("read", interrupted("read")),
        file("thrice", Lie::InterruptedThrice),
        file("shrinks", Lie::Sizes([600, 1 << 20])),
        file("grows", Lie::Sizes([1 << 20, 600])),
        file("ends-early", Lie::EndsAt(100)),
        file("broken-start", Lie::Broken(0..10)),
        File::new("broken-end", &raw, Lie::Broken((1 << 20) - 100..1 << 20)),
        file("replaced", Lie::Replaced),
        file("inode-0", Lie::Inode(0)),
        file("inode-7a", Lie::Inode(7)),
        file("inode-7b", Lie::Inode(7)),
        file("fifo-as-file", Lie::Nothing).of_kind(NamedPipe, RegularFile),
        file("device-as-file", Lie::Nothing).of_kind(CharDevice, RegularFile),
        file("directory-as-file", Lie::Nothing).of_kind(Directory, RegularFile),
        file("file-as-fifo", Lie::Nothing).of_kind(RegularFile, NamedPipe),
        file("file-as-link", Lie::Nothing).of_kind(RegularFile, Symlink),
        file("old", Lie::Nothing).modified(UNIX_EPOCH - CENTURY),
        file("late", Lie::Nothing).modified(UNIX_EPOCH + 2 * CENTURY),
    ];
    files.push(File::new(vec![0xff; 255], &image, Lie::Nothing));
    files
}

/// Returns the expected results of a probe by path and of a scan of the directory.
fn expected(name: &[u8]) -> (String, String) {
    let io = |what: &str| format!("io: cannot {what}: {INTERRUPTED}");
    let same = |text: String| (text.clone(), text);
    let kind = |what: &str| format!("unsupported-file: {what}, not a disk image");
    match name {
        b"lookup" | b"open" => same(io("open")),
        // A scan opens a file that is listed as regular without a preceding `stat`.
        b"getattr" => (io("open"), io("stat")),
        b"read" => same(io("read")),
        b"ends-early" => same(
            "changed: the file shrank during the probe: 1436 bytes at offset 100 are missing, and \
             its size was 1048576 bytes"
                .to_owned(),
        ),
        b"broken-start" => same("io: cannot read: Input/output error".to_owned()),
        b"broken-end" => same("raw".to_owned()),
        // A scan has no earlier attributes to compare.
        b"replaced" => (REPLACED.to_owned(), "qcow2".to_owned()),
        b"fifo-as-file" => (kind("a FIFO"), REPLACED.to_owned()),
        // The file system is mounted with `nodev`, so devices on it cannot be opened.
        b"device-as-file" => (
            kind("a character device"),
            "permission-denied: cannot open: Permission denied".to_owned(),
        ),
        b"directory-as-file" => (kind("a directory"), REPLACED.to_owned()),
        b"file-as-fifo" => ("qcow2".to_owned(), kind("a FIFO")),
        _ => same("qcow2".to_owned()),
    }
}

fn answers(liar: Liar) {
    for File { name, kind, .. } in files() {
        let shown = String::from_utf8_lossy(&name).into_owned();
        let path = liar.path(&name);
        let (by_path, scanned) = expected(&name);
        let result = probe_path(&path, &Options::new());
        assert_eq!(text(result.as_ref()), by_path, "{shown}");
        let requests = liar.most_requests();
        assert!(requests <= MOST_REQUESTS, "{shown}: {requests} requests");
        let result = super::scanned(ScanTarget::File(path.clone()), &ScanOptions::new());
        assert_eq!(result, [(name.clone(), by_path)], "{shown}");
        // This clears the counts, so that `InterruptedThrice` interrupts again.
        liar.most_requests();
        if kind == RegularFile && scanned != "io: cannot open: Interrupted system call" {
            if let Ok(file) = std::fs::File::open(&path) {
                let result = probe_fd(&file, &Options::new());
                if name != b"file-as-fifo" {
                    assert_eq!(text(result.as_ref()), scanned, "{shown}");
                }
            }
        }
        liar.most_requests();
    }
    for jobs in [1, 4] {
        let options = ScanOptions::new().jobs(jobs).expect("few");
        let found = scanned(ScanTarget::Directory(liar.path(b"")), &options);
        let mut all: Vec<_> = files()
            .into_iter()
            .map(|file| (file.name.clone(), expected(&file.name).1))
            .collect();
        all.sort();
        assert_eq!(found, all);
        assert!(liar.most_requests() <= MOST_REQUESTS);
    }
}

fn times(liar: Liar) {
    let mut seen = Vec::new();
    scan(
        [ScanTarget::Directory(liar.path(b""))],
        &ScanOptions::new(),
        |entry| {
            let name = entry.path().file_name().and_then(|name| name.to_str());
            let modified = entry.attributes().and_then(|seen| seen.modified());
            if let (Some(name @ ("old" | "late")), Some(modified)) = (name, modified) {
                seen.push((name.to_owned(), modified));
            }
            ControlFlow::Continue(())
        },
    );
    seen.sort();
    let late = ("late".to_owned(), UNIX_EPOCH + 2 * CENTURY);
    assert_eq!(seen, [late, ("old".to_owned(), UNIX_EPOCH - CENTURY)]);
}

fn end(liar: Liar) {
    let path = liar.path(b"broken-end");
    let error = probe_path(path, &Options::new().thorough(true)).expect_err("a broken end");
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(error.raw_os_error(), Some(libc::EIO));
    assert!(error.offset() > Some(1_000_000), "{error:?}");
}
