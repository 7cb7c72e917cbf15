// SPDX-License-Identifier: MIT OR Apache-2.0
//! The files that the hypervisor opens: random chains and locations, opened by `qemu-io` with a
//! preloaded library that logs each file, socket and host.
//!
//! A chain that is reported as complete lists exactly the files that are opened. All other chains
//! are errors. `DISKPROBE_OPENS=20000` sets the number of chains; for each one, there are five
//! locations, and three for each client library. `DISKPROBE_OPENS_SEED` selects other random
//! values.

mod chains;
mod clients;
mod locations;

use crate::TOOL;
use diskprobe_test_support::oracle::Need;
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const CC: Need = Need::Program("cc", "gcc");
const QEMU_IO: Need = Need::Program("qemu-io", "qemu-utils");

pub(crate) fn trials() -> Vec<Trial> {
    if !cfg!(target_os = "linux") {
        return Vec::new();
    }
    let chains = chains::a_whole_chain_lists_the_files_that_are_opened;
    let locations = locations::a_location_names_what_is_opened;
    let mut trials = trials![[CC, QEMU_IO]; chains, locations];
    trials.extend(clients::trials());
    trials
}

/// Reasons to refuse a chain or location that QEMU opens: how the message starts, and the part of
/// the documents that states it.
const STRICTER: [(&str, &str); 15] = [
    (
        "its format is not recorded",
        "the backing file must not name another file",
    ),
    (
        "this file is already in the chain",
        "If a file occurs twice, the chain fails",
    ),
    (
        "cannot open: No such file",
        "A relative name of a data file must lead to the same file",
    ),
    (
        "data file: its name is relative",
        "A relative name of a data file must lead to the same file",
    ),
    (
        "location: the recorded",
        "If a format is recorded, a `json:` location must have the same",
    ),
    ("json: the option backing", "| `backing` in any form"),
    (
        "json: the option data-file",
        "`data-file`, `extents`, `header` | rejected",
    ),
    ("json: the option filename", "| any other option | rejected"),
    (
        "json: the option offset belongs",
        "| any other option | rejected",
    ),
    (
        "json: the option size belongs",
        "| any other option | rejected",
    ),
    (
        "json: the option size is 0",
        "| `json:` with a `size` that is 0",
    ),
    (
        "json: the option occurs twice",
        "| `json:` with a repeated option",
    ),
    (
        "json: a format driver below another driver",
        "| `json:` with a format driver below another driver",
    ),
    (
        "json: no driver",
        "| neither `driver` nor `file` | rejected",
    ),
    (
        "json: an option that is not supported",
        "| any other option | rejected",
    ),
];

/// Returns whether the refusal of a location that QEMU opens is documented.
fn is_documented(message: &str) -> bool {
    let documents = [
        include_str!("../../../../docs/chain.md"),
        include_str!("../../../../docs/location.md"),
    ];
    let found = STRICTER
        .iter()
        .find(|(start, _)| message.starts_with(start));
    found.is_some_and(|(_, part)| documents.iter().any(|document| document.contains(part)))
}

/// Returns the number of chains and the first seed.
fn number_and_seed() -> (u64, u64) {
    let number = |name: &str, default| {
        let value = std::env::var(name).ok();
        value.map_or(default, |value| value.parse().expect("a number"))
    };
    (
        number("DISKPROBE_OPENS", 60),
        number("DISKPROBE_OPENS_SEED", 16),
    )
}

/// The library that logs what a program opens, and the log.
struct Tracer {
    directory: Images,
    /// Whether lookups of host names and connections appear to succeed.
    has_servers: bool,
}

/// The files and servers that one run opened.
struct Opened {
    is_ok: bool,
    /// Real paths.
    files: BTreeSet<PathBuf>,
    /// Sockets and hosts, a line each.
    servers: BTreeSet<String>,
    error: String,
}

impl Tracer {
    fn new() -> Self {
        let directory = Images::new();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement/opens");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-o"])
            .arg(directory.path("log.so"))
            .args(["log.c", "clients.c"].map(|name| sources.join(name)))
            .status();
        assert!(built.is_ok_and(|status| status.success()), "cc");
        let has_servers = false;
        Tracer {
            directory,
            has_servers,
        }
    }

    fn with_servers() -> Self {
        Tracer {
            has_servers: true,
            ..Tracer::new()
        }
    }

    /// Lets `qemu-io` open an image in the directory, and read nothing. Returns what was opened in
    /// the directory `within`.
    fn open(&self, working: &Path, within: &Path, arguments: &[&str]) -> Opened {
        let log = self.directory.write("log", b"");
        let output = Command::new("qemu-io")
            .args(["-r", "-U", "-c", "quit"])
            .args(arguments)
            .current_dir(working)
            .env("LD_PRELOAD", self.directory.path("log.so"))
            .env("OPENS_LOG", &log)
            .envs(self.has_servers.then_some(("OPENS_CONNECTS", "1")))
            .stdin(Stdio::null())
            .output()
            .expect("qemu-io starts");
        let log = String::from_utf8(self.directory.read("log")).expect("UTF-8");
        let mut opened = Opened {
            is_ok: output.status.success(),
            files: BTreeSet::new(),
            servers: BTreeSet::new(),
            error: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        for line in log.lines() {
            match line.split_once(' ').expect("a kind and a name") {
                ("file", path) if Path::new(path).starts_with(within) => {
                    opened.files.insert(path.into());
                }
                ("file", _) => {}
                _ => drop(opened.servers.insert(line.to_owned())),
            }
        }
        opened
    }
}

/// Counts the runs by their results.
#[derive(Default)]
struct Classes(BTreeMap<String, usize>);

impl Classes {
    fn add(&mut self, class: String) {
        *self.0.entry(class).or_default() += 1;
    }

    fn print(&self, what: &str, number: u64, seed: u64) {
        println!("{number} {what}, seed {seed}:");
        for (class, times) in &self.0 {
            println!("{times:>8}  {class}");
        }
    }

    /// Asserts that nothing differs, and that the run reached several classes.
    #[track_caller]
    fn assert_none_differ(&self, wrong: &[String], number: u64) {
        assert!(
            wrong.is_empty(),
            "{} of {number} differ\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        assert!(self.0.len() >= 5, "{:?}", self.0);
    }
}
