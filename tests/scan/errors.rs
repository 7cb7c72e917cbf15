// SPDX-License-Identifier: MIT OR Apache-2.0
//! An error of one name is a separate result and does not hide other results.

use crate::pool::{all_jobs, Pool};
use diskprobe::scan::{scan, ScanEntry, ScanOptions, ScanTarget};
use diskprobe::ErrorKind;
use diskprobe_test_support::message::assert_template;
use std::ops::ControlFlow;
use std::os::unix::fs::{symlink, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

/// Returns the errors by name.
fn failures(pool: &Pool, options: &ScanOptions) -> Vec<(String, ErrorKind)> {
    let mut failures = Vec::new();
    scan([pool.target()], options, |found| {
        if let Err(error) = found.image() {
            assert_template(error);
            failures.push((name(&found), error.kind()));
        }
        ControlFlow::Continue(())
    });
    failures.sort_by(|one, other| one.0.cmp(&other.0));
    failures
}

fn name(found: &ScanEntry) -> String {
    let name = found.path().file_name().expect("a name");
    name.to_str().expect("UTF-8").to_owned()
}

fn make_fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo");
    assert!(made.success());
}

#[test]
fn a_bad_image_does_not_hide_a_good_one() {
    let pool = Pool::new();
    for number in 0..30 {
        pool.qcow2(&format!("{number:02}.qcow2"));
        pool.write(&format!("{number:02}-cut.qcow2"), b"QFI\xfb\0\0\0\x03");
    }
    for jobs in all_jobs() {
        let (found, summary) = pool.scan(&jobs);
        assert_eq!((summary.images, summary.failures), (30, 30));
        assert_eq!(found.len(), 60);
    }
}

#[test]
fn special_files_are_counted_and_not_opened() {
    let pool = Pool::new();
    pool.raw("a.raw");
    // Opening the FIFO would block, or wake a writer.
    make_fifo(&pool.path("fifo"));
    let _listener = UnixListener::bind(pool.path("socket")).expect("a socket");
    symlink("fifo", pool.path("to-fifo")).expect("a link");
    for jobs in all_jobs() {
        let (found, summary) = pool.scan(&jobs);
        assert_eq!(found, ["a.raw: raw"]);
        assert_eq!((summary.failures, summary.special_files), (0, 3));

        let (found, summary) = pool.scan(&jobs.special_files(true));
        let expected = [
            "a.raw: raw",
            "fifo: a FIFO, not a disk image",
            "socket: a socket, not a disk image",
            "to-fifo: a FIFO, not a disk image",
        ];
        assert_eq!(found, expected);
        assert_eq!((summary.failures, summary.special_files), (3, 3));
    }
    let all = ScanOptions::new().special_files(true);
    let kinds = failures(&pool, &all);
    assert!(kinds
        .iter()
        .all(|(_, kind)| *kind == ErrorKind::UnsupportedFile));
}

#[test]
fn a_file_that_vanishes_is_not_found() {
    let pool = Pool::new();
    (0..100).for_each(|number| pool.raw(&format!("{number}.raw")));
    for jobs in all_jobs() {
        // All names are read in one block before the first result.
        let mut left = Vec::new();
        let mut gone = 0;
        let summary = scan([pool.target()], &jobs, |found| {
            if left.is_empty() {
                for number in 0..100 {
                    let path = pool.path(&format!("{number}.raw"));
                    if path != found.path() {
                        std::fs::remove_file(&path).expect("the file exists");
                        left.push(path);
                    }
                }
            }
            if let Err(error) = found.image() {
                assert_eq!(error.kind(), ErrorKind::NotFound);
                gone += 1;
            }
            ControlFlow::Continue(())
        });
        assert_eq!(summary.images + summary.failures, 100);
        assert_eq!(summary.failures, gone);
        // At most the files that the jobs were probing remain.
        assert!(gone >= 99 - 40, "{gone}");
        left.iter().for_each(|path| {
            std::fs::write(path, [0; 1024]).expect("a file");
        });
    }
}

#[test]
fn a_dangling_link_is_an_error() {
    let pool = Pool::new();
    symlink("absent", pool.path("dangling")).expect("a link");
    symlink("loop", pool.path("loop")).expect("a link");
    let expected = [
        ("dangling".to_owned(), ErrorKind::NotFound),
        ("loop".to_owned(), ErrorKind::Io),
    ];
    assert_eq!(failures(&pool, &ScanOptions::new()), expected);
}

#[test]
fn a_directory_that_cannot_be_read_is_an_error() {
    let pool = Pool::new();
    pool.raw("a.raw");
    pool.raw("closed/b.raw");
    let closed = pool.path("closed");
    let set_mode = |mode| {
        let permissions = PermissionsExt::from_mode(mode);
        std::fs::set_permissions(&closed, permissions).expect("the mode");
    };
    set_mode(0);
    let is_readable = std::fs::read_dir(&closed).is_ok();
    for jobs in all_jobs() {
        let (found, _) = pool.scan(&jobs.recursive(true));
        // Root can read every directory.
        let expected = match is_readable {
            true => "closed/b.raw: raw",
            false => "closed: cannot open the directory: Permission denied",
        };
        assert_eq!(found, ["a.raw: raw", expected]);
    }
    set_mode(0o700);

    let absent = [
        ScanTarget::Directory(pool.path("absent")),
        ScanTarget::Directory(pool.path("a.raw")),
    ];
    let (found, summary) = pool.scan_targets(absent, &ScanOptions::new());
    let expected = [
        "absent: cannot open the directory: No such file or directory",
        "a.raw: cannot open the directory: Not a directory",
    ];
    assert_eq!(found, expected);
    assert_eq!((summary.directories, summary.failures), (0, 2));
}

#[test]
fn a_directory_that_is_too_deep_is_an_error() {
    let pool = Pool::new();
    let deepest = "d/".repeat(63);
    pool.raw(&format!("{deepest}a.raw"));
    for jobs in all_jobs() {
        let (found, summary) = pool.scan(&jobs.recursive(true));
        assert_eq!(found, [format!("{deepest}a.raw: raw")]);
        assert_eq!(summary.directories, 64);
    }
    pool.raw(&format!("{deepest}d/b.raw"));
    for jobs in all_jobs() {
        let (found, summary) = pool.scan(&jobs.recursive(true));
        let too_deep = format!("{deepest}d: more than 64 directories deep");
        assert_eq!(found, [format!("{deepest}a.raw: raw"), too_deep]);
        assert_eq!((summary.directories, summary.failures), (64, 1));
    }
}

/// `/proc` is another file system.
#[test]
fn a_link_to_another_file_system_is_outside_the_root() {
    let pool = Pool::new();
    pool.raw("a.raw");
    symlink("/proc/self/cmdline", pool.path("out")).expect("a link");
    let expected = [("out".to_owned(), ErrorKind::OutsideRoot)];
    assert_eq!(failures(&pool, &ScanOptions::new()), expected);
    let (found, _) = pool.scan(&ScanOptions::new().cross_file_systems(true));
    assert_eq!(found.len(), 2);
    assert_eq!(found[1], "out: raw");
}
