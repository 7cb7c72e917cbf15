// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs this program as a child process, for tests that trace it or run it without root privileges.

use diskprobe::chain::{Chain, ChainError, ChainOptions, LocalFiles};
use diskprobe::location::Location;
use diskprobe::scan::{scan, CancelToken, ScanOptions, ScanTarget};
use diskprobe::{probe_path, Options};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

const VARIABLE: &str = "DISKPROBE_TEST_CHILD";

pub(crate) fn is_requested() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// Sets the environment variable that selects the child's task, and its argument.
pub(crate) fn request(command: &mut Command, what: &str, path: &Path) {
    command.env(VARIABLE, what).arg(path);
}

/// Runs the child and returns its output.
pub(crate) fn output(command: &mut Command, what: &str, path: &Path) -> String {
    request(command, what, path);
    let output = command.output().expect("the child starts");
    assert!(output.status.success(), "{what}: {output:?}");
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .trim()
        .to_owned()
}

pub(crate) fn run() -> ExitCode {
    let what = std::env::var(VARIABLE).expect("ASCII");
    let path = std::env::args_os().nth(1).expect("a path");
    let path = Path::new(&path);
    match what.as_str() {
        "chain" => print(&Chain::open_path(path, &ChainOptions::new())),
        "beneath" => {
            let directory = path.parent().expect("a file in a directory");
            let mut opener = LocalFiles::beneath(directory).expect("a directory");
            let top = Location::from_path(path);
            print(&Chain::open(top, &mut opener, &ChainOptions::new()));
        }
        "scan" => scan_with(256, &[path], CancelToken::new()),
        "cancelled scan" => {
            let cancel = CancelToken::new();
            cancel.cancel();
            scan_with(256, &[path; 3], cancel);
        }
        "stack" => println!("{}", stack(path)),
        number => {
            let number: u64 = number.parse().expect("a number of probes");
            // The scheduler can leave the same file at the path for a long time.
            let (mut probes, mut images) = (0, 0);
            while probes < number || images < 10 {
                probes += 1;
                images += u32::from(probe_path(path, &Options::new()).is_ok());
            }
        }
    }
    ExitCode::SUCCESS
}

fn scan_with(jobs: u32, directories: &[&Path], cancel: CancelToken) {
    let options = ScanOptions::new()
        .jobs(jobs)
        .expect("few")
        .cancel_by(cancel);
    let directories = directories.iter().map(|path| path.to_path_buf());
    let targets: Vec<_> = directories.map(ScanTarget::Directory).collect();
    scan(targets, &options, |_| ControlFlow::Continue(()));
}

/// Returns the number of bytes of stack that are left for the callback in a thread of the scan.
fn stack(path: &Path) -> usize {
    let mut left = 0;
    let targets = std::iter::repeat_with(|| ScanTarget::File(path.to_owned()));
    let options = ScanOptions::new().jobs(2).expect("few");
    scan(targets, &options, |_| {
        if thread::current().name() != Some("diskprobe scan") {
            thread::sleep(Duration::from_millis(1));
            return ControlFlow::Continue(());
        }
        let here = 0u8;
        let here = &raw const here as usize;
        let maps = std::fs::read_to_string("/proc/self/maps").expect("the memory map");
        let mut starts = maps.lines().filter_map(|line| {
            let (start, rest) = line.split_once('-')?;
            let end = usize::from_str_radix(rest.split(' ').next()?, 16).ok()?;
            let start = usize::from_str_radix(start, 16).ok()?;
            (start..end).contains(&here).then_some(start)
        });
        left = here - starts.next().expect("the stack");
        ControlFlow::Break(())
    });
    left
}

/// Prints the number of elements, or the error.
fn print(chain: &Result<Chain, ChainError>) {
    match chain {
        Ok(chain) => println!("{}", chain.elements().len()),
        Err(broken) => println!("{}: {}", broken.error().kind().as_str(), broken.error()),
    }
}
