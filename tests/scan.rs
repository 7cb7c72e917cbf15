// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a scan finds, in which order, by how many threads, and how it ends.

mod common;
#[path = "common/crafted.rs"]
mod crafted;
#[path = "scan/errors.rs"]
mod errors;
#[path = "scan/order.rs"]
mod order;
#[path = "scan/pool.rs"]
mod pool;
#[path = "scan/stop.rs"]
mod stop;

use diskprobe::scan::{scan, ScanOptions, Target};
use diskprobe::{Format, Options};
use pool::{all_jobs, Pool};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::os::unix::fs::symlink;
use std::sync::Mutex;
use std::thread;

#[test]
fn a_directory_without_those_in_it() {
    let pool = Pool::new();
    pool.qcow2("a.qcow2");
    pool.raw("b.raw");
    pool.qcow2("sub/c.qcow2");
    for jobs in all_jobs() {
        let (found, summary) = pool.scan(&jobs);
        assert_eq!(found, ["a.qcow2: qcow2", "b.raw: raw"]);
        assert_eq!((summary.images, summary.failures), (2, 0));
        assert_eq!((summary.directories, summary.special_files), (1, 0));
        assert!(!summary.is_cancelled);
    }
}

#[test]
fn those_in_it_on_request() {
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
fn more_names_than_one_block_of_a_directory_holds() {
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
fn a_list_of_names() {
    let pool = Pool::new();
    pool.qcow2("a.qcow2");
    pool.raw("b.raw");
    let names = ["b.raw", "absent", "a.qcow2", "b.raw", "."];
    for jobs in all_jobs() {
        let targets = names.map(|name| Target::File(pool.path(name)));
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
fn the_image_is_that_of_a_probe_by_path() {
    let pool = Pool::new();
    pool.qcow2("a.qcow2");
    let by_path = diskprobe::probe_path(pool.path("a.qcow2"), &Options::new()).expect("an image");
    let mut seen = None;
    let targets = [Target::Directory(pool.path(""))];
    scan(targets, &ScanOptions::new(), |found| {
        let metadata = found.attributes().expect("of an opened file").length();
        assert_eq!(by_path.physical_size(), Some(metadata));
        seen = Some(found.into_image().expect("an image"));
        ControlFlow::Continue(())
    });
    assert_eq!(format!("{:?}", seen.expect("one")), format!("{by_path:?}"));
}

#[test]
fn the_options_for_an_image_count() {
    let pool = Pool::new();
    pool.qcow2("a.qcow2");
    pool.raw("b.raw");
    let raw = Options::new().format(Some(Format::Raw));
    let (found, _) = pool.scan(&ScanOptions::new().image(&raw));
    assert_eq!(found, ["a.qcow2: raw", "b.raw: raw"]);
}

/// The name decides of one format, as it does where QEMU is given it.
#[test]
fn a_name_means_what_it_means_to_qemu() {
    let pool = Pool::new();
    let (dmg, _) = crafted::udif();
    pool.write("a.dmg", &dmg);
    pool.write("a.img", &dmg);
    let (found, _) = pool.scan(&ScanOptions::new());
    assert_eq!(found, ["a.dmg: dmg", "a.img: raw"]);
}

#[test]
fn names_are_bytes() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let pool = Pool::new();
    let name = OsStr::from_bytes(b"a\n\xff");
    std::fs::write(pool.path("").join(name), [0; 512]).expect("a file");
    let mut names = Vec::new();
    let targets = [Target::Directory(pool.path(""))];
    scan(targets, &ScanOptions::new(), |found| {
        names.push(found.path().file_name().expect("a name").to_owned());
        ControlFlow::Continue(())
    });
    assert_eq!(names, [name]);
}

#[test]
fn one_job_is_the_callers_thread() {
    let pool = Pool::new();
    (0..20).for_each(|number| pool.raw(&format!("{number}.raw")));
    let threads = |options: &ScanOptions| {
        let threads = Mutex::new(BTreeSet::new());
        scan([Target::Directory(pool.path(""))], options, |_| {
            let id = format!("{:?}", thread::current().id());
            threads.lock().expect("no panic").insert(id);
            thread::sleep(std::time::Duration::from_millis(1));
            ControlFlow::Continue(())
        });
        threads.into_inner().expect("no panic")
    };
    let own = BTreeSet::from([format!("{:?}", thread::current().id())]);
    assert_eq!(threads(&ScanOptions::new()), own);
    let four = ScanOptions::new().jobs(4).expect("few");
    assert!(threads(&four).len() <= 4);
}

#[test]
fn jobs_are_bounded() {
    use diskprobe::limits::MAX_SCAN_JOBS;
    assert!(ScanOptions::new().jobs(0).is_none());
    assert!(ScanOptions::new().jobs(MAX_SCAN_JOBS + 1).is_none());
    assert!(ScanOptions::new().jobs(MAX_SCAN_JOBS).is_some());
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

    // What is given is followed.
    let target = [Target::Directory(pool.path("to-directory"))];
    let (found, _) = pool.scan_targets(target, &ScanOptions::new());
    assert_eq!(found, ["to-directory/c.qcow2: qcow2"]);
}
