// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes that programs are known to read differently: a list of 57 rows, each with what QEMU makes
//! of them, what we do, and why.

mod facts;
mod formats;

use crate::build::{Build, Luks, Parallels, Qcow, Qed, Vdi, Vhdx, Vmdk, Vpc, MIB};
use crate::case::{Case, Qemu};

/// A row of the list.
pub struct Row {
    /// Its number and subject.
    pub name: &'static str,
    /// Why we answer as we do.
    pub why: &'static str,
    /// The images.
    pub cases: Vec<Case>,
}

/// All rows, in order.
pub fn rows() -> Vec<Row> {
    [formats::rows(), facts::rows()]
        .into_iter()
        .flatten()
        .collect()
}

/// Makes a function that returns the rows.
macro_rules! list {
    ($($name:ident: $why:literal, $cases:expr;)*) => {
        pub(super) fn rows() -> Vec<super::Row> {
            vec![$(super::Row {
                name: stringify!($name),
                why: $why,
                cases: Vec::from($cases),
            }),*]
        }
    };
}
use list;

/// Both sides give this answer: facts, or `refused: ` and words of the message.
fn both(bytes: Vec<u8>, answer: &'static str) -> Case {
    match answer.strip_prefix("refused: ") {
        Some(words) => Case::refused(answer, bytes, words, words),
        None => Case::accepted(answer, bytes, answer),
    }
}

/// `qemu-img` gives one answer and we another.
fn each(bytes: Vec<u8>, qemu: &'static str, ours: &'static str) -> Case {
    let mut case = both(bytes, ours);
    case.qemu = match qemu.strip_prefix("refused: ") {
        Some(words) => Qemu::Refuses(words),
        None => Qemu::Facts(qemu),
    };
    case
}

/// Functions that build the images of 64 MiB that the rows change.
macro_rules! bases {
    ($($name:ident: $image:expr;)*) => {
        $(
            fn $name() -> Vec<u8> {
                $image.bytes()
            }
        )*
    };
}

bases! {
    qcow: Qcow::new(64 * MIB);
    qed: Qed::new(64 * MIB);
    vmdk: Vmdk::new(64 * MIB);
    vdi: Vdi::new(64 * MIB);
    vpc: Vpc::new(64 * MIB);
    vpc_forced: Vpc::new(64 * MIB).force_size();
    vpc_fixed: Vpc::new(MIB).fixed().force_size();
    vhdx: Vhdx::new(64 * MIB);
    parallels: Parallels::new(64 * MIB);
    luks: Luks::new(MIB);
}

/// The descriptor of a disk in one file of 1 MiB.
pub const DESCRIPTOR: &[u8] = b"# Disk DescriptorFile\nversion=1\nCID=12345678\n\
    parentCID=ffffffff\ncreateType=\"monolithicFlat\"\nRW 2048 FLAT \"f\" 0\n";
