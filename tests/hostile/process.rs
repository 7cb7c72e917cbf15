// SPDX-License-Identifier: MIT OR Apache-2.0
//! Conditions in the process that calls the library: its environment, privileges, seccomp filters
//! and descriptors.

use crate::child;
use diskprobe::chain::{Chain, ChainOptions, LocalFiles};
use diskprobe::location::Location;
use diskprobe::{probe_fd, probe_path, ErrorKind, Options};
use diskprobe_test_support::answer::answer;
use diskprobe_test_support::build::{Build, Qcow2, Vdi, Vhdx, Vmdk, Vpc, MIB};
use diskprobe_test_support::oracle::{program, trial, Need};
use diskprobe_test_support::tool::unprivileged;
use diskprobe_test_support::Images;
use libtest_mimic::{Completion, Trial};
use std::fs::{File, OpenOptions, Permissions};
use std::io::Read;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

const STRACE: Need = Need::Program("strace", "strace");
const PYTHON: Need = Need::Program("python3", "python3");

pub(crate) fn trials() -> Vec<Trial> {
    if !cfg!(target_os = "linux") {
        return Vec::new();
    }
    vec![
        trial(
            "process::scan_threads_have_a_stack_of_their_own_size",
            &[],
            stack,
        ),
        trial(
            "process::a_scan_starts_threads_only_for_work",
            &[STRACE],
            threads,
        ),
        trial(
            "process::a_filter_that_denies_openat2_is_a_missing_call",
            &[STRACE],
            filter,
        ),
        trial("process::a_root_need_not_be_readable", &[], unreadable_root),
        trial(
            "process::a_file_with_a_lease_is_a_temporary_error",
            &[PYTHON],
            lease,
        ),
        Trial::ignorable_test(
            "process::descriptors_with_o_direct_have_the_same_answers",
            || {
                Ok(match direct() {
                    true => Completion::Completed,
                    false => Completion::ignored_with("no O_DIRECT in the temporary directory"),
                })
            },
        ),
    ]
}

fn this_program() -> PathBuf {
    std::env::current_exe().expect("this program")
}

fn stack() {
    let images = Images::new();
    let path = images.write("disk.raw", [0; 1024]);
    let left = |size: Option<&str>| {
        let mut command = Command::new(this_program());
        command.env_remove("RUST_MIN_STACK");
        if let Some(size) = size {
            command.env("RUST_MIN_STACK", size);
        }
        let left = child::output(&mut command, "stack", &path);
        left.parse::<usize>().expect("a number")
    };
    let plain = left(None);
    println!("{plain} bytes are left");
    assert!(plain > 900 << 10, "{plain}");
    for size in ["32768", "268435456"] {
        // What the C library keeps on the stack of a thread varies a little.
        let difference = plain.abs_diff(left(Some(size)));
        assert!(difference < 16 << 10, "RUST_MIN_STACK={size}: {difference}");
    }
}

/// Runs the child under strace with these options, and returns its output and the trace.
fn traced(options: &[&str], what: &str, images: &Images, name: &str) -> (String, String) {
    let mut strace = program("strace");
    strace.arg("-f").args(options).arg("-o");
    strace.arg(images.path("trace")).arg(this_program());
    let output = child::output(&mut strace, what, &images.path(name));
    let trace = String::from_utf8_lossy(&images.read("trace")).into_owned();
    (output, trace)
}

fn threads() {
    let images = Images::new();
    std::fs::create_dir(images.path("empty")).expect("a directory");
    (0..20).for_each(|number| drop(images.write(format!("pool/{number}.raw"), [0; 1024])));
    let count = |what: &str, name: &str| {
        let (_, trace) = traced(&["-e", "trace=clone,clone3"], what, &images, name);
        let threads = trace.lines().filter(|line| line.contains("CLONE_THREAD"));
        threads.count()
    };
    assert_eq!(count("scan", "empty"), 0);
    assert_eq!(count("cancelled scan", "pool"), 0);
    let threads = count("scan", "pool");
    println!("{threads} threads for 20 files");
    assert!((1..=21).contains(&threads), "{threads}");
}

/// Seccomp filters of containers return EPERM for system calls that they do not know.
fn filter() {
    let images = Images::new();
    images.write("base.raw", [0; 1024]);
    let top = Qcow2::new(MIB).backing("base.raw", "raw");
    top.write(images.path("top.qcow2"));
    let denied = ["-e", "trace=openat2", "-e", "inject=openat2:error=EPERM"];
    for (what, expected) in [
        ("chain", "2"),
        (
            "beneath",
            "io: cannot restrict paths to the root directory: Function not implemented",
        ),
    ] {
        let (output, trace) = traced(&["-e", "trace=openat2"], what, &images, "top.qcow2");
        assert_eq!(output, "2", "{what}: {trace}");
        let (output, trace) = traced(&denied, what, &images, "top.qcow2");
        assert_eq!(output, expected, "{what}: {trace}");
    }
}

