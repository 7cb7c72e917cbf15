// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains whose backing file is on the lying file system.

use super::server::{File, Liar, Lie};
use super::{qcow2, trial, MOST_REQUESTS};
use diskprobe::chain::{Chain, ChainError, ChainOptions, Identity, LocalFiles};
use diskprobe::location::Location;
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::Images;
use fuser::FileType::{CharDevice, NamedPipe, RegularFile};
use libtest_mimic::Trial;
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("lies::backing_files_have_their_answers", files, backing),
        trial("lies::a_root_does_not_change_the_answers", files, beneath),
        trial("lies::equal_inode_numbers_are_the_same_file", files, equal),
    ]
}

fn files() -> Vec<File> {
    let image = qcow2();
    let file = |name: &str, lie| File::new(name, &image, lie);
    let interrupted = |operation| Lie::Interrupted(operation, Duration::ZERO);
    let overlay = |name: &str, backing: &str, lie| {
        let bytes = Qcow2::new(MIB).backing(backing, "qcow2").bytes();
        File::new(name, &Arc::new(bytes), lie)
    };
    vec![
        file("good", Lie::Nothing),
        file("lookup", interrupted("lookup")),
        file("getattr", interrupted("getattr")),
        file("open", interrupted("open")),
        file("read", interrupted("read")),
        file("thrice", Lie::InterruptedThrice),
        file("ends-early", Lie::EndsAt(100)),
        file("replaced", Lie::Replaced),
        file("inode-0", Lie::Inode(0)),
        file("fifo", Lie::Nothing).of_kind(NamedPipe, RegularFile),
        file("device", Lie::Nothing).of_kind(CharDevice, RegularFile),
        file("inode-7", Lie::Inode(7)),
        overlay("top-7", "inode-7", Lie::Inode(7)),
    ]
}

fn expected(name: &str) -> &'static str {
    match name {
        "lookup" | "getattr" | "open" => "io: cannot open: Interrupted system call",
        "read" => "io: cannot read: Interrupted system call",
        "ends-early" => {
            "changed: the file shrank during the probe: 1436 bytes at offset 100 are missing, and \
             its size was 1048576 bytes"
        }
        "replaced" => "changed: the file was replaced during the probe",
        "fifo" => "unsupported-file: a FIFO, not a disk image",
        "device" => "unsupported-file: a character device, not a disk image",
        _ => "2 elements",
    }
}

fn text(chain: &Result<Chain, ChainError>) -> String {
    match chain {
        Ok(chain) => format!("{} elements", chain.elements().len()),
        Err(broken) => {
            let error = broken.error();
            format!("{}: {error}", error.kind().as_str())
        }
    }
}

fn names() -> impl Iterator<Item = String> {
    let names = files().into_iter().map(|file| file.name);
    let names = names.map(|name| String::from_utf8(name).expect("UTF-8"));
    names.filter(|name| !name.ends_with('7'))
}

fn backing(liar: Liar) {
    let images = Images::new();
    for name in names() {
        let backing = liar.path(name.as_bytes());
        let top = Qcow2::new(MIB).backing(backing.to_str().expect("UTF-8"), "qcow2");
        top.write(images.path("top"));
        let chain = Chain::open_path(images.path("top"), &ChainOptions::new());
        assert_eq!(text(&chain), expected(&name), "{name}");
        assert!(liar.most_requests() <= MOST_REQUESTS);
        let _ = Identity::from_path(&backing);
        assert!(liar.most_requests() <= MOST_REQUESTS);
    }
}

fn beneath(liar: Liar) {
    let mut opener = LocalFiles::beneath(liar.path(b"")).expect("a directory");
    for name in names() {
        let top = Location::from_path(liar.path(name.as_bytes()));
        let chain = Chain::open(top, &mut opener, &ChainOptions::new());
        let expected = expected(&name).replace("2 elements", "1 elements");
        assert_eq!(text(&chain), expected, "{name}");
        assert!(liar.most_requests() <= MOST_REQUESTS);
    }
}

/// The device and inode numbers are the only identity that the system provides, so the chain fails.
fn equal(liar: Liar) {
    let chain = Chain::open_path(liar.path(b"top-7"), &ChainOptions::new());
    assert_eq!(text(&chain), "loop: this file is already in the chain");
}
