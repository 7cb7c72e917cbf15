// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes a path while another thread replaces its file with an image, a larger image, a FIFO or a
//! device. Each result must be that of one of them, or the error that the file was replaced.
//! `DISKPROBE_RACES=30000` sets the number of probes of each way; the default is 1,000.

use crate::child;
use crate::within::within;
use diskprobe::chain::{Chain, ChainError, ChainOptions, LocalFiles};
use diskprobe::location::Location;
use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe::{probe_path, Error, ErrorKind, Image, Options};
use diskprobe_test_support::answer::answer;
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::oracle::{program, trial, Need};
use diskprobe_test_support::Images;
use libtest_mimic::Trial;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const STRACE: Need = Need::Program("strace", "strace");
const STATES: [&str; 4] = ["small", "large", "fifo", "device"];
/// Minimum number of results that differ from the previous one.
const CHANGES: u64 = 50;
const LIMIT: Duration = Duration::from_secs(600);

/// A way to probe the path.
type Way = fn(&Race) -> Option<Result<Image, Error>>;

pub(crate) fn trials() -> Vec<Trial> {
    let ways: [(&str, Way); 6] = [
        ("a_path", |race| {
            Some(probe_path(race.name(), &Options::new()))
        }),
        ("a_file_of_a_scan", |race| {
            race.scan(ScanTarget::File(race.name()))
        }),
        ("a_directory_of_a_scan", |race| {
            race.scan(ScanTarget::Directory(race.images.path("names")))
        }),
        ("the_top_of_a_chain", |race| {
            Some(last(Chain::open_path(race.name(), &ChainOptions::new())))
        }),
        ("a_backing_file", |race| {
            let top = race.images.path("top.qcow2");
            Some(last(Chain::open_path(top, &ChainOptions::new())))
        }),
        ("a_backing_file_beneath_a_root", |race| {
            let root = LocalFiles::beneath(race.images.directory());
            let mut opener = root.expect("a directory");
            let top = Location::from_path(race.images.path("top.qcow2"));
            Some(last(Chain::open(top, &mut opener, &ChainOptions::new())))
        }),
    ];
    let trials = ways.map(|(name, way)| {
        let name = format!("races::{name}_that_is_exchanged_has_no_wrong_facts");
        trial(name, &[], move || run(way))
    });
    let mut trials = Vec::from(trials);
    if cfg!(target_os = "linux") {
        let traced = "races::a_device_that_takes_the_name_is_not_read";
        trials.push(trial(traced, &[STRACE], no_device_is_read));
    }
    trials
}

/// The files, and the path that is a hard link to one of them.
struct Race {
    images: Images,
    stop: AtomicBool,
    exchanges: AtomicU64,
}

impl Race {
    fn new() -> Self {
        let images = Images::new();
        let small = Qcow2::new(64 * MIB).bytes();
        let mut large = Qcow2::new(128 * MIB).bytes();
        large.resize(large.len() + 1_000_000, 0);
        images.write("small", small);
        images.write("large", large);
        let make = |name: &str, rest: &[&str]| {
            let made = program("mknod").arg(images.path(name)).args(rest).output();
            made.expect("mknod starts").status.success()
        };
        assert!(make("fifo", &["p"]));
        if !make("device", &["c", "1", "5"]) {
            symlink("/dev/zero", images.path("device")).expect("a link");
        }
        std::fs::create_dir(images.path("names")).expect("a directory");
        let top = Qcow2::new(MIB).backing("names/disk", "qcow2");
        top.write(images.path("top.qcow2"));
        let race = Race {
            images,
            stop: AtomicBool::new(false),
            exchanges: AtomicU64::new(0),
        };
        race.set("device");
        race
    }

    fn name(&self) -> PathBuf {
        self.images.path("names/disk")
    }

    /// Replaces the file at the path. The path exists at any time.
    fn set(&self, state: &str) {
        let next = self.images.path("next");
        std::fs::hard_link(self.images.path(state), &next).expect("a link");
        std::fs::rename(&next, self.name()).expect("a name");
    }