/// A directory of images may deny listing, for example with mode 0711.
fn unreadable_root() {
    let images = Images::new();
    let open = |path: PathBuf, mode| {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).expect("the mode");
    };
    open(images.directory().to_owned(), 0o755);
    let path = images.write("root/disk.raw", [0; 1024]);
    let copied = Command::new("cp")
        .arg(this_program())
        .arg(images.path("tool"))
        .status();
    assert!(copied.is_ok_and(|status| status.success()), "cp");
    // The child runs without root privileges, and this mode denies listing even to the owner.
    open(images.path("root"), 0o311);
    let output = child::output(
        &mut unprivileged(images.path("tool"), &images),
        "beneath",
        &path,
    );
    open(images.path("root"), 0o700);
    assert_eq!(output, "1");
}

/// Returns whether the file system supports `O_DIRECT`.
fn direct() -> bool {
    let images = Images::new();
    Qcow2::new(64 * MIB).write(images.path("disk.qcow2"));
    Vhdx::new(64 * MIB).write(images.path("disk.vhdx"));
    Vmdk::new(64 * MIB).write(images.path("disk.vmdk"));
    Vdi::new(64 * MIB).write(images.path("disk.vdi"));
    Vpc::new(64 * MIB).write(images.path("disk.vhd"));
    images.write("odd.raw", vec![1; 100_001]);
    images.write("short.raw", [1; 100]);
    let mut flags = OpenOptions::new();
    flags.read(true).custom_flags(libc::O_DIRECT);
    for entry in std::fs::read_dir(images.directory()).expect("a directory") {
        let path = entry.expect("a name").path();
        let Ok(file) = flags.open(&path) else {
            return false;
        };
        let plain = File::open(&path).expect("the image");
        for thorough in [false, true] {
            let options = Options::new().thorough(thorough);
            let image = probe_fd(&file, &options);
            let expected = probe_fd(&plain, &options);
            assert!(expected.is_ok(), "{expected:?}");
            // `answer` omits the allocated size: a direct read first writes cached data to the
            // disk, which can allocate space.
            assert_eq!(answer(&image), answer(&expected), "{}", path.display());
        }
    }
    true
}

/// A file server takes leases on files that its clients have open.
fn lease() {
    const SCRIPT: &str = "import fcntl, os, signal, sys\n\
        signal.signal(signal.SIGIO, signal.SIG_IGN)\n\
        file = os.open(sys.argv[1], os.O_RDWR)\n\
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)\n\
        print(flush=True)\n\
        sys.stdin.read()\n";
    let images = Images::new();
    let path = images.write("disk.raw", [0; 1024]);
    let mut python = program("python3");
    python.args(["-c", SCRIPT]).arg(&path);
    let mut holder = python
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3");
    let mut ready = [0];
    let output = holder.stdout.as_mut().expect("a pipe");
    output.read_exact(&mut ready).expect("a lease");
    let error = probe_path(&path, &Options::new()).expect_err("a lease");
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert_eq!(error.raw_os_error(), Some(libc::EAGAIN));
    assert_eq!(
        error.to_string(),
        "busy: another process holds a lease on the file"
    );
    // Every opener says so. A chain ends there.
    let chain = Chain::open_path(&path, &ChainOptions::new()).expect_err("a lease");
    assert_eq!(chain.error().kind(), ErrorKind::Busy);
    let mut beneath = LocalFiles::beneath(images.directory()).expect("a directory");
    let top = || Location::from_path(&path);
    let chain = Chain::open(top(), &mut beneath, &ChainOptions::new()).expect_err("a lease");
    assert_eq!(chain.error().kind(), ErrorKind::Busy);

    // The holder of the lease releases it while the probes wait.
    let options = Options::new().wait_for_lease(true);
    let overlay = Qcow2::new(1024).backing("disk.raw", "raw");
    overlay.write(images.path("top.qcow2"));
    let holder = std::thread::scope(|scope| {
        let probes = [
            scope.spawn(|| probe_path(&path, &options).map(|_| ())),
            scope.spawn(|| {
                let options = ChainOptions::new().image_options(options.clone());
                let chain = Chain::open_path(images.path("top.qcow2"), &options);
                chain.map(|_| ()).map_err(|broken| broken.error().clone())
            }),
            scope.spawn(|| {
                let beneath = LocalFiles::beneath(images.directory());
                let mut beneath = beneath.expect("a directory").wait_for_lease(true);
                let chain = Chain::open(top(), &mut beneath, &ChainOptions::new());
                chain.map(|_| ()).map_err(|broken| broken.error().clone())
            }),
        ];
        std::thread::sleep(Duration::from_millis(200));
        assert!(
            probes.iter().all(|probe| !probe.is_finished()),
            "nothing waits"
        );
        drop(holder.stdin.take());
        for probe in probes {
            assert!(probe.join().expect("no panic").is_ok());
        }
        holder
    });
    let mut holder = holder;
    assert!(holder.wait().is_ok_and(|status| status.success()));
    assert!(probe_path(&path, &Options::new()).is_ok());
}
