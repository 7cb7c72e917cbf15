// SPDX-License-Identifier: MIT OR Apache-2.0
//! The results and the threads of a scan.

use crate::pool::{all_jobs, Endless, Pool};
use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe::{Format, Options};
use diskprobe_test_support::build::udif;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::os::unix::fs::symlink;
use std::sync::Mutex;
use std::thread;

#[test]
fn a_scan_does_not_enter_subdirectories_by_default() {
    let pool = Pool::new();
    pool.qcow2("a.qcow2");
    pool.raw("b.raw");
    pool.qcow2("sub/c.qcow2");
    for jobs in all_jobs() {
        let (found, summary) = pool.scan(&jobs);
        assert_eq!(found, ["a.qcow2: qcow2", "b.raw: raw"]);
        assert_eq!((summary.images, summary.failures), (2, 0));
        assert_eq!((summary.directories, summary.special_files), (1, 0));
        assert!(!summary.cancelled);
    }
}

#[test]
fn a_recursive_scan_finds_images_in_all_directories() {
    let pool = Pool::new();
    let mut expected = Vec::new();
    for directory in ["", "a/", "a/b/", "a/b/c/", "d/", "empty/e/"] {
        for number in 0..50 {
            let name = format!("{directory}{number:02}.qcow2");
            pool.qcow2(&name);
            expected.push(format!("{name}: qcow2"));
        }
    }
    expected.sort();
    for jobs in all_jobs() {
        let (found, summary) = pool.scan(&jobs.recursive(true));
        assert_eq!(found, expected);
        assert_eq!(summary.directories, 7);
    }
}

#[test]
fn a_directory_of_many_names_is_scanned_completely() {
    let pool = Pool::new();
    pool.raw("one.raw");
    let one = pool.path("one.raw");
    for number in 0..3000 {
        std::fs::hard_link(&one, pool.path(&format!("{number:040}"))).expect("a link");
    }
    for jobs in all_jobs() {
        let (found, summary) = pool.scan(&jobs);
        assert_eq!((found.len(), summary.images), (3001, 3001));
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 3001);
    }
}

#[test]
fn a_list_of_names_gives_a_result_for_each() {
    let pool = Pool::new();
    pool.qcow2("a.qcow2");
    pool.raw("b.raw");
    let names = ["b.raw", "absent", "a.qcow2", "b.raw", "."];
    for jobs in all_jobs() {
        let targets = names.map(|name| ScanTarget::File(pool.path(name)));
        let (found, summary) = pool.scan_targets(targets, &jobs.ordered(true));
        let expected = [
            "b.raw: raw",
            "absent: cannot open: No such file or directory",
            "a.qcow2: qcow2",
            "b.raw: raw",
            ": a directory, not a disk image",
        ];
        assert_eq!(found, expected);
        assert_eq!((summary.images, summary.failures), (3, 2));
        assert_eq!(summary.directories, 0);
    }
}

#[test]
fn a_scan_gives_the_same_image_as_a_probe_by_path() {
    let pool = Pool::new();
    pool.qcow2("a.qcow2");
    let by_path = diskprobe::probe_path(pool.path("a.qcow2"), &Options::new()).expect("an image");
    let mut seen = None;
    let targets = [ScanTarget::Directory(pool.path(""))];
    scan(targets, &ScanOptions::new(), |found| {
        let attributes = found.attributes().expect("of an opened file");
        assert_eq!(by_path.physical_size(), attributes.length());
        seen = Some(found.into_image().expect("an image"));
        ControlFlow::Continue(())
    });
    assert_eq!(seen.expect("one"), by_path);
}

#[test]
fn a_scan_probes_with_the_options_for_an_image() {
    let pool = Pool::new();
    pool.qcow2("a.qcow2");
    pool.raw("b.raw");
    let raw = Options::new().format(Some(Format::Raw));
    let (found, _) = pool.scan(&ScanOptions::new().image_options(raw));
    assert_eq!(found, ["a.qcow2: raw", "b.raw: raw"]);
}

/// QEMU also detects dmg by the name of the file.
#[test]
fn a_dmg_image_is_detected_by_its_name() {
    let pool = Pool::new();
    let dmg = udif().bytes;
    pool.write("a.dmg", &dmg);
    pool.write("a.img", &dmg);
    let (found, _) = pool.scan(&ScanOptions::new());
    assert_eq!(found, ["a.dmg: dmg", "a.img: raw"]);
}

#[test]
fn file_names_may_be_any_bytes() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let pool = Pool::new();
    let name = OsStr::from_bytes(b"a\n\xff");
    std::fs::write(pool.path("").join(name), [0; 512]).expect("a file");
    let mut names = Vec::new();
    let targets = [ScanTarget::Directory(pool.path(""))];
    scan(targets, &ScanOptions::new(), |found| {
        names.push(found.path().file_name().expect("a name").to_owned());
        ControlFlow::Continue(())
    });
    assert_eq!(names, [name]);
}

/// While one job delivers its result, each other job takes one name and waits.
#[test]
fn each_job_is_a_thread_and_one_is_the_calling_thread() {
    let pool = Pool::new();
    for (options, jobs) in all_jobs().into_iter().zip([1, 4, 40]) {
        let names = Endless::of(&pool);
        let threads = Mutex::new(BTreeSet::new());
        let targets = names.targets().inspect(|_| {
            let id = format!("{:?}", thread::current().id());
            threads.lock().expect("no panic").insert(id);
        });
        scan(targets, &options, |_| {
            names.wait_until_taken(jobs);
            ControlFlow::Break(())
        });
        let threads = threads.into_inner().expect("no panic");
        assert_eq!(threads.len() as u64, jobs);
        assert!(threads.contains(&format!("{:?}", thread::current().id())));
    }
}

#[test]
fn the_number_of_jobs_is_limited() {
    let most = ScanOptions::MAX_JOBS;
    assert!(ScanOptions::new().jobs(0).is_err());
    assert!(ScanOptions::new().jobs(most + 1).is_err());
    assert!(ScanOptions::new().jobs(most).is_ok());
}

#[test]
fn links_are_followed_to_files_only() {
    let pool = Pool::new();
    pool.qcow2("a.qcow2");
    pool.qcow2("sub/c.qcow2");
    symlink("a.qcow2", pool.path("to-file")).expect("a link");
    symlink("sub", pool.path("to-directory")).expect("a link");
    symlink(".", pool.path("sub/to-itself")).expect("a link");
    symlink("/dev/null", pool.path("to-device")).expect("a link");
    let (found, summary) = pool.scan(&ScanOptions::new().recursive(true));
    let expected = ["a.qcow2: qcow2", "sub/c.qcow2: qcow2", "to-file: qcow2"];
    assert_eq!(found, expected);
    assert_eq!((summary.directories, summary.special_files), (2, 1));

    let (found, summary) = pool.scan(&ScanOptions::new().follow_links(false));
    assert_eq!(found, ["a.qcow2: qcow2"]);
    assert_eq!(summary.special_files, 3);

    // A link given as a target is followed.
    let target = [ScanTarget::Directory(pool.path("to-directory"))];
    let (found, _) = pool.scan_targets(target, &ScanOptions::new());
    assert_eq!(found, ["to-directory/c.qcow2: qcow2"]);
}
