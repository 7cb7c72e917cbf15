// SPDX-License-Identifier: MIT OR Apache-2.0
//! This program as a child process, for tests that trace it or run it without the rights of root.

use diskprobe::chain::{Chain, ChainError, ChainOptions, LocalFiles};
use diskprobe::location::Location;
use diskprobe::{probe_path, Options};
use std::path::Path;
use std::process::{Command, ExitCode};

const VARIABLE: &str = "DISKPROBE_TEST_CHILD";

pub(crate) fn is_requested() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// Sets the variable and the arguments of the child.
pub(crate) fn request(command: &mut Command, what: &str, path: &Path) {
    command.env(VARIABLE, what).arg(path);
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
        number => {
            let number: u64 = number.parse().expect("a number of probes");
            for _ in 0..number {
                let _ = probe_path(path, &Options::new());
            }
        }
    }
    ExitCode::SUCCESS
}

/// Prints the number of elements, or the error.
fn print(chain: &Result<Chain, ChainError>) {
    match chain {
        Ok(chain) => println!("{}", chain.elements().len()),
        Err(broken) => println!("{}: {}", broken.error().kind().as_str(), broken.error()),
    }
}
