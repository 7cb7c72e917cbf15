// SPDX-License-Identifier: MIT OR Apache-2.0
//! What libvirt's storage pools say of the suite's images, beside what we say of them. Each
//! difference is of a class that docs/differences/libvirt.md explains; a new one is a failure.

#[path = "libvirt_pool/answers.rs"]
mod answers;
#[path = "libvirt_pool/classes.rs"]
mod classes;
mod common;
#[path = "common/libvirtd.rs"]
mod libvirtd;
#[path = "libvirt_pool/pair.rs"]
mod pair;
#[path = "libvirt_pool/predicates.rs"]
mod predicates;
#[path = "common/recipes.rs"]
mod recipes;
#[path = "libvirt_pool/recorded.rs"]
mod recorded;
#[path = "libvirt_pool/tally.rs"]
mod tally;
#[path = "common/vectors.rs"]
mod vectors;
#[path = "common/volume.rs"]
mod volume;

use common::Images;
use libvirtd::Daemon;
use pair::Pair;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use tally::Tally;
use volume::{of_volume, Facts};

/// What a pool may hold beside images.
const OTHERS: [&str; 4] = ["sub", "fifo", "dangling", "linked.img"];

/// The images, which lie in one directory, and those that are alone in one of their own.
fn made(images: &Images) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let path = |name: &str| images.path(name);
    std::fs::create_dir(path("sub")).expect("a directory");
    let (mut together, mut alone) = (Vec::new(), Vec::new());
    for recipe in recipes::made_by_qemu_img()
        .iter()
        .chain(&recipes::crafted())
    {
        recipes::make(images, recipe);
        if recipe.alone {
            let directory = path(&format!("sub/{}", recipe.name));
            std::fs::create_dir(&directory).expect("a directory");
            let moved = directory.join(recipe.name);
            std::fs::rename(path(recipe.name), &moved).expect("the same file system");
            alone.push(moved);
        } else {
            together.push(path(recipe.name));
        }
    }
    let made = Command::new("mkfifo").arg(path("fifo")).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    for (name, target) in [("dangling", "nowhere"), ("linked.img", "q3-b.qcow2")] {
        std::os::unix::fs::symlink(target, path(name)).expect("a link");
    }
    together.extend(OTHERS.map(path));
    // The file system decides now what each file occupies.
    let synced = Command::new("sync")
        .arg("-f")
        .arg(images.directory())
        .status();
    assert!(synced.is_ok_and(|status| status.success()), "sync");
    (together, alone)
}

fn of(volumes: &BTreeMap<String, String>, path: &Path) -> Option<Facts> {
    volumes.get(name(path)).map(|xml| of_volume(xml))
}

fn name(path: &Path) -> &str {
    let name = path.file_name().and_then(|name| name.to_str());
    name.expect("a name in UTF-8")
}

#[test]
fn what_a_pool_says_of_the_images() {
    let images = Images::new();
    let (together, alone) = made(&images);
    let daemon = Daemon::start();
    let version = daemon.version();
    let pool = daemon.pool("images", images.directory());
    let pool = pool.unwrap_or_else(|error| panic!("{error}"));
    let volumes = pool.volumes();
    let mut tally = Tally::default();
    for path in &together {
        let pair = Pair::new(path, of(&volumes, path));
        tally.invent(&pair);
        tally.add(&pair);
    }
    for path in &alone {
        let directory = path.parent().expect("a directory");
        let pool = daemon.pool(name(path), directory);
        let volumes = pool.map(|pool| pool.volumes()).unwrap_or_default();
        tally.add(&Pair::new(path, of(&volumes, path)));
    }
    drop(daemon);
    tally.check(&format!("libvirt {version}, {}", qemu_version()));
}

#[test]
fn what_a_pool_of_libvirt_11_3_said() {
    let images = Images::new();
    let Some(pairs) = recorded::pairs(images.directory()) else {
        return;
    };
    let mut tally = Tally::default();
    for pair in &pairs {
        tally.add(pair);
    }
    tally.check_classes("libvirt 11.3.0, as written down");
}

/// For `examples/libvirt/try`, which has a patched libvirt look at them.
#[test]
#[ignore = "writes the images to the directory that DISKPROBE_IMAGES names, which must not be there"]
fn images_for_a_trial() {
    let directory = std::env::var_os("DISKPROBE_IMAGES").expect("DISKPROBE_IMAGES is set");
    let images = Images::new();
    made(&images);
    let mut copy = Command::new("cp");
    let copy = copy.args(["--archive", "--sparse=always", "--no-target-directory"]);
    let copied = copy.arg(images.directory()).arg(&directory).status();
    assert!(copied.is_ok_and(|status| status.success()), "cp");
}

fn qemu_version() -> String {
    let output = common::run_qemu_img(Path::new("."), &["--version"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split_whitespace().nth(2).expect("a version");
    format!("qemu-img {version}")
}
