// SPDX-License-Identifier: MIT OR Apache-2.0
//! What each program that reads disk images tells of each format: the table in docs/formats.md is
//! made anew here. Nobody may tell more than we do.

#[path = "readers/answers.rs"]
mod answers;
#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/common/libvirtd.rs"]
mod libvirtd;
#[path = "../../tests/common/recipes.rs"]
mod recipes;
#[path = "readers/rows.rs"]
mod rows;
#[path = "readers/told.rs"]
mod told;
#[path = "../../tests/common/tool.rs"]
mod tool;
#[path = "../../tests/common/venv.rs"]
mod venv;
#[path = "../../tests/common/volume.rs"]
mod volume;

use answers::Answer;
use common::{program, Images};
use rows::{Row, ROWS};
use std::path::Path;
use told::Cell;

const DOCUMENT: &str = include_str!("../../docs/formats.md");
const SECTION: &str = "\n## Who tells what of a disk image\n";
const READERS: [&str; 5] = ["diskprobe", "libvirt", "qemu-img", "libblkid", "oslo.utils"];

#[test]
fn nobody_tells_more_of_an_image() {
    let images = Images::new();
    for recipe in recipes::recipes(include_str!("readers/samples.txt")) {
        recipes::make(&images, &recipe);
    }
    let paths: Vec<_> = ROWS.iter().map(|row| images.path(row.file)).collect();
    let daemon = libvirtd::Daemon::start();
    let pool = daemon.pool("samples", images.directory()).expect("a pool");
    let volumes = pool.volumes();
    let libvirt = format!("libvirt {}", daemon.version());
    drop(daemon);
    let oslo_utils = venv::python("readers/inspect_formats.py", &paths);
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
                "{}: {name} tells {other}, we {ours}",
                row.label
            );
        }
        let cells = cells.map(|cell| cell.to_string());
        table.push(format!("| {} | {} |", row.label, cells.join(" | ")));
    }
    let versions = format!(
        "{libvirt}, {}, {}, {}",
        qemu_img(),
        libblkid(),
        venv::OSLO_UTILS
    );
    println!("{versions}\n{}", table.join("\n"));
    if !DOCUMENT.lines().any(|line| line.starts_with(&versions)) {
        println!("docs/formats.md is of other versions: not compared");
        return;
    }
    let (_, section) = DOCUMENT.split_once(SECTION).expect("the section");
    let rows: Vec<_> = section
        .lines()
        .filter(|line| line.starts_with("| "))
        .collect();
    assert_eq!(rows[2..], table, "the table of docs/formats.md");
    println!(
        "{} rows as in docs/formats.md; nobody tells more than we do",
        table.len()
    );
}

/// What a reader says, and what it says where the format is named to it.
fn twice(row: &Row, path: &Path, ask: fn(&Path, Option<&str>) -> Option<Answer>) -> Cell {
    Cell::new(row, ask(path, None), ask(path, Some(row.asked)))
}

fn qemu_img() -> String {
    version("qemu-img", "qemu-img version ", "qemu-img")
}

fn libblkid() -> String {
    version("blkid", "libblkid ", "libblkid")
}

/// The word behind `before` in what the program says of its version.
fn version(name: &str, before: &str, label: &str) -> String {
    let output = program(name).arg("--version").output().expect(name);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rest = text.split_once(before).map(|(_, rest)| rest);
    let version = rest.and_then(|rest| rest.split([' ', ',', ')']).next());
    format!("{label} {}", version.expect("a version"))
}
