// SPDX-License-Identifier: MIT OR Apache-2.0
//! Maintenance tasks of this repository: `cargo xtask`.

mod api;
mod command;
mod dist;
mod symbols;
mod update;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask update [--check] [PART...]
       cargo xtask dist [--library]

update regenerates the files that follow from the sources. Without PART, all of them:
  header        include/diskprobe.h, from the C layer
  symbols       ffi-tests/symbols: appends the functions that are new in the header; and the
                version script, build-aux/libdiskprobe.map
  api           docs/public-api.txt, the public Rust API; needs a nightly compiler
  hidden        src/base/hidden.rs, the characters that are escaped, from regex-syntax
  docs          the tables between <!-- marks --> in docs/
  instructions  benches/instructions.txt, with this compiler; builds the C library

With --check, changes nothing and fails if a file is out of date.

dist makes the release archives in target/dist/: the C library with a manifest and a lock file of its
own, its vendored crates, and the vendored crates of the whole workspace for Linux. With --library,
it omits the last, which needs cargo-vendor-filterer.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let result = match arguments.split_first() {
        Some((task, rest)) if task == "update" => update::run(&root, rest),
        Some((task, rest)) if task == "dist" => dist::run(&root, rest),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}
