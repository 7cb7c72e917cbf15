// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks the table in docs/formats.md that lists the facts reported by each program, for each
//! format. No program reports more than diskprobe.

mod answers;
mod rows;
mod told;

use answers::Answer;
use diskprobe_test_support::libvirtd::Daemon;
use diskprobe_test_support::oracle::{program, Need, QEMU_IMG};
use diskprobe_test_support::{qemu_img, recipes, trials, venv, Images};
use libtest_mimic::Trial;
use rows::{Row, ROWS};
use std::path::Path;
use told::Cell;

const DIRECTORY: &str = env!("CARGO_TARGET_TMPDIR");

pub(crate) fn trials() -> Vec<Trial> {
    trials![
        [
            QEMU_IMG,
            Need::Program("libvirtd", "libvirt-daemon"),
            Need::Program("virsh", "libvirt-clients"),
            Need::Program("blkid", "util-linux"),
            Need::Program("cryptsetup", "cryptsetup-bin"),
            Need::Program("genisoimage", "genisoimage"),
            Need::Program("sfdisk", "fdisk"),
            Need::Program("mkfs.ext4", "e2fsprogs"),
            Need::OsloUtils(DIRECTORY),
        ];
        no_program_reports_more_facts
    ]
}

const DOCUMENT: &str = include_str!("../../../../docs/formats.md");
const SCRIPT: &str = "cli/tests/agreement/readers/inspect_formats.py";
const SECTION: &str = "\n## What each reader reports\n";
const READERS: [&str; 5] = ["diskprobe", "libvirt", "qemu-img", "libblkid", "oslo.utils"];

fn no_program_reports_more_facts() {
    let images = Images::new();
    for recipe in recipes::recipes(include_str!("samples.txt")) {
        recipe.build(&images);
    }
    let paths: Vec<_> = ROWS.iter().map(|row| images.path(row.file)).collect();
    let daemon = Daemon::start();
    let pool = daemon.pool("samples", images.directory()).expect("a pool");
    let volumes = pool.volumes();
    let libvirt = format!("libvirt {}", daemon.version());
    drop(daemon);
    let oslo_utils = venv::python(DIRECTORY, SCRIPT, &paths);
    let mut table = Vec::new();
    for ((row, path), line) in ROWS.iter().zip(&paths).zip(oslo_utils.lines()) {
        let cells = [
            twice(row, path, answers::diskprobe),
            Cell::new(
                row,
                volumes.get(row.file).map(|xml| answers::libvirt(xml)),
                None,
            ),
            twice(row, path, answers::qemu_img),
            Cell::new(row, answers::blkid(path), None),
            Cell::new(row, Some(answers::oslo_utils(line)), None),
        ];
        let [ours, others @ ..] = &cells;
        for (other, name) in others.iter().zip(&READERS[1..]) {
            assert!(
                ours.tells_all_of(other),
                "{}: {name} reports {other}, diskprobe reports {ours}",
                row.label
            );
        }
        let cells = cells.map(|cell| cell.to_string());
        table.push(format!("| {} | {} |", row.label, cells.join(" | ")));
    }
    let versions = format!(
        "{libvirt}, {}, {}, {}",
        qemu_version(),
        libblkid(),
        venv::OSLO_UTILS
    );
    println!("{versions}\n{}", table.join("\n"));
    if !DOCUMENT.lines().any(|line| line.starts_with(&versions)) {
        println!("docs/formats.md has other versions: not compared");
        return;
    }
    let (_, section) = DOCUMENT.split_once(SECTION).expect("the section");
    let rows: Vec<_> = section
        .lines()
        .filter(|line| line.starts_with("| "))
        .collect();
    assert_eq!(rows[2..], table, "the table of docs/formats.md");
}

/// Returns the program's answer without and with the name of the format.
fn twice(row: &Row, path: &Path, ask: fn(&Path, Option<&str>) -> Option<Answer>) -> Cell {
    Cell::new(row, ask(path, None), ask(path, Some(row.asked)))
}

fn qemu_version() -> String {
    let text = qemu_img::version_text().expect("qemu-img");
    format!("qemu-img {}", text.split(' ').next().expect("a version"))
}

fn libblkid() -> String {
    version("blkid", "libblkid ", "libblkid")
}

/// Returns the word after `before` in the program's `--version` text.
fn version(name: &str, before: &str, label: &str) -> String {
    let output = program(name).arg("--version").output().expect(name);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rest = text.split_once(before).map(|(_, rest)| rest);
    let version = rest.and_then(|rest| rest.split([' ', ',', ')']).next());
    format!("{label} {}", version.expect("a version"))
}