    /// Replaces the file in pseudorandom order until stopped.
    fn exchange(&self) {
        let mut random = 17u32;
        let mut state = STATES.len() - 1;
        while !self.stop.load(Ordering::Relaxed) {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Always a different file: a rename to a hard link of the same file has no effect.
            state = (state + 1 + (random >> 16) as usize % (STATES.len() - 1)) % STATES.len();
            self.set(STATES[state]);
            self.exchanges.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn scan(&self, target: ScanTarget) -> Option<Result<Image, Error>> {
        let mut found = None;
        let options = ScanOptions::new().special_files(true);
        scan([target], &options, |entry| {
            found = Some(entry.image().cloned().map_err(Error::clone));
            ControlFlow::Continue(())
        });
        found
    }
}

/// Returns the last image of the chain, or the error.
fn last(chain: Result<Chain, ChainError>) -> Result<Image, Error> {
    match chain {
        Ok(chain) => {
            let last = chain.elements().last().expect("the top");
            Ok(last.image().expect("a file").clone())
        }
        Err(broken) => Err(broken.error().clone()),
    }
}

fn text(result: &Option<Result<Image, Error>>) -> String {
    match result {
        Some(result) => {
            let allocated = result.as_ref().ok().and_then(Image::allocated_size);
            format!("{} {allocated:?}", answer(result))
        }
        None => "no result".to_owned(),
    }
}

fn number() -> u64 {
    let number = std::env::var("DISKPROBE_RACES").ok();
    number.map_or(1000, |number| number.parse().expect("a number"))
}

fn run(way: Way) {
    within(LIMIT, "a probe during exchanges", move || {
        let race = Arc::new(Race::new());
        let mut allowed = BTreeMap::new();
        // The last state is also the initial one, so the race starts with it.
        for state in STATES {
            race.set(state);
            allowed.insert(text(&way(&race)), state.to_owned());
        }
        assert_eq!(allowed.len(), STATES.len(), "{allowed:?}");
        let other = Arc::clone(&race);
        let exchanging = thread::spawn(move || other.exchange());
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        let mut wrong = BTreeSet::new();
        let (mut probes, mut changes, mut before) = (0, 0, String::new());
        // The scheduler can let one thread run for a long time.
        while probes < number() || changes < CHANGES {
            probes += 1;
            let result = way(&race);
            let replaced = matches!(&result, Some(Err(error))
                if error.kind() == ErrorKind::Changed
                    && error.to_string() == "the file was replaced during the probe");
            let text = text(&result);
            let key = match (allowed.get(&text), replaced) {
                (Some(state), _) => state.clone(),
                (None, true) => "replaced".to_owned(),
                (None, false) => {
                    wrong.insert(text);
                    "wrong".to_owned()
                }
            };
            changes += u64::from(key != before);
            before.clone_from(&key);
            *seen.entry(key).or_default() += 1;
        }
        race.stop.store(true, Ordering::Relaxed);
        exchanging.join().expect("no panic");
        let exchanges = race.exchanges.load(Ordering::Relaxed);
        println!("{exchanges} exchanges during {probes} probes, {changes} changes: {seen:?}");
        assert!(wrong.is_empty(), "{seen:?} {wrong:?}");
    });
}

/// Traces a process that probes the path while this process replaces its file.
fn no_device_is_read() {
    let race = Arc::new(Race::new());
    let other = Arc::clone(&race);
    let exchanging = thread::spawn(move || other.exchange());
    let log = race.images.path("trace");
    let mut strace = program("strace");
    strace.args(["-f", "-y", "-e", "trace=openat,pread64,ioctl", "-o"]);
    strace.arg(&log);
    strace.arg(std::env::current_exe().expect("this program"));
    child::request(&mut strace, &number().to_string(), &race.name());
    let status = traced(strace);
    race.stop.store(true, Ordering::Relaxed);
    exchanging.join().expect("no panic");
    assert!(status, "the traced process must succeed");
    let trace = String::from_utf8(race.images.read("trace")).expect("UTF-8");
    let name = race.name();
    let name = name.to_str().expect("UTF-8");
    let uses = trace.lines().filter(|line| line.contains(name));
    let (opens, uses): (Vec<_>, Vec<_>) = uses.partition(|line| line.contains("openat("));
    println!("{} opens, {} reads", opens.len(), uses.len());
    // Only a read of an image returns its magic: the device returns zeros, and a FIFO is not read.
    let is_image = |line: &str| line.contains("pread64(") && line.contains(r#", "QFI\373"#);
    let wrong: Vec<_> = uses.iter().filter(|line| !is_image(line)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(!uses.is_empty(), "the image must be read");
}

fn traced(mut strace: Command) -> bool {
    within(LIMIT, "the traced process", move || {
        strace.status().expect("strace starts").success()
    })
}
