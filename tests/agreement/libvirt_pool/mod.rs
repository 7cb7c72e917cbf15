// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares our facts of the images of the suite with those of libvirt's storage pools. Each
//! difference has a class that docs/differences/libvirt.md explains.

mod answers;
mod classes;
mod pair;
mod predicates;
mod recorded;
mod tally;

use diskprobe_test_support::libvirtd::Daemon;
use diskprobe_test_support::oracle::{Need, QEMU_IMG, VECTORS};
use diskprobe_test_support::volume::{of_volume, Facts};
use diskprobe_test_support::{qemu_img, recipes, trials, Images};
use libtest_mimic::{Completion, Trial};
use pair::Pair;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use tally::Tally;

const LIBVIRTD: Need = Need::Program("libvirtd", "libvirt-daemon");
const VIRSH: Need = Need::Program("virsh", "libvirt-clients");
const PYTHON: Need = Need::Program("python3", "python3");

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = trials![[LIBVIRTD, VIRSH, QEMU_IMG];
        answers_of_a_pool_differ_only_for_known_reasons,
    ];
    trials.extend(trials![[VECTORS, PYTHON, QEMU_IMG];
        recorded_answers_of_libvirt_11_3_differ_only_for_known_reasons,
    ]);
    trials.push(Trial::ignorable_test(
        "libvirt_pool::images_for_a_trial",
        || {
            let Some(directory) = std::env::var_os("DISKPROBE_IMAGES") else {
                return Ok(Completion::ignored_with("DISKPROBE_IMAGES is not set"));
            };
            write_images(directory.as_ref());
            Ok(Completion::Completed)
        },
    ));
    trials
}

/// The other files of the pool.
const OTHERS: [&str; 4] = ["sub", "fifo", "dangling", "linked.img"];

/// Makes the images. Returns the paths of those in one directory, and of those in directories of
/// their own.
fn made(images: &Images) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let path = |name: &str| images.path(name);
    std::fs::create_dir(path("sub")).expect("a directory");
    let (mut together, mut alone) = (Vec::new(), Vec::new());
    let all = [recipes::made_by_qemu_img(), recipes::crafted()].concat();
    for recipe in &all {
        qemu_img::make_recipe(images, recipe);
        if recipe.alone {
            let directory = images.path(format!("sub/{}", recipe.name));
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
    // The allocated sizes do not change after a sync.
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

fn answers_of_a_pool_differ_only_for_known_reasons() {
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

fn recorded_answers_of_libvirt_11_3_differ_only_for_known_reasons() {
    let images = Images::new();
    let mut tally = Tally::default();
    for pair in &recorded::pairs(images.directory()) {
        tally.add(pair);
    }
    tally.check_classes("libvirt 11.3.0, as recorded");
}

/// Writes the images to a new directory, for `examples/libvirt/try`. A patched libvirt reads them
/// there.
fn write_images(directory: &Path) {
    let images = Images::new();
    made(&images);
    let mut copy = Command::new("cp");
    let copy = copy.args(["--archive", "--sparse=always", "--no-target-directory"]);
    let copied = copy.arg(images.directory()).arg(directory).status();
    assert!(copied.is_ok_and(|status| status.success()), "cp");
}

fn qemu_version() -> String {
    let text = qemu_img::version_text().expect("qemu-img");
    format!("qemu-img {}", text.split(' ').next().expect("a version"))
}
